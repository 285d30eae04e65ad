"""What guests thought of a keg, in a stream of its own beside that of the keg's: who tastes keeps nobody from drawing."""

from uuid import UUID

from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from tavern.events import KegTasted


@aggregate("tasting")
class Tasting(Aggregate):
    """Of one keg, whose id it shares. Each guest says it once."""

    guest_ids: tuple[UUID, ...] = ()

    def taste(self, guest_id: UUID, stars: int) -> None:
        if guest_id in self.guest_ids:
            raise Rejected("this guest has tasted it already", code="tasted")
        self.record(KegTasted(keg_id=self.identity, guest_id=guest_id, stars=stars))

    def evolve(self, event: Event) -> None:
        match event:
            case KegTasted():
                self.guest_ids = (*self.guest_ids, event.guest_id)
