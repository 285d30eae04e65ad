"""As many records as one likes, put straight into their read models by their own folds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from catalog.events import (
    LotReceived,
    LotReleased,
    ProductApproved,
    ProductCreated,
    ProductSubmitted,
    SupplierRegistered,
)
from catalog.records import categories, lots, products, suppliers
from catalog.values import Description, StorageZone
from efi.domain.events import Event
from efi.reading import generations
from efi.reading.projections import READ_MODELS, Rows
from tests.catalog.larder import COMPLIANCE, NEXT_YEAR, QUALITY, category
from tests.given import JOAN, MARIA, NOW, bbd, identity


@dataclass(frozen=True)
class Filled:
    """How many there are of each kind, and one of each."""

    rows: dict[str, int]
    product: str
    supplier: str
    lot: str


def fill(number: int) -> Filled:
    """Records of so many products and lots, and of a tenth as many suppliers and categories."""
    sources = [identity(f"supplier {at}") for at in range(number // 10)]
    foods = [identity(f"food {at}") for at in range(number)]
    put(suppliers.NAME, {source: [registered(at, source)] for at, source in enumerate(sources)})
    stocked = {food: lot_of(at, food, sources[at // 10]) for at, food in enumerate(foods)}
    put(products.NAME, {food: [*listed(at, food, sources[0]), *stocked[food]] for at, food in enumerate(foods)})
    put(lots.NAME, stocked)
    shelves = [category(identity(f"shelf {at}"), f"Shelf-{at:03}") for at in range(number // 10)]
    put(categories.NAME, {UUID(int=0): shelves})
    rows = {"product": number, "lot": number, "supplier": len(sources), "category": len(shelves)}
    return Filled(rows, str(foods[0]), str(sources[0]), f"{foods[0]}:{identity('lot 0')}")


def put(name: str, facts: Mapping[UUID, list[Event]]) -> None:
    model, documents = READ_MODELS[name], []
    for at, (subject, events) in enumerate(facts.items()):
        own = {"_rev": 1, "_updated_at": NOW + timedelta(minutes=at * 37 % 1_000)}
        document = {"_id": str(subject), **own, **model.empty()}
        for event in events:
            model.fold(document, event, SimpleNamespace(occurred_at=NOW, actor=MARIA))
        if model.derive:
            model.derive(document)
        documents += [{**row, **own} for row in model.rows(document)] if isinstance(model, Rows) else [document]
    generations.live(name).stored.delete_many({})
    for begin in range(0, len(documents), 2_000):
        generations.live(name).stored.insert_many(documents[begin : begin + 2_000])


def registered(at: int, supplier: UUID) -> SupplierRegistered:
    country = "GR" if at % 2 else "IT"
    return SupplierRegistered(supplier_id=supplier, code=f"S{at:03}", name=f"Trader {at}", contact="", country=country)


def listed(at: int, product: UUID, supplier: UUID) -> list[Event]:
    about = Description(
        name=f"Food number {at}",
        description="",
        unit="1 kg",
        country_of_origin="GR" if at // 8 % 2 else "IT",
        storage_zone=StorageZone.FROZEN if at // 2 % 2 else StorageZone.AMBIENT,
    )
    created = ProductCreated(
        product_id=product,
        sku=f"SKU-{at:06}",
        slug=f"food~sku-{at:06}",
        supplier_id=supplier,
        price=bbd(f"{1 + at * 7 % 50}.50"),
        category_ids=(),
        **vars(about),
    )
    submitted = ProductSubmitted(product_id=product, submitted_by=MARIA)
    return [created, submitted, ProductApproved(product_id=product, approved_by=JOAN)] if at % 2 else [created]


def lot_of(at: int, product: UUID, supplier: UUID) -> list[Event]:
    received = LotReceived(
        product_id=product,
        lot_id=identity(f"lot {at}"),
        supplier_id=supplier,
        batch_number=f"B-{at:04}-{at % 10}",
        best_before=NEXT_YEAR + timedelta(days=at % 30),
        quantity=1 + at % 20,
    )
    released = LotReleased(product_id=product, lot_id=received.lot_id, approved_by=(QUALITY, COMPLIANCE))
    return [received, released] if at // 4 % 2 else [received]
