"""Which verbs the state of a product's stock and of a lot allows, and why a lot is not sold."""

from uuid import UUID

from catalog.commands.stock import stocks
from catalog.models import Lot, Product, StockLevel
from catalog.values import LEFT_OVER, LotState


def may_come_in(record: Product | StockLevel) -> bool:
    """Returns whether lots of a product may still be received."""
    return stocks.load(UUID(record.pk)).recalled is None


def is_free(product: Product) -> bool:
    """Returns whether some of a product may be sold that nobody has reserved."""
    return product.available > 0 and not stocks.load(UUID(product.pk)).closed


def is_reserved(product: Product) -> bool:
    return bool(stocks.load(UUID(product.pk)).promises.held)


def is_reserved_still(product: Product) -> bool:
    """Returns whether there are reservations of a product that may still be sold."""
    return is_reserved(product) and not stocks.load(UUID(product.pk)).closed


def may_be_sold(product: Product) -> bool:
    return is_free(product) or is_reserved_still(product)


def with_an_adjustment(lot: Lot) -> bool:
    return bool(lot.adjustment_id)


def with_something_left(lot: Lot) -> bool:
    return bool(lot.left)


def with_something_to_dispose_of(lot: Lot) -> bool:
    return lot.state in LEFT_OVER and lot.left


def never_recalled(lot: Lot) -> bool:
    """Returns whether a lot was never recalled, though it may be gone by now."""
    held = stocks.load(UUID(lot.product_id)).lots.get(UUID(lot.lot_id))
    return held is not None and not held.recalled


def on_sale(lot: Lot) -> bool:
    return lot.state == LotState.ON_SALE and lot.left


def why_it_is_not_sold(lot: Lot) -> str:
    """Returns why a lot is held, or off sale for good; "" for one that is on sale or has expired."""
    held = f"Held: {lot.reason}. " if lot.reason else ""
    match lot.state:
        case LotState.QUARANTINE:
            return f"{held}In quarantine: on sale once two people who differ have released it."
        case LotState.APPROVED_ONCE:
            return f"{held}In quarantine: one person has released it, and a second one is needed."
        case LotState.REJECTED | LotState.RECALLED | LotState.DISPOSED:
            return f"{lot.get_state_display().capitalize()}: {lot.reason}"
    return ""
