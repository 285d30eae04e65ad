"""A keg: what is in it, where it lies, and what a pint of it costs."""

from uuid import UUID

from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from efi.domain.proposals import must_be_another, that_waits
from efi.domain.values import Money
from tavern.domain.pouring import Pouring
from tavern.events import (
    KegEmptied,
    KegMoved,
    KegPoured,
    KegRepriced,
    KegTapped,
    PintsDrawn,
    PouringDeclined,
    PouringProposed,
)


@aggregate("keg")
class Keg(Aggregate):
    """Its pints are drawn until none is left. Once carried out, it stays as it was."""

    name: str = ""
    cellar_id: UUID | None = None
    pints: int = 0
    price: Money | None = None
    pouring: Pouring | None = None
    emptied: bool = False

    @property
    def place(self) -> UUID:
        """Returns the id of its cellar; raises `LookupError` for a keg that was never tapped."""
        if self.cellar_id is None:
            raise LookupError(f"keg {self.id} was never tapped")
        return self.cellar_id

    @property
    def asked_price(self) -> Money:
        """Returns what a pint of it costs; raises `LookupError` for a keg that was never tapped."""
        if self.price is None:
            raise LookupError(f"keg {self.id} was never tapped")
        return self.price

    def tap(self, cellar_id: UUID, *, name: str, pints: int, price: Money) -> None:
        self.record(KegTapped(keg_id=self.identity, cellar_id=cellar_id, name=name, pints=pints, price=price))

    def reprice(self, price: Money, reason: str) -> None:
        self._must_lie_in_a_cellar()
        if price != self.price:
            self.record(KegRepriced(keg_id=self.identity, old_price=self.asked_price, price=price, reason=reason))

    def move(self, cellar_id: UUID) -> None:
        self._must_lie_in_a_cellar()
        if cellar_id != self.place:
            self.record(KegMoved(keg_id=self.identity, old_cellar_id=self.place, cellar_id=cellar_id))

    def draw(self, pints: int, tab_id: UUID | None = None) -> None:
        self._must_lie_in_a_cellar()
        if pints > self.pints:
            raise Rejected(f"{self.pints} pints of {self.name} are left", code="too_few_pints")
        self.record(PintsDrawn(keg_id=self.identity, pints=pints, tab_id=tab_id))

    def propose_pouring(self, proposal_id: UUID, reason: str, by: str) -> None:
        self._must_lie_in_a_cellar()
        self.record(PouringProposed(keg_id=self.identity, proposal_id=proposal_id, reason=reason, proposed_by=by))

    def approve_pouring(self, proposal_id: UUID, by: str) -> None:
        self._must_wait(proposal_id, by)
        self.record(KegPoured(keg_id=self.identity, proposal_id=proposal_id, pints=self.pints, approved_by=by))

    def decline_pouring(self, proposal_id: UUID, reason: str, by: str) -> None:
        self._must_wait(proposal_id, by)
        self.record(PouringDeclined(keg_id=self.identity, proposal_id=proposal_id, reason=reason, declined_by=by))

    def empty(self) -> None:
        self._must_lie_in_a_cellar()
        if self.pints:
            raise Rejected(f"{self.pints} pints of {self.name} are left", code="not_empty")
        self.record(KegEmptied(keg_id=self.identity))

    def evolve(self, event: Event) -> None:
        match event:
            case KegTapped():
                self.name, self.cellar_id, self.pints, self.price = (
                    event.name,
                    event.cellar_id,
                    event.pints,
                    event.price,
                )
            case KegRepriced():
                self.price = event.price
            case KegMoved():
                self.cellar_id = event.cellar_id
            case PintsDrawn():
                self.pints -= event.pints
            case PouringProposed():
                self.pouring = Pouring(id=event.proposal_id, by=event.proposed_by)
            case PouringDeclined():
                self.pouring = None
            case KegPoured():
                self.pints, self.pouring = 0, None
            case KegEmptied():
                self.emptied, self.pouring = True, None

    def _must_lie_in_a_cellar(self) -> None:
        if self.emptied:
            raise Rejected(f"keg {self.name} was carried out", code="keg_emptied")

    def _must_wait(self, proposal_id: UUID, by: str) -> None:
        """Refuses a proposal that something else has ended, and the person who made it."""
        self._must_lie_in_a_cellar()
        must_be_another(by, that_waits(self.pouring, proposal_id).by, "a second person is to agree")
