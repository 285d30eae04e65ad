"""The description of the API: made once for a release, at the first call, whoever asks for it by whatever name."""

from functools import cache
from threading import Lock

from django.http import HttpResponse, HttpResponseNotModified
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes, renderer_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from efi.http.answers import etag_of, knows
from efi.http.cache_control import public
from efi.http.problems import only

FOR_A_DAY = "public, max-age=86400"
_MAKING = Lock()


@extend_schema(exclude=True)
@api_view(["GET", "HEAD"])
@authentication_classes([])
@permission_classes([AllowAny])
@renderer_classes([OpenApiJsonRenderer, OpenApiJsonRenderer2])
def description(request: Request) -> HttpResponse:
    """Answers with the same bytes under either of its two media types."""
    only(request)
    with _MAKING:
        content = _content()
    etag = etag_of([content])
    known = knows(request.headers.get("If-None-Match", ""), etag)
    response = HttpResponseNotModified() if known else HttpResponse(content, request.accepted_renderer.media_type)
    response["ETag"], response["Vary"] = etag, "Accept"
    return public(response, FOR_A_DAY)


@cache
def _content() -> bytes:
    made = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call] # it has no types
    content: bytes = OpenApiJsonRenderer().render(made, renderer_context={})
    return content
