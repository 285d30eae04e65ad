"""The admin's site: its sidebar by what staff do, and its front page with what needs attention."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.sites import UnfoldAdminSite

from efi.accounts import lockout, obliged, recent, signing_in
from efi.contexts import contexts
from efi.domain.errors import TooMany
from efi.http import rate_limits
from efi.http.problems import problem_handler
from efi.log.keys import digest
from efi.models import folded
from efi.reading import freshness, generations
from efi.staff import references, tiles
from efi.staff.records import exports
from efi.staff.sign_in import StaffSignIn

View = Callable[..., HttpResponseBase]
PAGES: "list[Page]" = []
"""Pages that are of no record."""
OWN = "own_"
"""How the names of the addresses of pages begin that are about one's own account."""


def sections() -> list[str]:
    """Returns the headings of the sidebar that the installed apps name, in the order of their places."""
    places = {name: place for app in contexts() for name, place in app.sections.items()}
    return sorted(places, key=places.__getitem__)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the admin. With a title it is linked in the sidebar and on the front page, for those who may see it."""

    path: str
    view: Callable[..., HttpResponseBase]
    """Called with the site, the request and the parts of the path; without a `permission` it checks itself who may."""
    permission: str = ""
    title: str = ""
    icon: str = "monitoring"
    called: str = ""

    @property
    def name(self) -> str:
        """Returns the name of the page's address: `operations_monitor` for `operations/monitor`."""
        return self.called or self.path.strip("/").replace("/", "_")

    def is_for(self, request: HttpRequest) -> bool:
        asking: Any = request.user
        return bool(asking.has_perm(self.permission))

    def show(self, site: Any, request: HttpRequest, **path_parts: Any) -> HttpResponseBase:
        if self.permission and not self.is_for(request):
            raise PermissionDenied(f"not allowed to {self.permission.partition('.')[2].replace('_', ' ')}")
        return self.view(site, request, **path_parts)


def framed(site: Any, request: HttpRequest, template: str, title: str, **about: Any) -> TemplateResponse:
    """Renders a page that belongs to no record, within the admin's frame."""
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **about, "title": title})


class StaffSite(UnfoldAdminSite):  # type: ignore[misc] # unfold has no types
    """The pages that staff see once they have signed in."""

    index_template = "efi/today.html"
    login_form = StaffSignIn

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Returns a view for staff, which leads those who lack a second factor that they must have to setting it up."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
            name = request.resolver_match.url_name if request.resolver_match else None
            if not str(name).startswith((OWN, "logout")) and obliged.lacks(request.user):
                return HttpResponseRedirect(reverse(f"admin:{OWN}second_factor"))
            response: HttpResponseBase = inner(request, *args, **parts)
            return response

        return guarded

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Changes one's own password, once one was asked for it."""
        if recent.until(request) is None:
            return recent.asking(request, f"admin:{OWN}confirm")
        response: HttpResponseBase = super().password_change(request, extra_context)
        return response

    def extra_urls(self) -> list[URLPattern]:
        return [
            path("found/<slug:model_name>/", self.admin_view(references.found), name="found"),
            path("export/<slug:model_name>.<slug:form>", self.admin_view(partial(exports.export, self)), name="export"),
            *(path(page.path, self.admin_view(partial(page.show, self)), name=page.name) for page in PAGES),
        ]

    def get_urls(self) -> list[Any]:
        """Leaves out the links to a record's page on the site, as no record has one."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Signs a person in, unless too much has failed before: so passwords cannot be guessed."""
        if request.method != "POST":
            shown: HttpResponseBase = super().login(request, extra_context)
            return shown
        try:
            tried = _begin_a_try(request)
        except TooMany as error:
            return problem_handler(error, {"request": request})
        response: HttpResponseBase = super().login(request, extra_context)
        if response.status_code == HTTPStatus.FOUND:
            tried.succeeded()
        return response

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        groups: dict[str, list[dict[str, Any]]] = {section: [] for section in sections()}
        for pages in self._registry.values():
            section = getattr(pages, "section", None)
            if section and pages.has_view_permission(request):
                groups[section].extend(self._entries(pages))
        groups["Operations"].extend(self._operations(request))
        front = [{"title": "Today", "icon": "wb_twilight", "link": reverse("admin:index")}]
        shown: list[dict[str, Any]] = [
            {"items": front},
            *({"title": name, "items": items} for name, items in groups.items() if items),
        ]
        for group in shown:
            for item in group["items"]:
                item.update(has_permission=True, active=_is_at(request, item["link"]))
        return shown

    def _operations(self, request: HttpRequest) -> list[dict[str, Any]]:
        mine = [page for page in PAGES if page.title and page.is_for(request)]
        return [{"title": page.title, "icon": page.icon, "link": reverse(f"admin:{page.name}")} for page in mine]

    def _entries(self, pages: Any) -> Iterator[dict[str, Any]]:
        """Yields the sidebar's links to the list of a kind of record and to its shortcuts."""
        listed = reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_changelist")
        title = getattr(pages, "menu", None) or str(pages.opts.verbose_name_plural).capitalize()
        yield {"title": title, "icon": pages.icon, "link": getattr(pages, "address", listed)}
        for one in getattr(pages, "shortcuts", ()):
            yield {"title": one.title, "icon": one.icon, "link": f"{listed}?{one.query}"}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        of_records = (pages for pages in self._registry.values() if hasattr(pages, "listing"))
        reads = any(pages.has_view_permission(request) for pages in of_records)
        shown = {"tiles": tiles.shown_to(request), "fresh": self._fresh() if reads else None}
        links = {"operations": self._operations(request)}
        context = {**shown, **links, "title": "Today", **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response

    def _fresh(self) -> dict[str, Any]:
        fresh = freshness.read(generation.name for generation in generations.of_this_process())
        return {"as_of": fresh.as_of, "stale": fresh.stale, "behind": fresh.behind}


def _begin_a_try(request: HttpRequest) -> lockout.Try:
    """Counts a sign-in of a place, successful ones too, and begins a try that the lock-out of its address counts."""
    client = rate_limits.client_of(request)
    rate_limits.spend(rate_limits.SIGN_INS, client)
    name = request.POST.get("username", "").strip()[: signing_in.LONGEST_ADDRESS]
    return lockout.begin(lockout.SIGN_IN, digest(folded(name)), client)


def _is_at(request: HttpRequest, link: str) -> bool:
    """Returns whether a page is the one that a link of the sidebar leads to, or one below it."""
    path, _, query = link.partition("?")
    if query or path == reverse("admin:index"):
        return request.get_full_path() == link
    return request.path.startswith(path.removesuffix("tree/"))
