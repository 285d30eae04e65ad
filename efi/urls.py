"""All addresses."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from efi.contexts import contexts
from efi.http import api, openapi, problems
from efi.operations.monitoring import scraping

status = [
    path("health/live", api.live),
    path("health/ready", api.ready),
    path("status/read-models", api.read_models),
]


def of_contexts() -> list[tuple[str, str]]:
    """Returns where the addresses of each module begin: those of the API first, of these the last installed app's."""
    named = [(begin, f"{app.name}.{module}") for app in contexts()[::-1] for begin, module in app.addresses.items()]
    return sorted(named, key=lambda one: one[0], reverse=True)


urlpatterns = [
    # First what is asked for most: Django tries one after the other.
    *(path(begin, include(module)) for begin, module in of_contexts()),
    path("admin/", admin.site.urls),
    path("problems/<str:name>", problems.explain),
    *status,
    path("metrics", scraping.scrape),
    path("api/v1/commands", api.CommandViewSet.as_view({"get": "list"})),
    path("api/v1/commands/<str:name>", api.CommandViewSet.as_view({"post": "create"})),
    path("api/v1/streams/<str:stream>", api.StreamViewSet.as_view({"get": "retrieve"})),
    path("api/v1/me/", include("efi.accounts.urls")),
    path("api/v1/schema", openapi.description, name="schema"),
    path("api/v1/docs", SpectacularSwaggerSplitView.as_view(url_name="schema")),
    path("api/v1/", include(status)),
]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.nothing_here
handler500 = problems.went_wrong
