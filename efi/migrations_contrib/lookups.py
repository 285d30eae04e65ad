"""Indexes that look-ups can use: a unique one of the backend is partial, and MongoDB never picks it for them."""

from typing import Any

from django.apps.registry import Apps
from django.db.migrations import RunPython


def index(collection: str, field: str) -> RunPython:
    def make(apps: Apps, editor: Any) -> None:
        editor.connection.database[collection].create_index(field, name=f"{field}_lookup")

    return RunPython(make, RunPython.noop)
