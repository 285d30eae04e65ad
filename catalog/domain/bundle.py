"""A bundle: products sold together for one price."""

from uuid import UUID

from catalog.domain.pricing import must_be_sellable_at
from catalog.domain.product import Product
from catalog.events import (
    BundleCreated,
    BundleDescribed,
    BundleOffered,
    BundleRepriced,
    BundleWithdrawn,
)
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from efi.domain.values import Money

MOST_PARTS = 20


@aggregate("bundle")
class Bundle(Aggregate):
    """Several products, one of each, for at most the sum of their prices (docs/domain.md#bundles).

    Where its parts become cheaper afterwards, it costs their sum; there are as many as of its scarcest part.
    """

    name: str = ""
    description: str = ""
    product_ids: tuple[UUID, ...] = ()
    price: Money | None = None
    offered: bool = True

    def create(self, parts: list[Product], *, slug: str, name: str, description: str, price: Money) -> None:
        if len({part.id for part in parts}) < 2:
            raise Rejected("a bundle is of two products or more", code="bundle_too_small")
        _must_be_priced_within(price, parts)
        self.record(
            BundleCreated(
                bundle_id=self.identity,
                slug=slug,
                name=name,
                description=description,
                product_ids=tuple(part.identity for part in parts),
                price=price,
            )
        )

    def describe(self, name: str, description: str) -> None:
        if (name, description) != (self.name, self.description):
            self.record(BundleDescribed(bundle_id=self.identity, name=name, description=description))

    def reprice(self, price: Money, parts: list[Product]) -> None:
        _must_be_priced_within(price, parts)
        if self.price and price != self.price:
            self.record(BundleRepriced(bundle_id=self.identity, old_price=self.price, price=price))

    def withdraw(self) -> None:
        if not self.offered:
            raise Rejected("the bundle is withdrawn already", code="bundle_status")
        self.record(BundleWithdrawn(bundle_id=self.identity))

    def offer_again(self, parts: list[Product]) -> None:
        if self.offered:
            raise Rejected("the bundle is on sale already", code="bundle_status")
        _must_be_on_sale(parts)
        self.record(BundleOffered(bundle_id=self.identity))

    def evolve(self, event: Event) -> None:
        match event:
            case BundleCreated():
                self.product_ids, self.price = event.product_ids, event.price
                self.name, self.description = event.name, event.description
            case BundleDescribed():
                self.name, self.description = event.name, event.description
            case BundleRepriced():
                self.price = event.price
            case BundleWithdrawn():
                self.offered = False
            case BundleOffered():
                self.offered = True


def _must_be_on_sale(parts: list[Product]) -> None:
    """Raises `Rejected` for a part that is not on sale. One that goes off sale later only hides the bundle."""
    for part in parts:
        if not part.orderable:
            raise Rejected(f"{part.sku} is {part.status}: a bundle is of products on sale", code="part_not_on_sale")


def _must_be_priced_within(price: Money, parts: list[Product]) -> None:
    """Raises `Rejected` for a price above what the parts cost.

    Two readers of the prices may each see another sum; whoever shows a bundle takes the lesser of the two.
    """
    must_be_sellable_at(price)
    _must_be_on_sale(parts)
    prices = [part.price for part in parts if part.price]
    if any(one.currency != price.currency for one in prices):
        raise Rejected(f"its parts are not all priced in {price.currency}", code="bundle_currency")
    most = sum(one.amount for one in prices)
    if price.amount > most:
        raise Rejected(f"{price} is more than its parts cost: {price.currency} {most}", code="bundle_too_dear")
