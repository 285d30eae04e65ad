"""Shows refusals and faults as pages of the shop, where a person and not a program reads them."""

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse

from efi.http.problems import PROBLEM, problem_handler
from readmodels.shop.pages import guarded, rendered

NOT_OURS = ("/api/", "/admin/", "/health/", "/status/")
SAID = {
    400: "We cannot make sense of that",
    404: "This shelf is empty",
    429: "That was a little fast",
    500: "Something went wrong here",
    503: "We are closed for a moment",
}


class Looks:
    """Middleware: what the views of the shop raise becomes a problem, and a person is shown a page of it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if response.get("Content-Type") == PROBLEM and _for_people(request):
            return _page(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_handler(error, {"request": request}) if _of_the_shop(request) else None


def _page(problem: HttpResponse) -> HttpResponse:
    """Makes a page of a problem, with the problem's headers."""
    said = orjson.loads(problem.content)
    page = rendered("problem.html", {**said, "heading": SAID.get(said["status"], said["title"])}, problem.status_code)
    for name in ("Cache-Control", "Retry-After", "RateLimit", "RateLimit-Policy"):
        if name in problem:
            page[name] = problem[name]
    return guarded(page)


def _for_people(request: HttpRequest) -> bool:
    asks = "text/html" in request.headers.get("Accept", "") and not request.path.startswith(NOT_OURS)
    return asks or _of_the_shop(request)


def _of_the_shop(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "shop"
