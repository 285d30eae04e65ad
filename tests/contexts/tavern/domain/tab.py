"""A tab: what a guest has had and not paid yet."""

from datetime import datetime
from uuid import UUID

from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from efi.domain.values import Money
from tavern.events import RoundAdded, TabLapsed, TabOpened, TabSettled
from tavern.values import TabStatus


@aggregate("tab")
class Tab(Aggregate):
    """A guest's own. It is settled, or lapses when its time is over."""

    guest_id: UUID | None = None
    lapses_at: datetime | None = None
    pints: int = 0
    status: TabStatus = TabStatus.OPEN

    @property
    def owner(self) -> UUID | None:
        return self.guest_id

    def open(self, guest_id: UUID, *, name: str, lapses_at: datetime) -> None:
        self.record(TabOpened(tab_id=self.identity, guest_id=guest_id, name=name, lapses_at=lapses_at))

    def add(self, keg_id: UUID, pints: int, price: Money, at: datetime) -> None:
        self._must_be_open()
        if self._is_over(at):
            raise Rejected("the tab's time is over", code="tab_over")
        self.record(RoundAdded(tab_id=self.identity, keg_id=keg_id, pints=pints, price=price))

    def settle(self) -> None:
        self._must_be_open()
        self.record(TabSettled(tab_id=self.identity))

    def lapse(self, at: datetime) -> None:
        """Changes nothing before its time is over, or once it has ended."""
        if self.status == TabStatus.OPEN and self._is_over(at):
            self.record(TabLapsed(tab_id=self.identity))

    def evolve(self, event: Event) -> None:
        match event:
            case TabOpened():
                self.guest_id, self.lapses_at = event.guest_id, event.lapses_at
            case RoundAdded():
                self.pints += event.pints
            case TabSettled():
                self.status = TabStatus.SETTLED
            case TabLapsed():
                self.status = TabStatus.LAPSED

    def _is_over(self, at: datetime) -> bool:
        return bool(self.lapses_at and self.lapses_at <= at)

    def _must_be_open(self) -> None:
        if self.status != TabStatus.OPEN:
            raise Rejected(f"the tab is {self.status}", code="tab_status")
