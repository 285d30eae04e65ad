"""Commands on bundles."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from catalog.commands.products import Price, products
from catalog.domain.bundle import MOST_PARTS, Bundle
from catalog.domain.product import Product
from catalog.domain.slugs import slug_of
from efi.domain.context import Context
from efi.domain.fields import Name, Text
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository

bundles = Repository(Bundle)

Parts = Annotated[tuple[UUID, ...], Field(min_length=2, max_length=MOST_PARTS)]


@command
class CreateBundle(Command):
    """Offers two products or more together, for at most the sum of their prices."""

    name: Name
    description: Text = ""
    product_ids: Parts
    price: Price


@handles(CreateBundle, transaction=True, creates=True)
def create_bundle(command: CreateBundle, context: Context) -> None:
    bundle_id = context.new_id()
    about = {"name": command.name, "description": command.description, "slug": _slug(command.name, bundle_id)}
    with bundles.new(bundle_id) as bundle:
        bundle.create(_parts(command.product_ids), **about, price=command.price)


@command
class DescribeBundle(Command):
    """Says anew what a bundle is called and what it is."""

    bundle_id: Subject
    name: Name
    description: Text


@handles(DescribeBundle)
def describe_bundle(command: DescribeBundle, context: Context) -> None:
    with bundles.existing(command.bundle_id) as bundle:
        bundle.describe(command.name, command.description)


@command
class RepriceBundle(Command):
    """Sets a bundle's price, at most the sum of its parts' prices."""

    bundle_id: Subject
    price: Price


@handles(RepriceBundle, transaction=True)
def reprice_bundle(command: RepriceBundle, context: Context) -> None:
    with bundles.existing(command.bundle_id) as bundle:
        bundle.reprice(command.price, _parts(bundle.product_ids))


@command
class WithdrawBundle(Command):
    """Takes a bundle off sale for a while."""

    bundle_id: Subject


@handles(WithdrawBundle)
def withdraw_bundle(command: WithdrawBundle, context: Context) -> None:
    with bundles.existing(command.bundle_id) as bundle:
        bundle.withdraw()


@command
class OfferBundle(Command):
    """Puts a withdrawn bundle back on sale."""

    bundle_id: Subject


@handles(OfferBundle, transaction=True)
def offer_bundle(command: OfferBundle, context: Context) -> None:
    with bundles.existing(command.bundle_id) as bundle:
        bundle.offer_again(_parts(bundle.product_ids))


def _parts(product_ids: tuple[UUID, ...]) -> list[Product]:
    """Raises `NotFound` for one that is not there."""
    return [products.must_exist(product_id) for product_id in dict.fromkeys(product_ids)]


def _slug(name: str, bundle_id: UUID) -> str:
    """Returns the address of a bundle's page, for good; the end of its id keeps two of one name apart."""
    return f"{slug_of(name) or 'bundle'}~{bundle_id.hex[-8:]}"
