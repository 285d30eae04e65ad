"""All addresses, and three that nobody has thought about."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from efi.http.cache_control import PUBLIC, public
from efi.urls import handler400, handler403, handler404, handler500, urlpatterns


def says_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("whose is it?")


def says_it_by_hand(request: HttpRequest) -> HttpResponse:
    return HttpResponse("whose is it?", headers={"Cache-Control": PUBLIC})


def says_public(request: HttpRequest) -> HttpResponse:
    return public(HttpResponse("everybody's"))


PLANTED = (says_nothing, says_it_by_hand, says_public)
urlpatterns = [*urlpatterns, *(path(f"planted/{view.__name__}", view) for view in PLANTED)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
