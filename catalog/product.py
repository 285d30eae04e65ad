"""A product: what it is called, what it costs, and whether it is on sale."""

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID

from catalog.events import (
    PriceChanged,
    ProductApproved,
    ProductCategorised,
    ProductCreated,
    ProductDeactivated,
    ProductDescribed,
    ProductDiscontinued,
    ProductReactivated,
    ProductSubmitted,
)
from catalog.values import VISIBLE, Allergens, Status, StorageZone
from efi.aggregate import Aggregate, aggregate
from efi.errors import Rejected
from efi.events import Event
from efi.values import Money

SKU = re.compile(r"[A-Z0-9.-]{2,32}")
HIGHEST_PRICE = Decimal("9999999.99")


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a product is, as its label and its page say it."""

    name: str
    description: str
    unit: str
    country_of_origin: str
    storage_zone: StorageZone = StorageZone.AMBIENT
    shelf_life_days: int | None = None
    allergens: Allergens | None = None


@aggregate("product")
class Product(Aggregate):
    """A food that we import and offer for sale. Once discontinued, it stays as it was."""

    sku: str = ""
    description: Description | None = None
    price: Money | None = None
    category_ids: tuple[UUID, ...] = ()
    status: Status = Status.DRAFT
    submitted_by: str = ""

    def create(
        self,
        description: Description,
        *,
        sku: str,
        slug: str,
        supplier_id: UUID | None,
        price: Money,
        category_ids: tuple[UUID, ...],
    ) -> None:
        if not SKU.fullmatch(sku):
            raise Rejected(f"SKU {sku} must be 2 to 32 of A-Z, 0-9, - and .", code="sku_malformed")
        _must_be_sellable_at(price)
        self.record(
            ProductCreated(
                product_id=self.identity,
                sku=sku,
                slug=slug,
                supplier_id=supplier_id,
                price=price,
                category_ids=category_ids,
                **vars(description),
            )
        )

    def describe(self, description: Description) -> None:
        self._must_not_be_discontinued()
        if description != self.description:
            self.record(ProductDescribed(product_id=self.identity, **vars(description)))

    def change_price(self, price: Money, reason: str) -> None:
        self._must_not_be_discontinued()
        _must_be_sellable_at(price)
        if self.price and price != self.price:
            self.record(PriceChanged(product_id=self.identity, old_price=self.price, price=price, reason=reason))

    def categorise(self, category_ids: tuple[UUID, ...]) -> None:
        self._must_not_be_discontinued()
        if self.status is not Status.DRAFT and not category_ids:
            raise Rejected("a product on sale must be in a category", code="category_missing")
        if set(category_ids) != set(self.category_ids):
            self.record(ProductCategorised(product_id=self.identity, category_ids=category_ids))

    def submit(self, by: str) -> None:
        self._must_be(Status.DRAFT, "submitted")
        if not self.category_ids:
            raise Rejected("a product on sale must be in a category", code="category_missing")
        self.record(ProductSubmitted(product_id=self.identity, submitted_by=by))

    def approve(self, by: str) -> None:
        self._must_be(Status.PENDING_APPROVAL, "approved")
        if by == self.submitted_by:
            raise Rejected("whoever submitted a product cannot approve it", code="second_person_needed")
        self.record(ProductApproved(product_id=self.identity, approved_by=by))

    def deactivate(self) -> None:
        self._must_be(Status.ACTIVE, "deactivated")
        self.record(ProductDeactivated(product_id=self.identity))

    def reactivate(self) -> None:
        self._must_be(Status.INACTIVE, "reactivated")
        self.record(ProductReactivated(product_id=self.identity))

    def discontinue(self) -> None:
        self._must_be(Status.ACTIVE, "discontinued")
        self.record(ProductDiscontinued(product_id=self.identity))

    @property
    def visible(self) -> bool:
        return self.status in VISIBLE

    @property
    def orderable(self) -> bool:
        """A discontinued product is seen and cannot be had, whatever there is of it."""
        return self.status is Status.ACTIVE

    def evolve(self, event: Event) -> None:
        match event:
            case ProductCreated():
                self.sku, self.price, self.category_ids = event.sku, event.price, event.category_ids
                self.description = description_in(event)
            case ProductDescribed():
                self.description = description_in(event)
            case PriceChanged():
                self.price = event.price
            case ProductCategorised():
                self.category_ids = event.category_ids
            case ProductSubmitted():
                self.status, self.submitted_by = Status.PENDING_APPROVAL, event.submitted_by
            case ProductApproved() | ProductReactivated():
                self.status = Status.ACTIVE
            case ProductDeactivated():
                self.status = Status.INACTIVE
            case ProductDiscontinued():
                self.status = Status.DISCONTINUED

    def _must_be(self, status: Status, verb: str) -> None:
        if self.status is not status:
            raise Rejected(f"a product that is {self.status} cannot be {verb}", code="product_status")

    def _must_not_be_discontinued(self) -> None:
        if self.status is Status.DISCONTINUED:
            raise Rejected("a discontinued product stays as it was", code="product_status")


def _must_be_sellable_at(price: Money) -> None:
    if price.amount <= 0:
        raise Rejected(f"{price}: a price must be above zero", code="price_out_of_range")
    if price.amount > HIGHEST_PRICE:
        raise Rejected(f"{price}: a price is at most {HIGHEST_PRICE}", code="price_out_of_range")


def description_in(said: object) -> Description:
    """Of a command or an event that says all of it, each under the description's own name."""
    return Description(**{one.name: getattr(said, one.name) for one in fields(Description)})
