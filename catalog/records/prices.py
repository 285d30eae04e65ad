"""A record for each price that a product has had: since when, why, and by whom."""

from collections.abc import Iterator

from bson import Decimal128

from catalog.events import PriceChanged, ProductCreated, ProductDescribed
from efi.domain.events import Event
from efi.domain.texts import terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding, price_of

NAME = "price_records"
listing = Listing(
    closed={"approved": (True, False)},
    open=("product_id",),
    sorts={"since": ("since",), "updated_at": ("_updated_at",)},
)


def empty() -> Document:
    return {"sku": "", "name": "", "prices": []}


def rows(fact: Document) -> Iterator[Document]:
    product = {"product_id": fact["_id"], "terms": terms(fact["sku"], fact["name"])}
    for number, price in enumerate(fact["prices"]):
        yield {"_id": f"{fact['_id']}:{number:06}", **product, **price}


@projects(
    NAME,
    streams=("product",),
    version=2,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding(),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            fact.update(sku=event.sku, name=event.name)
            fact["prices"].append(_price(event, commit, old=None, reason="first price", approved=False))
        case ProductDescribed():
            fact["name"] = event.name
        case PriceChanged():
            old, approved = Decimal128(event.old_price.amount), event.proposal_id is not None
            fact["prices"].append(_price(event, commit, old=old, reason=event.reason, approved=approved))


def _price(event: ProductCreated | PriceChanged, commit: Commit, **about: object) -> Document:
    return {**price_of(event.price), **about, "changed_by": commit.actor, "since": commit.occurred_at}
