"""The rules of stock: lots, what of them is promised, and in which order they are sold."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest

from catalog.commands.lots import ReceiveLot, ReleaseLot
from catalog.commands.stock import (
    AllocateStock,
    ExpireStock,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
)
from catalog.commands.suppliers import RegisterSupplier
from catalog.domain.stock import MOST_ENDED, Stock
from catalog.events import (
    ExpiryNoticed,
    LotExpired,
    ReservationExtended,
    ReservationLapsed,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import NOTICES, Part
from tests.catalog.larder import (
    ANNAS_CART,
    AUTUMN_LOT,
    BENS_CART,
    COMPLIANCE,
    FETA,
    NEXT_YEAR,
    OLIVES,
    QUALITY,
    SPRING_LOT,
    SUMMER_LOT,
    TODAY,
    TOMORROW,
    TRATTORIA,
    YESTERDAY,
    approved,
    olives_created,
    on_sale,
    received,
    released,
    reserved,
    trattoria_registered,
)
from tests.given import MARIA, NOW, minutes

WEEK_AFTER = date(2026, 3, 10)
AT_THAT_WEEK = datetime(2026, 3, 10, 12, tzinfo=UTC)
LAST_MINUTE_OF_TODAY = datetime(2026, 3, 3, 3, 59, 59, tzinfo=UTC)
FIRST_OF_TOMORROW = datetime(2026, 3, 3, 4, tzinfo=UTC)
RELEASE = ReleaseLot(product_id=OLIVES, lot_id=SPRING_LOT)
EXPIRE = ExpireStock(product_id=OLIVES)


def receive(
    quantity=10, lot: UUID = SPRING_LOT, *, batch="B-1", best_before=NEXT_YEAR, product=OLIVES, supplier=TRATTORIA
):
    return ReceiveLot(
        product_id=product,
        lot_id=lot,
        supplier_id=supplier,
        batch_number=batch,
        best_before=best_before,
        quantity=quantity,
    )


def reserve(quantity, cart: UUID = ANNAS_CART, *, until=NOW + minutes(30)):
    return ReserveStock(product_id=OLIVES, reservation_id=cart, quantity=quantity, expires_at=until)


def extend(until, cart: UUID = ANNAS_CART):
    return ExtendReservation(product_id=OLIVES, reservation_id=cart, expires_at=until)


def allocate(quantity, cart: UUID | None = None):
    return AllocateStock(product_id=OLIVES, reference="EFI-2026-000001", quantity=quantity, reservation_id=cart)


def allocated(*parts: tuple[UUID, int], cart: UUID | None = None):
    taken = tuple(Part(lot_id=lot, quantity=quantity) for lot, quantity in parts)
    return StockAllocated(
        product_id=OLIVES,
        reference="EFI-2026-000001",
        reservation_id=cart,
        parts=taken,
        override_reason=None,
        until_sent=False,
    )


def lapsed(cart: UUID = ANNAS_CART):
    return ReservationLapsed(product_id=OLIVES, reservation_id=cart)


def given_back(cart: UUID = ANNAS_CART, reason="changed her mind"):
    return ReservationReleased(product_id=OLIVES, reservation_id=cart, reason=reason)


def expired(remaining, lot: UUID = SPRING_LOT):
    return LotExpired(product_id=OLIVES, lot_id=lot, remaining=remaining)


def noticed(days, lot: UUID = SPRING_LOT, *, best_before, remaining=10):
    return ExpiryNoticed(
        product_id=OLIVES,
        lot_id=lot,
        days=days,
        level=NOTICES[days],
        best_before=best_before,
        remaining=remaining,
    )


class TestReceipt:
    def test_a_lot_is_received(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.when(receive(10))
        scenario.then(received(10, batch="B-1"))

    def test_what_is_received_is_in_quarantine(self, scenario):
        scenario.given(received(10))
        scenario.when(reserve(1))
        scenario.refused("not_enough_stock")

    def test_a_lot_is_of_a_product_that_we_know(self, scenario):
        scenario.given(trattoria_registered())
        scenario.when(receive())
        scenario.refused("not_found")

    def test_a_lot_is_from_a_supplier_that_we_know(self, scenario):
        scenario.given(olives_created())
        scenario.when(receive())
        scenario.refused("not_found")

    def test_a_lot_is_received_once(self, scenario):
        scenario.given(olives_created(), trattoria_registered(), received(10))
        scenario.when(receive(10, batch="B-2"))
        scenario.refused("lot_known")

    def test_a_batch_number_is_taken_once_per_supplier(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.done(receive(10, SPRING_LOT, batch="B-1"))
        scenario.when(receive(10, SUMMER_LOT, batch="B-1"))
        scenario.refused("taken")

    def test_a_batch_number_that_differs_in_case_alone_is_the_same(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.done(receive(10, SPRING_LOT, batch="Lot-b1"))
        scenario.when(receive(10, SUMMER_LOT, batch="LOT-B1"))
        scenario.refused("taken")

    def test_a_batch_number_is_taken_for_all_the_products_of_a_supplier(self, scenario):
        scenario.given(olives_created(), olives_created(product_id=FETA), trattoria_registered())
        scenario.done(receive(10, SPRING_LOT, batch="B-1"))
        scenario.when(receive(10, SUMMER_LOT, batch="B-1", product=FETA))
        scenario.refused("taken")

    def test_two_suppliers_may_use_one_batch_number(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.done(RegisterSupplier(code="DELI", name="Deli", country="GR"), makes=BENS_CART)
        scenario.done(receive(10, SUMMER_LOT, batch="B-1", supplier=BENS_CART))
        scenario.when(receive(10, SPRING_LOT, batch="B-1"))
        scenario.then(received(10, batch="B-1"))

    def test_a_lot_is_received_on_its_best_before_day(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.when(receive(10, best_before=TODAY))
        scenario.then(received(10, batch="B-1", best_before=TODAY))

    def test_a_lot_past_its_best_before_is_not_received(self, scenario):
        scenario.given(olives_created(), trattoria_registered())
        scenario.when(receive(10, best_before=YESTERDAY))
        scenario.refused("lot_expired")

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_a_lot_holds_something(self, scenario, quantity):
        scenario.given(olives_created(), trattoria_registered())
        scenario.when(receive(quantity))
        scenario.refused("bad_input")


class TestRelease:
    def test_the_first_of_two_people_approves(self, scenario):
        scenario.given(received(10))
        scenario.when(RELEASE, by=QUALITY)
        scenario.then(approved(by=QUALITY))

    def test_a_lot_that_one_person_has_approved_is_still_held(self, scenario):
        scenario.given(received(10), approved())
        scenario.when(reserve(1))
        scenario.refused("not_enough_stock")

    def test_the_second_releases(self, scenario):
        scenario.given(received(10), approved(by=QUALITY))
        scenario.when(RELEASE, by=COMPLIANCE)
        scenario.then(released())

    def test_the_two_differ(self, scenario):
        scenario.given(received(10), approved(by=QUALITY))
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("second_person_needed")

    def test_the_first_may_be_either_of_the_two_for_each_lot(self, scenario):
        scenario.given(received(10), approved(by=QUALITY), received(5, SUMMER_LOT))
        scenario.when(ReleaseLot(product_id=OLIVES, lot_id=SUMMER_LOT), by=QUALITY)
        scenario.then(approved(SUMMER_LOT, by=QUALITY))

    def test_a_lot_is_released_once(self, scenario):
        scenario.given(*on_sale(10))
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("lot_status")

    def test_a_lot_past_its_best_before_is_not_released(self, scenario):
        scenario.given(received(10, best_before=TODAY), approved())
        scenario.when(RELEASE, by=COMPLIANCE, at=FIRST_OF_TOMORROW)
        scenario.refused("lot_expired")

    def test_a_lot_that_has_expired_is_not_released_whatever_the_time_of_the_command(self, scenario):
        scenario.given(received(10, best_before=TODAY), approved(), expired(10))
        scenario.when(RELEASE, by=COMPLIANCE, at=NOW)
        scenario.refused("lot_expired")

    def test_a_lot_that_is_not_there_is_not_found(self, scenario):
        scenario.given(received(10, SUMMER_LOT))
        scenario.when(RELEASE, by=QUALITY)
        scenario.refused("not_found")


class TestReservation:
    def test_units_are_reserved_until_a_moment(self, scenario):
        scenario.given(*on_sale(10))
        scenario.when(reserve(4))
        scenario.then(reserved(4))

    def test_the_last_unit_is_reserved(self, scenario):
        scenario.given(*on_sale(10), reserved(4, BENS_CART))
        scenario.when(reserve(6))
        scenario.then(reserved(6))

    def test_no_unit_is_promised_twice(self, scenario):
        scenario.given(*on_sale(10), reserved(4, BENS_CART))
        scenario.when(reserve(7))
        scenario.refused("not_enough_stock")

    def test_units_of_several_lots_are_reserved_together(self, scenario):
        scenario.given(*on_sale(4, SPRING_LOT), *on_sale(3, SUMMER_LOT))
        scenario.when(reserve(7))
        scenario.then(reserved(7))

    def test_units_of_a_lot_past_its_best_before_are_not_promised(self, scenario):
        scenario.given(*on_sale(4, SPRING_LOT, best_before=TODAY), *on_sale(3, SUMMER_LOT))
        scenario.when(reserve(4, until=FIRST_OF_TOMORROW + minutes(30)), at=FIRST_OF_TOMORROW)
        scenario.refused("not_enough_stock")

    def test_what_was_sold_is_not_promised(self, scenario):
        scenario.given(*on_sale(10), allocated((SPRING_LOT, 8)))
        scenario.when(reserve(3))
        scenario.refused("not_enough_stock")

    def test_a_reservation_is_held_once(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(reserve(2))
        scenario.refused("reservation_known")

    @pytest.mark.parametrize("until", [NOW, NOW - minutes(1)])
    def test_a_reservation_ends_in_the_future(self, scenario, until):
        scenario.given(*on_sale(10))
        scenario.when(reserve(1, until=until))
        scenario.refused("reservation_lapsed")

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_a_reservation_holds_something(self, scenario, quantity):
        scenario.given(*on_sale(10))
        scenario.when(reserve(quantity))
        scenario.refused("bad_input")

    def test_what_has_lapsed_is_freed_first(self, scenario):
        scenario.given(*on_sale(10), reserved(10, BENS_CART, until=NOW))
        scenario.when(reserve(10))
        scenario.then(lapsed(BENS_CART), reserved(10))

    def test_the_same_cart_reserves_anew_after_its_hold_has_lapsed(self, scenario):
        scenario.given(*on_sale(10), reserved(10, until=NOW))
        scenario.when(reserve(3))
        scenario.then(lapsed(), reserved(3))

    def test_a_refused_reservation_frees_nothing(self, scenario):
        scenario.given(*on_sale(10), reserved(10, BENS_CART, until=NOW))
        scenario.when(reserve(11))
        scenario.refused("not_enough_stock")
        scenario.when(EXPIRE)
        scenario.then(lapsed(BENS_CART))

    def test_there_is_nothing_to_promise_of_what_was_never_received(self, scenario):
        scenario.given(olives_created())
        scenario.when(reserve(1))
        scenario.refused("not_found")


class TestExtension:
    def test_a_reservation_is_held_longer(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(extend(NOW + minutes(45)), at=NOW + minutes(15))
        scenario.then(ReservationExtended(product_id=OLIVES, reservation_id=ANNAS_CART, expires_at=NOW + minutes(45)))

    def test_what_was_extended_lapses_at_its_new_end(self, scenario):
        longer = ReservationExtended(product_id=OLIVES, reservation_id=ANNAS_CART, expires_at=NOW + minutes(45))
        scenario.given(*on_sale(10), reserved(10), longer)
        scenario.when(reserve(1, BENS_CART, until=NOW + minutes(60)), at=NOW + minutes(40))
        scenario.refused("not_enough_stock")

    def test_the_end_that_it_has_changes_nothing(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(extend(NOW + minutes(30)))
        scenario.then_nothing()

    def test_what_has_lapsed_is_not_extended(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(extend(NOW + minutes(60)), at=NOW + minutes(30))
        scenario.refused("reservation_lapsed")

    def test_an_extension_is_never_shorter(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(extend(NOW + minutes(20)), at=NOW + minutes(10))
        scenario.refused("reservation_shortened")

    def test_the_new_end_lies_ahead(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(extend(NOW + minutes(10)), at=NOW + minutes(10))
        scenario.refused("reservation_lapsed")

    def test_a_reservation_that_is_not_there_is_not_found(self, scenario):
        scenario.given(*on_sale(10), reserved(4, BENS_CART))
        scenario.when(extend(NOW + minutes(45)))
        scenario.refused("not_found")


class TestGivingBack:
    def test_reserved_units_are_given_back(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(ReleaseReservation(product_id=OLIVES, reservation_id=ANNAS_CART, reason="changed her mind"))
        scenario.then(given_back())

    def test_what_was_given_back_can_be_had(self, scenario):
        scenario.given(*on_sale(10), reserved(10, BENS_CART), given_back(BENS_CART))
        scenario.when(reserve(10))
        scenario.then(reserved(10))

    def test_units_are_given_back_once(self, scenario):
        scenario.given(*on_sale(10), reserved(4), given_back())
        scenario.when(ReleaseReservation(product_id=OLIVES, reservation_id=ANNAS_CART, reason="changed her mind"))
        scenario.refused("not_found")


class TestAllocation:
    def test_what_expires_first_goes_first(self, scenario):
        scenario.given(
            *on_sale(3, AUTUMN_LOT, best_before=date(2026, 10, 1)),
            *on_sale(3, SPRING_LOT, best_before=date(2026, 4, 1)),
            *on_sale(3, SUMMER_LOT, best_before=date(2026, 7, 1)),
        )
        scenario.when(allocate(7))
        scenario.then(allocated((SPRING_LOT, 3), (SUMMER_LOT, 3), (AUTUMN_LOT, 1)))

    @pytest.mark.parametrize(("first", "second"), [(SPRING_LOT, SUMMER_LOT), (SUMMER_LOT, SPRING_LOT)])
    def test_of_lots_that_expire_together_the_one_received_first_goes_first(self, scenario, first, second):
        scenario.given(received(3, first), received(3, second))
        scenario.given(approved(second), released(second), approved(first), released(first))
        scenario.when(allocate(4))
        scenario.then(allocated((first, 3), (second, 1)))

    def test_what_is_held_is_passed_over(self, scenario):
        scenario.given(received(3, SPRING_LOT, best_before=WEEK_AFTER), approved(SPRING_LOT), *on_sale(3, SUMMER_LOT))
        scenario.when(allocate(3))
        scenario.then(allocated((SUMMER_LOT, 3)))

    def test_nothing_is_sold_from_what_is_held(self, scenario):
        scenario.given(received(3, SPRING_LOT), approved(SPRING_LOT), *on_sale(3, SUMMER_LOT))
        scenario.when(allocate(4))
        scenario.refused("not_enough_stock")

    def test_a_lot_is_sold_through_its_best_before_day_in_barbados(self, scenario):
        scenario.given(*on_sale(3, best_before=TODAY))
        scenario.when(allocate(3), at=LAST_MINUTE_OF_TODAY)
        scenario.then(allocated((SPRING_LOT, 3)))

    def test_a_lot_is_no_longer_sold_when_that_day_ends_in_barbados(self, scenario):
        scenario.given(*on_sale(3, best_before=TODAY))
        scenario.when(allocate(1), at=FIRST_OF_TOMORROW)
        scenario.refused("not_enough_stock")

    def test_the_time_of_the_command_passes_over_what_no_expiry_has_been_recorded_for(self, scenario):
        scenario.given(*on_sale(3, SPRING_LOT, best_before=TODAY), *on_sale(3, SUMMER_LOT))
        scenario.when(allocate(2), at=FIRST_OF_TOMORROW)
        scenario.then(allocated((SUMMER_LOT, 2)))

    def test_an_empty_lot_is_passed_over(self, scenario):
        scenario.given(*on_sale(3, SPRING_LOT), *on_sale(3, SUMMER_LOT), allocated((SPRING_LOT, 3)))
        scenario.when(allocate(2))
        scenario.then(allocated((SUMMER_LOT, 2)))

    def test_all_there_is_can_be_sold(self, scenario):
        scenario.given(*on_sale(10))
        scenario.when(allocate(10))
        scenario.then(allocated((SPRING_LOT, 10)))

    def test_no_more_than_there_is_can_be_sold(self, scenario):
        scenario.given(*on_sale(10))
        scenario.when(allocate(11))
        scenario.refused("not_enough_stock")

    def test_what_is_promised_to_one_is_not_sold_to_another(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(allocate(7))
        scenario.refused("not_enough_stock")

    def test_what_was_promised_is_sold_again_once_it_has_lapsed(self, scenario):
        scenario.given(*on_sale(10), reserved(4, until=NOW))
        scenario.when(allocate(10))
        scenario.then(allocated((SPRING_LOT, 10)))

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_an_allocation_takes_something(self, scenario, quantity):
        scenario.given(*on_sale(10), allocated((SPRING_LOT, 8)))
        scenario.when(allocate(quantity))
        scenario.refused("bad_input")

    def test_a_reservation_becomes_an_allocation(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(allocate(4, ANNAS_CART))
        scenario.then(allocated((SPRING_LOT, 4), cart=ANNAS_CART))

    def test_a_reservation_is_kept_though_everything_else_is_promised(self, scenario):
        scenario.given(*on_sale(10), reserved(4), reserved(6, BENS_CART))
        scenario.when(allocate(4, ANNAS_CART))
        scenario.then(allocated((SPRING_LOT, 4), cart=ANNAS_CART))

    def test_what_an_order_leaves_of_its_reservation_is_free(self, scenario):
        scenario.given(*on_sale(10), reserved(10), allocated((SPRING_LOT, 4), cart=ANNAS_CART))
        scenario.when(allocate(6))
        scenario.then(allocated((SPRING_LOT, 6)))

    def test_an_order_takes_no_more_than_its_reservation(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(allocate(5, ANNAS_CART))
        scenario.refused("not_enough_stock")

    def test_a_reservation_is_turned_into_one_order(self, scenario):
        scenario.given(*on_sale(10), reserved(4), allocated((SPRING_LOT, 4), cart=ANNAS_CART))
        scenario.when(allocate(4, ANNAS_CART))
        scenario.refused("not_found")

    def test_a_reservation_that_has_lapsed_is_not_turned_into_an_order(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(allocate(4, ANNAS_CART), at=NOW + minutes(30))
        scenario.refused("reservation_lapsed")

    def test_a_promise_on_goods_that_have_expired_meanwhile_cannot_be_kept(self, scenario):
        scenario.given(*on_sale(10, best_before=TODAY), reserved(4, until=FIRST_OF_TOMORROW + minutes(30)))
        scenario.when(allocate(4, ANNAS_CART), at=FIRST_OF_TOMORROW)
        scenario.refused("not_enough_stock")


class TestExpiry:
    def test_lots_past_their_best_before_expire_with_what_is_left_of_them(self, scenario):
        scenario.given(*on_sale(10, best_before=TODAY), allocated((SPRING_LOT, 4)))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then(expired(6))

    def test_lots_in_quarantine_expire_too(self, scenario):
        scenario.given(received(10, best_before=TODAY))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then(expired(10))

    def test_lots_that_are_sold_out_do_not_expire(self, scenario):
        scenario.given(*on_sale(10, best_before=TODAY), allocated((SPRING_LOT, 10)))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then_nothing()

    def test_lots_do_not_expire_on_their_best_before_day(self, scenario):
        scenario.given(*on_sale(10, best_before=TODAY), *on_sale(5, SUMMER_LOT, best_before=TOMORROW))
        scenario.given(noticed(7, best_before=TODAY), noticed(7, SUMMER_LOT, best_before=TOMORROW))
        scenario.when(EXPIRE, at=LAST_MINUTE_OF_TODAY)
        scenario.then_nothing()

    def test_lots_expire_once(self, scenario):
        scenario.given(*on_sale(10, best_before=TODAY), expired(10))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then_nothing()

    def test_reservations_lapse_at_their_end(self, scenario):
        scenario.given(*on_sale(10), reserved(4), reserved(2, BENS_CART, until=NOW + minutes(31)))
        scenario.when(EXPIRE, at=NOW + minutes(30))
        scenario.then(lapsed())

    def test_reservations_do_not_lapse_before(self, scenario):
        scenario.given(*on_sale(10), reserved(4))
        scenario.when(EXPIRE, at=NOW + minutes(29))
        scenario.then_nothing()

    def test_promises_that_an_expired_lot_breaks_are_given_back_the_last_to_end_first(self, scenario):
        scenario.given(*on_sale(4, SPRING_LOT, best_before=TODAY), *on_sale(3, SUMMER_LOT))
        scenario.given(reserved(3, ANNAS_CART, until=AT_THAT_WEEK))
        scenario.given(reserved(3, BENS_CART, until=AT_THAT_WEEK + minutes(1)))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then(expired(4), given_back(BENS_CART, reason="its lot has expired"))

    def test_promises_that_can_still_be_kept_are_kept(self, scenario):
        scenario.given(*on_sale(4, SPRING_LOT, best_before=TODAY), *on_sale(3, SUMMER_LOT))
        scenario.given(reserved(3, ANNAS_CART, until=AT_THAT_WEEK))
        scenario.when(EXPIRE, at=FIRST_OF_TOMORROW)
        scenario.then(expired(4))


@pytest.mark.parametrize(
    "command",
    [RELEASE, reserve(1), extend(NOW + minutes(45)), allocate(1), EXPIRE],
    ids=lambda command: type(command).__name__,
)
def test_stock_of_a_product_that_is_not_there_is_not_found(scenario, command):
    scenario.when(command)
    scenario.refused("not_found")


def short_promises(number: int) -> list[StockReserved]:
    return [reserved(1, uuid5(OLIVES, str(one))) for one in range(number)]


class TestMuchAtOnce:
    """What one commit cannot hold is ended by several."""

    def test_a_stock_with_over_a_thousand_lapsed_reservations_is_reserved_again(self, in_memory):
        in_memory.put(f"stock:{OLIVES}", [*on_sale(2_000), *short_promises(1_001)])
        facts = in_memory.carry_out(reserve(5, until=NOW + minutes(90)), MARIA, NOW + minutes(60))
        assert (len(facts), facts[-1].quantity) == (MOST_ENDED + 1, 5)

    def test_what_lapsed_is_ended_in_as_many_steps_as_it_takes(self):
        stock = Stock(id=OLIVES).replay([*on_sale(2_000), *short_promises(1_001)])
        for _ in range(6):
            stock.expire(NOW + minutes(60))
        assert stock.promises.held == {}
