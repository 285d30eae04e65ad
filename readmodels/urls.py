"""Addresses of the storefront's reads."""

from django.urls import path

from readmodels.api import ProductViewSet, SearchViewSet
from readmodels.bundles_api import BundleViewSet
from readmodels.categories_api import CategoryViewSet

urlpatterns = [
    path("products", ProductViewSet.as_view({"get": "list"})),
    path("products/<str:key>", ProductViewSet.as_view({"get": "retrieve"})),
    path("products/<str:key>/history", ProductViewSet.as_view({"get": "history"})),
    path("products/<str:key>/related", ProductViewSet.as_view({"get": "related"})),
    path("products/<str:key>/price", ProductViewSet.as_view({"get": "price"})),
    path("search/suggest", SearchViewSet.as_view({"get": "suggest"})),
    path("bundles", BundleViewSet.as_view({"get": "list"})),
    path("bundles/<str:key>", BundleViewSet.as_view({"get": "retrieve"})),
    path("categories", CategoryViewSet.as_view({"get": "list"})),
    path("categories/<str:slug>", CategoryViewSet.as_view({"get": "retrieve"})),
]
