"""What has happened in the catalogue: the facts of categories, products, suppliers and stock."""

from datetime import date, datetime
from uuid import UUID

from catalog.values import Allergens, Part, StorageZone
from efi.events import Event, event
from efi.values import Money


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
    category_id: UUID
    old_parent_id: UUID | None
    parent_id: UUID | None


@event()
class CategoryRemoved(Event):
    category_id: UUID


@event()
class ProductCreated(Event):
    product_id: UUID
    sku: str
    slug: str
    supplier_id: UUID | None
    name: str
    description: str
    unit: str
    country_of_origin: str
    storage_zone: StorageZone
    shelf_life_days: int | None
    allergens: Allergens | None
    price: Money
    category_ids: tuple[UUID, ...]


@event()
class ProductDescribed(Event):
    product_id: UUID
    name: str
    description: str
    unit: str
    country_of_origin: str
    storage_zone: StorageZone
    shelf_life_days: int | None
    allergens: Allergens | None


@event(schema=2)
class PriceChanged(Event):
    product_id: UUID
    old_price: Money
    price: Money
    reason: str


@event()
class ProductCategorised(Event):
    product_id: UUID
    category_ids: tuple[UUID, ...]


@event()
class ProductSubmitted(Event):
    product_id: UUID
    submitted_by: str


@event()
class ProductApproved(Event):
    product_id: UUID
    approved_by: str


@event()
class ProductDeactivated(Event):
    product_id: UUID


@event()
class ProductReactivated(Event):
    product_id: UUID


@event()
class ProductDiscontinued(Event):
    product_id: UUID


@event()
class SupplierRegistered(Event):
    supplier_id: UUID
    code: str
    name: str
    contact: str
    country: str


@event()
class SupplierAmended(Event):
    supplier_id: UUID
    name: str
    contact: str
    country: str


@event()
class LotReceived(Event):
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
    product_id: UUID
    lot_id: UUID
    approved_by: tuple[str, str]


@event()
class StockReserved(Event):
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
    product_id: UUID
    reservation_id: UUID
    reason: str


@event()
class ReservationLapsed(Event):
    product_id: UUID
    reservation_id: UUID


@event()
class StockAllocated(Event):
    """Promised firmly to an order: these units of these lots, earliest best-before first."""

    product_id: UUID
    reference: str
    reservation_id: UUID | None
    parts: tuple[Part, ...]


@event()
class LotExpired(Event):
    product_id: UUID
    lot_id: UUID
    remaining: int
