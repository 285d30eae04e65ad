"""The page of one product."""

from datetime import timedelta

import pytest

from catalog.commands.bundles import CreateBundle, RepriceBundle, WithdrawBundle
from catalog.commands.lots import RecallLot
from catalog.commands.pictures import AttachPicture
from catalog.commands.products import ChangePrice, OfferProduct, RecallProduct
from catalog.values import Allergen, Allergens, Certification, Offer, Severity
from efi.log.event_store import now
from readmodels.shop import words
from tests.api.shop import IN_A_YEAR, caught_up, drafted, on_sale, stocked
from tests.catalog.catalogue import category
from tests.catalog.gallery import uploaded
from tests.given import bbd, identity, say

OLIVES = "/products/kalamata-olives~oli-1"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=\"alert('x')\"> & Sons"


def repriced(product_id, price, *, days_ago=0):
    change = ChangePrice(product_id=product_id, price=bbd(price), reason="season")
    say(change, at=now() - timedelta(days=days_ago))
    caught_up()


def test_a_product_says_what_it_is_and_what_it_costs(window, goods):
    page = window.page(OLIVES)
    for said in ("Kalamata olives", "BBD 8.50", "In stock", "40 available", "Greece", "370 g jar", "OLI-1"):
        assert said in page.text
    assert f"Best before {IN_A_YEAR.day} {IN_A_YEAR:%B %Y}" in page.text


def test_the_way_to_a_product_leads_through_its_categories(window, goods):
    page = window.page("/products/feta~fet-1")
    assert "Home Mezze Cheese Feta" in page.text
    steps = page.structured["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Home", "Mezze", "Cheese", "Feta"]
    assert steps[2]["item"] == "http://testserver/categories/cheese"


def test_what_is_low_out_or_no_longer_sold_says_so(window, goods):
    assert "Only 3 left" in window.page("/products/feta~fet-1").text
    assert "Out of stock" in window.page("/products/thyme-honey~hon-1").text
    assert "We no longer sell this" in window.page("/products/barley-rusk~rus-1").text


def test_a_recalled_product_says_what_was_recalled_which_batches_and_what_to_do(window, goods):
    say(RecallProduct(product_id=goods.olives, reason="glass in a jar"))
    caught_up()
    page = window.page(OLIVES)
    assert "Recalled We have recalled this product, all of it, on " in page.text
    assert "glass in a jar" in page.text
    assert f"SPRING, best before {IN_A_YEAR.day} {IN_A_YEAR:%B %Y}" in page.text
    assert "Do not eat it" in page.text
    assert "BBD 8.50" not in page.text
    assert "Kalamata olives" not in window.page("/products").names


def test_a_product_that_is_on_sale_says_which_of_its_batches_were_recalled(window, goods):
    about = {"product_id": goods.feta, "reason": "listeria", "severity": Severity.CRITICAL}
    say(RecallLot(lot_id=identity(f"lot of {goods.feta}"), **about))
    caught_up()
    page = window.page("/products/feta~fet-1")
    assert "We have recalled these batches on " in page.text
    assert "listeria The package says one of these: SPRING, best before" in page.text
    assert "Feta" in window.page("/products").names
    assert "Recalled" not in window.page(OLIVES).text


def test_a_draft_that_was_recalled_has_no_page(window, goods):
    say(RecallProduct(product_id=drafted("Bottarga", "BOT-1"), reason="glass in a jar"))
    caught_up()
    window.page("/products/bottarga~bot-1", status=404)


def test_allergens_that_nobody_stated_are_called_not_stated(window, goods):
    on_sale("Cod roe", "ROE-1", categories=(goods.mezze,), allergens=None, not_stated=("allergens",))
    caught_up()
    assert "Not stated" in window.page("/products/cod-roe~roe-1").text


def test_allergens_stand_out_among_the_ingredients(window, goods):
    about = {"ingredients": "Sesame seed, salt", "allergens": Allergens(contains=(Allergen.SESAME,))}
    on_sale("Tahini", "TAH-1", categories=(goods.mezze,), **about)
    caught_up()
    assert "<strong>Sesame</strong> seed, salt" in window.get("/products/tahini~tah-1").content.decode()


@pytest.mark.parametrize(("price", "days_ago", "shown"), [("8.00", 2, True), ("8.00", 40, False), ("9.00", 2, False)])
def test_the_price_before_is_shown_where_it_was_lowered_of_late(window, goods, price, days_ago, shown):
    repriced(goods.olives, price, days_ago=days_ago)
    page = window.page(OLIVES)
    assert f"BBD {price}" in page.text
    assert ("before: BBD 8.50" in page.text) is shown


def test_the_nutrition_of_a_product_is_a_table(window, goods):
    page = window.page(OLIVES)
    assert "Typical values Per 100 g Energy 1013 kJ / 246 kcal Fat 25.00 g of which saturates 3.50 g" in page.text
    assert len(page.all("table")) == 1


def test_its_pictures_are_offered_in_their_sizes_and_the_first_stands_for_it(window, goods):
    jar, spoon = uploaded("olive"), uploaded("brown")
    for name, alt in ((jar, "A jar"), (spoon, "A spoonful")):
        say(AttachPicture(product_id=goods.olives, name=name, alt=alt))
    caught_up()
    page = window.page(OLIVES)
    [first] = page.all("img", alt="A jar")
    assert first["src"] == f"/media/{jar}-1280.webp"
    assert first["srcset"] == ", ".join(f"/media/{jar}-{width}.webp {width}w" for width in (320, 640, 1_280))
    [second] = page.all("img", alt="A spoonful")
    assert second["src"] == f"/media/{spoon}-320.webp"


@pytest.mark.parametrize("offer", [Offer.SEASONAL, Offer.LIMITED_EDITION])
def test_what_is_special_about_a_product_stands_above_its_name(window, goods, offer):
    proof = {"premium": True, "region_of_origin": "Crete", "authentication": "PDO register, no. 1"}
    certified = {"certifications": (Certification.PDO, Certification.FAIR_TRADE)}
    oil = on_sale("Olive oil", "OIL-1", categories=(goods.mezze,), brand="Elia", **proof, **certified)
    say(OfferProduct(product_id=oil, offer=offer))
    caught_up()
    page = window.page("/products/olive-oil~oil-1")
    assert f"Elia {words.OFFERS[offer]} Premium Olive oil" in page.text
    assert "PDO Fair trade" in page.text
    assert "Premium" not in window.page(OLIVES).text


def test_a_product_is_told_with_the_bundles_that_hold_it(window, goods):
    parts = (goods.olives, goods.feta)
    made = say(CreateBundle(name="Mezze for two", description="To share", product_ids=parts, price=bbd("19.00")))
    caught_up()
    page = window.page(OLIVES)
    told = "Sold together Mezze for two To share Kalamata olives 370 g jar Feta 370 g jar Price together: BBD 19.00 Only 3 left"
    assert told in page.text
    assert "/products/feta~fet-1" in page.links
    assert "Sold together" not in window.page("/products/thyme-honey~hon-1").text
    say(WithdrawBundle(bundle_id=made.id))
    caught_up()
    assert "Sold together" not in window.page(OLIVES).text


def test_a_page_is_sent_anew_where_a_bundle_on_it_has_changed(window, goods):
    parts = (goods.olives, goods.feta)
    made = say(CreateBundle(name="Mezze for two", product_ids=parts, price=bbd("19.00")))
    caught_up()
    tag = window.get(OLIVES)["ETag"]
    assert window.get(OLIVES, if_none_match=tag).status_code == 304
    say(RepriceBundle(bundle_id=made.id, price=bbd("18.00")))
    caught_up()
    assert window.get(OLIVES, if_none_match=tag).status_code == 200


def test_search_engines_are_told_of_the_product_and_its_offer(window, goods):
    page = window.page(OLIVES)
    told = page.structured["Product"]
    assert (told["name"], told["sku"]) == ("Kalamata olives", "OLI-1")
    assert told["offers"] == {
        "@type": "Offer",
        "url": f"http://testserver{OLIVES}",
        "price": "8.50",
        "priceCurrency": "BBD",
        "availability": "https://schema.org/InStock",
    }
    assert page.link(rel="canonical") == f"http://testserver{OLIVES}"


def test_a_product_is_found_by_id_and_sku_and_has_one_address(window, goods):
    for key in ("OLI-1", goods.olives, "kalamta-olives~oli-1", "KALAMATA-OLIVES~OLI-1"):
        answer = window.get(f"/products/{key}")
        assert (answer.status_code, answer["Location"]) == (301, OLIVES)


def test_a_name_before_an_unknown_sku_leads_nowhere(window, goods):
    assert window.get("/products/kalamata-olives~oli-9").status_code == 404


def test_what_is_not_yet_on_sale_has_no_page(window, goods):
    drafted("Dried figs", "FIG-1")
    caught_up()
    page = window.page("/products/dried-figs~fig-1", status=404)
    assert "/products" in page.links


def test_hostile_names_stay_text(window):
    product_id = on_sale(HOSTILE, "EVIL-1", categories=(category(f"{HOSTILE} shelf"),))
    stocked(product_id)
    caught_up()
    address = window.get("/products/EVIL-1")["Location"]
    for page in (window.page(address), window.page("/"), window.page("/products"), window.page("/products?q=%3Cb%3E")):
        assert b"<script>alert" not in page.response.content
        assert b'onerror="' not in page.response.content
        assert not page.all("img", src="x")
    assert window.page(address).structured["Product"]["name"] == HOSTILE
