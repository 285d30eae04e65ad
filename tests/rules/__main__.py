"""Writes docs/rules.md from docs/rules.toml, or, with --check, says what is wrong with either."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
HEAD = """\
# Rules

What the business asks of the catalogue, and the tests that hold us to it; at the end what is left out, and why. The
sections are those of [the domain](domain.md).

This page is made by `make docs` from `docs/rules.toml`.
"""
Rule = dict[str, Any]
SECTIONS = re.findall(r"^##+ (.+)$", (DOCS / "domain.md").read_text(), re.MULTILINE)
"""The headings of docs/domain.md, in their order."""


def main() -> int:
    rules = tomllib.loads((DOCS / "rules.toml").read_text())["rule"]
    page, faults = DOCS / "rules.md", list(faults_in(rules))
    if not faults and "--check" not in sys.argv:
        page.write_text(text(rules))
    elif not faults and (not page.exists() or page.read_text() != text(rules)):
        faults = ["docs/rules.md is out of date: run make docs"]
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


def faults_in(rules: list[Rule]) -> Iterator[str]:
    """Finds rules without a test or a reason, tests that are not there, and sections that docs/domain.md has not."""
    for rule in rules:
        if rule["section"] not in SECTIONS:
            yield f'"{rule["words"]}": docs/domain.md has no section {rule["section"]}'
        if bool(rule.get("tests")) == bool(rule.get("left_out")):
            yield f'"{rule["words"]}" has either tests or a reason to be left out'
        for test in rule.get("tests", []):
            if not is_there(test):
                yield f'"{rule["words"]}": there is no test {test}'


def is_there(test: str) -> bool:
    """Tells whether a file, a class or a function exists: `catalog/test_lots.py::TestRecall::test_…`."""
    file, *names = test.split("::")
    if not (TESTS / file).is_file():
        return False
    inside: ast.Module | ast.ClassDef | ast.FunctionDef | None = ast.parse((TESTS / file).read_text())
    for name in names:
        named = (one for one in inside.body if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name)
        inside = next(named, None)
        if inside is None:
            return False
    return True


def text(rules: list[Rule]) -> str:
    kept = [rule for rule in rules if rule.get("tests")]
    left_out = [rule for rule in rules if rule.get("left_out")]
    parts = [HEAD, f"{len(kept)} rules hold, {len(left_out)} are left out.\n"]
    for section, of_section in groupby(sorted(kept, key=_section), key=_section):
        parts += [f"## [{SECTIONS[section]}](domain.md#{anchor(SECTIONS[section])})\n", *map(_shown, of_section), ""]
    return "\n".join(
        [
            *parts,
            "## Left out\n",
            *(f"- {rule['section']}: {rule['words']} {rule['left_out']}" for rule in left_out),
            "",
        ]
    )


def anchor(heading: str) -> str:
    """Returns the fragment by which a page is opened at a heading: `Money and time` is at `#money-and-time`."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _section(rule: Rule) -> int:
    return SECTIONS.index(rule["section"])


def _shown(rule: Rule) -> str:
    tests = "\n".join(f"  - {_told(test)}" for test in rule["tests"])
    return f"- {rule['words']}\n{tests}"


def _told(test: str) -> str:
    """Writes a test's name as a sentence, with a link to its file."""
    file, *names = test.split("::")
    said = names[-1].removeprefix("test_").replace("_", " ") if names else "all of it"
    return f"{said} ([{file}](../tests/{file}))"


if __name__ == "__main__":
    sys.exit(main())
