"""How a page of an account is shown: in the shop's frame, for its reader alone, under a strict content policy."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from efi.accounts import obliged, recent
from efi.http.cache_control import own
from efi.http.problems import problem_handler

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
View = Callable[..., HttpResponse]
SETTING_UP = ("second_factor", "confirm")
"""The names of the pages that let by who still has to set up a second factor."""


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


def signed_in(view: View) -> View:
    """Makes a page one for whoever is signed in; others are led to sign in, and back.

    Staff who lack a second factor that they must have are led to set it up.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @page
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account:sign_in')}?{urlencode({'next': request.path})}")
        if name_of(request) not in SETTING_UP and obliged.lacks(request.user):
            return HttpResponseRedirect(reverse("account:second_factor"))
        return view(request, *args, **parts)

    return guarded


def asked_lately(view: View) -> View:
    """Makes a page ask for the password first, unless it was given lately."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        if recent.until(request) is None:
            return recent.asking(request, "account:confirm")
        return view(request, *args, **parts)

    return guarded


def name_of(request: HttpRequest) -> str | None:
    """Returns the name of the page that is asked for, as `account:…` has it."""
    return request.resolver_match.url_name if request.resolver_match else None
