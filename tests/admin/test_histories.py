"""What has happened to a record, who did it, and what it was then."""

from uuid import UUID

import pytest

from catalog.commands.categories import MoveCategory, RenameCategory
from catalog.models import Category, Lot, Supplier
from catalog.records import products
from efi.models import User
from efi.reading import generations
from efi.staff import histories
from efi.writing.dispatch import dispatch
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.larder import QUALITY
from tests.given import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def joan(shop):
    return User.objects.create_user("joan@efi.example", name="Joan")


def page(client, kind, pk, which="history/", **query):
    answer = client.get(f"/admin/catalog/{kind}/{pk}/{which}", query)
    assert answer.status_code == 200
    return answer


def told(answer):
    return [(row["entry"].happened, row["who"]) for row in answer.context["rows"]]


def changes(answer, at=0):
    return {one["way"]: (one["before"], one["after"]) for one in answer.context["rows"][at]["changes"]}


class TestHistory:
    def test_says_who_did_what_and_what_it_was_before(self, staff, olives, joan):
        dispatch(catalogue.repricing(UUID(olives.pk), "9.00"), actor=str(joan.pk))
        answer = page(staff, "product", olives.pk)
        assert told(answer)[0] == ("price changed", "Joan")
        assert changes(answer) == {"Price": ("BBD 8.50", "BBD 9.00"), "Reason": ("-", "new crop")}
        assert [happened for happened, _ in told(answer)[1:]] == [
            "product approved",
            "product submitted",
            "product created",
        ]

    def test_leaves_out_ids_that_name_nothing(self, staff, olives):
        dispatch(catalogue.repricing(UUID(olives.pk), "12.00"), actor="buyer")
        answer = page(staff, "product", olives.pk)
        assert told(answer)[0][0] == "price proposed"
        assert changes(answer) == {
            "Proposed price: price": ("-", "BBD 12.00"),
            "Proposed price: reason": ("-", "new crop"),
            "Proposed price: by": ("-", "buyer"),
        }

    def test_of_a_product_s_stock_is_beside_its_own(self, staff, olives):
        answer = page(staff, "product", olives.pk, of=1)
        assert told(answer)[0] == ("lot released", "compliance")
        assert changes(answer)["Lots: lot SPRING: state"] == ("approved once", "on sale")

    def test_of_a_lot_leaves_out_the_others(self, staff, olives):
        say(catalogue.delivery(UUID(olives.pk), UUID(Supplier.objects.get().pk), batch="SUMMER"))
        caught_up()
        summer = Lot.objects.get(batch_number="SUMMER")
        assert [happened for happened, _ in told(page(staff, "lot", summer.pk))] == ["lot received"]

    def test_of_a_category_calls_others_by_their_names(self, staff, olives):
        mezze, olive = Category.objects.get(name="Mezze"), Category.objects.get(name="Olives")
        say(MoveCategory(category_id=UUID(olive.pk), parent_id=None))
        say(RenameCategory(category_id=UUID(mezze.pk), name="Meze"))
        caught_up()
        answer = page(staff, "category", olive.pk)
        assert [happened for happened, _ in told(answer)] == ["category moved", "category created"]
        assert changes(answer)["Parent"] == ("Meze", "-")

    def test_comes_in_pages(self, staff, olives, monkeypatch):
        monkeypatch.setattr(histories, "A_PAGE", 2)
        monkeypatch.setattr("efi.staff.records.history.A_PAGE", 2)
        pages = [told(page(staff, "product", olives.pk, p=number)) for number in (1, 2, 3)]
        assert [len(rows) for rows in pages] == [2, 1, 0]

    def test_of_many_pages_names_the_first_the_last_and_those_near(self, staff, olives, monkeypatch):
        monkeypatch.setattr(histories, "A_PAGE", 1)
        monkeypatch.setattr("efi.staff.records.history.A_PAGE", 1)
        for number in range(17):
            dispatch(catalogue.repricing(UUID(olives.pk), f"8.{51 + number}"), actor="buyer")
        answer = page(staff, "product", olives.pk, p=10)
        assert answer.context["numbers"] == [1, 2, "…", 7, 8, 9, 10, 11, 12, 13, "…", 19, 20]
        assert changes(answer)["Price"] == ("BBD 8.57", "BBD 8.58")

    def test_is_for_those_who_may_read_records(self, visitor, olives):
        for which in ("history/", "as-of/1/", "document/"):
            address = f"/admin/catalog/product/{olives.pk}/{which}"
            assert visitor(f"newcomer {which[:3]}").get(address).status_code == 403

    @pytest.mark.parametrize("query", ["?of=7", "?of=zz", "?p=99999999999", "?p=-1"])
    def test_takes_no_harm_from_odd_addresses(self, staff, olives, query):
        assert staff.get(f"/admin/catalog/product/{olives.pk}/history/{query}").status_code in (200, 404)


class TestAsOf:
    def test_a_product_is_shown_as_it_was(self, staff, olives, joan):
        dispatch(catalogue.repricing(UUID(olives.pk), "9.00"), actor=str(joan.pk))
        first, last = (dict(page(staff, "product", olives.pk, f"as-of/{at}/").context["rows"]) for at in (1, 4))
        assert (first["Price"], first["Status"]) == ("BBD 8.50", "draft")
        assert (last["Price"], last["Status"]) == ("BBD 9.00", "active")

    def test_a_lot_is_shown_without_the_others(self, staff, olives):
        lot = Lot.objects.get()
        rows = dict(page(staff, "lot", lot.pk, "as-of/2/").context["rows"])
        assert QUALITY in rows.values()

    def test_there_is_nothing_beyond_the_last_event(self, staff, olives):
        for version in (0, 9):
            assert staff.get(f"/admin/catalog/product/{olives.pk}/as-of/{version}/").status_code == 404


class TestDocuments:
    def test_are_shown_with_how_far_they_have_read(self, staff, olives):
        answer = page(staff, "product", olives.pk, "document/")
        shown = {one["name"]: one for one in answer.context["documents"]}
        assert next(iter(shown)) == products.NAME
        assert shown[products.NAME]["read"] == [(f"product:{olives.pk}", 3, 3), (f"stock:{olives.pk}", 3, 3)]
        assert '"sku": "OLI-1"' in shown["product_catalog"]["text"]
        assert "behind the log" not in answer.content.decode()

    def test_say_when_they_are_behind(self, staff, olives):
        say(catalogue.repricing(UUID(olives.pk), "9.00"))
        answer = page(staff, "product", olives.pk, "document/")
        assert all(one["behind"] for one in answer.context["documents"] if "product" in one["name"])
        assert "behind the log" in answer.content.decode()

    def test_a_record_that_is_one_of_many_of_a_stream_is_shown_alone(self, staff, olives):
        lot = Lot.objects.get()
        [shown] = [
            one for one in page(staff, "lot", lot.pk, "document/").context["documents"] if one["name"] == "lot_records"
        ]
        assert lot.pk in shown["text"]
        assert generations.live("lot_records").documents.count_documents({}) == 1
