"""What pages offer can be done: it fits the state of the record, and is not one's own request."""

from uuid import UUID

import pytest
from django.contrib.admin.utils import quote

from catalog.commands.categories import CreateCategory
from catalog.commands.lots import AdjustLot, DisposeLot, HoldLot, RecallLot, RejectLot, ReleaseLot
from catalog.commands.pictures import AttachPicture
from catalog.commands.products import (
    ApproveProduct,
    DeactivateProduct,
    DescribeProduct,
    DiscontinueProduct,
    RecallProduct,
    SubmitProduct,
)
from catalog.models import Category, Lot, StockLevel
from catalog.values import Allergen, Allergens, Severity
from efi.models import User
from tests.api.shop import caught_up
from tests.catalog import catalogue
from tests.catalog.gallery import uploaded
from tests.catalog.larder import ABOUT_OLIVES, QUALITY
from tests.given import JOAN, MARIA, say

pytestmark = pytest.mark.django_db
ALWAYS = {"categorise", "set reorder point", "expire stock"}
IN_TRADE = {"change price", "add a picture", "offer as", "receive lot", "recall", *ALWAYS}


def offered(client, kind, record_id):
    """What the page of a record offers, by its buttons."""
    caught_up()
    page = client.get(f"/admin/catalog/{kind}/{quote(str(record_id))}/change/").context
    return {button["title"] for button in [*page["front"], *page["more"]]}


def rowed(client, address):
    """What the rows of a list offer."""
    caught_up()
    return client.get(address).content.decode().count("efi-step")


def me():
    return str(User.objects.get(email="superuser@efi.example").pk)


class TestOfAProduct:
    @pytest.fixture
    def draft(self, shop):
        return catalogue.product(categories=(catalogue.category("Mezze"),))

    def become(self, product_id, *commands):
        for kind, said, by in commands:
            say(kind(product_id=product_id, **said), by=by)

    SUBMITTED = ((SubmitProduct, {}, MARIA),)
    LISTED = (*SUBMITTED, (ApproveProduct, {}, JOAN))

    @pytest.mark.parametrize(
        ("commands", "expected"),
        [
            ((), {"edit", "submit", *IN_TRADE}),
            (SUBMITTED, {"approve", "decline", *IN_TRADE}),
            (LISTED, {"edit", "deactivate", "discontinue", *IN_TRADE}),
            ((*LISTED, (DeactivateProduct, {}, MARIA)), {"edit", "reactivate", *IN_TRADE}),
            ((*LISTED, (DiscontinueProduct, {}, MARIA)), {"bring back", "receive lot", "recall", *ALWAYS}),
            ((*LISTED, (RecallProduct, {"reason": "glass"}, MARIA)), ALWAYS),
        ],
        ids=["draft", "submitted", "on sale", "inactive", "discontinued", "recalled"],
    )
    def test_is_what_its_state_allows(self, staff, draft, commands, expected):
        self.become(draft, *commands)
        assert offered(staff, "product", draft) == expected

    def test_pictures_are_arranged_where_there_are_two(self, staff, draft):
        say(AttachPicture(product_id=draft, name=uploaded()))
        shown = offered(staff, "product", draft)
        assert "remove picture" in shown
        assert "arrange pictures" not in shown

    def test_nothing_is_reserved_where_there_is_nothing(self, staff, olives):
        assert {"reserve stock", "allocate stock"} <= offered(staff, "product", olives.pk)
        assert "release reservation" not in offered(staff, "product", olives.pk)

    def test_whoever_submitted_it_is_not_offered_to_approve_it(self, staff, draft):
        say(SubmitProduct(product_id=draft), by=me())
        assert "approve" not in offered(staff, "product", draft)
        assert "decline" in offered(staff, "product", draft)
        assert rowed(staff, "/admin/catalog/product/") == 1
        assert rowed(staff, "/admin/staff/approval/") == 1

    def test_another_is_offered_to_approve_it(self, staff, draft):
        say(SubmitProduct(product_id=draft), by=MARIA)
        assert rowed(staff, "/admin/catalog/product/") == rowed(staff, "/admin/staff/approval/") == 2

    def test_whoever_proposed_a_price_or_a_label_is_not_offered_to_agree_to_it(self, staff, olives):
        label = ABOUT_OLIVES | {"allergens": Allergens(contains=(Allergen.FISH,))}
        say(catalogue.repricing(UUID(olives.pk), "20.00"), by=me())
        say(DescribeProduct(product_id=UUID(olives.pk), **label), by=me())
        shown = offered(staff, "product", olives.pk)
        assert {"decline price", "decline label"} <= shown
        assert not {"approve price", "approve label"} & shown


class TestOfALot:
    @pytest.fixture
    def lot(self, olives):
        return Lot.objects.get()

    def give(self, lot, kind, by=MARIA, **said):
        say(kind(product_id=UUID(lot.product_id), lot_id=UUID(lot.lot_id), **said), by=by)

    @pytest.mark.parametrize(
        ("commands", "expected"),
        [
            ((), {"hold lot", "adjust lot", "write off", "recall lot", "sell out of turn"}),
            (((HoldLot, {}),), {"release lot", "adjust lot", "write off", "reject lot", "recall lot"}),
            (((HoldLot, {}), (RejectLot, {})), {"write off", "dispose lot", "recall lot"}),
            (((RecallLot, {"severity": Severity.HIGH}),), {"write off", "dispose lot"}),
            (((RecallLot, {"severity": Severity.HIGH}), (DisposeLot, {})), set()),
        ],
        ids=["on sale", "held", "rejected", "recalled", "recalled and gone"],
    )
    def test_is_what_its_state_allows(self, staff, lot, commands, expected):
        for kind, said in commands:
            self.give(lot, kind, reason="the seals leak", **said)
        assert offered(staff, "lot", lot.pk) == expected

    def test_whoever_released_it_first_is_not_offered_to_release_it_again(self, staff, lot):
        self.give(lot, HoldLot, reason="the seals leak")
        self.give(lot, ReleaseLot, by=me())
        assert "release lot" not in offered(staff, "lot", lot.pk)
        assert "efi-step" not in staff.get("/admin/catalog/lot/").content.decode()

    def test_a_second_person_is_offered_to_release_it(self, staff, lot):
        self.give(lot, HoldLot, reason="the seals leak")
        self.give(lot, ReleaseLot, by=QUALITY)
        assert "release lot" in offered(staff, "lot", lot.pk)

    def test_whoever_adjusted_it_is_not_offered_to_agree(self, staff, lot):
        self.give(lot, AdjustLot, by=me(), change=100, reason="counted anew", reference="COUNT-1")
        shown = offered(staff, "lot", lot.pk)
        assert "decline adjustment" in shown
        assert "approve adjustment" not in shown

    def test_none_is_received_of_what_was_recalled(self, staff, olives):
        say(RecallProduct(product_id=UUID(olives.pk), reason="glass"))
        assert "receive lot" not in offered(staff, "stocklevel", StockLevel.objects.get().pk)


class TestOfACategory:
    def test_is_removed_when_it_is_empty_alone(self, staff, olives):
        spare = catalogue.category("Spare")
        caught_up()
        names = ("Mezze", "Olives", "Spare")
        removed = {name for name in names if "remove" in offered(staff, "category", Category.objects.get(name=name).pk)}
        assert removed == {"Spare"}, spare

    def test_those_below_are_arranged_where_there_are_two(self, staff, olives):
        mezze = Category.objects.get(name="Mezze")
        assert "arrange those below" not in offered(staff, "category", mezze.pk)
        say(CreateCategory(name="Dips", parent_id=UUID(mezze.pk)))
        assert "arrange those below" in offered(staff, "category", mezze.pk)
