"""Addresses of what the catalogue answers from the log."""

from django.urls import path

from catalog.api import AvailabilityViewSet

urlpatterns = [path("products/<uuid:product_id>/availability", AvailabilityViewSet.as_view({"get": "retrieve"}))]
