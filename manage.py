#!/usr/bin/env python
"""Django's commands, and ours."""

import contextlib
import os
import sys
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from efi.running.embedded import InUse, data_folder, owned, running
from efi.running.engines import form_replica_set


@contextlib.contextmanager
def mongodb() -> Iterator[None]:
    """The one that MONGODB_URI names, or the running program's, or one of our own meanwhile."""
    with contextlib.ExitStack() as meanwhile:
        if not os.environ.get("MONGODB_URI"):
            with contextlib.suppress(InUse):
                meanwhile.enter_context(owned(data_folder()))
                meanwhile.enter_context(running(data_folder()))
                form_replica_set(os.environ["MONGODB_URI"])
        yield


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efi.settings")
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(data_folder() / "metrics"))
    try:
        with mongodb():
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"efi: {error}")
