"""What code, tests and docs cite is there to be opened; each citation that leads nowhere is seen to be found."""

import re
from pathlib import Path

import pytest

from tests.rules.__main__ import anchor

ROOT = Path(__file__).parents[2]
ROOMS = ("", "efi/**/", "catalog/**/", "readmodels/**/", "tests/**/", "docs/**/", "deploy/**/", "demo/**/")
WRITTEN = ("*.py", "*.md", "*.toml", "*.html", "*.yaml", "*.yml", "*.js", "Makefile", "Dockerfile")
NOT_OURS = (ROOT / "tests" / "asyncapi", Path(__file__))
PAGE = re.compile(r"(?<![\w/.:-])([\w./-]+\.md)(?:#([\w-]+))?")
CODE = re.compile(r"(?<![\w/.\[-])((?:efi|catalog|readmodels|tests|deploy|demo)/[\w./-]+\.\w+)")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
NO_FILE = re.compile(r"\bruling \d+|domain paper", re.IGNORECASE)


def leading_nowhere(file, text):
    """Returns what `text`, which stands in `file`, cites and nobody can open."""
    pages = [(found[0], *found.groups()) for found in PAGE.finditer(text)]
    lost = [whole for whole, page, heading in pages if not any(has(place / page, heading) for place in places(file))]
    return [*lost, *(unlinked(file, text) if file.suffix == ".md" else []), *NO_FILE.findall(text)]


def unlinked(page, text):
    """Returns the modules that a page names, and the links that it has, behind which there is no file."""
    code = [named for named in CODE.findall(text) if not (ROOT / named).exists()]
    return [*code, *(link for link in LINK.findall(text) if not (page.parent / link).exists())]


def places(file):
    return ROOT, ROOT / "docs", file.parent


def has(page, heading):
    return page.is_file() and (not heading or heading in map(anchor, headings(page)))


def headings(page):
    return re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)


def test_whatever_is_cited_can_be_opened():
    files = {file for room in ROOMS for ending in WRITTEN for file in ROOT.glob(room + ending)}
    ours = sorted(file for file in files if not file.is_relative_to(NOT_OURS[0]) and file != NOT_OURS[1])
    found = {str(file.relative_to(ROOT)): leading_nowhere(file, file.read_text()) for file in ours}
    assert {file: lost for file, lost in found.items() if lost} == {}


@pytest.mark.parametrize(
    "planted",
    ["DOMAIN.md", "docs/design.md", "docs/domain.md#no-such-heading", "../docs/gone.md", "ruling 51", "domain paper"],
)
def test_a_citation_that_leads_nowhere_is_found(planted):
    assert leading_nowhere(ROOT / "efi" / "domain" / "values.py", f'"""Never negative ({planted})."""') == [planted]


@pytest.mark.parametrize(("planted", "lost"), [("see efi/gone.py", "efi/gone.py"), ("[a](b/c.png)", "b/c.png")])
def test_a_module_or_a_link_of_a_page_that_leads_nowhere_is_found(planted, lost):
    assert leading_nowhere(ROOT / "docs" / "api.md", planted) == [lost]


@pytest.mark.parametrize("cited", ["docs/domain.md#money-and-time", "domain.md", "https://example.org/NOTES.md"])
def test_what_can_be_opened_is_let_by(cited):
    assert leading_nowhere(ROOT / "efi" / "domain" / "values.py", f"see {cited}") == []
