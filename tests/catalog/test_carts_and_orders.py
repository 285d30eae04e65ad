"""What carts hold of a stock and orders have of it: carts a quarter at most, and orders before carts."""

import pytest

from catalog.commands.stock import AllocateForOrder, HoldForCart, LetGoOfCart, ReturnAllocation, SendAllocation
from catalog.events import (
    AllocationReturned,
    AllocationSent,
    ReservationReleased,
    StockAllocated,
    StockReserved,
)
from catalog.values import Part
from tests.catalog.larder import (
    ANNAS_CART,
    BENS_CART,
    NEXT_YEAR,
    OLIVES,
    SPRING_LOT,
    SUMMER_LOT,
    TOMORROW,
    on_sale,
    received,
    released,
    reserved,
)
from tests.given import NOW, minutes

SOON = NOW + minutes(30)
ORDER = "order-1"


def hold(quantity, cart=ANNAS_CART):
    return HoldForCart(product_id=OLIVES, cart_id=cart, quantity=quantity, expires_at=SOON)


def held(quantity, cart=ANNAS_CART):
    return StockReserved(product_id=OLIVES, reservation_id=cart, quantity=quantity, expires_at=SOON, for_cart=True)


def let_go(cart=ANNAS_CART, reason="the cart has changed"):
    return ReservationReleased(product_id=OLIVES, reservation_id=cart, reason=reason)


def order(quantity, cart=ANNAS_CART):
    return AllocateForOrder(product_id=OLIVES, reference=ORDER, quantity=quantity, cart_id=cart)


def taken(*parts, cart=None):
    return StockAllocated(
        product_id=OLIVES,
        reference=ORDER,
        reservation_id=cart,
        parts=tuple(Part(lot_id=lot, quantity=quantity) for lot, quantity in parts),
        override_reason=None,
        until_sent=True,
    )


class TestCarts:
    @pytest.mark.parametrize(("there", "most"), [(40, 10), (41, 10), (4, 1), (3, 1), (1, 1)])
    def test_all_carts_together_hold_a_quarter_or_one_unit(self, scenario, there, most):
        scenario.given(*on_sale(there))
        scenario.when(hold(most))
        scenario.then(held(most))
        scenario.when(hold(1, BENS_CART))
        scenario.refused("not_enough_stock")

    def test_a_cart_holds_no_more_than_that_alone(self, scenario):
        scenario.given(*on_sale(40))
        scenario.when(hold(11))
        scenario.refused("not_enough_stock")

    def test_what_staff_have_reserved_is_no_cart_s(self, scenario):
        scenario.given(*on_sale(40), reserved(20, BENS_CART))
        scenario.when(hold(10))
        scenario.then(held(10))

    def test_a_cart_s_own_hold_does_not_count_against_itself(self, scenario):
        scenario.given(*on_sale(4), held(1))
        scenario.when(hold(1))
        scenario.then(let_go(), held(1))

    def test_a_cart_lets_go(self, scenario):
        scenario.given(*on_sale(4), held(1))
        scenario.when(LetGoOfCart(product_id=OLIVES, cart_id=ANNAS_CART))
        scenario.then(let_go())

    def test_a_cart_without_a_hold_has_nothing_to_let_go(self, scenario):
        scenario.given(*on_sale(4))
        scenario.when(LetGoOfCart(product_id=OLIVES, cart_id=ANNAS_CART))
        scenario.then_nothing()


class TestOrders:
    def test_an_order_has_what_its_cart_held_and_more(self, scenario):
        scenario.given(*on_sale(10), held(2))
        scenario.when(order(10))
        scenario.then(taken((SPRING_LOT, 10), cart=ANNAS_CART))

    def test_an_order_whose_cart_holds_nothing_any_more_has_what_there_is(self, scenario):
        scenario.given(*on_sale(10))
        scenario.when(order(10))
        scenario.then(taken((SPRING_LOT, 10)))

    def test_what_other_carts_hold_gives_way_to_an_order(self, scenario):
        scenario.given(*on_sale(4), held(1, BENS_CART))
        scenario.when(order(4))
        scenario.then(taken((SPRING_LOT, 4)), let_go(BENS_CART, "somebody has ordered it"))

    def test_what_staff_have_reserved_does_not(self, scenario):
        scenario.given(*on_sale(4), reserved(1, BENS_CART))
        scenario.when(order(4))
        scenario.refused("not_enough_stock")

    def test_there_is_no_more_than_there_is(self, scenario):
        scenario.given(*on_sale(4))
        scenario.when(order(5))
        scenario.refused("not_enough_stock")

    def test_what_expires_first_is_sold_first(self, scenario):
        scenario.given(*on_sale(4), received(3, SUMMER_LOT, best_before=TOMORROW), released(SUMMER_LOT))
        scenario.when(order(5))
        scenario.then(taken((SUMMER_LOT, 3), (SPRING_LOT, 2)))

    def test_a_cancelled_order_s_units_lie_in_their_lots_again(self, scenario):
        parts = ((SUMMER_LOT, 3), (SPRING_LOT, 2))
        scenario.given(*on_sale(4), received(3, SUMMER_LOT, best_before=NEXT_YEAR), released(SUMMER_LOT), taken(*parts))
        scenario.when(ReturnAllocation(product_id=OLIVES, reference=ORDER))
        back = tuple(Part(lot_id=lot, quantity=quantity) for lot, quantity in parts)
        scenario.then(AllocationReturned(product_id=OLIVES, reference=ORDER, parts=back))
        scenario.when(order(7))
        scenario.then(taken((SPRING_LOT, 4), (SUMMER_LOT, 3)))

    def test_they_come_back_once(self, scenario):
        scenario.given(*on_sale(4), taken((SPRING_LOT, 4)))
        scenario.given(
            AllocationReturned(product_id=OLIVES, reference=ORDER, parts=(Part(lot_id=SPRING_LOT, quantity=4),))
        )
        scenario.when(ReturnAllocation(product_id=OLIVES, reference=ORDER))
        scenario.then_nothing()

    def test_what_was_sent_does_not_come_back(self, scenario):
        scenario.given(*on_sale(4), taken((SPRING_LOT, 4)))
        scenario.when(SendAllocation(product_id=OLIVES, reference=ORDER))
        scenario.then(AllocationSent(product_id=OLIVES, reference=ORDER))
        scenario.when(ReturnAllocation(product_id=OLIVES, reference=ORDER))
        scenario.then_nothing()
