"""The shapes of the storefront's answers, as OpenAPI tells them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from catalog.values import Allergen, Availability, Certification, Measure, StorageZone
from efi.domain.texts import LONGEST_SEARCH
from efi.domain.values import CURRENCIES
from efi.http.schemas import CONSISTENCY, IF_NONE_MATCH, Links, Meta, MoneyShape, enveloped
from readmodels import facets
from readmodels.filters import ProductFilters
from readmodels.product_catalog import SORTS

INCLUDED = ("total", "highlights")
SEARCH = serializers.ChoiceField(
    choices=["elasticsearch", "mongodb"], required=False, help_text="Which engine has answered what was searched for."
)
READ = [CONSISTENCY, IF_NONE_MATCH]
LARGEST_QUANTITY = 100_000
"""So many at the highest price come to less than the largest amount of money there is."""
SOME_TEXT = {"type": "string", "minLength": 1}
FIGURE = {"type": "number", "minimum": 0, "maximum": 9_999_999_999.99}


def several(**each: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", **each}, "minItems": 1}


TYPES: dict[str, dict[str, Any]] = {
    "q": {**SOME_TEXT, "maxLength": LONGEST_SEARCH},
    "price_min": FIGURE,
    "price_max": FIGURE,
    "currency": several(enum=list(CURRENCIES)),
    "in_stock": {"type": "boolean"},
    "discontinued": {"type": "boolean"},
    "country": several(pattern="^[A-Z]{2}$"),
    "storage": several(enum=list(map(str, StorageZone))),
    "certification": several(enum=list(map(str, Certification))),
    "tag": several(pattern="^[a-z0-9]+(-[a-z0-9]+)*$"),
    "allergen_free": several(enum=list(map(str, Allergen))),
}


def named(name: str, *known: str, about: str) -> OpenApiParameter:
    """Returns a parameter that holds some of these names, with commas between, and may be given several times."""
    return OpenApiParameter(name, several(enum=list(known)), description=about, explode=False)


class CrumbShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryOfProduct(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    path = CrumbShape(many=True)


class StockShape(serializers.Serializer[Any]):
    available = serializers.IntegerField()
    status = serializers.ChoiceField(choices=[str(one) for one in Availability if one is not Availability.LOW_STOCK])
    best_before = serializers.DateField(allow_null=True)


class AllergensShape(serializers.Serializer[Any]):
    """Nothing but `stated` where it is false. Stated, an empty `contains` says that none of the fourteen is in it."""

    stated = serializers.BooleanField()
    contains = serializers.ListField(child=serializers.CharField(), required=False)
    may_contain = serializers.ListField(child=serializers.CharField(), required=False)
    certified_free = serializers.ListField(child=serializers.CharField(), required=False)
    unstated = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Those of the fourteen that the label says nothing of."
    )


class ShownPicture(serializers.Serializer[Any]):
    """`addresses` are by width in pixels; `width` and `height` are those of the largest that is kept."""

    name = serializers.CharField()
    alt = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    addresses = serializers.DictField(child=serializers.CharField())


class NutritionShape(serializers.Serializer[Any]):
    """Energy, and grams of each."""

    per = serializers.ChoiceField(choices=list(map(str, Measure)))
    energy_kj = serializers.IntegerField()
    energy_kcal = serializers.IntegerField()
    fat = serializers.CharField()
    saturates = serializers.CharField()
    carbohydrate = serializers.CharField()
    sugars = serializers.CharField()
    protein = serializers.CharField()
    salt = serializers.CharField()


class TemperatureShape(serializers.Serializer[Any]):
    """A range in degrees Celsius."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()


class ListedProductShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    short_description = serializers.CharField()
    brand = serializers.CharField()
    unit = serializers.CharField()
    country_of_origin = serializers.CharField()
    region_of_origin = serializers.CharField()
    storage_zone = serializers.CharField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    price = MoneyShape()
    price_before = MoneyShape(allow_null=True)
    price_changed_at = serializers.DateTimeField(allow_null=True)
    listed_at = serializers.DateTimeField()
    certifications = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    premium = serializers.BooleanField()
    age_restricted = serializers.BooleanField()
    offer = serializers.ChoiceField(choices=["regular", "seasonal", "limited_edition"])
    pictures = ShownPicture(many=True, help_text="In a list the first alone.")
    categories = CategoryOfProduct(many=True)
    stock = StockShape()
    orderable = serializers.BooleanField()
    discontinued = serializers.BooleanField()
    allergens = AllergensShape()
    reviews = serializers.DictField()
    updated_at = serializers.DateTimeField()


class BatchShape(serializers.Serializer[Any]):
    """What a package says."""

    batch_number = serializers.CharField()
    best_before = serializers.DateField()


class RecallShape(serializers.Serializer[Any]):
    """Why batches were recalled, since which day, and what those are to do who have some."""

    reason = serializers.CharField()
    since = serializers.DateField()
    all_batches = serializers.BooleanField(help_text="Whether the whole product was recalled, whatever the batch.")
    batches = BatchShape(many=True)
    advice = serializers.CharField()


class ProductShape(ListedProductShape):
    description = serializers.CharField()
    ingredients = serializers.CharField()
    nutrition = NutritionShape(allow_null=True)
    temperature = TemperatureShape(allow_null=True)
    weight_grams = serializers.IntegerField(allow_null=True)
    authentication = serializers.CharField()
    recalls = RecallShape(many=True)


PRODUCT_FIELDS = tuple(ProductShape().fields)
"""Made once: to copy a serializer's fields takes longer than to find the product."""


class PriceSince(serializers.Serializer[Any]):
    price = MoneyShape()
    since = serializers.DateTimeField()


class QuantityPrice(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    unit_price = MoneyShape()
    line_total = MoneyShape()


class SuggestedProduct(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    price = MoneyShape()


class SuggestionsShape(serializers.Serializer[Any]):
    products = SuggestedProduct(many=True)
    categories = CategoryOfProduct(many=True)


class BundlePart(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    price = MoneyShape()
    available = serializers.IntegerField()


class BundleShape(serializers.Serializer[Any]):
    """`price` is its own or what its parts cost, whichever is less; `available` that of the scarcest part."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    price = MoneyShape()
    available = serializers.IntegerField()
    orderable = serializers.BooleanField()
    parts = BundlePart(many=True)


class FacetValue(serializers.Serializer[Any]):
    """What the parameter of that name takes, and how many products one would be left with."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class BranchValue(FacetValue):
    name = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment] # the stubs know a property of that name


class FacetsShape(serializers.Serializer[Any]):
    category = BranchValue(many=True, required=False)
    country = FacetValue(many=True, required=False)
    storage = FacetValue(many=True, required=False)
    certification = FacetValue(many=True, required=False)
    allergen_free = FacetValue(many=True, required=False)
    tag = FacetValue(many=True, required=False)
    in_stock = FacetValue(many=True, required=False)
    discontinued = FacetValue(many=True, required=False)


class ListMeta(Meta):
    total = serializers.IntegerField(required=False)
    facets = FacetsShape(required=False)
    search = SEARCH
    currency = serializers.CharField(required=False, help_text="That of the prices by which the list goes.")
    highlights = serializers.DictField(
        child=serializers.DictField(child=serializers.ListField(child=serializers.CharField())),
        required=False,
        help_text="By product id and field, the passages in which something was found, as HTML with it in `<mark>`; "
        "where Elasticsearch has answered.",
    )


class SuggestMeta(Meta):
    search = SEARCH


@extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/CategoryShape"}})
class Branches(serializers.ListField):
    """Categories below a category, and so on down."""


class CategoryShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    picture = ShownPicture(allow_null=True)
    count = serializers.IntegerField()
    children = Branches()


PRODUCT = enveloped("Product", ProductShape(), meta=Meta())
PRICES = enveloped("Prices", PriceSince(many=True), meta=Meta())
BUNDLES = enveloped("Bundles", BundleShape(many=True), meta=Meta(), links=Links())
BUNDLE = enveloped("Bundle", BundleShape(), meta=Meta())
PAGE = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
    OpenApiParameter("cursor", SOME_TEXT, description="From `links.next`."),
]
RELATED = enveloped("RelatedProducts", ListedProductShape(many=True), meta=Meta())
PRICE = enveloped("PriceOfQuantity", QuantityPrice(), meta=Meta())
SUGGESTIONS = enveloped("Suggestions", SuggestionsShape(), meta=SuggestMeta())
QUANTITY = OpenApiParameter("quantity", {"type": "integer", "minimum": 1, "maximum": LARGEST_QUANTITY})
TYPED = OpenApiParameter("q", TYPES["q"], description="What has been typed so far.")
FIELDS = named("fields", *ListedProductShape().fields, about="These fields of each product alone, and its `id`.")
DETAILS = named("fields", *ProductShape().fields, about="These fields alone, and its `id`.")
CATEGORIES = enveloped("Categories", CategoryShape(many=True), meta=Meta())
CATEGORY = enveloped("Category", CategoryShape(), meta=Meta())
PRODUCTS = enveloped("Products", ListedProductShape(many=True), meta=ListMeta(), links=Links())
PRODUCT_LIST = [
    *READ,
    *(
        OpenApiParameter(name, TYPES.get(name, SOME_TEXT), description=str(one.label), explode=False)
        for name, one in ProductFilters.base_filters.items()
    ),
    OpenApiParameter(
        "sort",
        OpenApiTypes.STR,
        enum=["relevance", *SORTS],
        description="By name unless told; with `q` by relevance, which there is with `q` alone.",
    ),
    *PAGE,
    FIELDS,
    named(
        "facets",
        *facets.NAMES,
        about="Counts what is on sale by these, each under all filters but its own. What is no longer sold is counted "
        "by `discontinued`, or under a filter by it.",
    ),
    named(
        "include",
        *INCLUDED,
        about="`total`: how many products there are on all pages; it stops at 10,001. "
        "`highlights`: where in each product something was found.",
    ),
]
