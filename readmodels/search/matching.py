"""Search in MongoDB: which products the words find, and how well each fits."""

from collections.abc import Sequence

from efi.log.mongo import Document
from efi.reading.projections import Index
from readmodels.categories import Tree
from readmodels.product_catalog import BY_WORDS, ENDED_LAST
from readmodels.wording import beginnings

SORT = (ENDED_LAST, ("score", -1), ("in_stock", -1), ("name_order", 1), ("_id", 1))
WHOLE, NAMED, LABELLED, SHELVED, MADE_OF, TOLD = 12, 8, 5, 4, 2, 1
"""A word's weight by where it is found: whole or begun in the name, in brand, SKU or tags, and so on."""
LEADING = 2
"""Added for a name that begins with the word."""
EDGE = r"[^\p{L}\p{N}_]"
NOTHING: Document = {"_id": {"$in": []}}


def found_by(words: Sequence[str], tree: Tree) -> Document:
    """Matches products of which every word begins one of theirs, or one of a category's name.

    No words match nothing.
    """
    return {"$and": [_has(word, tree) for word in words]} if words else NOTHING


def index(words: Sequence[str], tree: Tree) -> Index | None:
    """Returns the index of words, or None if each word may be a category's: MongoDB then chooses among two."""
    return None if all(tree.called(word) for word in words) else BY_WORDS


def score(words: Sequence[str], tree: Tree) -> Document:
    """Returns the expression by which MongoDB reckons how well a product fits."""
    return {"$add": [part for word in words for part in (_weight(word, tree), _leading(word))] or [0]}


def begins(field: str, word: str) -> list[Document]:
    """Returns conditions that a field has an element that begins with the word, or with its singular."""
    ends = ((beginning, f"{beginning}\U0010ffff") for beginning in beginnings(word))
    return [{field: {"$elemMatch": {"$gte": first, "$lt": last}}} for first, last in ends]


def _has(word: str, tree: Tree) -> Document:
    shelves = sorted(tree.called(word))
    return {"$or": [*begins("words", word), *([{"category_ids": {"$in": shelves}}] if shelves else [])]}


def _weight(word: str, tree: Tree) -> Document:
    begun = f"(^|{EDGE})({'|'.join(beginnings(word))})"
    ways = (
        (_matches("name", f"(^|{EDGE}){word}($|{EDGE})"), WHOLE),
        (_matches("name", begun), NAMED),
        (_matches("labels", begun), LABELLED),
        ({"$ne": [{"$setIntersection": ["$category_ids", sorted(tree.called(word))]}, []]}, SHELVED),
        (_matches("ingredients", begun), MADE_OF),
    )
    return {"$switch": {"branches": [{"case": case, "then": weight} for case, weight in ways], "default": TOLD}}


def _leading(word: str) -> Document:
    return {"$cond": [_matches("name", f"^({'|'.join(beginnings(word))})"), LEADING, 0]}


def _matches(text: str, pattern: str) -> Document:
    return {"$regexMatch": {"input": f"$found_in.{text}", "regex": pattern}}
