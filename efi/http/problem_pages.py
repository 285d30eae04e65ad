"""Problems as pages, for people who asked with a browser."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from efi.http.problems import PROBLEM

HEADERS = ("Cache-Control", "Retry-After", "RateLimit", "RateLimit-Policy")


class ProblemPages:
    """Middleware: a problem on its way to a person becomes a page with the same status and headers."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if response.get("Content-Type") != PROBLEM or not self.is_for(request):
            return response
        page = self.page(request, orjson.loads(response.content))
        for name in HEADERS:
            if name in response:
                page[name] = response[name]
        return page

    def is_for(self, request: HttpRequest) -> bool:
        """Tells whether a problem in the answer to this request is shown as one of these pages."""
        raise NotImplementedError

    def page(self, request: HttpRequest, problem: Mapping[str, Any]) -> HttpResponse:
        """Renders the members of a problem."""
        raise NotImplementedError


def takes_html(request: HttpRequest) -> bool:
    """Tells whether the request is one for a page, as a browser makes it."""
    return "text/html" in request.headers.get("Accept", "")
