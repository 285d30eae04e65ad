"""Of each kind of the catalogue's aggregates one with all that its state can hold."""

from uuid import UUID

from catalog.commands.bundles import CreateBundle
from catalog.commands.categories import PictureCategory, RenameCategory
from catalog.commands.lots import ReleaseLot
from catalog.commands.pictures import AttachPicture
from catalog.commands.products import DescribeProduct
from catalog.domain.bundle import Bundle
from catalog.domain.category import Categories
from catalog.domain.product import Product
from catalog.domain.stock import Stock
from catalog.domain.supplier import Supplier
from catalog.values import NotStated
from efi.domain.aggregate import Aggregate
from tests.catalog.catalogue import category, delivery, listed, repricing, stocked, supplier
from tests.catalog.gallery import uploaded
from tests.catalog.larder import ABOUT_OLIVES, QUALITY
from tests.efi import audit
from tests.given import bbd, elsewhere, say


def long_lives() -> dict[type[Aggregate], UUID | None]:
    """Returns the id of each."""
    mezze = category("Mezze")
    say(RenameCategory(category_id=category("Olives", below=mezze), name="Kalamata"))
    trattoria, product_id = supplier(), listed("OLI-1", category_id=mezze)
    elsewhere(f"supplier:{trattoria}", *audit.facts_of(f"supplier:{trattoria}"))
    stocked(product_id, trattoria, 10)
    say(delivery(product_id, trattoria, batch="SUMMER"))
    say(ReleaseLot(product_id=product_id, lot_id=delivery(product_id, trattoria, batch="SUMMER").lot_id), by=QUALITY)
    say(PictureCategory(category_id=mezze, name=uploaded()))
    say(
        DescribeProduct(
            product_id=product_id, **ABOUT_OLIVES | {"allergens": None, "not_stated": (NotStated.ALLERGENS,)}
        )
    )
    say(AttachPicture(product_id=product_id, name=uploaded()))
    say(repricing(product_id, "19.00"))
    table = say(CreateBundle(name="Table", product_ids=(product_id, listed("FET-1")), price=bbd("16.00"))).id
    elsewhere(f"bundle:{table}", *audit.facts_of(f"bundle:{table}"))
    return {Categories: None, Supplier: trattoria, Product: product_id, Stock: product_id, Bundle: table}
