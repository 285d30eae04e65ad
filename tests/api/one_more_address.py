"""All addresses, and one that nobody has thought about."""

from django.urls import path

from efi.http import api
from efi.urls import handler400, handler403, handler404, handler500, urlpatterns

urlpatterns = [*urlpatterns, path("api/v1/backdoor", api.live)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
