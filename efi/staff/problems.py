"""Shows problems on the way to a page of the admin as a page, where a person and not a program reads them."""

from collections.abc import Callable

import orjson
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from efi.http.problems import PROBLEM


class StaffProblems:
    """Middleware: a problem on the way to a page of the admin becomes a page too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        asks = response.get("Content-Type") == PROBLEM and "text/html" in request.headers.get("Accept", "")
        return _page(request, response) if asks and request.path.startswith(reverse("admin:index")) else response


def _page(request: HttpRequest, problem: HttpResponse) -> HttpResponse:
    """Makes a page of a problem, with the problem's headers.

    While the store fails, and for those not signed in, it is a page without navigation, which depends on permissions.
    """
    said = orjson.loads(problem.content)
    if problem.status_code >= 500 or not request.user.is_authenticated:
        page = render(request, "efi/fault.html", said, status=problem.status_code)
    else:
        context = {**admin.site.each_context(request), "problem": said, "title": said["title"]}
        page = render(request, "efi/problem.html", context, status=problem.status_code)
    for name in ("Cache-Control", "Retry-After", "RateLimit", "RateLimit-Policy"):
        if name in problem:
            page[name] = problem[name]
    return page
