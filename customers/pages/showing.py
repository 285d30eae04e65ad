"""How a page of an account is shown: in the shop's frame, for its reader alone, under a strict content policy."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.debug import sensitive_post_parameters

from efi.http.cache_control import own
from efi.http.problems import problem_handler

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = Callable[..., HttpResponse]


def shown(request: HttpRequest, template: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    """Renders a page. By what it was reached is told to no other site; with less, browsers hide whose a form is."""
    response = render(request, f"account/{template}", {"assets": static(settings.ASSETS), **about}, status=status)
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "same-origin"
    return own(response)


def page(view: View) -> View:
    """Makes a problem of what a view raises, which the shop's middleware shows as a page."""

    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        try:
            return view(request, *args, **parts)
        except Exception as error:  # noqa: BLE001 - whatever a view raises is shown
            return problem_handler(error, {"request": request})

    return guarded
