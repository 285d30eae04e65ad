"""Documents that have owners are reached through their owners: by name, only certain rooms may take all of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALL_OF_THEM = {"stored", "stored_lists", "facts"}
MAY = ("efi/reading/", "efi/operations/", "efi/management/", "efi/delivery/due.py", "efi/staff/")
"""What folds, builds, compares, heals and finds what is due; and records' pages, which ask who may read them."""


def takes_all(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ALL_OF_THEM:
            yield f"{node.lineno}: {node.attr}"


def files() -> list[Path]:
    found = (path.relative_to(ROOT) for app in ("efi", "catalog", "readmodels") for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in found if not str(path).startswith(MAY))


@pytest.mark.parametrize("path", files(), ids=str)
def test_nothing_else_takes_documents_whoever_owns_them(path):
    assert [*takes_all((ROOT / path).read_text())] == []


@pytest.mark.parametrize("way", sorted(ALL_OF_THEM))
def test_one_that_does_is_found(way):
    planted = f"def mine(generation):\n    return generation.{way}.find_one()\n"
    assert [*takes_all(planted)] == [f"2: {way}"]
