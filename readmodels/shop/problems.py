"""Refusals and faults as pages of the shop."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from efi.http.problem_pages import ProblemPages, takes_html
from efi.http.problems import problem_handler
from readmodels.product_list import SearchEnded
from readmodels.shop.pages import address, guarded, rendered
from readmodels.shop.shelves import params_in, without_params

NOT_OURS = ("/api/", "/admin/", "/health/", "/status/")
HEADINGS = {
    400: "We cannot make sense of that",
    404: "This shelf is empty",
    429: "That was a little fast",
    500: "Something went wrong here",
    503: "We are closed for a moment",
}


class ShopProblems(ProblemPages):
    """Middleware for the shop's addresses, and for all that nobody else has."""

    def is_for(self, request: HttpRequest) -> bool:
        """Takes in whoever asked for a page, and all that a view of the shop answers."""
        return _of_the_shop(request) or (takes_html(request) and not request.path.startswith(NOT_OURS))

    def page(self, request: HttpRequest, problem: Mapping[str, Any]) -> HttpResponse:
        """Renders a page under the shop's content policy."""
        heading = HEADINGS.get(problem["status"], problem["title"])
        return guarded(rendered("problem.html", {**problem, "heading": heading}, problem["status"]))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turns what a view of the shop raises into a problem; a search that cannot go on begins anew."""
        if not _of_the_shop(request):
            return None
        if isinstance(error, SearchEnded):
            return HttpResponseRedirect(address(request.path, without_params(params_in(request), "cursor")))
        return problem_handler(error, {"request": request})


def _of_the_shop(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "shop"
