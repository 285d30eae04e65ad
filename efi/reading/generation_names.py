"""How generations are called: by their read model and eight digits that are drawn, as `product_catalog_0f1e2d3c`.

What belongs to a generation is called by its name: facts with an ending, a follower that copies it with a beginning.
"""

import re
import secrets
from collections.abc import Iterable

DIGITS = "_[0-9a-f]{8}"
FACTS = "_facts"


def draw(read_model: str) -> str:
    """Returns a name that no generation has had."""
    return f"{read_model}_{secrets.token_hex(4)}"


def facts_of(generation: str) -> str:
    """Returns the name of the collection of its facts."""
    return f"{generation}{FACTS}"


def follower_of(generation: str, copies_to: str) -> str:
    """Returns the name of the follower that copies its documents, as in `search_product_catalog_0f1e2d3c`."""
    return f"{copies_to}_{generation}"


def copies(follower: str, generation: str) -> bool:
    """Tells whether a follower copies the documents of a generation."""
    return follower.endswith(f"_{generation}")


def undrawn(name: str) -> str:
    """Returns the name of a generation, or of what follows one, without its digits: the same after every rebuild."""
    return re.sub(f"{DIGITS}$", "", name)


def generations_of(read_models: Iterable[str]) -> str:
    """Returns a pattern of the names of all generations of these read models."""
    return f"^({_any_of(read_models)}){DIGITS}$"


def collections_of(read_models: Iterable[str]) -> str:
    """Returns a pattern of the names of their collections: documents and facts."""
    return f"^({_any_of(read_models)}){DIGITS}({FACTS})?$"


def followers_of(generation: str) -> str:
    """Returns a pattern of the names of the follower that feeds a generation, and of those that copy it."""
    return f"(^|_){re.escape(generation)}$"


def _any_of(read_models: Iterable[str]) -> str:
    """Matches nothing where there are none."""
    return "|".join(map(re.escape, read_models)) or "(?!)"
