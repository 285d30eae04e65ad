"""What other contexts may ask of the catalogue, and the commands that they may give inside their own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from catalog.commands.products import products
from catalog.commands.stock import (
    AllocateForOrder,
    HoldForCart,
    LetGoOfCart,
    ReturnAllocation,
    SendAllocation,
    stocks,
)
from catalog.values import SELLABLE
from efi.domain.errors import Rejected
from efi.domain.values import Money

__all__ = [
    "AllocateForOrder",
    "Goods",
    "HoldForCart",
    "LetGoOfCart",
    "ReturnAllocation",
    "SendAllocation",
    "for_cart",
    "for_order",
    "goods",
    "parts_of",
]


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What a line of a cart or an order says of a product."""

    product_id: UUID
    sku: str
    name: str
    price: Money
    age_restricted: bool


def goods(product_id: UUID) -> Goods:
    """Returns a product that is on sale, at its list price, as the present transaction sees it.

    Raises `NotFound` where there is none, and `Rejected` with the code `not_on_sale`.
    """
    product = products.must_exist(product_id)
    if product.status not in SELLABLE or not product.price or not product.description:
        raise Rejected(f"{product.sku} is not on sale", code="not_on_sale")
    return Goods(
        product_id=product_id,
        sku=product.sku,
        name=product.description.name,
        price=product.price,
        age_restricted=product.description.age_restricted,
    )


def for_order(product_id: UUID, at: datetime) -> int:
    """Returns how many units an order may have at that moment, as the present transaction sees it."""
    return stocks.load(product_id, in_transaction=True).for_order(at)


def for_cart(product_id: UUID, cart_id: UUID, at: datetime) -> int:
    """Returns how many units a cart may hold at that moment, its own among them, as the present transaction sees it."""
    return stocks.load(product_id, in_transaction=True).for_cart(cart_id, at)


def parts_of(product_id: UUID, reference: str) -> dict[UUID, int]:
    """Returns the units of each lot that an order has and that were not sent, as the present transaction sees it."""
    parts = stocks.load(product_id, in_transaction=True).to_send.get(reference, ())
    return {part.lot_id: part.quantity for part in parts}
