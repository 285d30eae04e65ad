"""What happens to a product, from a draft to its end."""

from uuid import UUID

from catalog.values import Allergens, Certification, NotStated, Nutrition, Offer, StorageZone, TemperatureRange
from efi.domain.events import Event, event
from efi.domain.values import Money


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
