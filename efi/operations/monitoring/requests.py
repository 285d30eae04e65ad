"""HTTP requests, counted and timed by the route that answered, never by the address that somebody typed."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from efi.http.hot_reads import KEPT_AS
from efi.runtime.metrics import REQUEST_SECONDS, REQUESTS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_requests(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Counts and times requests, as middleware; the sending of a streamed body is not in the time."""

    def counted(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = answer(request)
        route, method = _route(request, response), str(request.method)
        REQUESTS.labels(route, method if method in METHODS else "other", str(response.status_code)).inc()
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)
        return response

    return counted


def _route(request: HttpRequest, response: HttpResponse) -> str:
    """Returns the pattern that the address matched; hot reads and files are answered before any is looked for."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    if kept_as := request.META.get(KEPT_AS):
        return f"hot {kept_as}"
    return "none" if response.status_code >= 400 else "files"
