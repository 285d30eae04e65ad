"""A record for each bundle."""

from catalog.events import (
    BundleCreated,
    BundleDescribed,
    BundleOffered,
    BundleRepriced,
    BundleWithdrawn,
)
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding, price_of

NAME = "bundle_records"
listing = Listing(
    closed={"offered": (True, False)},
    sorts={"name": ("name_order",), "price": ("currency", "price"), "updated_at": ("_updated_at",)},
)


@projects(NAME, streams=("bundle",), version=3, indexes=listing.indexes, view=(hiding("name_order"),))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case BundleCreated():
            document.update(slug=event.slug, product_ids=list(map(str, event.product_ids)), offered=True)
            _describe(document, event)
            document.update(price_of(event.price))
        case BundleDescribed():
            _describe(document, event)
        case BundleRepriced():
            document.update(price_of(event.price))
        case BundleWithdrawn():
            document["offered"] = False
        case BundleOffered():
            document["offered"] = True


def _describe(document: Document, event: BundleCreated | BundleDescribed) -> None:
    document.update(name=event.name, description=event.description)
    document.update(name_order=in_order(event.name), terms=terms(event.name))
