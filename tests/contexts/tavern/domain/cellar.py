"""A cellar: where kegs lie."""

from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from tavern.events import CellarClosed, CellarOpened


@aggregate("cellar")
class Cellar(Aggregate):
    """Kegs are carried into it while it is open."""

    name: str = ""
    closed: bool = False

    def open(self, name: str) -> None:
        self.record(CellarOpened(cellar_id=self.identity, name=name))

    def must_be_open(self) -> None:
        if self.closed:
            raise Rejected(f"cellar {self.name} is closed", code="cellar_closed")

    def close(self, kegs: int) -> None:
        """Refuses while kegs lie in it."""
        self.must_be_open()
        if kegs:
            raise Rejected(f"{kegs} kegs lie in cellar {self.name}", code="cellar_not_empty")
        self.record(CellarClosed(cellar_id=self.identity))

    def evolve(self, event: Event) -> None:
        match event:
            case CellarOpened():
                self.name = event.name
            case CellarClosed():
                self.closed = True
