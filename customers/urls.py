"""Addresses of the API of customers."""

from django.urls import path

from customers.api import own

urlpatterns = [
    path("me", own.ProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path("me/addresses", own.AddressViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "me/addresses/<uuid:address_id>",
        own.AddressViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("me/addresses/<uuid:address_id>/default", own.AddressViewSet.as_view({"put": "choose"})),
    path("me/consents", own.ConsentViewSet.as_view({"get": "list", "post": "create"})),
    path("me/consents/<str:kind>", own.ConsentViewSet.as_view({"delete": "destroy"})),
    path("me/export", own.ExportViewSet.as_view({"get": "retrieve"})),
]
