"""A catalogue made by commands, as staff make it: with its log come its claims and its guards."""

from datetime import datetime, timedelta
from uuid import UUID

from catalog.commands.categories import CreateCategory
from catalog.commands.lots import ReceiveLot, ReleaseLot
from catalog.commands.products import ApproveProduct, ChangePrice, CreateProduct, SubmitProduct
from catalog.commands.stock import ReserveStock
from catalog.commands.suppliers import RegisterSupplier
from tests.catalog.larder import ABOUT_OLIVES, COMPLIANCE, NEXT_YEAR, QUALITY
from tests.given import JOAN, MARIA, NOW, bbd, identity, say

HALF_AN_HOUR = timedelta(minutes=30)


def category(name: str = "Mezze", *, below: UUID | None = None) -> UUID:
    return say(CreateCategory(name=name, parent_id=below)).id


def supplier(code: str = "TRA") -> UUID:
    return say(RegisterSupplier(code=code, name="Trattoria Levante", contact="Ada", country="IT")).id


def olives(sku: str = "OLI-1", *, price: str = "8.50", categories: tuple[UUID, ...] = ()) -> CreateProduct:
    return CreateProduct(
        **ABOUT_OLIVES,
        sku=sku,
        price=bbd(price),
        category_ids=categories,
    )


def product(sku: str = "OLI-1", *, price: str = "8.50", categories: tuple[UUID, ...] = ()) -> UUID:
    """A draft."""
    return say(olives(sku, price=price, categories=categories)).id


def listed(sku: str = "OLI-1", *, category_id: UUID | None = None) -> UUID:
    """One that is on sale."""
    product_id = product(sku, categories=(category_id or category(f"Shelf of {sku}"),))
    say(SubmitProduct(product_id=product_id), by=MARIA)
    say(ApproveProduct(product_id=product_id), by=JOAN)
    return product_id


def repricing(product_id: UUID, price: str, reason: str = "new crop") -> ChangePrice:
    return ChangePrice(product_id=product_id, price=bbd(price), reason=reason)


def delivery(product_id: UUID, supplier_id: UUID, units: int = 10, *, batch: str = "SPRING") -> ReceiveLot:
    return ReceiveLot(
        product_id=product_id,
        lot_id=identity(f"{product_id} {batch}"),
        supplier_id=supplier_id,
        batch_number=batch,
        best_before=NEXT_YEAR,
        quantity=units,
    )


def stocked(product_id: UUID, supplier_id: UUID, units: int = 10, *, batch: str = "SPRING") -> UUID:
    """A lot that two people have released."""
    received = delivery(product_id, supplier_id, units, batch=batch)
    say(received)
    for approver in (QUALITY, COMPLIANCE):
        say(ReleaseLot(product_id=product_id, lot_id=received.lot_id), by=approver)
    return received.lot_id


def reservation(product_id: UUID, cart: str, units: int = 1, *, until: datetime = NOW + HALF_AN_HOUR) -> ReserveStock:
    return ReserveStock(
        product_id=product_id, reservation_id=identity(f"{product_id} {cart}"), quantity=units, expires_at=until
    )
