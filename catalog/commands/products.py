"""Commands on products."""

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from pydantic import AfterValidator, BeforeValidator, Field

from catalog.commands.categories import move_in
from catalog.commands.stock import stocks
from catalog.commands.suppliers import suppliers
from catalog.domain.product import Product
from catalog.domain.slugs import slug_of
from catalog.values import (
    Allergens,
    Certification,
    NotStated,
    Nutrition,
    Offer,
    Severity,
    Sku,
    StorageZone,
    TemperatureRange,
    description_in,
)
from efi.domain.context import Context
from efi.domain.fields import (
    Country,
    Days,
    Grams,
    Line,
    Name,
    Reason,
    Tag,
    Text,
    each_once,
)
from efi.domain.values import Money
from efi.writing.claims import take
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

products = Repository(Product)


def in_our_currency(price: Any) -> Any:
    """Adds the currency of the shop to a price that names none."""
    return {"currency": settings.EFI_CURRENCY, **price} if isinstance(price, dict) else price


Price = Annotated[Money, BeforeValidator(in_our_currency)]
"""A price; one without a currency is in that of the shop."""
EACH_ONCE = AfterValidator(each_once)
CategoryIds = Annotated[tuple[UUID, ...], Field(max_length=50), EACH_ONCE]


@command
class Described(Command):
    """What the commands share that say what a product is. Allergens and nutrition left out are "not stated"."""

    name: Name
    short_description: Line = ""
    description: Text
    brand: Line = ""
    unit: Name
    weight_grams: Grams | None = None
    country_of_origin: Country
    region_of_origin: Line = ""
    ingredients: Text = ""
    storage_zone: StorageZone = StorageZone.AMBIENT
    temperature: TemperatureRange | None = None
    shelf_life_days: Days | None = None
    allergens: Allergens | None = None
    nutrition: Nutrition | None = None
    not_stated: Annotated[tuple[NotStated, ...], Field(max_length=len(NotStated)), EACH_ONCE] = ()
    certifications: Annotated[tuple[Certification, ...], Field(max_length=len(Certification)), EACH_ONCE] = ()
    tags: Annotated[tuple[Tag, ...], Field(max_length=30), EACH_ONCE] = ()
    premium: bool = False
    authentication: Text = ""
    age_restricted: bool = False


@command
class CreateProduct(Described):
    """Drafts a product under a SKU that no other product has."""

    sku: Sku
    price: Price
    category_ids: CategoryIds = ()
    supplier_id: UUID | None = None


@handles(CreateProduct, transaction=True, creates=True)
def create_product(command: CreateProduct, context: Context) -> None:
    if command.supplier_id:
        suppliers.must_exist(command.supplier_id)
    with products.new(context.new_id()) as product:
        product.create(
            description_in(command),
            sku=command.sku,
            slug=_slug(command),
            supplier_id=command.supplier_id,
            price=command.price,
            category_ids=command.category_ids,
        )
    take(f"sku:{command.sku}", f"SKU {command.sku} is taken")
    move_in(set(command.category_ids), 1)


def _slug(command: CreateProduct) -> str:
    """Returns the address of a product's page, for good.

    Neither names nor SKUs hold a "~", so that no two are alike.
    """
    return f"{slug_of(command.name) or 'product'}~{command.sku.lower()}"


@command
class DescribeProduct(Described):
    """Says anew, and in full, what a product is. Once it is approved, allergens and nutrition take a second person."""

    product_id: Subject


@handles(DescribeProduct)
def describe_product(command: DescribeProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.describe(description_in(command), proposal_id=context.new_id(), by=context.actor)


@command
class ChangePrice(Command):
    """Sets a product's list price, with the reason why. Over 15 % in a week, a second person must agree first."""

    product_id: Subject
    price: Price
    reason: Reason


@handles(ChangePrice)
def change_price(command: ChangePrice, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.change_price(
            command.price, command.reason, proposal_id=context.new_id(), by=context.actor, at=context.at
        )


@command
class CategoriseProduct(Command):
    """Puts a product into these categories, and out of all others."""

    product_id: Subject
    category_ids: CategoryIds


@handles(CategoriseProduct, transaction=True)
def categorise_product(command: CategoriseProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        before, after = set(product.category_ids), set(command.category_ids)
        product.categorise(command.category_ids)
    move_in(after - before, 1)
    move_in(before - after, -1)


@command
class SubmitProduct(Command):
    """Asks a second person to approve a draft."""

    product_id: Subject


@handles(SubmitProduct)
def submit_product(command: SubmitProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.submit(context.actor)


@command
class ApproveProduct(Command):
    """Puts a submitted product on sale; by another person than submitted it."""

    product_id: Subject


@handles(ApproveProduct)
def approve_product(command: ApproveProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.approve(context.actor)


@command
class DeclineProduct(Command):
    """Sends a submitted product back to whoever drafted it."""

    product_id: Subject
    reason: Reason


@handles(DeclineProduct)
def decline_product(command: DeclineProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.decline(command.reason, context.actor)


@command
class OfferProduct(Command):
    """Says how a product is offered while it is on sale: as a regular one, for a season, or as a limited edition."""

    product_id: Subject
    offer: Offer


@handles(OfferProduct)
def offer_product(command: OfferProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.offer_as(command.offer)


@command
class DeactivateProduct(Command):
    """Takes a product off sale for a while."""

    product_id: Subject


@handles(DeactivateProduct)
def deactivate_product(command: DeactivateProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.deactivate()


@command
class ReactivateProduct(Command):
    """Puts a product back on sale."""

    product_id: Subject


@handles(ReactivateProduct)
def reactivate_product(command: ReactivateProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.reactivate()


@command
class DiscontinueProduct(Command):
    """Ends a product: it stays visible and can no longer be ordered."""

    product_id: Subject


@handles(DiscontinueProduct, transaction=True)
def discontinue_product(command: DiscontinueProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.discontinue()
    with stocks.opened(command.product_id) as stock:
        stock.close(context.at)


@command
class ReinstateProduct(Command):
    """Asks a second person to put a product on sale again that was discontinued by mistake, and says why."""

    product_id: Subject
    reason: Reason


@handles(ReinstateProduct)
def reinstate_product(command: ReinstateProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.reinstate(command.reason, proposal_id=context.new_id(), by=context.actor)


@command
class RecallProduct(Command):
    """Withdraws a product for safety, with all its lots: out of every list at once, and never sold again.

    Its page then tells whoever bought it the reason, which batches, and what to do.
    """

    product_id: Subject
    reason: Reason
    severity: Severity = Severity.CRITICAL


@handles(RecallProduct, transaction=True)
def recall_product(command: RecallProduct, context: Context) -> None:
    with products.existing(command.product_id) as product:
        product.recall(command.reason, context.actor)
    with stocks.opened(command.product_id) as stock:
        stock.recall_all(command.reason, command.severity, by=context.actor, at=context.at)
