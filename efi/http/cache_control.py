"""Says who may store an answer: anybody if its view calls `public`, nobody if it calls `own` or nothing at all."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PUBLIC = "public, max-age=5, stale-while-revalidate=60"
PRIVATE = "private, no-store"
_SAID = "is_public"
R = TypeVar("R", bound=HttpResponseBase)


def public(response: R, how: str = PUBLIC) -> R:
    """Says that an answer is for everybody, and by its Cache-Control how long it may be kept. Returns the answer."""
    response["Cache-Control"] = how
    vars(response)[_SAID] = True
    return response


def own(response: R) -> R:
    """Says that an answer is a person's own, or staff's, and that nobody keeps it. Returns the answer."""
    response["Cache-Control"] = PRIVATE
    vars(response)[_SAID] = False
    return response


def private_unless_said(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Makes an answer private unless its view called `public` on it, whatever its headers were before."""

    def said(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        return response if vars(response).get(_SAID) else own(response)

    return said
