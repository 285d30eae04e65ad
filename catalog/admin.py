"""The catalogue's records in the admin."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from catalog.models import Category, Lot, Product, Supplier
from catalog.records import categories, lots, products, suppliers
from efi.admin import RecordAdmin, Values


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    """Products, by what staff call and sort them."""

    read_model, listing = products.NAME, products.listing
    ordering = ("sku",)
    list_display = (
        "sku",
        "name",
        "status",
        "price",
        "currency",
        "country",
        "storage_zone",
        "available",
        "best_before",
        "supplier",
        "updated_at",
    )
    list_filter = ("status", "in_stock", "storage_zone", ("country", Values))
    list_select_related = ("supplier",)
    readonly_fields = ("categories", "lots")
    exclude = ("category_ids",)

    @admin.display
    def categories(self, product: Product) -> str:
        return "; ".join(sorted(map(str, Category.objects.in_bulk(product.category_ids).values()))) or "-"

    @admin.display
    def lots(self, product: Product) -> str:
        address = reverse("admin:catalog_lot_changelist") + "?" + urlencode({"product_id": product.pk})
        return format_html('<a href="{}">its lots</a>', address)


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    """Categories, in the order of the tree."""

    read_model, listing = categories.NAME, categories.listing
    ordering = ("path",)
    list_display = ("path", "name", "slug", "level", "updated_at")
    list_filter = ("level",)


@admin.register(Supplier)
class SupplierAdmin(RecordAdmin):
    """Suppliers, by code."""

    read_model, listing = suppliers.NAME, suppliers.listing
    ordering = ("code",)
    list_display = ("code", "name", "contact", "country", "updated_at")
    list_filter = (("country", Values),)


@admin.register(Lot)
class LotAdmin(RecordAdmin):
    """Lots, those first that expire first."""

    read_model, listing = lots.NAME, lots.listing
    ordering = ("best_before",)
    list_display = (
        "batch_number",
        "product",
        "supplier",
        "best_before",
        "state",
        "remaining",
        "received",
        "received_at",
    )
    list_filter = ("state",)
    list_select_related = ("product", "supplier")
