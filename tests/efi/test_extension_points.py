"""docs/extension-points.md, made from the registries: none is left out, and each says who has added to it."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from efi.management import extension_points
from efi.management.extension_points import POINTS, Point, text
from efi.reading import approvals

KERNEL = Path(extension_points.__file__).parents[1]
FILLED_BY_THE_KERNEL = {
    "efi.domain.events.DOUBLED",
    "efi.reading.approvals.CONTEXTS",
    "efi.reading.approvals.KINDS",
    "efi.running.embedded.CLAIMS",
}
"""What is empty at first and no context adds to: locks, what follows from registrations, and their faults."""


@pytest.fixture
def page(settings, tmp_path):
    """Of another project, for a while."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "extension-points.md"


def registries_in(source):
    """The names in capitals that a module makes empty, for others to fill."""
    made = [node for node in ast.parse(source).body if isinstance(node, ast.AnnAssign) and node.value]
    empty = [node for node in made if ast.unparse(node.value) in ("{}", "[]", "set()")]
    return {node.target.id for node in empty if node.target.id.isupper() and not node.target.id.startswith("_")}


def test_the_page_is_up_to_date(settings, monkeypatch):
    """As the program makes it, which knows nothing of the tests' own context."""
    behind = extension_points._apps_behind
    monkeypatch.setattr(extension_points, "_apps_behind", lambda registry: filter("tavern".__ne__, behind(registry)))
    assert (settings.BASE_DIR / "docs" / "extension-points.md").read_text() == text()


def left_out(points):
    """The registries of the kernel, by module and name, that are none of these points'."""
    files = {".".join(file.relative_to(KERNEL.parent).with_suffix("").parts): file for file in KERNEL.rglob("*.py")}
    found = [(module, name) for module, file in files.items() for name in registries_in(file.read_text())]
    on_the_page = {id(point.registry) for point in points}
    return {f"{module}.{name}" for module, name in found if id(getattr(import_module(module), name)) not in on_the_page}


def test_every_registry_is_on_the_page():
    assert left_out(POINTS) == FILLED_BY_THE_KERNEL


def test_one_that_is_called_like_another_is_found():
    points = [*(point for point in POINTS if point.name != "KINDS"), Point("KINDS", approvals.KINDS)]
    assert left_out(points) - FILLED_BY_THE_KERNEL == {"efi.imports.kinds.KINDS"}


@pytest.mark.parametrize("line", ["TOASTS: list[str] = []", "TOASTS: dict[str, str] = {}", "TOASTS: set[str] = set()"])
def test_a_registry_that_is_new_is_found(line):
    assert registries_in(line) == {"TOASTS"}


def test_a_context_is_named_where_it_has_added_something():
    lines = {line.split("`")[1]: line for line in text().splitlines() if line.startswith("| `")}
    assert [name for name in ("AGGREGATES", "EVENTS", "HANDLERS", "GRANTS") if "tavern" not in lines[name]] == []


def test_the_check_fails_on_a_page_that_is_out_of_date(page):
    call_command("extension_points")
    call_command("extension_points", "--check")
    page.write_text(text() + "more")
    with pytest.raises(CommandError, match="is out of date"):
        call_command("extension_points", "--check")
