"""The addresses of one's own account, below `api/v1/me/`."""

from django.urls import path

from efi.accounts.api import ConfirmViewSet, SecondFactorViewSet, SessionViewSet, TokenViewSet

urlpatterns = [
    path("confirm", ConfirmViewSet.as_view({"post": "create"})),
    path("sessions", SessionViewSet.as_view({"get": "list", "delete": "end_others"})),
    path("sessions/<str:session_id>", SessionViewSet.as_view({"delete": "destroy"})),
    path("tokens", TokenViewSet.as_view({"get": "list", "post": "create"})),
    path("tokens/<str:token_id>", TokenViewSet.as_view({"delete": "destroy"})),
    path(
        "second-factor",
        SecondFactorViewSet.as_view(
            {"get": "retrieve", "post": "create", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    path("second-factor/recovery-codes", SecondFactorViewSet.as_view({"post": "renew"})),
]
