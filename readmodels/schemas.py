"""The shapes of the storefront's answers, as OpenAPI tells them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from efi.schemas import CONSISTENCY, IF_NONE_MATCH, Links, Meta, MoneyShape, enveloped
from readmodels.filters import ProductFilters
from readmodels.product_catalog import SORTS

READ = [CONSISTENCY, IF_NONE_MATCH]
FIGURE = {"type": "number", "minimum": 0, "maximum": 9_999_999_999.99}
TYPES: dict[str, dict[str, Any]] = {
    "price_min": FIGURE,
    "price_max": FIGURE,
    "in_stock": {"type": "boolean"},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
}
PRODUCT_LIST = [
    *READ,
    *(
        OpenApiParameter(name, TYPES.get(name, {"type": "string"}), description=str(one.label))
        for name, one in ProductFilters.base_filters.items()
    ),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=list(SORTS)),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From `links.next`."),
]


class CrumbShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryOfProduct(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    path = CrumbShape(many=True)


class StockShape(serializers.Serializer[Any]):
    available = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["in_stock", "out_of_stock", "discontinued"])
    best_before = serializers.DateField(allow_null=True)


class AllergensShape(serializers.Serializer[Any]):
    stated = serializers.BooleanField()
    contains = serializers.ListField(child=serializers.CharField(), required=False)
    may_contain = serializers.ListField(child=serializers.CharField(), required=False)


class ListedProductShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    country_of_origin = serializers.CharField()
    storage_zone = serializers.CharField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    price = MoneyShape()
    price_before = MoneyShape(allow_null=True)
    price_changed_at = serializers.DateTimeField(allow_null=True)
    listed_at = serializers.DateTimeField()
    categories = CategoryOfProduct(many=True)
    stock = StockShape()
    orderable = serializers.BooleanField()
    discontinued = serializers.BooleanField()
    allergens = AllergensShape()
    reviews = serializers.DictField()
    updated_at = serializers.DateTimeField()


class ProductShape(ListedProductShape):
    description = serializers.CharField()


class PriceSince(serializers.Serializer[Any]):
    price = MoneyShape()
    since = serializers.DateTimeField()


@extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/CategoryShape"}})
class Branches(serializers.ListField):
    """Categories below a category, and so on down."""


class CategoryShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    children = Branches()


PRODUCTS = enveloped("Products", ListedProductShape(many=True), meta=Meta(), links=Links())
PRODUCT = enveloped("Product", ProductShape(), meta=Meta())
PRICES = enveloped("Prices", PriceSince(many=True), meta=Meta())
CATEGORIES = enveloped("Categories", CategoryShape(many=True), meta=Meta())
CATEGORY = enveloped("Category", CategoryShape(), meta=Meta())
