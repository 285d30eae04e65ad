"""Addresses of the API of customers."""

from django.urls import path

from customers.api import own
from customers.api.auth import (
    PasswordChangeViewSet,
    PasswordViewSet,
    RegistrationViewSet,
    SignInViewSet,
    SignOutViewSet,
)

urlpatterns = [
    path("auth/register", RegistrationViewSet.as_view({"post": "begin"})),
    path("auth/verify", RegistrationViewSet.as_view({"post": "prove"})),
    path("auth/login", SignInViewSet.as_view({"post": "create"})),
    path("auth/logout", SignOutViewSet.as_view({"post": "create"})),
    path("auth/password/forgot", PasswordViewSet.as_view({"post": "forgot"})),
    path("auth/password/reset", PasswordViewSet.as_view({"post": "reset"})),
    path("auth/password/change", PasswordChangeViewSet.as_view({"post": "create"})),
    path("me", own.ProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path("me/addresses", own.AddressViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "me/addresses/<uuid:address_id>",
        own.AddressViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("me/addresses/<uuid:address_id>/default", own.AddressViewSet.as_view({"put": "choose"})),
    path("me/consents", own.ConsentViewSet.as_view({"get": "list", "post": "create"})),
    path("me/consents/<str:kind>", own.ConsentViewSet.as_view({"delete": "destroy"})),
    path("me/email", own.EmailViewSet.as_view({"post": "create", "patch": "partial_update"})),
    path("me/export", own.ExportViewSet.as_view({"get": "retrieve"})),
]
