"""The program's settings, with the floors' addresses beside its own."""

import os
from pathlib import Path

from efi.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
LIMITS = dict.fromkeys(LIMITS, "1000000/second")  # noqa: F405 - counted as ever, and never reached
FINDS = Path(os.environ["EFI_DATA"]) / "finds"
