"""Bundles in the admin."""

from django.contrib import admin
from django.utils.html import format_html_join

from catalog.admin.products import begun_in_our_currency
from catalog.commands.bundles import CreateBundle, DescribeBundle, OfferBundle, RepriceBundle, WithdrawBundle
from catalog.models import Bundle, Product
from catalog.records import bundles as records
from efi.staff.commands.page import address_of
from efi.staff.commands.verbs import Verb, always, as_it_is, priced, that_has
from efi.staff.histories import Kept
from efi.staff.marks import money
from efi.staff.records.pages import RecordAdmin


@admin.register(Bundle)
class BundleAdmin(RecordAdmin):
    """Bundles, by name."""

    section, icon = "Catalogue", "shopping_basket"
    read_model, listing = records.NAME, records.listing
    ordering = ("name",)
    list_display = ("name", "costs", "products", "offered", "updated_at")
    list_filter = ("offered",)
    second_line = ("costs", "offered")
    readonly_fields = ("costs", "products")
    fieldsets = (
        (None, {"fields": (("name", "costs"), ("products", "offered"), "description")}),
        ("Kept", {"fields": (("slug", "updated_at"), "id")}),
    )
    verbs = (
        Verb(command=CreateBundle, new=True, icon="add", filled=begun_in_our_currency),
        Verb(command=DescribeBundle, title="edit", sends="save", filled=as_it_is("name", "description")),
        Verb(command=RepriceBundle, icon="sell", filled=priced),
        Verb(command=WithdrawBundle, icon="visibility_off", fits=that_has("offered", True), bulk=True),
        Verb(command=OfferBundle, icon="visibility", fits=that_has("offered", False), in_row=always, bulk=True),
    )

    def kept(self, record: Bundle) -> tuple[Kept, ...]:
        return (Kept(stream=f"bundle:{record.pk}"),)

    @admin.display(description="price", ordering="price")
    def costs(self, bundle: Bundle) -> str:
        return money(bundle)

    @admin.display
    def products(self, bundle: Bundle) -> str:
        parts = Product.objects.in_bulk(bundle.product_ids).values()
        pages = admin.site.get_model_admin(Product)
        links = [(address_of(pages, "change", part), str(part)) for part in parts]
        return format_html_join(", ", '<a class="efi-link" href="{}">{}</a>', links)
