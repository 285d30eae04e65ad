"""One product: found by id, slug or SKU, with what it has cost and how much of it can be had."""

from datetime import timedelta
from uuid import uuid4

import pytest

from catalog.commands.products import ChangePrice, DeactivateProduct, DescribeProduct, DiscontinueProduct, RecallProduct
from catalog.commands.stock import ReserveStock
from catalog.values import Certification, TemperatureRange
from efi.domain.payloads import dump
from efi.log.event_store import now
from tests.api.shop import IN_A_YEAR, caught_up, drafted, names, on_sale, put_on_sale, refused, stocked
from tests.catalog.catalogue import category
from tests.catalog.larder import ABOUT_OLIVES
from tests.given import NOW, bbd, identity, say

CRACKED = ABOUT_OLIVES | {"description": "Cracked", "unit": "1 kg"}


def repriced(product_id, price, at):
    say(ChangePrice(product_id=product_id, price=bbd(price), reason="new crop"), at=at)


def test_a_product_is_found_by_its_id_its_slug_and_its_sku(shop, olives):
    found = [shop.guest.get(f"products/{key}") for key in (olives, "kalamata-olives~oli-1", "OLI-1")]
    assert [answer.json()["data"]["id"] for answer in found] == [str(olives)] * 3


def test_a_slug_as_long_as_an_id_is_still_a_slug(shop):
    on_sale("Olives as they grow on Thassos", "OLI-1")
    caught_up()
    slug = "olives-as-they-grow-on-thassos~oli-1"
    assert len(slug) == 36
    assert shop.guest.get(f"products/{slug}").json()["data"]["slug"] == slug


def test_one_product_has_its_description_and_its_place_in_the_tree(shop):
    dips = category("Dips", below=category("Mezze"))
    tahini = on_sale("Tahini", "TAH-1", categories=(dips,))
    caught_up()
    product = shop.guest.get(f"products/{tahini}").json()["data"]
    path = [{"slug": "mezze", "name": "Mezze"}, {"slug": "dips", "name": "Dips"}]
    assert product["categories"] == [{"slug": "dips", "name": "Dips", "path": path}]
    assert product["description"] == "In brine"


def test_one_product_tells_all_that_is_known_of_it(shop):
    on_sale(
        "Kalamata olives",
        "OLI-1",
        brand="Elia",
        short_description="Black and firm",
        region_of_origin="Messenia",
        ingredients="Olives, water, salt",
        temperature=TemperatureRange(low=2, high=8),
        weight_grams=370,
        certifications=(Certification.PDO,),
        tags=("vegan",),
        premium=True,
        authentication="PDO register, no. 1",
        age_restricted=True,
    )
    caught_up()
    told = shop.guest.get("products/OLI-1").json()["data"]
    assert {name: told[name] for name in ("brand", "short_description", "region_of_origin", "ingredients")} == {
        "brand": "Elia",
        "short_description": "Black and firm",
        "region_of_origin": "Messenia",
        "ingredients": "Olives, water, salt",
    }
    assert (told["temperature"], told["weight_grams"]) == ({"low": 2, "high": 8}, 370)
    assert (told["certifications"], told["tags"]) == (["PDO"], ["vegan"])
    assert (told["premium"], told["authentication"], told["age_restricted"]) == (True, "PDO register, no. 1", True)
    assert (told["offer"], told["pictures"]) == ("regular", [])
    assert (told["nutrition"]["per"], told["nutrition"]["energy_kj"], told["nutrition"]["salt"]) == (
        "100 g",
        1013,
        "3.80",
    )


@pytest.mark.parametrize("typed", ["elia", "messenia", "vegan", "water", "firm"])
def test_a_product_is_found_by_all_that_is_said_of_it(shop, typed):
    told = {"brand": "Elia", "region_of_origin": "Messenia", "tags": ("vegan",), "ingredients": "Olives, water"}
    on_sale("Kalamata olives", "OLI-1", short_description="Black and firm", **told)
    caught_up()
    assert names(shop.guest.get(f"products?q={typed}")) == ["Kalamata olives"]


def test_allergens_that_are_stated_are_told_apart_from_those_that_are_not(shop, olives):
    fish = drafted("Cod roe", "ROE-1", categories=(category("Fish"),), allergens=None, not_stated=("allergens",))
    put_on_sale(fish)
    caught_up()
    stated = {"contains": [], "may_contain": ["NUTS"], "certified_free": [], "unstated": []}
    assert shop.guest.get(f"products/{olives}").json()["data"]["allergens"] == {"stated": True, **stated}
    assert shop.guest.get(f"products/{fish}").json()["data"]["allergens"] == {"stated": False}


def test_an_allergen_is_told_once_a_second_person_has_agreed_to_it(shop, olives):
    stated = {"contains": ["NUTS"], "may_contain": [], "certified_free": ["GLUTEN"], "unstated": ["LUPIN"]}
    proposal = shop.maria.give("describe_product", {**dump(CRACKED), "product_id": str(olives), "allergens": stated})
    assert (proposal.status_code, proposal.json()["data"]["status"]) == (202, "pending_approval")
    events = shop.joan.get(f"streams/product:{olives}").json()["data"]
    asked = {"product_id": str(olives), "proposal_id": events[-2]["data"]["proposal_id"]}
    assert shop.joan.give("approve_label", asked).status_code == 200
    caught_up()
    assert shop.guest.get(f"products/{olives}").json()["data"]["allergens"] == {"stated": True, **stated}


def test_the_version_of_a_product_counts_its_writes_and_its_update_is_that_of_its_newest_event(shop, olives):
    before = shop.guest.get(f"products/{olives}").json()["meta"]
    say(DescribeProduct(product_id=olives, **CRACKED))
    caught_up()
    after = shop.guest.get(f"products/{olives}").json()
    assert after["meta"]["version"] == before["version"] + 1
    assert after["meta"]["read_model"] == "product_catalog"
    assert after["meta"]["updated_at"] == after["data"]["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(
    "key",
    ["FET-1", "oli-1", "kalamata-olives", "4a1c9dc8-6f0b-4a3e-9f5e-2d8a6b7c0e11", "%00", "a%20b", "*", "$ne", "."],
)
def test_a_product_that_there_is_not_is_not_found(shop, olives, key):
    for address in (f"products/{key}", f"products/{key}/history"):
        refused(shop.guest.get(address), 404, "not_found")


def test_what_is_not_on_sale_is_not_found_in_any_way(shop):
    draft, inactive = drafted("Draft", "DRA-1"), on_sale("Inactive", "INA-1")
    say(DeactivateProduct(product_id=inactive))
    caught_up()
    for key in (draft, "DRA-1", "draft~dra-1", inactive, "INA-1"):
        refused(shop.guest.get(f"products/{key}"), 404, "not_found")
        refused(shop.guest.get(f"products/{key}/history"), 404, "not_found")
    for product in (draft, inactive, uuid4()):
        refused(shop.guest.get(f"products/{product}/availability"), 404, "not_found")


def test_a_history_tells_every_price_and_since_when_oldest_first(shop, olives):
    repriced(olives, "9.00", NOW + timedelta(days=1))
    repriced(olives, "8.00", NOW + timedelta(days=2))
    caught_up()
    told = shop.guest.get("products/OLI-1/history").json()
    assert told["meta"]["read_model"] == "price_history"
    assert [(entry["price"]["amount"], entry["since"]) for entry in told["data"]] == [
        ("8.50", "2026-03-02T12:00:00Z"),
        ("9.00", "2026-03-03T12:00:00Z"),
        ("8.00", "2026-03-04T12:00:00Z"),
    ]


def test_availability_is_that_of_the_log_at_this_moment(shop, olives):
    stocked(olives, units=10)
    say(
        ReserveStock(
            product_id=olives, reservation_id=identity("cart"), quantity=4, expires_at=now() + timedelta(hours=1)
        )
    )
    answer = shop.guest.get(f"products/{olives}/availability")
    told = answer.json()["data"]
    assert told.pop("as_of") <= now().isoformat().replace("+00:00", "Z")
    assert told == {"product_id": str(olives), "available": 6, "orderable": True}
    assert answer["Cache-Control"] == "private, no-store"


def test_a_reservation_that_has_lapsed_no_longer_counts(shop, olives):
    stocked(olives, units=10)
    lapsed = NOW + timedelta(minutes=30)
    say(ReserveStock(product_id=olives, reservation_id=identity("cart"), quantity=4, expires_at=lapsed))
    assert shop.guest.get(f"products/{olives}/availability").json()["data"]["available"] == 10


def test_a_recalled_product_says_what_was_recalled_which_batches_and_what_to_do(shop, olives):
    stocked(olives, units=10)
    say(RecallProduct(product_id=olives, reason="glass in a jar"), at=NOW)
    caught_up()
    told = shop.guest.get(f"products/{olives}").json()["data"]
    [notice] = told["recalls"]
    assert (notice["reason"], notice["since"], notice["all_batches"]) == ("glass in a jar", "2026-03-02", True)
    assert notice["batches"] == [{"batch_number": "SPRING", "best_before": IN_A_YEAR.isoformat()}]
    assert "Do not eat it" in notice["advice"]
    assert (told["stock"]["status"], told["orderable"]) == ("recalled", False)
    assert shop.guest.get("products").json()["data"] == []
    assert shop.guest.get(f"products/{olives}/availability").json()["data"]["orderable"] is False


def test_a_recalled_draft_is_not_told_of(shop):
    draft = drafted("Bottarga", "BOT-1")
    say(RecallProduct(product_id=draft, reason="glass in a jar"))
    caught_up()
    for about in ("", "/availability"):
        refused(shop.guest.get(f"products/{draft}{about}"), 404, "not_found")


def test_nothing_of_a_discontinued_product_can_be_had(shop, olives):
    stocked(olives, units=10)
    say(DiscontinueProduct(product_id=olives))
    told = shop.guest.get(f"products/{olives}/availability").json()["data"]
    assert (told["available"], told["orderable"]) == (0, False)
