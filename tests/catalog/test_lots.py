"""The rules of lots after their receipt: held, rejected, recalled, disposed of, lost, counted anew, brought to notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import ValidationError

from catalog.commands.lots import (
    AdjustLot,
    ApproveAdjustment,
    DeclineAdjustment,
    DisposeLot,
    HoldLot,
    RecallLot,
    ReceiveLot,
    RejectLot,
    ReleaseLot,
    SetReorderPoint,
    WriteOff,
)
from catalog.commands.products import DiscontinueProduct, RecallProduct
from catalog.commands.stock import AllocateFromLots, AllocateStock, ExpireStock, ExtendReservation, ReserveStock
from catalog.domain.stock import MOST_ENDED, Stock
from catalog.events import (
    AdjustmentDeclined,
    AdjustmentProposed,
    ProductRecalled,
    ReorderPointSet,
)
from catalog.values import NOTICES, Level, Loss, Part, Severity
from efi.domain import payloads
from efi.domain.values import Money
from tests.catalog.happenings import (
    ASKED,
    COUNT,
    ORDER,
    SPRING,
    adjusted,
    all_recalled,
    disposed,
    expired,
    given_back,
    held,
    loss_proposed,
    noticed,
    picked,
    proposed,
    recalled,
    rejected,
    written_off,
)
from tests.catalog.larder import (
    ANNAS_CART,
    APPROVED,
    AUTUMN_LOT,
    BENS_CART,
    CLOSED,
    COMPLIANCE,
    DISCONTINUED,
    NEXT_YEAR,
    OLIVES,
    QUALITY,
    REINSTATED,
    REOPENED,
    SPRING_LOT,
    SUBMITTED,
    SUMMER_LOT,
    TODAY,
    TRATTORIA,
    approved,
    olives_created,
    on_sale,
    received,
    released,
    reserved,
    trattoria_registered,
)
from tests.given import JOAN, MARIA, NOW, identity, minutes

IN_SUMMER = date(2026, 7, 1)
EXPIRE = ExpireStock(product_id=OLIVES)

RELEASE = ReleaseLot(**SPRING)
HOLD = HoldLot(**SPRING, reason="a jar was swollen")
REJECT = RejectLot(**SPRING, reason="the seals leak")
RECALL = RecallLot(**SPRING, reason="glass in a jar", severity=Severity.CRITICAL)
RECALL_ALL = RecallProduct(product_id=OLIVES, reason="glass in a jar")
PRODUCT_RECALLED = ProductRecalled(product_id=OLIVES, reason="glass in a jar", recalled_by=MARIA)
DISPOSE = DisposeLot(**SPRING, reason="not fit to eat")
RECEIVE = ReceiveLot(
    product_id=OLIVES,
    lot_id=AUTUMN_LOT,
    supplier_id=TRATTORIA,
    batch_number="B-3",
    best_before=NEXT_YEAR,
    quantity=5,
)


def adjust(change, lot: UUID = SPRING_LOT):
    return AdjustLot(product_id=OLIVES, lot_id=lot, change=change, reason="counted anew", reference=COUNT)


def write_off(quantity, loss=Loss.DAMAGE):
    return WriteOff(**SPRING, quantity=quantity, loss=loss, reason="a pallet fell")


def pick(*parts: tuple[UUID, int], cart: UUID | None = None):
    named = tuple(Part(lot_id=lot, quantity=quantity) for lot, quantity in parts)
    about = {"reservation_id": cart, "reason": "a later date was asked for"}
    return AllocateFromLots(product_id=OLIVES, reference=ORDER, parts=named, **about)


IN_QUARANTINE = [received(10)]
HALF_APPROVED = [received(10), approved()]
ON_SALE = on_sale(10)
HELD = [*ON_SALE, held()]
REJECTED = [*IN_QUARANTINE, rejected()]
EXPIRED = [*ON_SALE, expired()]
RECALLED = [*ON_SALE, recalled(10)]
DISPOSED = [*REJECTED, disposed(10)]


class TestHolding:
    def test_a_lot_on_sale_goes_back_into_quarantine_with_a_reason(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(HOLD)
        scenario.then(held())

    def test_the_reason_is_trimmed_and_never_empty(self):
        assert payloads.load(HoldLot, {**SPRING, "reason": "  swollen \n"}).reason == "swollen"
        with pytest.raises(ValidationError):
            payloads.load(HoldLot, {**SPRING, "reason": "  "})

    def test_nothing_is_sold_of_a_lot_that_is_held(self, scenario):
        scenario.given(*HELD)
        scenario.when(AllocateStock(product_id=OLIVES, reference=ORDER, quantity=1))
        scenario.refused("not_enough_stock")

    def test_a_lot_is_held_once(self, scenario):
        scenario.given(*HELD)
        scenario.when(HOLD)
        scenario.refused("lot_status")

    def test_a_lot_that_was_never_approved_is_held_already(self, scenario):
        scenario.given(*IN_QUARANTINE)
        scenario.when(HOLD)
        scenario.refused("lot_status")

    def test_a_first_approval_is_taken_back(self, scenario):
        scenario.given(*HALF_APPROVED, held())
        scenario.when(RELEASE, by=COMPLIANCE)
        scenario.then(approved(by=COMPLIANCE))

    def test_a_held_lot_is_released_by_two_people_anew(self, scenario):
        scenario.given(*HELD, approved(by=QUALITY))
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("second_person_needed")
        scenario.when(RELEASE, by=COMPLIANCE)
        scenario.then(released())

    def test_promises_that_a_held_lot_breaks_are_given_back_the_last_to_end_first(self, scenario):
        scenario.given(*ON_SALE, *on_sale(3, SUMMER_LOT))
        scenario.given(reserved(3), reserved(3, BENS_CART, until=NOW + minutes(31)))
        scenario.when(HOLD)
        scenario.then(held(), given_back("its lot is held", BENS_CART))

    def test_promises_that_other_lots_keep_are_kept(self, scenario):
        scenario.given(*ON_SALE, *on_sale(3, SUMMER_LOT), reserved(3))
        scenario.when(HOLD)
        scenario.then(held())


class TestRejection:
    def test_a_lot_in_quarantine_is_rejected_with_a_reason(self, scenario):
        scenario.given(*IN_QUARANTINE)
        scenario.when(REJECT)
        scenario.then(rejected())

    def test_a_lot_on_sale_is_held_before_it_is_rejected(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(REJECT)
        scenario.refused("lot_status")

    def test_a_rejected_lot_is_never_released(self, scenario):
        scenario.given(*REJECTED)
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("lot_status")

    def test_a_rejected_lot_does_not_expire(self, scenario):
        scenario.given(received(10, best_before=TODAY), rejected())
        scenario.when(EXPIRE, at=NOW + timedelta(days=2))
        scenario.then_nothing()


class TestRecall:
    @pytest.mark.parametrize("facts", [IN_QUARANTINE, HALF_APPROVED, ON_SALE, HELD, REJECTED, EXPIRED])
    def test_a_lot_is_recalled_whatever_its_state(self, scenario, facts):
        scenario.given(*facts)
        scenario.when(RECALL)
        scenario.then(recalled(10))

    def test_but_not_again(self, scenario):
        scenario.given(*RECALLED)
        scenario.when(RECALL)
        scenario.refused("lot_status")

    def test_not_even_once_what_came_back_is_disposed_of(self, scenario):
        scenario.given(*RECALLED, disposed(10))
        scenario.when(RECALL)
        scenario.refused("lot_status")

    @pytest.mark.parametrize("end", [[picked((SPRING_LOT, 10))], [expired(), disposed(10)]])
    def test_a_lot_of_which_nothing_is_left_is_recalled_from_those_who_had_it(self, scenario, end):
        scenario.given(*ON_SALE, *end)
        scenario.when(RECALL)
        scenario.then(recalled(0))

    def test_a_lot_does_not_carry_along_which_orders_had_of_it(self):
        many = [replace(picked((SPRING_LOT, 1)), reference=f"ORDER-{one}") for one in range(3)]
        after_many, after_one = (
            Stock(id=OLIVES).replay([*ON_SALE, *sold]) for sold in (many, [picked((SPRING_LOT, 3))])
        )
        assert after_many.lots == after_one.lots

    def test_what_was_reserved_of_it_is_taken_back(self, scenario):
        scenario.given(*ON_SALE, reserved(4))
        scenario.when(RECALL)
        scenario.then(recalled(10), given_back("its lot has been recalled"))

    def test_a_recalled_lot_is_neither_released_nor_sold_nor_adjusted(self, scenario):
        scenario.given(olives_created(), *RECALLED)
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("lot_status")
        scenario.when(pick((SPRING_LOT, 1)))
        scenario.refused("not_enough_stock")
        scenario.when(adjust(1))
        scenario.refused("lot_status")

    def test_the_recall_of_a_product_recalls_its_lots_with_it(self, scenario):
        scenario.given(olives_created(), *ON_SALE, reserved(4), *on_sale(5, SUMMER_LOT), recalled(5, SUMMER_LOT))
        scenario.when(RECALL_ALL)
        scenario.then(PRODUCT_RECALLED, all_recalled(), recalled(10), given_back("its product has been recalled"))

    def test_a_product_that_never_came_in_is_recalled_too(self, scenario):
        scenario.given(olives_created())
        scenario.when(RECALL_ALL)
        scenario.then(PRODUCT_RECALLED, all_recalled())

    def test_of_more_lots_than_one_commit_holds_nothing_is_sold_and_time_recalls_them_all(self):
        many = [identity(f"lot {one}") for one in range(2 * MOST_ENDED + 1)]
        stock = Stock(id=OLIVES).replay(fact for lot in many for fact in on_sale(1, lot))
        stock.recall_all("glass in a jar", Severity.CRITICAL, by=MARIA, at=NOW)
        assert stock.pending[:2] == [all_recalled(), recalled(1, many[-1])]
        assert (len(stock.pending), stock.available(NOW)) == (1 + MOST_ENDED, 0)
        for _ in range(2):
            stock.expire(NOW)
        assert stock.pending[1:] == [recalled(1, lot) for lot in reversed(many)]


OPEN = [olives_created(), SUBMITTED, APPROVED, trattoria_registered(), *ON_SALE, *on_sale(5, SUMMER_LOT)]
CLOSED_STOCK = [*OPEN, DISCONTINUED, CLOSED]
RECALLED_STOCK = [*OPEN, PRODUCT_RECALLED, all_recalled()]
SALES = [
    ReserveStock(product_id=OLIVES, reservation_id=BENS_CART, quantity=1, expires_at=NOW + minutes(30)),
    ExtendReservation(product_id=OLIVES, reservation_id=ANNAS_CART, expires_at=NOW + minutes(60)),
    AllocateStock(product_id=OLIVES, reference=ORDER, quantity=1),
    AllocateStock(product_id=OLIVES, reference=ORDER, quantity=1, reservation_id=ANNAS_CART),
    pick((SPRING_LOT, 1)),
]
ENDS = pytest.mark.parametrize("facts", [CLOSED_STOCK, RECALLED_STOCK], ids=["discontinued", "recalled"])


class TestTheEndOfAProduct:
    """Told to its stock by the command that ends it."""

    def test_what_was_reserved_of_a_discontinued_product_is_given_back(self, scenario):
        scenario.given(*OPEN, reserved(4))
        scenario.when(DiscontinueProduct(product_id=OLIVES))
        scenario.then(DISCONTINUED, CLOSED, given_back("its product is discontinued"))

    @pytest.mark.parametrize("command", SALES, ids=lambda one: type(one).__name__)
    @ENDS
    def test_nothing_of_it_is_promised_or_sold(self, scenario, facts, command):
        scenario.given(*facts, reserved(4))
        scenario.when(command)
        scenario.refused("stock_closed")

    @ENDS
    def test_none_of_it_is_available(self, facts):
        stock = Stock(id=OLIVES).replay(facts)
        assert stock.available(NOW) == 0

    @pytest.mark.parametrize("command", [RECEIVE, RELEASE], ids=lambda one: type(one).__name__)
    def test_what_is_recalled_is_neither_received_nor_released(self, scenario, command):
        scenario.given(olives_created(), trattoria_registered(), *IN_QUARANTINE, PRODUCT_RECALLED, all_recalled())
        scenario.when(command)
        scenario.refused("stock_closed")

    def test_what_is_discontinued_may_still_come_in(self, scenario):
        scenario.given(*CLOSED_STOCK)
        scenario.when(RECEIVE)
        scenario.then(received(5, AUTUMN_LOT, batch="B-3"))

    def test_what_is_brought_back_is_sold_again(self, scenario):
        scenario.given(*CLOSED_STOCK, REINSTATED, REOPENED)
        scenario.when(SALES[0])
        scenario.then(reserved(1, BENS_CART))

    def test_what_is_left_of_it_is_still_counted_lost_and_disposed_of(self, scenario):
        scenario.given(*CLOSED_STOCK)
        scenario.when(adjust(-1))
        scenario.then(adjusted(-1, 9))
        scenario.when(write_off(1))
        scenario.then(written_off(1, 8))
        scenario.given(expired(8))
        scenario.when(DISPOSE)
        scenario.then(disposed(8))

    def test_more_promises_than_one_commit_holds_are_given_back_by_and_by(self):
        carts = [identity(f"cart {one}") for one in range(MOST_ENDED + 1)]
        stock = Stock(id=OLIVES).replay([*on_sale(1_000), *(reserved(1, cart) for cart in carts)])
        stock.close(NOW)
        assert len(stock.promises.held) == 1
        stock.expire(NOW)
        assert stock.pending[-1].reason == "there is less than was promised"
        assert stock.promises.held == {}


class TestDisposal:
    @pytest.mark.parametrize("facts", [REJECTED, EXPIRED, RECALLED])
    def test_what_is_left_of_a_lot_that_is_never_sold_is_disposed_of(self, scenario, facts):
        scenario.given(*facts)
        scenario.when(DISPOSE)
        scenario.then(disposed(10))

    @pytest.mark.parametrize("facts", [IN_QUARANTINE, ON_SALE, HELD, DISPOSED])
    def test_no_other_lot_is_disposed_of(self, scenario, facts):
        scenario.given(*facts)
        scenario.when(DISPOSE)
        scenario.refused("lot_status")

    @pytest.mark.parametrize("end", [rejected(), expired(0), recalled(0)])
    def test_nothing_is_disposed_of_where_nothing_is_left(self, scenario, end):
        scenario.given(*IN_QUARANTINE, written_off(10, 0), end)
        scenario.when(DISPOSE)
        scenario.refused("lot_status")

    def test_what_is_gone_is_not_lost_again(self, scenario):
        scenario.given(*DISPOSED)
        scenario.when(write_off(1))
        scenario.refused("lot_status")


class TestWritingOff:
    @pytest.mark.parametrize("loss", Loss)
    def test_units_that_were_damaged_or_stolen_are_written_off_with_a_reason(self, scenario, loss):
        scenario.given(olives_created(), *ON_SALE)
        scenario.when(write_off(3, loss))
        scenario.then(written_off(3, 7, loss))

    def test_no_more_is_lost_than_there_was(self, scenario):
        scenario.given(olives_created(), *ON_SALE)
        scenario.when(write_off(11))
        scenario.refused("not_enough_stock")

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_something_is_lost(self, scenario, quantity):
        scenario.given(olives_created(), *ON_SALE)
        scenario.when(write_off(quantity))
        scenario.refused("bad_input")

    def test_a_promise_that_no_longer_fits_is_given_back(self, scenario):
        scenario.given(olives_created(), *ON_SALE, reserved(4), reserved(4, BENS_CART, until=NOW + minutes(31)))
        scenario.when(write_off(4))
        scenario.then(written_off(4, 6), given_back("there is less of its lot", BENS_CART))

    def test_losses_worth_more_than_500_wait_for_a_second_person(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE)
        scenario.when(write_off(6), makes=ASKED)
        scenario.then(loss_proposed(6, worth="100.00"))

    def test_what_waits_is_lost_once_a_second_person_agrees(self, scenario):
        scenario.given(*ON_SALE, loss_proposed(6))
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=JOAN)
        scenario.then(written_off(6, 4, asked=ASKED, by=JOAN))

    def test_what_is_left_can_be_sold(self, scenario):
        scenario.given(olives_created(), *ON_SALE, written_off(4, 6))
        scenario.when(
            ReserveStock(product_id=OLIVES, reservation_id=ANNAS_CART, quantity=7, expires_at=NOW + minutes(1))
        )
        scenario.refused("not_enough_stock")


WEEK = timedelta(days=7)


def olives_in(currency, price):
    return replace(olives_created(), price=Money(amount=Decimal(price), currency=currency))


class TestSlices:
    """What one person corrects within a week is worth at most 500 BBD in sum, however many slices it comes in."""

    @pytest.mark.parametrize("first", [adjust(-3), adjust(3), write_off(3), write_off(3, Loss.THEFT)])
    @pytest.mark.parametrize(
        ("second", "waits"),
        [(adjust(-3), proposed(-3, worth="100.00")), (write_off(3), loss_proposed(3, worth="100.00"))],
    )
    def test_the_slice_that_brings_the_sum_above_500_waits(self, scenario, first, second, waits):
        scenario.given(olives_created("100.00"), *ON_SALE)
        scenario.done(first)
        scenario.when(second, at=NOW + WEEK - minutes(1), makes=ASKED)
        scenario.then(waits)

    def test_slices_that_come_to_500_are_decided_on_alone(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE)
        scenario.done(adjust(-3))
        scenario.when(adjust(-2))
        scenario.then(adjusted(-2, 5))

    def test_after_a_week_a_slice_counts_no_more(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE)
        scenario.done(adjust(-3))
        scenario.when(adjust(-3), at=NOW + WEEK)
        scenario.then(adjusted(-3, 4))

    def test_what_another_has_corrected_does_not_count(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE)
        scenario.done(adjust(-3), by=JOAN)
        scenario.when(adjust(-3))
        scenario.then(adjusted(-3, 4))

    def test_what_two_have_agreed_to_does_not_count(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE, proposed(100), adjusted(100, 110, asked=ASKED, by=JOAN))
        scenario.when(adjust(-3))
        scenario.then(adjusted(-3, 107))

    def test_slices_of_several_lots_count_together(self, scenario):
        scenario.given(olives_created("100.00"), *ON_SALE, *on_sale(10, SUMMER_LOT))
        scenario.done(adjust(-3))
        scenario.when(adjust(-3, SUMMER_LOT), makes=ASKED)
        scenario.then(proposed(-3, worth="100.00", lot=SUMMER_LOT))


class TestWorthInBbd:
    """The 500 are of BBD, whatever the currency of the product."""

    def test_a_dollar_of_the_united_states_is_two(self, scenario):
        scenario.given(olives_in("USD", "125.00"), *ON_SALE)
        scenario.when(adjust(2))
        scenario.then(adjusted(2, 12))

    def test_what_comes_to_more_than_500_in_bbd_waits(self, scenario):
        scenario.given(olives_in("USD", "125.01"), *ON_SALE)
        scenario.when(adjust(2), makes=ASKED)
        scenario.then(proposed(2, worth="250.02"))

    def test_what_no_rate_tells_the_worth_of_waits(self, scenario):
        scenario.given(olives_in("BRL", "1.00"), *ON_SALE)
        scenario.when(adjust(1), makes=ASKED)
        scenario.then(proposed(1, worth=None))


class TestAdjustment:
    @pytest.mark.parametrize(("change", "remaining"), [(-3, 7), (5, 15), (-10, 0)])
    def test_what_a_count_says_is_taken_over_with_its_reason_and_document(self, scenario, change, remaining):
        scenario.given(olives_created("8.50"), *ON_SALE)
        scenario.when(adjust(change))
        scenario.then(adjusted(change, remaining))

    def test_an_adjustment_changes_something(self, scenario):
        scenario.given(olives_created(), *ON_SALE)
        scenario.when(adjust(0))
        scenario.refused("quantity_out_of_range")

    def test_there_are_never_fewer_than_none(self, scenario):
        scenario.given(olives_created(), *ON_SALE)
        scenario.when(adjust(-11))
        scenario.refused("not_enough_stock")

    def test_a_promise_that_no_longer_fits_is_given_back(self, scenario):
        scenario.given(olives_created(), *ON_SALE, reserved(4), reserved(4, BENS_CART, until=NOW + minutes(31)))
        scenario.when(adjust(-4))
        scenario.then(adjusted(-4, 6), given_back("there is less of its lot", BENS_CART))

    @pytest.mark.parametrize("facts", [REJECTED, RECALLED, DISPOSED])
    def test_what_is_never_sold_is_not_adjusted(self, scenario, facts):
        scenario.given(olives_created(), *facts)
        scenario.when(adjust(1))
        scenario.refused("lot_status")

    def test_what_has_expired_is_not_adjusted(self, scenario):
        scenario.given(olives_created(), *EXPIRED)
        scenario.when(adjust(1))
        scenario.refused("lot_expired")

    def test_500_are_decided_on_alone(self, scenario):
        scenario.given(olives_created("5.00"), *ON_SALE)
        scenario.when(adjust(100))
        scenario.then(adjusted(100, 110))

    @pytest.mark.parametrize("change", [100, -100])
    def test_more_than_500_either_way_wait_for_a_second_person(self, scenario, change):
        scenario.given(olives_created("5.01"), *on_sale(100))
        scenario.when(adjust(change), makes=ASKED)
        scenario.then(proposed(change, worth="5.01"))

    def test_what_nobody_knows_the_worth_of_waits(self):
        stock = Stock(id=OLIVES).replay(ON_SALE)
        about = {"reason": "counted anew", "reference": COUNT, "adjustment_id": ASKED, "by": MARIA, "at": NOW}
        stock.adjust(SPRING_LOT, 1, unit_value=None, **about)
        assert isinstance(stock.pending[0], AdjustmentProposed)

    def test_what_waits_changes_nothing_yet(self, scenario):
        scenario.given(*ON_SALE, proposed(100))
        scenario.when(pick((SPRING_LOT, 11)))
        scenario.refused("not_enough_stock")

    def test_a_second_person_agrees(self, scenario):
        scenario.given(*ON_SALE, proposed(100))
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=JOAN)
        scenario.then(adjusted(100, 110, asked=ASKED, by=JOAN))

    def test_a_second_person_declines_with_a_reason(self, scenario):
        scenario.given(*ON_SALE, proposed(100))
        scenario.when(DECLINE, by=JOAN)
        scenario.then(AdjustmentDeclined(**SPRING, adjustment_id=ASKED, reason="count again", declined_by=JOAN))

    def test_whoever_proposed_it_does_not_agree_to_it(self, scenario):
        scenario.given(*ON_SALE, proposed(100, by=MARIA))
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=MARIA)
        scenario.refused("second_person_needed")

    def test_whoever_proposed_it_may_take_it_back(self, scenario):
        scenario.given(*ON_SALE, proposed(100, by=MARIA))
        scenario.when(DECLINE, by=MARIA)
        scenario.then(AdjustmentDeclined(**SPRING, adjustment_id=ASKED, reason="count again", declined_by=MARIA))

    def test_it_is_decided_on_once(self, scenario):
        scenario.given(*ON_SALE, proposed(100), adjusted(100, 110, asked=ASKED, by=JOAN))
        for decision in DECISIONS:
            scenario.when(decision, by=JOAN)
            scenario.refused("not_found")

    def test_one_waits_at_a_time_for_each_lot(self, scenario):
        scenario.given(olives_created("8.50"), *ON_SALE, proposed(100))
        scenario.when(adjust(90))
        scenario.refused("adjustment_waits")

    def test_a_small_one_is_made_while_a_large_one_waits(self, scenario):
        scenario.given(olives_created("8.50"), *ON_SALE, proposed(100), adjusted(-1, 9))
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=JOAN)
        scenario.then(adjusted(100, 109, asked=ASKED, by=JOAN))

    def test_what_was_sold_meanwhile_cannot_be_taken_off(self, scenario):
        scenario.given(*on_sale(100), proposed(-100), picked((SPRING_LOT, 1)))
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=JOAN)
        scenario.refused("not_enough_stock")

    @pytest.mark.parametrize("end", [[expired()], [recalled(10)], [held(), rejected()]])
    def test_what_waits_ends_with_its_lot(self, scenario, end):
        scenario.given(*ON_SALE, proposed(100), *end)
        scenario.when(ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), by=JOAN)
        scenario.refused("not_found")


DECLINE = DeclineAdjustment(product_id=OLIVES, adjustment_id=ASKED, reason="count again")
DECISIONS = (ApproveAdjustment(product_id=OLIVES, adjustment_id=ASKED), DECLINE)


class TestReorderPoint:
    def test_it_is_set_before_anything_has_come_in(self, scenario):
        scenario.given(olives_created())
        scenario.when(SetReorderPoint(product_id=OLIVES, quantity=24))
        scenario.then(ReorderPointSet(product_id=OLIVES, reorder_point=24))

    def test_the_same_again_changes_nothing(self, scenario):
        scenario.given(olives_created(), ReorderPointSet(product_id=OLIVES, reorder_point=24))
        scenario.when(SetReorderPoint(product_id=OLIVES, quantity=24))
        scenario.then_nothing()

    def test_it_is_set_for_what_we_sell(self, scenario):
        scenario.when(SetReorderPoint(product_id=OLIVES, quantity=24))
        scenario.refused("not_found")


class TestOutOfTurn:
    """First expired, first out, but by those who may, and for a reason."""

    def test_units_are_taken_from_the_lots_named(self, scenario):
        scenario.given(*on_sale(3, SPRING_LOT, best_before=IN_SUMMER), *on_sale(3, SUMMER_LOT))
        scenario.when(pick((SUMMER_LOT, 2), (SPRING_LOT, 1)))
        scenario.then(picked((SUMMER_LOT, 2), (SPRING_LOT, 1)))

    @pytest.mark.parametrize("facts", [IN_QUARANTINE, HELD, REJECTED, EXPIRED, RECALLED, DISPOSED])
    def test_never_from_what_is_not_on_sale(self, scenario, facts):
        scenario.given(*facts, *on_sale(5, SUMMER_LOT))
        scenario.when(pick((SPRING_LOT, 1)))
        scenario.refused("not_enough_stock")

    def test_never_from_what_is_past_its_best_before(self, scenario):
        scenario.given(*on_sale(3, SPRING_LOT, best_before=TODAY), *on_sale(3, SUMMER_LOT))
        scenario.when(pick((SPRING_LOT, 1)), at=NOW + timedelta(days=1))
        scenario.refused("not_enough_stock")

    def test_never_from_what_is_promised_to_others(self, scenario):
        scenario.given(*ON_SALE, reserved(8))
        scenario.when(pick((SPRING_LOT, 3)))
        scenario.refused("not_enough_stock")

    def test_a_reservation_is_kept_from_the_lots_named(self, scenario):
        scenario.given(*ON_SALE, *on_sale(5, SUMMER_LOT), reserved(4))
        scenario.when(pick((SUMMER_LOT, 4), cart=ANNAS_CART))
        scenario.then(picked((SUMMER_LOT, 4), cart=ANNAS_CART))

    def test_a_lot_is_named_once(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(pick((SPRING_LOT, 1), (SPRING_LOT, 1)))
        scenario.refused("lot_named_twice")

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_something_is_taken_of_each(self, scenario, quantity):
        scenario.given(*ON_SALE, *on_sale(5, SUMMER_LOT))
        scenario.when(pick((SPRING_LOT, 3), (SUMMER_LOT, quantity)))
        scenario.refused("quantity_out_of_range")

    def test_a_lot_that_is_not_there_is_not_found(self, scenario):
        scenario.given(*ON_SALE)
        scenario.when(pick((SUMMER_LOT, 1)))
        scenario.refused("not_found")


class TestNotices:
    """Of a lot that is best before 1 July, at noon of some day in Barbados."""

    LOT = on_sale(10, best_before=IN_SUMMER)

    @staticmethod
    def days_before(days):
        return datetime(2026, 7, 1, 16, tzinfo=UTC) - timedelta(days=days)

    @pytest.mark.parametrize(
        ("days", "notice", "level"), [(30, 30, Level.INFO), (14, 14, Level.WARN), (7, 7, Level.CRITICAL)]
    )
    def test_notice_is_given_30_14_and_7_days_before(self, scenario, days, notice, level):
        scenario.given(*self.LOT, *(noticed(more, best_before=IN_SUMMER) for more in NOTICES if more > days))
        scenario.when(EXPIRE, at=self.days_before(days))
        scenario.then(noticed(notice, best_before=IN_SUMMER))
        assert NOTICES[notice] is level

    @pytest.mark.parametrize("days", [31, 60])
    def test_not_before(self, scenario, days):
        scenario.given(*self.LOT)
        scenario.when(EXPIRE, at=self.days_before(days))
        scenario.then_nothing()

    @pytest.mark.parametrize("days", [30, 29, 15])
    def test_once_each(self, scenario, days):
        scenario.given(*self.LOT, noticed(30, best_before=IN_SUMMER))
        scenario.when(EXPIRE, at=self.days_before(days))
        scenario.then_nothing()

    @pytest.mark.parametrize(("days", "notice"), [(20, 30), (10, 14), (3, 7), (0, 7)])
    def test_a_lot_that_came_in_late_is_brought_to_notice_once(self, scenario, days, notice):
        scenario.given(*self.LOT)
        scenario.when(EXPIRE, at=self.days_before(days))
        scenario.then(noticed(notice, best_before=IN_SUMMER))

    def test_of_a_lot_in_quarantine_too(self, scenario):
        scenario.given(received(10, best_before=IN_SUMMER))
        scenario.when(EXPIRE, at=self.days_before(30))
        scenario.then(noticed(30, best_before=IN_SUMMER))

    @pytest.mark.parametrize("end", [picked((SPRING_LOT, 10)), recalled(10), expired()])
    def test_not_of_what_is_sold_or_will_never_be(self, scenario, end):
        scenario.given(*self.LOT, end)
        scenario.when(EXPIRE, at=self.days_before(30))
        scenario.then_nothing()


@pytest.mark.parametrize(
    "command", [HOLD, REJECT, RECALL, DISPOSE, write_off(1), adjust(1)], ids=lambda one: type(one).__name__
)
def test_a_lot_that_is_not_there_is_not_found(scenario, command):
    scenario.given(olives_created(), *on_sale(3, SUMMER_LOT))
    scenario.when(command)
    scenario.refused("not_found")
