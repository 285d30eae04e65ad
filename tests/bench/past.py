"""A catalogue's past, as its commands would have left it in the log; written there in bulk, to save the time."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid5

from bson import ObjectId

from catalog.events import (
    CategoryCreated,
    LotApproved,
    LotReceived,
    LotReleased,
    PriceChanged,
    ProductApproved,
    ProductCreated,
    ProductSubmitted,
)
from catalog.values import Allergen, Allergens, Description, StorageZone
from efi.domain.events import Event, written
from efi.domain.values import Money
from efi.log import event_store
from efi.log.mongo import Document
from efi.runtime.batches import batched

SPACE = UUID("5b3c0a52-8d0e-4f43-9a6a-3f3f6f0f7c11")
SUPPLIER = uuid5(SPACE, "supplier")
BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
DEPARTMENTS, SHELVES = 8, 6
COUNTRIES = ("IT", "GR", "FR", "ES", "PT", "LB", "TR", "BB")
GOODS = ("Olives", "Crème fraîche", "Ricotta", "Linguine", "Saffron", "Anchovies", "Honey", "Vinegar", "Figs")
ABOUT = "Chosen by our buyers at the source, packed within a day, and shipped under seal to Bridgetown. "


def write(products: int, prices: int) -> None:
    """Fills an empty log; every product is on sale, in stock, and has changed its price so many times."""
    for batch in batched(chain_of(products, prices), 5_000):
        event_store.commits().insert_many(batch, ordered=False)


def chain_of(products: int, prices: int) -> Iterator[Document]:
    yield from _stream("categories", _categories())
    for number in range(products):
        yield from _stream(f"product:{product_id(number)}", _product(number, prices))
        yield from _stream(f"stock:{product_id(number)}", _stock(number))


def of_product(number: int) -> list[Event]:
    """All that has happened to one: it is on sale, and in stock."""
    return [*_product(number, 0), *_stock(number)]


def product_id(number: int) -> UUID:
    return uuid5(SPACE, f"product {number}")


def sku(number: int) -> str:
    return f"BENCH-{number:05}"


def department(number: int) -> str:
    """Its slug."""
    return f"department-{number}"


def shelf(number: int) -> str:
    return f"shelf-{number}"


def _categories() -> Iterator[Event]:
    for number in range(DEPARTMENTS):
        yield _category(department(number), f"Department {number}", None)
    for number in range(DEPARTMENTS * SHELVES):
        yield _category(shelf(number), f"Shelf {number}", department(number % DEPARTMENTS))


def _category(slug: str, name: str, parent: str | None) -> CategoryCreated:
    return CategoryCreated(
        category_id=uuid5(SPACE, slug), name=name, slug=slug, parent_id=uuid5(SPACE, parent) if parent else None
    )


def _product(number: int, prices: int) -> Iterator[Event]:
    identity = product_id(number)
    yield _created(number)
    yield ProductSubmitted(product_id=identity, submitted_by="maria")
    yield ProductApproved(product_id=identity, approved_by="joan")
    for step in range(prices):
        yield PriceChanged(
            product_id=identity, old_price=price(number, step), price=price(number, step + 1), reason="new crop"
        )


def _created(number: int) -> ProductCreated:
    goods, country = GOODS[number % len(GOODS)], COUNTRIES[number * 7 % len(COUNTRIES)]
    description = Description(
        name=f"{goods} {number * 7919 % 9973:04}",
        description=ABOUT * 3,
        unit="370 g jar",
        country_of_origin=country,
        storage_zone=StorageZone.CHILLED if number % 3 else StorageZone.AMBIENT,
        shelf_life_days=180,
        allergens=Allergens(contains=(Allergen.DAIRY,), may_contain=(Allergen.NUTS,)) if number % 2 else None,
    )
    return ProductCreated(
        product_id=product_id(number),
        sku=sku(number),
        slug=f"{goods.lower().replace(' ', '-')}~{sku(number).lower()}",
        supplier_id=SUPPLIER,
        price=price(number, 0),
        category_ids=(uuid5(SPACE, shelf(number % (DEPARTMENTS * SHELVES))),),
        **vars(description),
    )


def price(number: int, step: int) -> Money:
    return Money(amount=Decimal(500 + number * 31 % 9_000 + step * 5) / 100)


def _stock(number: int) -> Iterator[Event]:
    identity, lot = product_id(number), uuid5(SPACE, f"lot {number}")
    yield LotReceived(
        product_id=identity,
        lot_id=lot,
        supplier_id=SUPPLIER,
        batch_number=f"B-{number}",
        best_before=date(2099, 1, 1) + timedelta(days=number % 300),
        quantity=10 + number % 90,
    )
    yield LotApproved(product_id=identity, lot_id=lot, approved_by="quality")
    yield LotReleased(product_id=identity, lot_id=lot, approved_by=("quality", "compliance"))


def _stream(stream: str, facts: Iterable[Event]) -> Iterator[Document]:
    """One commit an event, a minute apart."""
    for version, fact in zip(count(1), facts, strict=False):
        at, drawn = BEGINNING + timedelta(minutes=version), uuid5(SPACE, f"{stream} {version}")
        yield {
            "_id": ObjectId(),
            "stream": stream,
            "version": version,
            "events": [written(fact)],
            "count": 1,
            "command_id": drawn,
            "command_hash": "0" * 64,
            "meta": {"actor": "bench", "correlation_id": drawn, "causation_id": None},
            "occurred_at": at,
            "recorded_at": at,
        }
