"""What browsers may load and run for an answer: a Content-Security-Policy on each that has none of its own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICIES = {
    # Alpine, by which the admin's menus open, evaluates what stands in its attributes. No script stands in a page.
    "/admin/": PAGE.format(scripts=" 'unsafe-eval'"),
    "/api/v1/docs": PAGE.format(scripts=""),
}


def say_what_may_run(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Adds the policy of its address to each answer, as middleware; what is no page may load nothing."""

    def said(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        at = next((begin for begin in POLICIES if request.path_info.startswith(begin)), "")
        response.headers.setdefault("Content-Security-Policy", POLICIES.get(at, NOTHING))
        return response

    return said
