"""Addresses of the storefront's reads."""

from django.urls import path

from readmodels.api import CategoryViewSet, ProductViewSet

urlpatterns = [
    path("products", ProductViewSet.as_view({"get": "list"})),
    path("products/<str:key>", ProductViewSet.as_view({"get": "retrieve"})),
    path("products/<str:key>/history", ProductViewSet.as_view({"get": "history"})),
    path("categories", CategoryViewSet.as_view({"get": "list"})),
    path("categories/<str:slug>", CategoryViewSet.as_view({"get": "retrieve"})),
]
