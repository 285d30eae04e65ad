"""What happens to a product, from a draft to its end."""

from uuid import UUID

from catalog.values import Allergens, Certification, NotStated, Nutrition, Offer, StorageZone, TemperatureRange
from efi.domain.events import Event, event
from efi.domain.values import Money


@event(schema=3)
class ProductCreated(Event):
    """A product was drafted; nobody in the shop sees it yet."""

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


@event(schema=3)
class ProductDescribed(Event):
    """The product was described anew, in full."""

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
    """The list price changed; `proposal_id` is set if a second person had to approve it."""

    product_id: UUID
    old_price: Money
    price: Money
    reason: str
    proposal_id: UUID | None = None


@event()
class ProductCategorised(Event):
    """The product is in these categories now, and in no others."""

    product_id: UUID
    category_ids: tuple[UUID, ...]


@event()
class ProductSubmitted(Event):
    """The draft waits for the approval of a second person."""

    product_id: UUID
    submitted_by: str


@event()
class ProductApproved(Event):
    """The product is on sale."""

    product_id: UUID
    approved_by: str


@event()
class ProductDeclined(Event):
    """The product is a draft again."""

    product_id: UUID
    reason: str
    declined_by: str


@event()
class ProductOffered(Event):
    """The product is offered, while it is on sale, as a regular one, for a season, or as a limited edition."""

    product_id: UUID
    offer: Offer


@event()
class ProductDeactivated(Event):
    """The product is off sale for a while, and out of sight."""

    product_id: UUID


@event()
class ProductReactivated(Event):
    """The product is on sale again."""

    product_id: UUID


@event()
class ProductDiscontinued(Event):
    """The product stays visible and is no longer sold."""

    product_id: UUID


@event()
class ProductReinstated(Event):
    """The product is on sale again: two people agreed that it was discontinued by mistake."""

    product_id: UUID
    proposal_id: UUID
    approved_by: str


@event()
class ProductRecalled(Event):
    """The product is out of all lists for safety, and never sold again. Its page says what was recalled."""

    product_id: UUID
    reason: str
    recalled_by: str
