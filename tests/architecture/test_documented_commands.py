"""Every command of README and docs is carried out by a test, or it is said why not; each is one that the program has."""

import contextlib
import io
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.rules.__main__ import is_there

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    *(f"docs/{name}.md" for name in ("api", "architecture", "domain", "operations", "staff", "testing")),
]
TOLD = tomllib.loads(Path(__file__).with_name("documented_commands.toml").read_text())
OURS = re.compile(r"(?<![\w-])(manage\.py [a-z_]+|make [a-z][a-z-]*|python -m [\w.]+|docker compose)\b")
OTHERS = re.compile(
    r"^ *(?:sudo |nohup |until |\w+=\$\()?(apt-get install|curl|java|rabbitmq-server|rabbitmqctl|redis-server|tests/services/elasticsearch/build|\$MONGOD)\b"
)
CODE = re.compile(r"^```sh\n(.*?)^```|((?:^    [^\n]*\n)+)|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
TARGETS = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def lines_of(page):
    """Returns what stands on a page as code, line by line, without comments and without what stood before."""
    code = ("".join(found.groups("")) for found in CODE.finditer(page))
    return [line.partition(" #")[0].rstrip() for block in code for line in block.splitlines()]


def commands_on(page):
    """Returns the commands that a page names: `manage.py verify`, `make test`, `redis-server`."""
    lines = lines_of(page)
    ours = {name for line in lines for name in OURS.findall(line)}
    return ours | {name.replace("$MONGOD", "mongod") for line in lines for name in OTHERS.findall(line)}


def whole_commands_on(page):
    """Returns the words after `manage.py` where all of them are to be typed as they stand."""
    found = [line.partition("manage.py ")[2] for line in lines_of(page) if "manage.py " in line]
    return [words for words in found if words and not re.search(r"[\[\]<>|…]|\.\.\.", words)]


def misspelt(page):
    """Returns those of `make` and `manage.py` that do not exist, or have no such option."""
    targets = [name for name in commands_on(page) if name.startswith("make ") and name[5:] not in TARGETS]
    return [*targets, *(words for words in whole_commands_on(page) if not parses(words))]


def parses(words):
    """Returns whether Django takes them; a command of Django's own takes them too."""
    name, *given = shlex.split(words.rstrip(")"))
    if name not in get_commands():
        return False
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parser.called_from_command_line = True
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            parser.parse_args(given)
    except SystemExit:
        return False
    return True


def named():
    return set().union(*(commands_on((ROOT / page).read_text()) for page in PAGES))


def test_of_every_command_it_is_said_how_it_is_tried():
    assert sorted(named() - {*TOLD["tested"], *TOLD["by_hand"]}) == []


def test_nothing_is_said_of_a_command_that_no_page_names():
    assert sorted({*TOLD["tested"], *TOLD["by_hand"]} - named()) == []


@pytest.mark.parametrize("command", sorted(TOLD["tested"]))
def test_the_test_that_carries_it_out_is_there(command):
    assert is_there(TOLD["tested"][command])


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_can_be_typed(page):
    assert misspelt((ROOT / page).read_text()) == []


@pytest.mark.parametrize(
    "planted",
    ["Run `make tests`.", "    manage.py rebuilt product_catalog\n", "```sh\nmanage.py rebuild --backwards\n```\n"],
)
def test_what_cannot_be_typed_is_found(planted):
    assert len(misspelt(planted)) == 1


def test_a_command_that_nobody_tries_is_found():
    assert commands_on("    TOKEN=$(.venv/bin/python manage.py make_coffee)\n") == {"manage.py make_coffee"}


def test_the_bench_can_be_started():
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--only", "none"], cwd=ROOT, capture_output=True, text=True
    )
    assert told.stderr.splitlines()[-1].endswith("error: there is no row none")
