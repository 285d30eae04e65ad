"""Addresses of what the catalogue answers itself."""

from django.urls import path

from catalog.api import AvailabilityViewSet, PictureViewSet

urlpatterns = [
    path("products/<uuid:product_id>/availability", AvailabilityViewSet.as_view({"get": "retrieve"})),
    path("pictures", PictureViewSet.as_view({"post": "create"})),
]
