"""Named things that tests are about, and how they came to be."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from catalog.events import (
    CategoryCreated,
    LotApproved,
    LotReceived,
    LotReleased,
    PriceChanged,
    PriceProposed,
    ProductApproved,
    ProductCreated,
    ProductDeactivated,
    ProductDiscontinued,
    ProductOffered,
    ProductRecalled,
    ProductReinstated,
    ProductSubmitted,
    ReinstatementProposed,
    StockClosed,
    StockReopened,
    StockReserved,
    SupplierRegistered,
)
from catalog.values import Allergen, Allergens, Description, Measure, Nutrition, Offer, Status
from efi.domain.events import Event
from efi.domain.values import Money
from tests.given import JOAN, MARIA, NOW, bbd, identity, minutes

TODAY, TOMORROW, YESTERDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 1)
NEXT_YEAR = date(2027, 3, 2)
QUALITY, COMPLIANCE = "quality", "compliance"


OLIVES, FETA = identity("olives"), identity("feta")
MEZZE, CHEESE, SOFT_CHEESE = identity("mezze"), identity("cheese"), identity("soft cheese")
TRATTORIA = identity("trattoria")
PROPOSAL = identity("proposal")
SPRING_LOT, SUMMER_LOT, AUTUMN_LOT = identity("spring lot"), identity("summer lot"), identity("autumn lot")
ANNAS_CART, BENS_CART = identity("anna's cart"), identity("ben's cart")


def category(category_id: UUID, name: str, *, below: UUID | None = None) -> CategoryCreated:
    return CategoryCreated(category_id=category_id, name=name, slug=name.lower().replace(" ", "-"), parent_id=below)


def branch(*names: str) -> list[CategoryCreated]:
    """Each category below the one before it."""
    parents = (None, *map(identity, names))
    return [category(identity(name), name, below=parent) for name, parent in zip(names, parents, strict=False)]


def trattoria_registered(code: str = "TRA", **details: str) -> SupplierRegistered:
    about = {"name": "Trattoria Levante", "contact": "Ada", "country": "IT"} | details
    return SupplierRegistered(supplier_id=TRATTORIA, code=code, **about)


OLIVES_NUTRITION = Nutrition(
    per=Measure.GRAMS,
    energy_kj=1013,
    energy_kcal=246,
    fat=Decimal("25.00"),
    saturates=Decimal("3.50"),
    carbohydrate=Decimal("3.00"),
    sugars=Decimal("0.00"),
    protein=Decimal("1.40"),
    salt=Decimal("3.80"),
)
OLIVES_ALLERGENS = Allergens(may_contain=(Allergen.NUTS,))
ABOUT_OLIVES = {
    "name": "Kalamata olives",
    "description": "In brine",
    "unit": "370 g jar",
    "country_of_origin": "GR",
    "allergens": OLIVES_ALLERGENS,
    "nutrition": OLIVES_NUTRITION,
}


def olives_created(
    price: str = "8.50", *, categories: tuple[UUID, ...] = (MEZZE,), **details: object
) -> ProductCreated:
    about = vars(Description(**ABOUT_OLIVES))
    place = {"product_id": OLIVES, "sku": "OLI-1", "slug": "kalamata-olives~oli-1", "supplier_id": None}
    return ProductCreated(**about | place | details, price=bbd(price), category_ids=categories)


SUBMITTED = ProductSubmitted(product_id=OLIVES, submitted_by=MARIA)
APPROVED = ProductApproved(product_id=OLIVES, approved_by=JOAN)
DEACTIVATED = ProductDeactivated(product_id=OLIVES)
DISCONTINUED = ProductDiscontinued(product_id=OLIVES)
CLOSED = StockClosed(product_id=OLIVES)
REINSTATEMENT_PROPOSED = ReinstatementProposed(
    product_id=OLIVES, proposal_id=PROPOSAL, reason="the wrong product was chosen", proposed_by=MARIA
)
REINSTATED = ProductReinstated(product_id=OLIVES, proposal_id=PROPOSAL, approved_by=JOAN)
REOPENED = StockReopened(product_id=OLIVES)
RECALLED = ProductRecalled(product_id=OLIVES, reason="glass in a jar", recalled_by=JOAN)

OLIVES_THAT_ARE: dict[Status, list[Event]] = {
    Status.DRAFT: [olives_created()],
    Status.PENDING_APPROVAL: [olives_created(), SUBMITTED],
    Status.ACTIVE: [olives_created(), SUBMITTED, APPROVED],
    Status.SEASONAL: [olives_created(), SUBMITTED, APPROVED, ProductOffered(product_id=OLIVES, offer=Offer.SEASONAL)],
    Status.LIMITED_EDITION: [
        olives_created(),
        ProductOffered(product_id=OLIVES, offer=Offer.LIMITED_EDITION),
        SUBMITTED,
        APPROVED,
    ],
    Status.INACTIVE: [olives_created(), SUBMITTED, APPROVED, DEACTIVATED],
    Status.DISCONTINUED: [olives_created(), SUBMITTED, APPROVED, DISCONTINUED],
    Status.RECALLED: [olives_created(), SUBMITTED, APPROVED, RECALLED],
}


def olives_repriced(old: str, new: str, reason: str = "new crop", proposal: UUID | None = None) -> PriceChanged:
    return PriceChanged(product_id=OLIVES, old_price=bbd(old), price=bbd(new), reason=reason, proposal_id=proposal)


def olives_price_proposed(old: str, new: Money, reason: str = "new crop", by: str = MARIA) -> PriceProposed:
    about = {"product_id": OLIVES, "proposal_id": PROPOSAL, "old_price": bbd(old), "price": new}
    return PriceProposed(**about, reason=reason, proposed_by=by)


def received(
    quantity: int, lot: UUID = SPRING_LOT, *, best_before: date = NEXT_YEAR, batch: str | None = None
) -> LotReceived:
    return LotReceived(
        product_id=OLIVES,
        lot_id=lot,
        supplier_id=TRATTORIA,
        batch_number=batch or str(lot)[:8],
        best_before=best_before,
        quantity=quantity,
    )


def approved(lot: UUID = SPRING_LOT, by: str = QUALITY) -> LotApproved:
    return LotApproved(product_id=OLIVES, lot_id=lot, approved_by=by)


def released(lot: UUID = SPRING_LOT) -> LotReleased:
    return LotReleased(product_id=OLIVES, lot_id=lot, approved_by=(QUALITY, COMPLIANCE))


def on_sale(quantity: int, lot: UUID = SPRING_LOT, *, best_before: date = NEXT_YEAR) -> list[Event]:
    """A lot from its receipt to its release."""
    return [received(quantity, lot, best_before=best_before), approved(lot), released(lot)]


def reserved(quantity: int, cart: UUID = ANNAS_CART, *, until: datetime = NOW + minutes(30)) -> StockReserved:
    return StockReserved(product_id=OLIVES, reservation_id=cart, quantity=quantity, expires_at=until, for_cart=False)
