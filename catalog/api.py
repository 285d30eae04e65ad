"""What must be read from the log and not a moment later: how much of a product can be had."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from catalog.commands.products import products
from catalog.commands.stock import stocks
from efi.answers import answer, private
from efi.errors import NotFound
from efi.event_store import now
from efi.problems import only
from efi.schemas import enveloped


class AvailabilityShape(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    available = serializers.IntegerField()
    orderable = serializers.BooleanField()
    as_of = serializers.DateTimeField()


class AvailabilityViewSet(ViewSet):
    """Anybody may ask; the answer comes from the log."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=enveloped("Availability", AvailabilityShape()))
    def retrieve(self, request: Request, product_id: UUID) -> HttpResponse:
        """How many units can be had at this moment."""
        only(request)
        at = now()
        product = products.load(product_id)
        if not product.visible:
            raise NotFound(f"there is no product {product_id}")
        available = stocks.load(product_id).available(at) if product.orderable else 0
        return private(
            answer({"product_id": product_id, "available": available, "orderable": available > 0, "as_of": at})
        )
