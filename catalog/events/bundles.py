"""What happens to a bundle."""

from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.values import Money


@event()
class BundleCreated(Event):
    """A bundle is on sale: one of each of these products, for one price."""

    bundle_id: UUID
    slug: str
    name: str
    description: str
    product_ids: tuple[UUID, ...]
    price: Money


@event()
class BundleDescribed(Event):
    bundle_id: UUID
    name: str
    description: str


@event()
class BundleRepriced(Event):
    bundle_id: UUID
    old_price: Money
    price: Money


@event()
class BundleWithdrawn(Event):
    """The bundle is off sale for a while."""

    bundle_id: UUID


@event()
class BundleOffered(Event):
    """The bundle is on sale again."""

    bundle_id: UUID
