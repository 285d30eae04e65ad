"""The base of all views that are open to everybody."""

from typing import Any

from django.http import HttpResponse
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from efi.http.answers import answer, meta_of
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation

TAKES_JSON = {"*/*", "application/json"}


class JsonAlone(DefaultContentNegotiation):
    """There is one renderer, and most callers take it, or anything; only what others accept needs to be parsed."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        if request.META.get("HTTP_ACCEPT", "*/*") in TAKES_JSON and "format" not in request.GET:
            return renderers[0], renderers[0].media_type
        chosen: tuple[Any, str] = super().select_renderer(Request(request), renderers, format_suffix)
        return chosen


class PublicViewSet(ViewSet):
    """Anybody may read; nobody is asked who they are."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = JsonAlone

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Returns Django's own request: no body is to be parsed, and nobody to be known."""
        return request

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Checks whether the answer will be understood; the rest that REST framework settles first is not needed."""
        self.format_kwarg = None
        self.perform_content_negotiation(request)


def answer_one(generation: Generation, document: Document, data: object, fresh: Freshness) -> HttpResponse:
    meta = meta_of(generation, fresh, version=document["_rev"], updated_at=document["_updated_at"])
    return answer(data, meta=meta)
