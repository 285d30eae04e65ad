"""The shapes of the storefront's answers, as OpenAPI tells them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from efi.schemas import CONSISTENCY, IF_NONE_MATCH, Links, Meta, MoneyShape, enveloped
from readmodels.filters import ProductFilters
from readmodels.product_catalog import SORTS

READ = [CONSISTENCY, IF_NONE_MATCH]
TYPES = {"price_min": OpenApiTypes.DECIMAL, "price_max": OpenApiTypes.DECIMAL, "in_stock": OpenApiTypes.BOOL}
PRODUCT_LIST = [
    *READ,
    *(
        OpenApiParameter(name, TYPES.get(name, OpenApiTypes.STR), description=str(one.label))
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


class ProductShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
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


class PriceSince(serializers.Serializer[Any]):
    price = MoneyShape()
    since = serializers.DateTimeField()


class CategoryShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    children = serializers.ListField(child=serializers.DictField())


PRODUCTS = enveloped("Products", ProductShape(many=True), meta=Meta(), links=Links())
PRODUCT = enveloped("Product", ProductShape(), meta=Meta())
PRICES = enveloped("Prices", PriceSince(many=True), meta=Meta())
CATEGORIES = enveloped("Categories", CategoryShape(many=True), meta=Meta())
CATEGORY = enveloped("Category", CategoryShape(), meta=Meta())
