"""All addresses, and one that was forgotten in the table of who may what."""

from django.urls import path

from customers.api.own import ProfileViewSet
from efi.urls import urlpatterns as known

urlpatterns = [*known, path("api/v1/me/backdoor", ProfileViewSet.as_view({"get": "retrieve"}))]
