"""Products in the admin."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from catalog.admin.marks import mark, thumbnail
from catalog.admin.stock import STOCK_VERBS, batches_of
from catalog.commands.products import (
    ApproveProduct,
    CategoriseProduct,
    ChangePrice,
    CreateProduct,
    DeactivateProduct,
    DescribeProduct,
    DiscontinueProduct,
    ReactivateProduct,
    SubmitProduct,
    products,
)
from catalog.models import Category, Product
from catalog.records import products as records
from catalog.values import Status
from efi.histories import Kept
from efi.payloads import dump
from efi.record_lists import Values
from efi.record_pages import RecordAdmin
from efi.verbs import Verb


def that_is(*statuses: Status) -> Any:
    return lambda product: product.status in statuses


def described(product: Product) -> Mapping[str, object]:
    description = products.load(UUID(product.pk)).description
    return dump(description) if description else {}


def shelved(product: Product) -> Mapping[str, object]:
    return {"category_ids": product.category_ids}


def priced(product: Product) -> Mapping[str, object]:
    return {"price": {"amount": str(product.price), "currency": product.currency}}


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    """Products, by what staff call and sort them."""

    section, icon = "Catalogue", "nutrition"
    read_model, listing = records.NAME, records.listing
    ordering = ("sku",)
    list_display = ("sku", "named", "state", "costs", "country", "storage_zone", "available", "best_before")
    list_display_links = ("sku", "named")
    list_filter = ("status", "in_stock", "storage_zone", ("country", Values))
    list_select_related = ("supplier",)
    readonly_fields = ("state", "costs", "categories", "lots")
    fieldsets = (
        ("On sale", {"fields": (("state", "costs"), ("available", "best_before"), ("categories", "lots"))}),
        ("Label", {"fields": (("sku", "unit"), "description", ("country", "storage_zone"), "shelf_life_days")}),
        ("Kept", {"fields": (("supplier", "created_at"), ("updated_at", "id"))}),
    )
    verbs = (
        Verb(command=CreateProduct, new=True, icon="add", leads=("sku", "name", "category_ids")),
        Verb(command=DescribeProduct, title="edit", sends="save", filled=described),
        Verb(command=ChangePrice, icon="sell", filled=priced),
        Verb(command=CategoriseProduct, icon="category", filled=shelved, bulk=True),
        Verb(command=SubmitProduct, icon="send", fits=that_is(Status.DRAFT), in_row=True, bulk=True),
        Verb(command=ApproveProduct, icon="check", fits=that_is(Status.PENDING_APPROVAL), in_row=True, bulk=True),
        Verb(command=DeactivateProduct, icon="visibility_off", fits=that_is(Status.ACTIVE), bulk=True),
        Verb(command=ReactivateProduct, icon="visibility", fits=that_is(Status.INACTIVE), in_row=True, bulk=True),
        Verb(command=DiscontinueProduct, icon="block", fits=lambda product: False, bulk=True, grave=True),
        *STOCK_VERBS,
    )

    def kept(self, record: Product) -> tuple[Kept, ...]:
        return (
            Kept(stream=f"product:{record.pk}", unsaid="description"),
            Kept(stream=f"stock:{record.pk}", title="stock history"),
        )

    def names_around(self, record: Product) -> Mapping[str, str]:
        return batches_of(record.pk)

    @admin.display(description="name", ordering="name")
    def named(self, product: Product) -> str:
        return format_html('<span class="efi-named">{}<span>{}</span></span>', thumbnail(product), product.name)

    def pictured(self, record: Product) -> str:
        return thumbnail(record)

    @admin.display(description="status")
    def state(self, product: Product) -> str:
        return mark(product.status)

    @admin.display(description="price", ordering="price")
    def costs(self, product: Product) -> str:
        return format_html('<span class="efi-price">{} {}</span>', product.currency, product.price)

    @admin.display
    def categories(self, product: Product) -> str:
        return "; ".join(sorted(map(str, Category.objects.in_bulk(product.category_ids).values()))) or "-"

    @admin.display
    def lots(self, product: Product) -> str:
        address = reverse("admin:catalog_lot_changelist") + "?" + urlencode({"product_id": product.pk})
        return format_html('<a class="efi-link" href="{}">its lots</a>', address)
