"""The web application, ready to serve once this module is imported, which raises CannotStart if it cannot be."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from efi.running.embedded import CannotStart

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efi.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    raise CannotStart(str(error)) from None

from efi.running import startup
from efi.runtime import garbage

startup.prepare()
garbage.collect_seldom()
if os.environ.get("EFI_BACKGROUND") == "1":
    startup.run_background()
