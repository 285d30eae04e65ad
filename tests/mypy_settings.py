"""The program's settings for mypy, whose plugin finds the user model only beside Django's own entry for accounts."""

from efi.settings import *  # noqa: F403
from efi.settings import INSTALLED_APPS

INSTALLED_APPS = ["django.contrib.auth" if app == "efi.contrib.Auth" else app for app in INSTALLED_APPS]
