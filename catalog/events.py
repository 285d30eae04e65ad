"""What has happened in the catalogue: the facts of categories, products, suppliers and stock."""

from datetime import date, datetime
from uuid import UUID

from catalog.values import (
    Allergens,
    Certification,
    Label,
    Level,
    Loss,
    NotStated,
    Nutrition,
    Offer,
    Part,
    Picture,
    Severity,
    StorageZone,
    TemperatureRange,
)
from efi.domain.events import Event, event
from efi.domain.payloads import Personal
from efi.domain.values import Money


@event()
class CategoryCreated(Event):
    category_id: UUID
    name: str
    slug: str
    parent_id: UUID | None


@event()
class CategoryRenamed(Event):
    category_id: UUID
    name: str


@event()
class CategoryMoved(Event):
    """It and all below it."""

    category_id: UUID
    old_parent_id: UUID | None
    parent_id: UUID | None


@event()
class CategoryRemoved(Event):
    category_id: UUID


@event()
class CategoryDescribed(Event):
    category_id: UUID
    description: str


@event()
class CategoryPictured(Event):
    """It has this picture now, or none."""

    category_id: UUID
    picture: Picture | None


@event()
class CategoriesArranged(Event):
    """All that are below a category, or at the top, in the order in which they are shown."""

    parent_id: UUID | None
    category_ids: tuple[UUID, ...]


@event()
class CategoryDeactivated(Event):
    """It is hidden, with all below it."""

    category_id: UUID


@event()
class CategoryReactivated(Event):
    """It is shown again, as far as what is above it is."""

    category_id: UUID


@event(schema=2)
class ProductCreated(Event):
    """A draft, which nobody sees yet."""

    product_id: UUID
    sku: str
    slug: str
    supplier_id: UUID | None
    name: str
    short_description: str
    description: str
    brand: str
    unit: str
    weight_grams: int | None
    country_of_origin: str
    region_of_origin: str
    ingredients: str
    storage_zone: StorageZone
    temperature: TemperatureRange | None
    shelf_life_days: int | None
    allergens: Allergens | None
    nutrition: Nutrition | None
    not_stated: tuple[NotStated, ...]
    certifications: tuple[Certification, ...]
    tags: tuple[str, ...]
    premium: bool
    authentication: str
    age_restricted: bool
    price: Money
    category_ids: tuple[UUID, ...]


@event(schema=2)
class ProductDescribed(Event):
    """What it is was said anew, in full."""

    product_id: UUID
    name: str
    short_description: str
    description: str
    brand: str
    unit: str
    weight_grams: int | None
    country_of_origin: str
    region_of_origin: str
    ingredients: str
    storage_zone: StorageZone
    temperature: TemperatureRange | None
    shelf_life_days: int | None
    allergens: Allergens | None
    nutrition: Nutrition | None
    not_stated: tuple[NotStated, ...]
    certifications: tuple[Certification, ...]
    tags: tuple[str, ...]
    premium: bool
    authentication: str
    age_restricted: bool


@event(schema=3)
class PriceChanged(Event):
    """Its list price; by the approval of a proposal where it moved far."""

    product_id: UUID
    old_price: Money
    price: Money
    reason: str
    proposal_id: UUID | None = None


@event()
class PriceProposed(Event):
    """It would move far: a second person is to approve it. It takes the place of an older proposal."""

    answer = "pending_approval"

    product_id: UUID
    proposal_id: UUID
    old_price: Money
    price: Money
    reason: str
    proposed_by: str


@event()
class PriceDeclined(Event):
    """The second person said no."""

    product_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str


@event()
class LabelProposed(Event):
    """Other allergens or nutrition for a product that has been approved: a second person is to agree."""

    answer = "pending_approval"

    product_id: UUID
    proposal_id: UUID
    label: Label
    proposed_by: str


@event()
class LabelApproved(Event):
    """What the label states from now on."""

    product_id: UUID
    proposal_id: UUID
    label: Label
    approved_by: str


@event()
class LabelDeclined(Event):
    """The second person said no."""

    product_id: UUID
    proposal_id: UUID
    reason: str
    declined_by: str


@event()
class ProductCategorised(Event):
    """It is in these categories now, and in no others."""

    product_id: UUID
    category_ids: tuple[UUID, ...]


@event()
class ProductSubmitted(Event):
    """A second person is to approve the draft."""

    product_id: UUID
    submitted_by: str


@event()
class ProductApproved(Event):
    """It is on sale."""

    product_id: UUID
    approved_by: str


@event()
class ProductDeclined(Event):
    """It is a draft again."""

    product_id: UUID
    reason: str
    declined_by: str


@event()
class ProductOffered(Event):
    """How it is offered while it is on sale: as a regular product, for a season, or as a limited edition."""

    product_id: UUID
    offer: Offer


@event()
class ProductDeactivated(Event):
    """It is off sale for a while, and out of sight."""

    product_id: UUID


@event()
class ProductReactivated(Event):
    """It is on sale again."""

    product_id: UUID


@event()
class ProductDiscontinued(Event):
    """It stays visible and is never sold again."""

    product_id: UUID


@event()
class ProductRecalled(Event):
    """For safety: out of sight, and never sold again."""

    product_id: UUID
    reason: str
    recalled_by: str


@event()
class PictureAttached(Event):
    """The first of a product's pictures is the one that lists show."""

    product_id: UUID
    picture: Picture


@event()
class PictureRemoved(Event):
    product_id: UUID
    name: str


@event()
class PicturesArranged(Event):
    """All pictures of a product, in the order in which they are shown."""

    product_id: UUID
    names: tuple[str, ...]


@event()
class BundleCreated(Event):
    """One of each of these products, for one price."""

    bundle_id: UUID
    slug: str
    name: str
    description: str
    product_ids: tuple[UUID, ...]
    price: Money


@event()
class BundleDescribed(Event):
    bundle_id: UUID
    name: str
    description: str


@event()
class BundleRepriced(Event):
    bundle_id: UUID
    old_price: Money
    price: Money


@event()
class BundleWithdrawn(Event):
    """It is off sale for a while."""

    bundle_id: UUID


@event()
class BundleOffered(Event):
    """It is on sale again."""

    bundle_id: UUID


@event()
class SupplierRegistered(Event):
    supplier_id: UUID
    code: str
    name: str
    contact: Personal[str]
    country: str


@event()
class SupplierAmended(Event):
    """What it is called, whom to ask there and where it is were said anew."""

    supplier_id: UUID
    name: str
    contact: Personal[str]
    country: str


@event()
class LotReceived(Event):
    """Goods came in, into quarantine."""

    product_id: UUID
    lot_id: UUID
    supplier_id: UUID
    batch_number: str
    best_before: date
    quantity: int


@event()
class LotApproved(Event):
    """The first of the two approvers whom a release needs."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    approved_by: str


@event()
class LotReleased(Event):
    """Out of quarantine, by two people who differ: it may be sold."""

    product_id: UUID
    lot_id: UUID
    approved_by: tuple[str, str]


@event()
class LotHeld(Event):
    """Back in quarantine: both its approvals are needed anew."""

    product_id: UUID
    lot_id: UUID
    reason: str
    held_by: str


@event()
class LotRejected(Event):
    """Out of quarantine, never to be sold: it waits for its disposal."""

    product_id: UUID
    lot_id: UUID
    reason: str
    rejected_by: str


@event()
class LotRecalled(Event):
    """Not to be sold, and to be had back from the orders that it was allocated to."""

    product_id: UUID
    lot_id: UUID
    reason: str
    severity: Severity
    recalled_by: str
    remaining: int


@event()
class LotDisposed(Event):
    """What was left of it is gone."""

    product_id: UUID
    lot_id: UUID
    quantity: int
    reason: str
    disposed_by: str


@event()
class LotWrittenOff(Event):
    """Units of it were lost, and so many remain."""

    product_id: UUID
    lot_id: UUID
    loss: Loss
    quantity: int
    remaining: int
    reason: str
    written_off_by: str


@event()
class LotAdjusted(Event):
    """There were more or fewer of it than was thought: so many remain. `reference` names the document that says so."""

    product_id: UUID
    lot_id: UUID
    change: int
    remaining: int
    reason: str
    reference: str
    adjusted_by: str
    adjustment_id: UUID | None
    approved_by: str | None


@event()
class AdjustmentProposed(Event):
    """One of so much worth that a second person must agree."""

    answer = "pending_approval"

    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    change: int
    unit_value: Money | None
    reason: str
    reference: str
    proposed_by: str


@event()
class AdjustmentDeclined(Event):
    product_id: UUID
    lot_id: UUID
    adjustment_id: UUID
    reason: str
    declined_by: str


@event()
class ReorderPointSet(Event):
    """More is to be bought once no more than this is available."""

    product_id: UUID
    reorder_point: int


@event()
class StockClosed(Event):
    """Its product is discontinued: nothing of it is sold any more."""

    product_id: UUID


@event()
class StockRecalled(Event):
    """Its product is recalled: nothing of it is sold, received or released any more, and all its lots are recalled."""

    product_id: UUID
    reason: str
    severity: Severity
    recalled_by: str


@event()
class StockReserved(Event):
    """Promised for a while, such as to a cart."""

    product_id: UUID
    reservation_id: UUID
    quantity: int
    expires_at: datetime


@event()
class ReservationExtended(Event):
    product_id: UUID
    reservation_id: UUID
    expires_at: datetime


@event()
class ReservationReleased(Event):
    """Given back before its time was over."""

    product_id: UUID
    reservation_id: UUID
    reason: str


@event()
class ReservationLapsed(Event):
    """Its time was over."""

    product_id: UUID
    reservation_id: UUID


@event(schema=2)
class StockAllocated(Event):
    """Promised firmly to an order: these units of these lots, earliest best-before first, but for a reason."""

    product_id: UUID
    reference: str
    reservation_id: UUID | None
    parts: tuple[Part, ...]
    override_reason: str | None


@event()
class LotExpired(Event):
    """Its best-before is over: what remains of it is no longer sold."""

    product_id: UUID
    lot_id: UUID
    remaining: int


@event()
class ExpiryNoticed(Event):
    """So many days at most are left of its best-before, or fewer where it came in late."""

    product_id: UUID
    lot_id: UUID
    days: int
    level: Level
    best_before: date
    remaining: int
