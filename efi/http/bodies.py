"""How large a body may be, by its address and by who sends it: decided before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from efi.contexts import contexts
from efi.http.problems import problem

FORM = 64 * 1024
FILE = 20 * 1024 * 1024 + FORM
"""A file of 20 MB in the form that it is sent with."""
UNREAD = "efi.unread"
"""Where the environment of a request holds why its body was not read: a problem's name and detail."""
API, STAFF, SIGN_IN = "/api/", "/admin/", "/admin/login/"


def limit_bodies(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 413 to a body that is too large, as middleware behind the one that knows who asks.

    It stands before the check of the CSRF token, which reads forms and so writes their files to a temporary folder.
    """

    def limited(request: HttpRequest) -> HttpResponse:
        if unread := request.META.get(UNREAD):
            return problem(request, *unread)
        length, most = length_of(request.META.get("CONTENT_LENGTH")), largest(request.path_info)
        if length > FORM and request.path_info.startswith(STAFF) and not request.user.is_authenticated:
            most = FORM
        if length > most:
            return problem(request, "too-large", f"a body is at most {most:,} bytes here")
        return answer(request)

    return limited


def largest(path: str) -> int:
    """Returns how many bytes a body may have at an address, whoever sends it."""
    if path.startswith(SIGN_IN):
        return FORM
    if path.startswith((STAFF, *taking_files())):
        return FILE
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or FORM if path.startswith(API) else FORM


def taking_files() -> tuple[str, ...]:
    """Returns the beginnings of the addresses of contexts that take files."""
    return tuple(f"/{begin}" for app in contexts() for begin in app.takes_files)


def length_of(told: str | None) -> int:
    """Returns what a Content-Length says, read as Django reads it: 0 where it is no number."""
    try:
        return int(told or 0)
    except ValueError:
        return 0
