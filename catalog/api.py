"""Answers that the write side gives itself: how much of a product can be had, by the log.

And the upload of pictures.
"""

from io import BytesIO
from typing import IO, Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from catalog import pictures
from catalog.commands.pictures import AttachPicture
from catalog.commands.products import products
from catalog.commands.stock import stocks
from efi.domain.errors import NotFound
from efi.http.answers import answer
from efi.http.cache_control import own
from efi.http.problems import BadInput, only
from efi.http.schemas import enveloped
from efi.log.event_store import now
from efi.writing.commands import HANDLERS


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
        """Returns how many units of a product can be had at this moment."""
        only(request)
        at = now()
        product = products.load(product_id)
        if not product.has_page:
            raise NotFound(f"there is no product {product_id}")
        available = stocks.load(product_id).available(at) if product.orderable else 0
        return own(answer({"product_id": product_id, "available": available, "orderable": available > 0, "as_of": at}))


class PictureShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class Uploaded(BaseParser):
    """A picture as the body, of a length that is told or in chunks, which is left to the view to read."""

    media_type = "image/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream


FILE = {"type": "string", "format": "binary"}
FORM = {"type": "object", "properties": {"picture": FILE}, "required": ["picture"]}


class MayAttach(BasePermission):
    """Lets those by who may attach pictures to products."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm(HANDLERS[AttachPicture].permission))


class PictureViewSet(ViewSet):
    """Pictures, before a command attaches them."""

    parser_classes = (Uploaded, MultiPartParser)
    permission_classes = (MayAttach,)

    @extend_schema(
        request={"image/*": FILE, "multipart/form-data": FORM},
        responses={201: enveloped("Picture", PictureShape())},
    )
    def create(self, request: Request) -> HttpResponse:
        """Keeps a picture of at most 20 MB (JPEG, PNG or WebP); its name is what `attach_picture` asks for.

        It is the body itself, or the file `picture` of a form.
        """
        only(request)
        kept = pictures.kept(pictures.keep(_sent(request)), "")
        return own(answer({"name": kept.name, "width": kept.width, "height": kept.height}, status=201))


def _sent(request: Request) -> IO[bytes]:
    """Returns the picture that is the body, or a form's; raises `BadInput` for a form without one."""
    sent: Any = request.FILES.get("picture") or request.data
    if not sent:
        sent = BytesIO()
    if not hasattr(sent, "read"):
        raise BadInput("a form is to hold the file as `picture`", code="picture")
    return sent  # type: ignore[no-any-return]
