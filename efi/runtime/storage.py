"""A storage for files that are written whole or not at all."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Writes under another name and renames at the end. Of two files of one name the later stays."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        part = super()._save(f"{name}.{uuid4().hex}.part", content)  # type: ignore[misc] # not in the stubs
        Path(self.path(part)).replace(self.path(name))
        return name
