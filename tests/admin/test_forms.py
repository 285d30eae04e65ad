"""A command's form: it keeps what was typed, says what is wrong beside it, and does one thing once."""

from uuid import UUID

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.commands.products import DescribeProduct
from catalog.models import Category, Lot, Product, Supplier
from efi.log import event_store
from efi.models import User
from efi.writing.dispatch import dispatch
from tests.admin.pages import form_in, sent
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.gallery import drawn
from tests.catalog.larder import ABOUT_OLIVES, NEXT_YEAR

pytestmark = pytest.mark.django_db

OLIVES = {
    "sku": "OLI-2",
    "name": "Gaeta olives",
    "description": "In oil",
    "unit": "370 g jar",
    "country_of_origin": "IT",
    "storage_zone": "ambient",
    "price__amount": "9.50",
    "price__currency": "BBD",
}


@pytest.fixture
def buyer(visitor):
    return visitor("buyer")


def give(kind: str, pk: object, verb: str) -> str:
    return f"/admin/catalog/{kind}/{pk}/give/{verb}/"


def commits() -> int:
    return event_store.commits().count_documents({})


def filled(client, page: str, **said: object) -> dict[str, object]:
    """The form as the page gives it, with these fields filled in."""
    return sent(form_in(client.get(page)), **said)


class TestSending:
    def test_shows_the_record_as_it_is_then(self, buyer, olives):
        page = give("product", olives.pk, "change_price")
        answer = buyer.post(page, filled(buyer, page, price__amount="9.00", reason="new crop"), follow=True)
        assert answer.redirect_chain == [(f"/admin/catalog/product/{olives.pk}/change/", 302)]
        assert "BBD 9.00" in answer.content.decode()
        assert "price changed" in str(*answer.context["messages"])

    def test_is_done_in_the_name_of_whoever_is_signed_in(self, buyer, olives):
        page = give("product", olives.pk, "change_price")
        buyer.post(page, filled(buyer, page, price__amount="9.00", reason="new crop"))
        *_, last = event_store.read(f"product:{olives.pk}")
        assert last.actor == str(User.objects.get(email="buyer@efi.example").pk)

    def test_twice_does_it_once(self, buyer, shop):
        page = "/admin/catalog/product/add/"
        once = filled(buyer, page, **OLIVES)
        first, second = buyer.post(page, once), buyer.post(page, once)
        assert first["Location"] == second["Location"]
        assert commits() == 1

    def test_what_was_sent_before_with_something_else_in_it_asks_again(self, buyer, olives):
        page = give("product", olives.pk, "change_price")
        once = filled(buyer, page, price__amount="9.00", reason="new crop")
        buyer.post(page, once)
        form = form_in(buyer.post(page, {**once, "price__amount": "8.00", "seen": ""}))
        assert "sent before" in str(form.non_field_errors())
        assert buyer.post(page, sent(form)).status_code == 302
        caught_up()
        assert str(Product.objects.get().price) == "8.00"

    def test_what_changes_nothing_says_so(self, buyer, olives):
        page = give("product", olives.pk, "change_price")
        answer = buyer.post(page, filled(buyer, page, reason="no reason"), follow=True)
        assert "nothing to change" in str(*answer.context["messages"])

    def test_draws_the_id_that_its_caller_draws(self, buyer, olives):
        page = give("product", olives.pk, "receive_lot")
        about = {"supplier_id": Supplier.objects.get().pk, "batch_number": "SUMMER", "best_before": NEXT_YEAR}
        assert buyer.post(page, filled(buyer, page, **about, quantity=12)).status_code == 302
        assert Lot.objects.filter(batch_number="SUMMER", remaining=12).exists()

    def test_needs_its_csrf_token(self, buyer, olives):
        buyer.handler.enforce_csrf_checks = True
        page = give("product", olives.pk, "change_price")
        assert buyer.post(page, filled(buyer, page, price__amount="9.00", reason="new crop")).status_code == 403

    def test_leads_nowhere_but_back_here(self, buyer, olives):
        page = give("product", olives.pk, "change_price")
        for then, expected in (("/admin/", "/admin/"), ("https://elsewhere.example/", "/admin/catalog/product/")):
            said = filled(buyer, page, reason="new crop", then=then)
            assert buyer.post(page, said)["Location"].startswith(expected)


class TestRefusals:
    def test_of_what_lies_too_far_ahead_are_beside_their_field(self, buyer, olives):
        page = give("product", olives.pk, "receive_lot")
        about = {"supplier_id": Supplier.objects.get().pk, "batch_number": "SUMMER", "best_before": "2090-01-01"}
        form = form_in(buyer.post(page, filled(buyer, page, **about, quantity=12)))
        assert form.errors == {"best_before": ["2090-01-01 is more than 50 years ahead"]}

    def test_are_beside_their_field_with_the_input_kept(self, buyer, olives):
        page = "/admin/catalog/product/add/"
        form = form_in(buyer.post(page, filled(buyer, page, **{**OLIVES, "sku": "OLI-1"})))
        assert form.errors == {"sku": ["SKU OLI-1 is taken"]}
        assert (form["name"].value(), form["price__amount"].value()) == ("Gaeta olives", "9.50")

    def test_without_a_field_are_above_the_form(self, visitor, olives):
        approver = visitor("approver")
        page = give("product", olives.pk, "approve_product")
        form = form_in(approver.post(page, filled(approver, page)))
        assert form.errors == {"__all__": ["a product that is active cannot be approved"]}

    def test_change_nothing(self, buyer, olives):
        before = commits()
        page = give("product", olives.pk, "change_price")
        assert form_in(buyer.post(page, filled(buyer, page, price__amount="0", reason="gift"))).errors == {
            "price__amount": ["BBD 0.00: a price must be above zero"]
        }
        assert commits() == before

    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("price__amount", "nine"),
            ("price__amount", "9.999"),
            ("price__amount", ""),
            ("country_of_origin", "Italy"),
            ("sku", ""),
            ("name", "a\x01b"),
            ("unit", "x" * 201),
            ("shelf_life_days", "0"),
            ("storage_zone", "attic"),
            ("supplier_id", "nobody"),
        ],
    )
    def test_of_what_no_rule_needs_to_look_at(self, buyer, shop, field, said):
        page = "/admin/catalog/product/add/"
        form = form_in(buyer.post(page, filled(buyer, page, **{**OLIVES, field: said})))
        assert list(form.errors) == [field]
        assert commits() == 0


class TestPrefilled:
    @pytest.mark.parametrize("record", ["product", "bundle"])
    def test_a_new_price_starts_in_the_currency_of_the_shop(self, buyer, shop, settings, record):
        settings.EFI_CURRENCY = "EUR"
        form = form_in(buyer.get(f"/admin/catalog/{record}/add/"))
        assert (form["price__currency"].value(), form["price__amount"].value()) == ("EUR", "")

    def test_with_what_is_said_today(self, buyer, olives):
        form = form_in(buyer.get(give("product", olives.pk, "describe_product")))
        assert (form["name"].value(), form["unit"].value()) == ("Kalamata olives", "370 g jar")
        assert form["allergens__says"].value() == "none"
        assert form["allergens__may_contain"].value() == ["NUTS"]

    def test_another_label_waits_for_a_second_person(self, buyer, olives):
        page = give("product", olives.pk, "describe_product")
        said = filled(buyer, page, allergens__says="some", allergens__contains=["FISH"])
        answer = buyer.post(page, said, follow=True)
        assert "waits for a second person" in str(*answer.context["messages"])
        *_, last = event_store.read(f"product:{olives.pk}")
        assert last.events[0].label.allergens.contains == ("FISH",)

    def test_allergens_that_are_not_stated_are_not_none(self, buyer, shop):
        page = "/admin/catalog/product/add/"
        buyer.post(page, filled(buyer, page, **OLIVES))
        [made] = event_store.commits().find()
        assert made["events"][0]["data"]["allergens"] is None

    def test_that_it_contains_none_is_said_expressly(self, buyer, shop):
        page = "/admin/catalog/product/add/"
        buyer.post(page, filled(buyer, page, **OLIVES, allergens__says="none"))
        [made] = event_store.commits().find()
        assert made["events"][0]["data"]["allergens"]["contains"] == []

    @pytest.mark.parametrize(
        ("says", "ticked", "at"),
        [("", ["FISH"], "says"), ("none", ["FISH"], "contains"), ("some", [], "contains")],
    )
    def test_allergens_that_are_ticked_and_not_meant_or_meant_and_not_ticked_are_asked_for(
        self, buyer, shop, says, ticked, at
    ):
        page = "/admin/catalog/product/add/"
        said = filled(buyer, page, **OLIVES, allergens__says=says, allergens__contains=ticked)
        assert list(form_in(buyer.post(page, said)).errors) == [f"allergens__{at}"]
        assert commits() == 0

    def test_somebody_else_s_change_meanwhile_is_not_overwritten_unseen(self, buyer, olives):
        page = give("product", olives.pk, "describe_product")
        said = filled(buyer, page, name="Figs")
        joan = User.objects.create_user("joan@efi.example", name="Joan")
        renamed = DescribeProduct(product_id=UUID(olives.pk), **ABOUT_OLIVES | {"name": "Olives"})
        dispatch(renamed, actor=str(joan.pk))
        form = form_in(buyer.post(page, said))
        assert "Joan has changed this" in str(form.non_field_errors())
        assert buyer.post(page, sent(form)).status_code == 302

    def test_a_category_below_the_one_that_was_chosen(self, buyer, olives):
        mezze = Category.objects.get(name="Mezze")
        form = form_in(buyer.get(f"/admin/catalog/category/give/create_category/?parent_id={mezze.pk}"))
        assert form["parent_id"].value() == mezze.pk


class TestReferences:
    def test_few_are_all_there_to_choose_from(self, buyer, olives):
        page = buyer.get(give("product", olives.pk, "categorise_product")).content.decode()
        assert "Mezze / Olives" in page

    def test_many_are_found_as_one_types(self, buyer, olives, monkeypatch):
        monkeypatch.setattr("efi.staff.references.FEW", 0)
        page = buyer.get(give("product", olives.pk, "categorise_product")).content.decode()
        assert "/admin/found/category/" in page
        assert "Mezze / Olives" in page
        found = buyer.get("/admin/found/category/", {"term": "mez"}).json()
        assert [one["text"] for one in found["results"]] == ["Mezze", "Mezze / Olives"][: len(found["results"])]
        assert not found["pagination"]["more"]

    @pytest.mark.parametrize("few", [0, 300])
    def test_are_those_that_their_list_shows(self, buyer, olives, monkeypatch, few):
        monkeypatch.setattr("efi.staff.references.FEW", few)
        pages = type(admin.site._registry[Category])
        monkeypatch.setattr(pages, "get_queryset", lambda pages, request: Category.objects.filter(name="Mezze"))
        form = form_in(buyer.get("/admin/catalog/category/give/create_category/"))
        assert "Mezze / Olives" not in dict(form.fields["parent_id"].widget.choices).values()
        assert [one["text"] for one in buyer.get("/admin/found/category/").json()["results"]] == ["Mezze"]

    def test_are_for_those_who_may_read_records(self, visitor, olives):
        assert visitor("newcomer").get("/admin/found/category/").status_code == 403
        assert visitor("reporter").get("/admin/found/wine/").status_code == 404


class TestWho:
    def test_nobody_sees_a_record_by_a_command_s_permission_alone(self, holder, olives):
        client = holder("catalog.change_price")
        account = User.objects.get(email="change_price@efi.example")
        account.user_permissions.remove(*account.user_permissions.filter(codename="read_records"))
        assert client.get(give("product", olives.pk, "change_price")).status_code == 403

    def test_a_command_is_not_given_on_what_is_not_there(self, buyer, olives):
        assert buyer.get(give("product", "nothing", "change_price")).status_code == 404
        assert buyer.get(give("product", olives.pk, "rename_category")).status_code == 404
        assert buyer.get("/admin/catalog/product/give/change_price/").status_code == 404


def test_a_new_product_is_said_in_full(buyer, shop):
    mezze = catalogue.category()
    caught_up()
    page = "/admin/catalog/product/add/"
    assert buyer.post(page, filled(buyer, page, **OLIVES, category_ids=[str(mezze)])).status_code == 302
    [made] = Product.objects.all()
    assert (made.sku, made.category_ids, str(made.price)) == ("OLI-2", [str(mezze)], "9.50")


class TestSecondPerson:
    """Who agrees sees to what, and to nothing else."""

    @pytest.fixture
    def page(self, buyer, olives):
        self.propose(buyer, olives, "19.00", "bad harvest")
        return give("product", olives.pk, "approve_price")

    def propose(self, buyer, olives, price, reason):
        page = give("product", olives.pk, "change_price")
        buyer.post(page, filled(buyer, page, price__amount=price, reason=reason))
        caught_up()

    def test_is_shown_what_is_and_what_would_be_who_asks_and_why(self, visitor, page):
        shown = visitor("approver").get(page).content.decode()
        for said in ("BBD 8.50", "BBD 19.00", "bad harvest", "Buyer"):
            assert said in shown

    def test_agrees_to_what_was_shown(self, visitor, page):
        approver = visitor("approver")
        assert approver.post(page, filled(approver, page)).status_code == 302
        caught_up()
        assert str(Product.objects.get().price) == "19.00"

    def test_does_not_agree_to_what_took_its_place_meanwhile(self, visitor, buyer, olives, page):
        approver = visitor("approver")
        opened = filled(approver, page)
        self.propose(buyer, olives, "99.00", "bait")
        form = form_in(approver.post(page, opened))
        assert "has been replaced" in str(form.non_field_errors())
        caught_up()
        assert str(Product.objects.get().price) == "8.50"
        assert approver.post(page, sent(form)).status_code == 302

    def test_a_form_that_does_not_say_what_it_is_about_is_not_taken(self, visitor, page):
        approver = visitor("approver")
        form = form_in(approver.post(page, {**filled(approver, page), "settled": ""}))
        assert form.non_field_errors()


class TestPictures:
    @staticmethod
    def jar() -> SimpleUploadedFile:
        return SimpleUploadedFile("jar.png", drawn("olive").getvalue(), "image/png")

    @staticmethod
    def mezze() -> UUID:
        category_id = catalogue.category("Mezze")
        caught_up()
        return category_id

    def test_what_a_picture_shows_is_asked_for(self, buyer, olives):
        page = give("product", olives.pk, "attach_picture")
        form = form_in(buyer.post(page, filled(buyer, page, name=self.jar())))
        assert list(form.errors) == ["alt"]
        buyer.post(page, sent(form, alt="A jar of olives"))
        *_, last = event_store.read(f"product:{olives.pk}")
        assert last.events[0].picture.alt == "A jar of olives"

    def test_a_category_s_picture_is_told_in_words_too(self, buyer, shop):
        page = give("category", self.mezze(), "picture_category")
        assert list(form_in(buyer.post(page, filled(buyer, page, name=self.jar()))).errors) == ["alt"]
        buyer.post(page, filled(buyer, page, name=self.jar(), alt="Small plates"))
        *_, last = event_store.read("categories")
        assert last.events[0].picture.alt == "Small plates"

    def test_without_a_picture_there_is_nothing_to_tell(self, buyer, shop):
        page = give("category", self.mezze(), "picture_category")
        assert buyer.post(page, filled(buyer, page)).status_code == 302
