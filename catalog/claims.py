"""The claims and guards of the catalogue as its log has them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from catalog.events import (
    CategoryCreated,
    CategoryRemoved,
    LotReceived,
    ProductCategorised,
    ProductCreated,
    SupplierRegistered,
)
from catalog.values import batch_claim, supplier_claim
from efi.log.event_store import Commit
from efi.writing.claims import claimed, counted, renamed


@renamed("supplier:")
def supplier_in_capitals(claim: str) -> str:
    return supplier_claim(claim.removeprefix("supplier:"))


@renamed("batch:")
def batch_in_capitals(claim: str) -> str:
    _, supplier_id, batch_number = claim.split(":", 2)
    return batch_claim(UUID(supplier_id), batch_number)


@claimed(ProductCreated)
def sku(event: ProductCreated) -> str:
    return f"sku:{event.sku}"


@claimed(SupplierRegistered)
def supplier_code(event: SupplierRegistered) -> str:
    return supplier_claim(event.code)


@claimed(LotReceived)
def batch(event: LotReceived) -> str:
    return batch_claim(event.supplier_id, event.batch_number)


@counted(CategoryCreated, CategoryRemoved, ProductCreated, ProductCategorised)
def products_in_categories(commits: Iterable[Commit]) -> Mapping[str, int]:
    """Counts the products in each category."""
    counts, shelves, placed = Counter[UUID](), set[UUID](), dict[str, tuple[UUID, ...]]()
    for commit in commits:
        for event in commit.events:
            match event:
                case CategoryCreated():
                    shelves.add(event.category_id)
                case CategoryRemoved():
                    shelves.discard(event.category_id)
                case ProductCreated() | ProductCategorised():
                    # Stream by stream: of all products that one is remembered which was read last.
                    counts.subtract(placed.get(commit.stream, ()))
                    counts.update(event.category_ids)
                    placed = {commit.stream: event.category_ids}
    return {f"category:{category_id}": counts[category_id] for category_id in shelves}
