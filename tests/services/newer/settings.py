"""Today's settings, with the next release's read model."""

from efi.settings import *  # noqa: F403
from efi.settings import INSTALLED_APPS as TODAY

INSTALLED_APPS = [*TODAY, "tests.services.newer.Newer"]
