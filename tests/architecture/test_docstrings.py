"""Docstrings of functions begin with a verb and say what comes back or what changes; each other beginning is found."""

import ast
import re
from pathlib import Path

import pytest

from tests.contracts import apps_in

ROOT = Path(__file__).parents[2]
SOURCES = (*apps_in(ROOT), "tests/contexts")
VERB = re.compile(r"[A-Z][a-z]*[^su\W]s\b")
NO_VERBS = {
    "Accounts",
    "Always",
    "As",
    "Bundles",
    "Documents",
    "Events",
    "Generations",
    "Ids",
    "Its",
    "Names",
    "News",
    "Orders",
    "Others",
    "Perhaps",
    "Positions",
    "Prices",
    "Products",
    "Promises",
    "Queries",
    "Rows",
    "Siblings",
    "Streams",
    "This",
    "Ties",
    "Versions",
    "Words",
}
"""What ends like a verb in the third person, and is none."""


def without_a_verb(text):
    """Returns the functions of a module whose docstrings do not begin with a verb, each with the word that they do."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    begun = {function.name: first_word(said) for function in functions if (said := ast.get_docstring(function))}
    return {name: word for name, word in begun.items() if not VERB.fullmatch(word) or word in NO_VERBS}


def first_word(said):
    return said.split()[0].rstrip(".,:;")


def test_docstrings_begin_with_a_verb():
    files = [file.relative_to(ROOT) for top in SOURCES for file in (ROOT / top).rglob("*.py")]
    found = {str(file): without_a_verb((ROOT / file).read_text()) for file in files}
    assert {file: words for file, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "beginning",
    [
        "Of",
        "As",
        "By",
        "Those",
        "Each",
        "With",
        "Where",
        "In",
        "What",
        "The",
        "That",
        "It",
        "All",
        "None",
        "This",
        "Its",
    ],
)
def test_a_docstring_that_begins_otherwise_is_found(beginning):
    planted = f'def verb():\n    """{beginning} streams, a list."""'
    assert without_a_verb(planted) == {"verb": beginning}


@pytest.mark.parametrize("beginning", ["Returns", "Raises", "Does", "Tries"])
def test_a_verb_is_let_by(beginning):
    assert without_a_verb(f'def verb():\n    """{beginning} what is asked."""') == {}
