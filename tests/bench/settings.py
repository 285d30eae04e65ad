"""The program's settings, with the floors' addresses beside its own."""

import os
from pathlib import Path

from efi.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
LIMITS = dict.fromkeys(LIMITS, "")  # noqa: F405
FINDS = Path(os.environ["EFI_DATA"]) / "finds"
