"""Today's settings, with the next release's read model."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as TODAY

INSTALLED_APPS = [*TODAY, "tests.services.newer.Newer"]
