"""Products in the admin."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from catalog.admin.allergens import stated
from catalog.admin.sheets import sheet_of
from catalog.admin.shelf_sheets import stock_in_hand
from catalog.admin.stock import STOCK_VERBS, batches_of
from catalog.admin.uploads import small, thumbnail, uploaded
from catalog.commands.pictures import ArrangePictures, AttachPicture, RemovePicture
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DeactivateProduct,
    DeclineProduct,
    DescribeProduct,
    DiscontinueProduct,
    OfferProduct,
    ReactivateProduct,
    RecallProduct,
    ReinstateProduct,
    SubmitProduct,
    products,
)
from catalog.commands.proposals import (
    ApproveLabel,
    ApprovePrice,
    ApproveReinstatement,
    DeclineLabel,
    DeclinePrice,
    DeclineReinstatement,
)
from catalog.domain.product import Product as Aggregate
from catalog.imports.products import PRODUCTS
from catalog.models import Product
from catalog.records import products as records
from catalog.records.approvals import Kind
from catalog.values import ENDED, SELLABLE, Offer, Status
from efi.domain.payloads import dump
from efi.imports.pages import leads_to
from efi.staff.commands.fields import Member, in_order, in_words
from efi.staff.commands.verbs import Told, Verb, always, as_it_is, priced, that_has
from efi.staff.decisions import what_waits, who_asked
from efi.staff.histories import Kept
from efi.staff.marks import mark, money
from efi.staff.records.lists import Values
from efi.staff.records.pages import RecordAdmin
from efi.writing.commands import Command

in_trade = that_has("status", *(one for one in Status if one not in ENDED))


def may_be_described(product: Product) -> bool:
    return in_trade(product) and product.status != Status.PENDING_APPROVAL


def described(product: Product) -> Mapping[str, object]:
    description = products.load(UUID(product.pk)).description
    return dump(description) if description else {}


def begun_in_our_currency(record: object) -> Mapping[str, object]:
    """Returns a price to be filled in, in the currency of the shop."""
    return {"price": {"amount": "", "currency": settings.EFI_CURRENCY}}


def answers_to(
    kind: Kind, proposed: Callable[[Aggregate], Any], *, yes: type[Command], no: type[Command]
) -> tuple[Verb, Verb]:
    """Returns the verbs by which a second person answers a proposal."""

    def waits(product: Product) -> bool:
        return proposed(products.load(UUID(product.pk))) is not None

    def its_proposal(product: Product) -> Mapping[str, object]:
        waiting = proposed(products.load(UUID(product.pk)))
        return {"proposal_id": str(waiting.id)} if waiting else {}

    tells = what_waits(kind)
    return (
        Verb(command=yes, icon="check", known=its_proposal, tells=tells, fits=waits, asked_by=who_asked(kind)),
        Verb(command=no, icon="close", known=its_proposal, tells=tells, fits=waits),
    )


def ways_to_offer(product: Product) -> Mapping[str, list[tuple[str, str]]]:
    return {"offer": [(one.value, in_words(one.name.lower())) for one in Offer]}


def with_pictures(least: int) -> Callable[[Product], bool]:
    """Returns whether a verb fits a product: where it has so many pictures, and has not ended."""
    return lambda product: in_trade(product) and len(products.load(UUID(product.pk)).pictures) >= least


def its_pictures(product: Product) -> Mapping[str, list[tuple[str, str]]]:
    """Returns a product's pictures as choices."""
    return {"name": [(name, called) for name, called in _pictures(product)]}


def places_of_pictures(product: Product) -> Mapping[str, Member]:
    return {"names": in_order("names", _pictures(product))}


def _pictures(product: Product) -> list[tuple[str, str]]:
    names = products.load(UUID(product.pk)).pictures
    return [(name, format_html("{} picture {}", small(name), at)) for at, name in enumerate(names, 1)]


GROUPS = {
    "what it is": ("name", "short_description", "description", "ingredients", "brand", "unit", "weight_grams"),
    "where it is from": ("country_of_origin", "region_of_origin", "supplier_id", "premium", "authentication"),
    "how it is kept": ("storage_zone", "shelf_life_days", "temperature"),
    "what its label says": ("not_stated", "allergens", "nutrition"),
    "how it is found": ("certifications", "tags", "age_restricted"),
}
PRODUCT_VERBS = (
    Verb(
        command=CreateProduct,
        new=True,
        icon="add",
        groups={"": ("sku", "name", "category_ids", "price"), **GROUPS},
        members=stated,
        filled=begun_in_our_currency,
    ),
    Verb(
        command=DescribeProduct,
        title="edit",
        sends="save",
        filled=described,
        fits=may_be_described,
        groups=GROUPS,
        members=stated,
    ),
    Verb(command=ChangePrice, icon="sell", filled=priced, fits=in_trade),
    *answers_to(Kind.PRICE, lambda product: product.proposed_price, yes=ApprovePrice, no=DeclinePrice),
    *answers_to(Kind.LABEL, lambda product: product.proposed_label, yes=ApproveLabel, no=DeclineLabel),
    *answers_to(
        Kind.REINSTATEMENT,
        lambda product: product.proposed_reinstatement,
        yes=ApproveReinstatement,
        no=DeclineReinstatement,
    ),
    Verb(command=ReinstateProduct, title="bring back", icon="redo", fits=that_has("status", Status.DISCONTINUED)),
    Verb(command=CategoriseProduct, title="categorise", icon="category", filled=as_it_is("category_ids"), bulk=True),
    Verb(
        command=SubmitProduct,
        title="submit",
        icon="send",
        fits=that_has("status", Status.DRAFT),
        in_row=always,
        bulk=True,
    ),
    Verb(
        command=ApproveProduct,
        title="approve",
        icon="check",
        tells=what_waits(Kind.PRODUCT),
        fits=that_has("status", Status.PENDING_APPROVAL),
        asked_by=who_asked(Kind.PRODUCT),
        in_row=always,
        bulk=True,
    ),
    Verb(
        command=DeclineProduct,
        title="decline",
        icon="close",
        tells=what_waits(Kind.PRODUCT),
        fits=that_has("status", Status.PENDING_APPROVAL),
        in_row=always,
        bulk=True,
    ),
    Verb(
        command=DeactivateProduct,
        title="deactivate",
        icon="visibility_off",
        fits=that_has("status", *SELLABLE),
        bulk=True,
    ),
    Verb(
        command=ReactivateProduct,
        title="reactivate",
        icon="visibility",
        fits=that_has("status", Status.INACTIVE),
        in_row=always,
        bulk=True,
    ),
    Verb(command=AttachPicture, title="add a picture", icon="add_photo_alternate", members=uploaded, fits=in_trade),
    Verb(command=ArrangePictures, icon="photo_library", members=places_of_pictures, fits=with_pictures(2), aside=True),
    Verb(command=RemovePicture, icon="hide_image", choices=its_pictures, fits=with_pictures(1), aside=True),
    Verb(
        command=OfferProduct,
        title="offer as",
        icon="local_offer",
        choices=ways_to_offer,
        fits=in_trade,
        aside=True,
        bulk=True,
    ),
    Verb(
        command=DiscontinueProduct,
        title="discontinue",
        icon="block",
        fits=that_has("status", *SELLABLE),
        aside=True,
        bulk=True,
        grave=True,
    ),
    Verb(
        command=RecallProduct,
        title="recall",
        icon="undo",
        fits=that_has("status", *(one for one in Status if one is not Status.RECALLED)),
        aside=True,
        bulk=True,
        grave=True,
    ),
)


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    """Products, by what staff call and sort them."""

    section, icon = "Catalogue", "nutrition"
    read_model, listing = records.NAME, records.listing
    ordering = ("sku",)
    list_display = ("sku", "named", "state", "costs", "country", "storage_zone", "available", "best_before")
    list_display_links = ("sku", "named")
    second_line, figure = ("state", "costs"), "available"
    list_filter = ("status", "in_stock", "storage_zone", ("country", Values))
    sheet = "catalog/product.html"
    verbs = (*PRODUCT_VERBS, *STOCK_VERBS)

    def besides(self, request: HttpRequest) -> list[dict[str, Any]]:
        return leads_to(PRODUCTS, request)

    def kept(self, record: Product) -> tuple[Kept, ...]:
        return (
            Kept(stream=f"product:{record.pk}", unsaid="description"),
            Kept(stream=f"stock:{record.pk}", title="stock history"),
        )

    def names_around(self, record: Product) -> Mapping[str, str]:
        return batches_of(record.pk)

    def pictured(self, record: Product) -> str:
        return thumbnail(record)

    def in_hand(self, record: Product, verb: Verb) -> Told:
        return stock_in_hand(record.pk) if verb in STOCK_VERBS else ()

    def at_a_glance(self, record: Product) -> Mapping[str, Any]:
        return sheet_of(record)

    @admin.display(description="name", ordering="name")
    def named(self, product: Product) -> str:
        return format_html('<span class="efi-named">{}<span>{}</span></span>', thumbnail(product), product.name)

    @admin.display(description="status")
    def state(self, product: Product) -> str:
        return mark(product.status)

    @admin.display(description="price", ordering="price")
    def costs(self, product: Product) -> str:
        return money(product)
