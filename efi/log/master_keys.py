"""The master keys, under which every other key is kept: from the environment, or in a file made at the first start."""

import base64
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from efi.runtime.private import for_owner, write_for_owner

LENGTH = 32


def master_keys() -> dict[str, bytes]:
    """Returns the keys by their names, the one that new keys are wrapped under first.

    The file is read each time, as `manage.py rewrap` may have changed it.
    """
    return named(settings.EFI_MASTER_KEYS or in_file().read_text().split())


def named(texts: list[str]) -> dict[str, bytes]:
    """Returns keys by names that tell nothing of them; raises `ValueError` for what is no key of 32 bytes in base64."""
    keys = [base64.b64decode(text, validate=True) for text in texts]
    if not all(len(key) == LENGTH for key in keys):
        raise ValueError(f"a master key has {LENGTH} bytes")
    return {hashlib.sha256(b"the name of " + key).hexdigest()[:12]: key for key in keys}


def drawn() -> str:
    """Returns a new key as it is written."""
    return base64.b64encode(os.urandom(LENGTH)).decode()


def in_file() -> Path:
    """Returns the file with the keys, one to a line, which its owner alone may read; made where there is none."""
    file: Path = settings.EFI_DATA / "master.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        with open(part, "x", opener=for_owner) as out:
            out.write(drawn())
        with suppress(FileExistsError):
            # Of two processes that start at once one is first, and the other takes its key.
            os.link(part, file)
        part.unlink()
    return file


def write(texts: list[str]) -> None:
    write_for_owner(in_file(), "\n".join(texts))
