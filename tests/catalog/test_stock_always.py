"""What holds of a stock after any history of commands."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.domain.lot import Lot
from catalog.domain.stock import Stock
from catalog.events import (
    AdjustmentProposed,
    ExpiryNoticed,
    LotAdjusted,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotRejected,
    LotReleased,
    LotWrittenOff,
    StockAllocated,
    StockClosed,
    StockRecalled,
    StockReopened,
)
from catalog.values import Loss, Part, Severity
from efi.domain.errors import Refusal
from efi.domain.values import business_day
from tests.catalog.larder import COMPLIANCE, OLIVES, QUALITY, TRATTORIA
from tests.given import NOW, bbd, identity

QUANTITIES = st.integers(0, 12)
AHEAD = st.timedeltas(timedelta(0), timedelta(days=3))
WEEKS = st.timedeltas(timedelta(0), timedelta(days=20))
PEOPLE = st.sampled_from([QUALITY, COMPLIANCE])
OFF_SALE = (LotHeld, LotRejected, LotExpired, LotRecalled, LotDisposed)
LATE = 30
"""Facts of a history after which its product may end: until then much has met."""
FOR_GOOD = (LotRejected, LotExpired, LotRecalled, LotDisposed)


def turn(lot):
    return lot.best_before, lot.received


class AnyHistory(RuleBasedStateMachine):
    """Deliveries, carts, orders, mishaps and days in any order, most of them few and small, so that they meet."""

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

    def taking(self, verb, *details, **more) -> None:
        """An order after which there may be less to sell."""
        if self.order(verb, *details, **more, at=self.at):
            self.every_promise_can_be_kept()

    @rule(target=lots, quantity=QUANTITIES, days=st.integers(-1, 40))
    def receive(self, quantity, days):
        lot, best_before = identity(f"lot {next(self.drawn)}"), business_day(self.at) + timedelta(days=days)
        about = {"supplier_id": TRATTORIA, "batch_number": str(lot), "best_before": best_before}
        self.order("receive", lot, quantity=quantity, at=self.at, **about)
        return lot

    @initialize(target=lots)
    def opening_day(self):
        return multiple(*(self.stock_up(12, days) for days in (10, 35)))

    @rule(target=lots, quantity=QUANTITIES, days=st.integers(1, 40))
    def stock_up(self, quantity, days):
        lot = self.receive(quantity, days)
        self.release(lot)
        return lot

    @rule(lot=lots, by=PEOPLE)
    def approve(self, lot, by):
        self.order("release", lot, by, self.at)

    @rule(lot=lots)
    def release(self, lot):
        self.approve(lot, QUALITY)
        self.approve(lot, COMPLIANCE)

    @rule(lot=lots)
    def hold(self, lot):
        self.taking("hold", lot, "a jar was swollen", by=QUALITY)

    @rule(lot=lots)
    def reject(self, lot):
        self.order("reject", lot, "the seals leak", QUALITY)

    @rule(lot=lots)
    def recall(self, lot):
        self.taking("recall", lot, "glass in a jar", Severity.HIGH, by=QUALITY)

    @precondition(lambda self: len(self.stock.pending) > LATE)
    @rule()
    def recall_the_product(self):
        self.taking("recall_all", "glass in a jar", Severity.CRITICAL, by=QUALITY)
        assert {fact.lot_id for fact in self.facts(LotRecalled)} == self.stock.lots.keys()

    @precondition(lambda self: len(self.stock.pending) > LATE)
    @rule()
    def discontinue_the_product(self):
        self.taking("close")

    @precondition(lambda self: self.stock.closed and not self.stock.recalled)
    @rule()
    def reinstate_the_product(self):
        self.order("reopen")

    @rule(lot=lots)
    def dispose(self, lot):
        self.order("dispose", lot, "not fit to eat", QUALITY)

    @rule(lot=lots, quantity=QUANTITIES, loss=st.sampled_from(Loss))
    def write_off(self, lot, quantity, loss):
        about = {"unit_value": bbd("1.00"), "adjustment_id": identity(f"{next(self.drawn)}")}
        self.taking("write_off", lot, quantity, loss, "a pallet fell", by=QUALITY, **about)

    @rule(lot=lots, change=st.integers(-12, 12), price=st.sampled_from(["1.00", "100.00"]), by=PEOPLE)
    def adjust(self, lot, change, price, by):
        about = {"reason": "counted anew", "reference": "COUNT-7", "adjustment_id": identity(f"{next(self.drawn)}")}
        self.taking("adjust", lot, change, unit_value=bbd(price), by=by, **about)

    @rule(by=PEOPLE, agrees=st.booleans(), which=st.integers(0, 3))
    def decide(self, by, agrees, which):
        asked = [fact for fact in self.stock.pending if isinstance(fact, AdjustmentProposed)][which : which + 1]
        for one in asked:
            if agrees:
                self.taking("approve_adjustment", one.adjustment_id, by=by)
            else:
                self.order("decline_adjustment", one.adjustment_id, "count again", by)

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

    @rule(lot=lots, quantity=QUANTITIES, cart=st.none() | carts)
    def sell_out_of_turn(self, lot, quantity, cart):
        before, kept = self.on_sale(self.stock), self.promises_can_be_kept
        about = {"reservation_id": cart, "reason": "a later date was asked for", "at": self.at}
        if self.order("allocate_from_lots", "EFI-2", (Part(lot_id=lot, quantity=quantity),), **about):
            assert lot in before
            assert not kept or self.promises_can_be_kept

    @rule(ahead=AHEAD)
    def time_goes_by(self, ahead):
        self.at += ahead

    @rule(ahead=WEEKS)
    def much_time_goes_by(self, ahead):
        self.at += ahead

    @rule()
    def expire(self):
        self.taking("expire")
        again = len(self.stock.pending)
        self.order("expire", self.at)
        assert len(self.stock.pending) == again, "what was seen to is due no more"

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
        assert taken.keys() <= on_sale.keys(), "sold from a lot that is held or over"
        left_behind = [turn(lot) for lot_id, lot in on_sale.items() if taken.get(lot_id, 0) < lot.remaining]
        assert max(turn(on_sale[lot_id]) for lot_id in taken) <= min(left_behind, default=(date.max, 0))

    def facts(self, *kinds):
        return [fact for fact in self.stock.pending if isinstance(fact, kinds)]

    def on_sale(self, stock):
        """By what its events say, rather than by what it thinks itself."""
        released = set()
        ends = [fact for fact in stock.pending if isinstance(fact, StockClosed | StockRecalled | StockReopened)]
        if ends and not isinstance(ends[-1], StockReopened):
            return {}
        for fact in stock.pending:
            if isinstance(fact, LotReleased) and len(set(fact.approved_by)) == 2:
                released.add(fact.lot_id)
            elif isinstance(fact, OFF_SALE):
                released.discard(fact.lot_id)
        fresh = {lot_id for lot_id, lot in stock.lots.items() if lot.best_before >= business_day(self.at)}
        return {lot_id: stock.lots[lot_id] for lot_id in released & fresh}

    @property
    def promises_can_be_kept(self):
        promised = sum(held.quantity for held in self.stock.promises.held.values() if held.expires_at > self.at)
        return promised <= sum(lot.remaining for lot in self.on_sale(self.stock).values())

    def every_promise_can_be_kept(self):
        assert self.promises_can_be_kept, "more is promised than there is"

    @invariant()
    def nothing_is_negative(self):
        assert all(lot.remaining >= 0 for lot in self.stock.lots.values())
        assert all(held.quantity > 0 for held in self.stock.promises.held.values())
        assert self.stock.promises.units(self.at) >= 0
        assert self.stock.available(self.at) >= 0

    @invariant()
    def what_came_in_is_on_hand_or_went_out(self):
        came = sum(fact.quantity for fact in self.facts(LotReceived))
        found = sum(fact.change for fact in self.facts(LotAdjusted))
        sold = sum(part.quantity for fact in self.facts(StockAllocated) for part in fact.parts)
        lost = sum(fact.quantity for fact in self.facts(LotDisposed, LotWrittenOff))
        assert came + found == sum(lot.remaining for lot in self.stock.lots.values()) + sold + lost

    @invariant()
    def what_is_over_stays_over(self):
        over = set()
        for fact in self.facts(LotReleased, LotHeld, *FOR_GOOD):
            assert fact.lot_id not in over or isinstance(fact, LotRecalled | LotDisposed)
            if isinstance(fact, FOR_GOOD):
                over.add(fact.lot_id)

    @invariant()
    def each_notice_is_nearer_than_the_one_before(self):
        given = {}
        for fact in self.facts(ExpiryNoticed):
            assert fact.days < given.get(fact.lot_id, 31)
            given[fact.lot_id] = fact.days

    @invariant()
    def its_events_tell_it_all(self):
        read = Stock(id=OLIVES).replay(self.stock.pending)
        assert (read.lots, read.promises) == (self.stock.lots, self.stock.promises)


LONG_LIVES = settings(
    max_examples=250, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = LONG_LIVES


def nothing(*args, **options):
    """What a verb does that somebody forgot."""


def keeps_what_is_disposed_of(lot, event):
    """A step of `evolve` that somebody forgot."""
    if not isinstance(event, LotDisposed):
        EVOLVE(lot, event)


def sells_whatever_is_there(lot, today):
    return lot.remaining


EVOLVE = Lot.evolve
PLANTED = [
    (Stock, "_give_back", nothing),
    (Lot, "_must_hold", nothing),
    (Lot, "evolve", keeps_what_is_disposed_of),
    (Lot, "sellable", sells_whatever_is_there),
]


@pytest.mark.parametrize(("where", "name", "mistake"), PLANTED, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_mistake_is_found(monkeypatch, where, name, mistake):
    monkeypatch.setattr(where, name, mistake)
    quickly = settings(LONG_LIVES, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(AnyHistory, settings=quickly)
