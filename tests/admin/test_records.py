"""Staff look the catalogue up in the admin: nothing can be changed there, and many records take no longer than few."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pymongo.errors import BulkWriteError

from catalog.commands.stock import AllocateStock
from catalog.models import Category, Lot, Product, Supplier
from catalog.records import products
from efi.log import mongo
from efi.log.mongo import Document
from efi.reading import generations
from efi.staff.records import lists as pages
from efi.staff.records.pages import RecordAdmin
from tests.admin.conftest import ROLES
from tests.admin.pages import record_pages
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.shelves import Filled, fill
from tests.given import NOW, identity, say

pytestmark = pytest.mark.django_db

MODELS = {"product": Product, "category": Category, "supplier": Supplier, "lot": Lot}
EVERY_LIST = [reverse(f"admin:{of.opts.app_label}_{of.opts.model_name}_changelist") for of in record_pages()]
LISTS = list(MODELS)
FEW, MANY, A_PAGE = 500, 5_000, 10


def address(kind: str, page: str = "", **filters: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"/admin/catalog/{kind}/{page}" + (f"?{query}" if query else "")


def shown(client: Client, kind: str, **filters: object) -> list[str]:
    answer = client.get(address(kind, **filters))
    assert answer.status_code == 200
    return [str(row) for row in answer.context["cl"].result_list]


def count_on(answer: HttpResponse) -> str:
    return str(answer.context["cl"].result_count)


class TestWhoSees:
    @pytest.mark.parametrize("role", [role for role in ROLES if role != "keeper"])
    def test_lists_filters_searches_and_pages_of_records(self, visitor, olives, role):
        client, lot = visitor(role), Lot.objects.get()
        of_others = () if role == "superuser" else ("/tavern/", "/customers/")
        lists = [each for each in EVERY_LIST if not any(app in each for app in of_others)]
        pages = ["/admin/", "/admin/catalog/", *lists, *(f"{each}?q=a&o=-1" for each in lists)]
        pages += [address("product", status__exact="active", country="GR"), address("product", o="4.1")]
        pages += [address(kind, f"{quote(row.pk)}/change/") for kind, row in (("product", olives), ("lot", lot))]
        pages += [address("supplier", f"{Supplier.objects.get().pk}/change/")]
        pages += [address("category", f"{row.pk}/change/") for row in Category.objects.all()]
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)

    def test_no_records_without_the_permission(self, visitor, olives):
        client = visitor("newcomer")
        assert client.get("/admin/").status_code == 200
        assert {client.get(each).status_code for each in EVERY_LIST} == {403}
        assert client.get(address("product", f"{olives.pk}/change/")).status_code == 403

    def test_a_page_that_says_what_they_may_not(self, visitor, olives):
        answer = visitor("newcomer").get(address("product"), headers={"accept": "text/html"})
        assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")
        assert "You may not do this" in answer.content.decode()

    def test_a_page_that_says_that_something_went_wrong(self, visitor, olives, monkeypatch):
        client = visitor("buyer")
        client.raise_request_exception = False
        monkeypatch.setattr(RecordAdmin, "around", None)
        answer = client.get(address("product", f"{olives.pk}/change/"), headers={"accept": "text/html"})
        assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
        assert "Something went wrong here" in answer.content.decode()

    def test_accounts_groups_and_tokens_only_with_django_s_own_permissions(self, visitor):
        pages = ["/admin/efi/user/", "/admin/auth/group/", "/admin/knox/authtoken/"]
        superuser, approver = visitor("superuser"), visitor("approver")
        assert [superuser.get(page).status_code for page in pages] == [200, 200, 200]
        assert [approver.get(page).status_code for page in pages] == [403, 403, 403]

    def test_nothing_without_signing_in(self, olives):
        answer = Client().get(address("product"))
        assert (answer.status_code, answer.url) == (302, "/admin/login/?next=/admin/catalog/product/")

    def test_lists_after_signing_in_by_address_and_password(self, visitor):
        visitor("reporter")
        client = Client()
        answer = client.post("/admin/login/?next=/admin/", {"username": "Reporter@efi.example", "password": "olives"})
        assert (answer.status_code, answer.url) == (302, "/admin/")
        assert client.get(address("product")).status_code == 200


class TestReadOnly:
    def test_records_cannot_be_changed_or_deleted_by_anybody(self, staff, olives):
        for kind, model in MODELS.items():
            row = model.objects.first()
            for page in (f"{quote(row.pk)}/change/", f"{quote(row.pk)}/delete/"):
                assert staff.post(address(kind, page), {"name": "Figs"}).status_code == 403
            staff.post(address(kind), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
            assert model.objects.filter(pk=row.pk).exists()

    def test_the_database_itself_refuses_changes(self, olives):
        new = Supplier(id="new", code="NEW", name="New", contact="", country="GR", updated_at=NOW)
        figs = Product.objects.filter(pk=olives.pk)
        for change in (
            olives.save,
            olives.delete,
            partial(figs.update, name="Figs"),
            partial(new.save, force_insert=True),
        ):
            with pytest.raises((DatabaseError, BulkWriteError)) as refused:
                change()
            assert "is a view" in str(refused.value.__cause__ or refused.value)


class TestWhatIsShown:
    def test_a_product_with_its_supplier_categories_and_lots(self, staff, olives):
        page = staff.get(address("product", f"{olives.pk}/change/")).content.decode()
        assert "Mezze / Olives" in page
        assert address("lot", product_id=olives.pk) in page

    def test_a_product_as_its_label_its_prices_and_its_stock_have_it(self, staff, olives):
        page = " ".join(staff.get(address("product", f"{olives.pk}/change/")).content.decode().split())
        for said in ("BBD 8.50", "first price", "10 of 10", "Greece", "Nutrition per 100 g", "SPRING"):
            assert said in page, said

    def test_what_waits_for_a_second_person_on_the_product_s_page(self, staff, olives):
        say(catalogue.repricing(UUID(olives.pk), "19.00", "bad year"))
        caught_up()
        page = staff.get(address("product", f"{olives.pk}/change/")).content.decode()
        assert "Waits for a second person" in page
        assert "bad year" in page

    def test_the_lots_of_one_product(self, staff, olives):
        assert shown(staff, "lot", product_id=olives.pk) == ["SPRING"]
        assert shown(staff, "lot", product_id=identity("feta")) == []

    @pytest.mark.parametrize("asked", ["spring", "kalamata", "olives kalamata", "OLI-1 spring"])
    def test_a_lot_found_by_its_batch_and_its_product(self, staff, olives, asked):
        assert shown(staff, "lot", q=asked) == ["SPRING"]
        assert shown(staff, "lot", q=f"{asked} feta") == []

    def test_prices_found_by_the_name_of_their_product(self, staff, olives):
        assert len(shown(staff, "price", q="olives")) == len(shown(staff, "price", q="OLI-1")) == 1
        assert shown(staff, "price", q="feta") == []

    def test_a_lot_with_the_names_of_its_product_and_supplier(self, staff, olives):
        page = staff.get(address("lot")).content.decode()
        assert "OLI-1 Kalamata olives" in page
        assert "Trattoria Levante (TRA)" in page

    def test_a_lot_with_the_orders_that_had_of_it(self, staff, olives):
        about = {"product_id": UUID(olives.pk), "quantity": 2}
        for order in ("ORDER-1", "ORDER-2"):
            say(AllocateStock(reference=order, **about))
        caught_up()
        lot = Lot.objects.get()
        orders = address("movement", lot_id=lot.pk.replace(":", "%3A"), type__exact="sale")
        assert escape(orders) in staff.get(address("lot", f"{quote(lot.pk)}/change/")).content.decode()
        listed = staff.get(orders).context["cl"].result_list
        assert sorted(movement.reference for movement in listed) == ["ORDER-1", "ORDER-2"]

    def test_a_lot_whose_product_is_not_recorded_yet(self, staff, olives):
        generations.live(products.NAME).documents.delete_many({})
        assert shown(staff, "lot") == ["SPRING"]
        assert staff.get(address("lot", f"{quote(Lot.objects.get().pk)}/change/")).status_code == 200

    def test_stock_without_its_product_is_no_product(self, staff, olives):
        generations.live(products.NAME).documents.update_one({"_id": olives.pk}, {"$set": {"status": None}})
        assert shown(staff, "product") == []
        assert staff.get(address("product", f"{olives.pk}/change/")).status_code == 302


class TestLists:
    @pytest.fixture(autouse=True)
    def many(self, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(RecordAdmin, "list_per_page", 100)
        fill(60)

    def test_are_sorted_both_ways_by_each_column(self, staff):
        by_price = [
            row.price for row in staff.get(address("product", o=by("product", "price"))).context["cl"].result_list
        ]
        assert by_price == sorted(by_price)
        price = by("product", "price")
        assert shown(staff, "product", o=price)[::-1] == shown(staff, "product", o=f"-{price}")

    def test_are_not_sorted_by_a_column_without_an_order(self, staff):
        assert shown(staff, "product", o=by("product", "state")) == shown(staff, "product")

    def test_are_cut_into_pages_that_leave_nothing_out(self, staff, monkeypatch):
        monkeypatch.setattr(RecordAdmin, "list_per_page", A_PAGE)
        pages = [shown(staff, "product", o="-1", p=page) for page in range(1, 7)]
        assert [len(page) for page in pages] == [A_PAGE] * 6
        assert len({row for page in pages for row in page}) == 60

    def test_filters_narrow_each_other_and_the_search(self, staff):
        filters = {"status__exact": "active", "storage_zone__exact": "frozen", "in_stock__exact": 1, "country": "GR"}
        wanted = {"status": "active", "storage_zone": "frozen", "in_stock": True, "country": "GR"}
        expected = sorted(str(row) for row in Product.objects.filter(**wanted))
        assert expected
        assert shown(staff, "product", **filters) == expected
        assert shown(staff, "product", **filters, q="food") == expected
        assert shown(staff, "product", **filters, q=expected[0].split()[0]) == expected[:1]

    def test_several_values_of_a_filter_are_alternatives(self, staff):
        both = staff.get(address("product") + "?country=GR&country=IT&status__exact=draft&status__exact=active")
        assert both.context["cl"].result_count == 60

    def test_are_searched_by_beginnings_of_words(self, staff):
        found = {
            "SKU-00001": 10,
            "sku-000012": 1,
            "FOOD num": 60,
            "nùmber 7": 1,
            "food nothing": 0,
            "...": 60,
            "\0": 0,
        }
        asked = {word: staff.get(address("product"), {"q": word}).context["cl"].result_count for word in found}
        assert asked == found

    @pytest.mark.parametrize("asked", ["food number 7", "7 number food", "number food 7"])
    def test_are_searched_by_words_in_any_order_however_common_the_others_are(self, staff, monkeypatch, asked):
        monkeypatch.setattr(pages, "MOST_FOUND", 10)
        assert shown(staff, "product", q=asked) == shown(staff, "product", q="SKU-000007")
        assert len(shown(staff, "product", q=asked)) == 1

    def test_find_by_a_common_word_all_that_a_filter_leaves(self, staff, monkeypatch):
        expected = shown(staff, "product", storage_zone__exact="frozen", country="GR")
        monkeypatch.setattr(pages, "MOST_FOUND", len(expected))
        assert shown(staff, "product", q="food", storage_zone__exact="frozen", country="GR") == expected

    def test_count_no_further_than_they_lead(self, staff, monkeypatch):
        monkeypatch.setattr(pages, "MOST_LISTED", 20)
        monkeypatch.setattr(pages, "MOST_FOUND", 10)
        assert count_on(staff.get(address("product"))) == "20+"
        assert count_on(staff.get(address("product", q="food"))) == "10+"
        assert count_on(staff.get(address("lot", q="B-001", state__exact="quarantine"))) == "6"

    def test_take_no_harm_from_odd_addresses(self, staff):
        answers = {
            "p=99": 200,
            "p=zz": 200,
            "o=zz.-99.1": 200,
            "in_stock__exact=zz": 400,
            "status__exact=zz": 400,
            "description__contains=a": 400,
            "name__regex=(a%2B)%2B": 400,
            "country__isnull=True": 400,
            "country=%00": 200,
            "q=" + "a" * 9_000: 200,
            "all=": 200,
            "_facets=True": 200,
        }
        assert {query: staff.get(f"{address('product')}?{query}").status_code for query in answers} == answers

    def test_refuse_a_level_that_no_category_can_have(self, staff):
        assert staff.get(f"{address('category')}?level__exact=99999999999999999999").status_code == 400


class TestSteadyTime:
    def test_no_page_examines_more_of_a_larger_collection(self, staff, monkeypatch):
        monkeypatch.setattr(RecordAdmin, "list_per_page", A_PAGE)
        few, many = (
            {about: examined(staff, page) for about, page in pages_of(fill(number)).items()} for number in (FEW, MANY)
        )
        assert {about: documents for about, documents in many.items() if documents > few[about]} == {}
        assert len(many) > 70
        assert max(many.values()) < 6 * A_PAGE

    def test_a_search_that_finds_everything_looks_at_the_first_of_it(self, staff):
        fill(MANY)
        assert examined(staff, address("product", q="food", o=by("product", "price"))) < 2 * pages.MOST_FOUND + 300

    def test_of_several_words_the_rarest_is_looked_up(self, staff):
        fill(MANY)
        for asked in ("food number SKU-00012", "SKU-00012 number food"):
            assert examined(staff, address("product", q=asked)) < MANY

    def test_the_measure_sees_a_scan(self, shop):
        fill(FEW)
        assert documents_examined(lambda: list(Product.objects.order_by("name")[:A_PAGE])) >= FEW


def pages_of(stock: Filled) -> dict[str, str]:
    """The lists by every order, filter and search, their last pages, and pages of one record."""
    filters: list[tuple[str, Document]] = [
        ("product", {"status__exact": "draft"}),
        ("product", {"country": "GR"}),
        ("product", {"country": "GR", "storage_zone__exact": "frozen"}),
        ("product", {"status__exact": "active", "storage_zone__exact": "frozen", "in_stock__exact": 0}),
        (
            "product",
            {"status__exact": "active", "storage_zone__exact": "frozen", "in_stock__exact": 1, "country": "GR"},
        ),
        ("product", {"q": "SKU-00012"}),
        ("product", {"q": "SKU-00012 food", "status__exact": "draft"}),
        ("product", {"q": "nothing"}),
        ("category", {"level__exact": 1}),
        ("category", {"q": "shelf-012"}),
        ("supplier", {"country": "IT"}),
        ("supplier", {"q": "S012"}),
        ("lot", {"state__exact": "quarantine"}),
        ("lot", {"product_id": stock.product}),
        ("lot", {"supplier_id": stock.supplier, "state__exact": "on_sale"}),
        ("lot", {"q": "B-0012-"}),
    ]
    lists = [(kind, {"o": order}) for kind in LISTS for order in orders_of(kind)]
    sorted_and_filtered = [(kind, {**narrowed, "o": f"-{first_of(kind)}"}) for kind, narrowed in filters]
    last = [(kind, {"p": stock.rows[kind] // A_PAGE, "o": order}) for kind in LISTS for order in orders_of(kind)[:3]]
    pages = {f"{kind} {asked}": address(kind, **asked) for kind, asked in [*lists, *filters, *sorted_and_filtered]}
    pages |= {f"last page of {kind} by {asked['o']}": address(kind, **asked) for kind, asked in last}
    pages["a product"] = address("product", f"{stock.product}/change/")
    pages["a lot"] = address("lot", f"{quote(stock.lot)}/change/")
    return pages | {"the index": "/admin/"}


def examined(client: Client, page: str) -> int:
    def look() -> None:
        assert client.get(page).status_code == 200, page

    return documents_examined(look)


def by(kind: str, column: str) -> int:
    """How an address says the order by a column of the list: by its place, behind the boxes to choose rows by."""
    pages = admin.site.get_model_admin(MODELS[kind])
    columns = [pages.column_of(shown) for shown in pages.list_display]
    return columns.index(column) + any(verb.bulk for verb in pages.verbs)


def first_of(kind: str) -> int:
    return by(kind, next(iter(admin.site.get_model_admin(MODELS[kind]).listing.sorts)))


def orders_of(kind: str) -> list[str]:
    pages = admin.site.get_model_admin(MODELS[kind])
    shown = [column for column in map(pages.column_of, pages.list_display) if column in pages.listing.sorts]
    return [f"{sign}{by(kind, column)}" for column in shown for sign in ("", "-")]


def documents_examined(work: Callable[[], Any]) -> int:
    """By everything that the database does meanwhile, but for the pointers, which are read again every second."""
    database = mongo.database()
    database["system.profile"].drop()
    database.command("profile", 2)
    try:
        work()
    finally:
        database.command("profile", 0)
    pointers = generations.pointers().full_name
    return sum(each.get("docsExamined", 0) for each in database["system.profile"].find({"ns": {"$ne": pointers}}))
