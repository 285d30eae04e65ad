"""What holds of a stock after any history of commands."""

from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from catalog.events import LotExpired, LotReceived, LotReleased, StockAllocated
from catalog.stock import Stock
from catalog.values import business_day
from efi.errors import Refusal
from tests.catalog.larder import COMPLIANCE, NOW, OLIVES, QUALITY, TRATTORIA, identity

QUANTITIES = st.integers(0, 12)
AHEAD = st.timedeltas(timedelta(0), timedelta(days=3))


def turn(lot):
    return lot.best_before, lot.received


class AnyHistory(RuleBasedStateMachine):
    """Deliveries, carts, orders and days in any order, most of them few and small, so that they meet."""

    lots = Bundle("lots")
    carts = Bundle("carts")

    def __init__(self) -> None:
        super().__init__()
        self.stock, self.at, self.drawn = Stock(id=OLIVES), NOW, count()

    def order(self, verb, *details, **more) -> bool:
        """As `dispatch` does it: on a stock read from its events, and kept only if it was not refused."""
        asked = Stock(id=OLIVES).replay(self.stock.pending)
        asked.pending = list(self.stock.pending)
        try:
            getattr(asked, verb)(*details, **more)
        except Refusal:
            return False
        self.stock = asked
        return True

    @rule(target=lots, quantity=QUANTITIES, days=st.integers(-1, 2))
    def receive(self, quantity, days):
        lot, best_before = identity(f"lot {next(self.drawn)}"), business_day(self.at) + timedelta(days=days)
        about = {"supplier_id": TRATTORIA, "batch_number": str(lot), "best_before": best_before}
        self.order("receive", lot, quantity=quantity, at=self.at, **about)
        return lot

    @rule(lot=lots, by=st.sampled_from([QUALITY, COMPLIANCE]))
    def approve(self, lot, by):
        self.order("release", lot, by, self.at)

    @rule(lot=lots)
    def release(self, lot):
        self.approve(lot, QUALITY)
        self.approve(lot, COMPLIANCE)

    @rule(target=carts, quantity=QUANTITIES, ahead=AHEAD)
    def reserve(self, quantity, ahead):
        cart = identity(f"cart {next(self.drawn)}")
        if self.order("reserve", cart, quantity, until=self.at + ahead, at=self.at):
            self.every_promise_can_be_kept()
        return cart

    @rule(cart=carts, ahead=AHEAD)
    def extend(self, cart, ahead):
        self.order("extend", cart, until=self.at + ahead, at=self.at)

    @rule(cart=carts)
    def give_back(self, cart):
        self.order("release_reservation", cart, "changed her mind")

    @rule(quantity=QUANTITIES)
    def sell(self, quantity):
        self.allocate(quantity, None)

    @rule(quantity=QUANTITIES, cart=carts)
    def sell_what_was_reserved(self, quantity, cart):
        self.allocate(quantity, cart)

    @rule(ahead=AHEAD)
    def time_goes_by(self, ahead):
        self.at += ahead

    @rule()
    def expire(self):
        self.order("expire", self.at)
        self.every_promise_can_be_kept()

    def allocate(self, quantity, cart):
        before, kept = self.stock, self.promises_can_be_kept
        if not self.order("allocate", "EFI-1", quantity, reservation_id=cart, at=self.at):
            return
        taken = {part.lot_id: part.quantity for part in self.stock.pending[-1].parts}
        assert sum(taken.values()) == quantity
        self.what_expires_first_went_first(before, taken)
        if kept:
            self.every_promise_can_be_kept()

    def what_expires_first_went_first(self, before, taken):
        on_sale = self.on_sale(before)
        assert taken.keys() <= on_sale.keys(), "sold from a lot that is held or expired"
        left_behind = [turn(lot) for lot_id, lot in on_sale.items() if taken.get(lot_id, 0) < lot.remaining]
        assert max(turn(on_sale[lot_id]) for lot_id in taken) <= min(left_behind, default=(date.max, 0))

    def on_sale(self, stock):
        """By what its events say, rather than by what it thinks itself."""
        released = {
            fact.lot_id for fact in stock.pending if isinstance(fact, LotReleased) and len(set(fact.approved_by)) == 2
        }
        expired = {fact.lot_id for fact in stock.pending if isinstance(fact, LotExpired)}
        fresh = {lot_id for lot_id, lot in stock.lots.items() if lot.best_before >= business_day(self.at)}
        return {lot_id: stock.lots[lot_id] for lot_id in released & fresh - expired}

    @property
    def promises_can_be_kept(self):
        promised = sum(held.quantity for held in self.stock.reservations.values() if held.expires_at > self.at)
        return promised <= sum(lot.remaining for lot in self.on_sale(self.stock).values())

    def every_promise_can_be_kept(self):
        assert self.promises_can_be_kept, "more is promised than there is"

    @invariant()
    def nothing_is_negative(self):
        assert all(lot.remaining >= 0 for lot in self.stock.lots.values())
        assert all(held.quantity > 0 for held in self.stock.reservations.values())
        assert self.stock.available(self.at) >= 0

    @invariant()
    def what_came_in_is_on_hand_or_went_out(self):
        facts = self.stock.pending
        came = sum(fact.quantity for fact in facts if isinstance(fact, LotReceived))
        sold = sum(part.quantity for fact in facts if isinstance(fact, StockAllocated) for part in fact.parts)
        spoiled = sum(fact.remaining for fact in facts if isinstance(fact, LotExpired))
        on_hand = sum(lot.remaining for lot in self.stock.lots.values() if not lot.expired)
        assert came == on_hand + sold + spoiled

    @invariant()
    def its_events_tell_it_all(self):
        read = Stock(id=OLIVES).replay(self.stock.pending)
        assert (read.lots, read.reservations) == (self.stock.lots, self.stock.reservations)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=250, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
