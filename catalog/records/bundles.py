"""A record for each bundle."""

from bson import Decimal128

from catalog.events import (
    BundleCreated,
    BundleDescribed,
    BundleOffered,
    BundleRepriced,
    BundleWithdrawn,
)
from efi.domain.events import Event
from efi.domain.texts import in_order, terms
from efi.domain.values import Money
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import projects
from efi.reading.records import Listing, hiding

NAME = "bundle_records"
listing = Listing(
    closed={"offered": (True, False)},
    sorts={"name": ("name_order",), "price": ("currency", "price"), "updated_at": ("_updated_at",)},
)


@projects(NAME, streams=("bundle",), version=1, indexes=listing.indexes, view=(hiding("name_order"),))
def fold(document: Document, event: Event, commit: Commit) -> None:
    match event:
        case BundleCreated():
            document.update(slug=event.slug, product_ids=list(map(str, event.product_ids)), offered=True)
            _describe(document, event)
            _price(document, event.price)
        case BundleDescribed():
            _describe(document, event)
        case BundleRepriced():
            _price(document, event.price)
        case BundleWithdrawn():
            document["offered"] = False
        case BundleOffered():
            document["offered"] = True


def _describe(document: Document, event: BundleCreated | BundleDescribed) -> None:
    document.update(name=event.name, description=event.description)
    document.update(name_order=in_order(event.name), terms=terms(event.name))


def _price(document: Document, price: Money) -> None:
    document.update(price=Decimal128(price.amount), currency=price.currency)
