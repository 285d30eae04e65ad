"""The program's settings for the tests, with a small context beside the business's own."""

import sys

from efi.settings import *  # noqa: F403
from efi.settings import BASE_DIR, EVENT_EXAMPLES, INSTALLED_APPS

CONTEXTS = BASE_DIR / "tests" / "contexts"
sys.path.append(str(CONTEXTS))

INSTALLED_APPS = [*INSTALLED_APPS, "tavern"]
EVENT_EXAMPLES = [*EVENT_EXAMPLES, CONTEXTS / "tavern" / "examples"]
EFI_CURRENCY = "BBD"
