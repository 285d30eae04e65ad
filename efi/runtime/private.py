"""Files and folders that their owner alone may read."""

import contextlib
import os
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def for_owner(file: str, flags: int) -> int:
    """Opens a file, as `open` takes it for its `opener`: one that it makes is its owner's alone."""
    return os.open(file, flags, FILE)


def write_for_owner(file: Path, text: str) -> None:
    """Writes a file whole or not at all, which at no moment anybody else may read."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with open(part, "x", opener=for_owner) as out:
        out.write(text)
    part.replace(file)


def close_folder(folder: Path) -> None:
    """Closes a folder to others, and with it all that is in it; one that belongs to somebody else is left alone."""
    with contextlib.suppress(PermissionError):
        folder.chmod(FOLDER)


def close_all_in(folder: Path) -> None:
    """Closes each file and folder in a folder to others, for when they are carried elsewhere."""
    for inside, folders, files in os.walk(folder):
        for name in folders:
            Path(inside, name).chmod(FOLDER)
        for name in files:
            Path(inside, name).chmod(FILE)
