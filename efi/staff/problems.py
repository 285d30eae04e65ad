"""Shows problems on the way to a page of the admin as a page, where a person and not a program reads them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from efi.http.problem_pages import ProblemPages, takes_html


class StaffProblems(ProblemPages):
    """Middleware for the addresses of the admin."""

    def is_for(self, request: HttpRequest) -> bool:
        """Takes in whoever asked for a page of the admin."""
        return takes_html(request) and request.path.startswith(reverse("admin:index"))

    def page(self, request: HttpRequest, problem: Mapping[str, Any]) -> HttpResponse:
        """Makes a page of a problem.

        While the store fails, and for those not signed in, it is a page without navigation, which depends on
        permissions.
        """
        if problem["status"] >= 500 or not request.user.is_authenticated:
            return render(request, "efi/fault.html", {**problem}, status=problem["status"])
        context = {**admin.site.each_context(request), "problem": problem, "title": problem["title"]}
        return render(request, "efi/problem.html", context, status=problem["status"])
