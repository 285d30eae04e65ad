"""The pages of staff about their own account, in the admin's frame."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from efi.accounts import pages
from efi.accounts.pages import Frame
from efi.staff.site import OWN, PAGES, Page, framed


def show(page: str, site: Any, request: HttpRequest) -> HttpResponse:
    """Shows one of the pages that are the same for customers and staff."""

    def shown(request: HttpRequest, part: str, title: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
        fragment, called = f"efi/own/{part}", _called(request.user)
        response = framed(site, request, "efi/own.html", title, **{**about, "fragment": fragment, "called": called})
        response.status_code = status
        return response

    return pages.PAGES[page](Frame(shown, lambda name: f"admin:{OWN}{name}", "admin:index", _called), request)


def _called(account: Any) -> str:
    return str(account.get_username())


PAGES.extend(
    Page(path=f"own/{page.replace('_', '-')}/", view=partial(show, page), called=f"{OWN}{page}") for page in pages.PAGES
)
