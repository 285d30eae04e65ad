"""The catalogue's words in the admin: what fields are called, where refusals are shown, and how states look."""

from catalog.commands.products import CategoriseProduct, DescribeProduct
from catalog.models import Category, Product, Supplier
from catalog.values import ENDED, IN_QUARANTINE, LEFT_OVER, SELLABLE, LotState, Status
from efi.staff.commands.fields import say
from efi.staff.commands.forms import refused_at, supplied_by
from efi.staff.marks import show_as
from efi.staff.references import refers

say(
    sku="SKU",
    weight_grams="weight (g)",
    shelf_life_days="shelf life (days)",
    temperature="temperature (°C)",
    not_stated="knowingly sold without",
    energy_kj="energy (kJ)",
    energy_kcal="energy (kcal)",
    category_ids="categories",
    product_ids="products",
    slug="address in the shop",
    loss="what became of them",
    change="how many more, or fewer with a minus",
    offer="offered as",
    unstated="not stated of",
    alt="what it shows, in words",
    ISO_22000="ISO 22000",
    PDO="PDO",
    PGI="PGI",
    HACCP="HACCP",
)

refers(Product, "product_id", "product_ids")
refers(Category, "category_id", "category_ids", "parent_id")
refers(Supplier, "supplier_id")

refused_at("taken", "sku", "code", "batch_number", "slug", "name")
refused_at("sku_malformed", "sku")
refused_at("slug_missing", "slug")
refused_at("price_out_of_range", "price")
refused_at("category_missing", "category_ids")
refused_at("category_unknown", "category_ids")
refused_at("category_cycle", "parent_id")
refused_at("category_too_deep", "parent_id")
refused_at("lot_expired", "best_before")
refused_at("quantity_out_of_range", "quantity", "change")
refused_at("not_enough_stock", "quantity", "change")
refused_at("reservation_lapsed", "expires_at", "reservation_id")
refused_at("reservation_shortened", "expires_at")
refused_at("reservation_known", "reservation_id")
refused_at("allergens_contradicted", "allergens")
refused_at("premium_unproven", "premium")
refused_at("bundle_too_small", "product_ids")
refused_at("part_not_on_sale", "product_ids")
refused_at("bundle_too_dear", "price")
refused_at("bundle_currency", "price")
refused_at("picture_known", "name")
refused_at("picture_unknown", "name")
refused_at("too_many_pictures", "name")
refused_at("lot_named_twice", "parts")
refused_at("not_found", "supplier_id", "product_id", "category_id", "parent_id", "reservation_id")

supplied_by("description", DescribeProduct, "description")
supplied_by("allergens", DescribeProduct, "allergens__says")
supplied_by("nutrition", DescribeProduct, "nutrition__energy_kj")
supplied_by("category", CategoriseProduct, "category_ids")

show_as("good", LotState.ON_SALE, *SELLABLE)
show_as("waits", Status.PENDING_APPROVAL, Status.DRAFT, Status.INACTIVE, *IN_QUARANTINE)
show_as("bad", LotState.DISPOSED, *LEFT_OVER, *ENDED)
