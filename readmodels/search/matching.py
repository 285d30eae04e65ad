"""Search in MongoDB: which products the words find, and how well each fits."""

from collections.abc import Sequence
from dataclasses import replace

from efi.log.mongo import Document
from efi.reading.projections import Generation, Index
from readmodels.categories import Tree
from readmodels.misspelling import is_near, keys, may_be_misspelt
from readmodels.product_catalog import BY_WORDS, ENDED_LAST
from readmodels.wording import Word

SORT = (ENDED_LAST, ("score", -1), ("in_stock", -1), ("name_order", 1), ("_id", 1))
WHOLE, NAMED, LABELLED, SHELVED, MADE_OF, TOLD = 12, 8, 5, 4, 2, 1
"""A word's weight by where it is found: whole or begun in the name, in brand, SKU or tags, and so on."""
LEADING = 2
"""Added for a name that begins with the word."""
LOOKED_AT = 50
"""How many products are looked at for each way in which a word may be misspelt."""
NOTHING: Document = {"_id": {"$in": []}}


def found_by(words: Sequence[Word], tree: Tree) -> Document:
    """Matches products of which every word begins one of theirs, or one of a category's name.

    No words match nothing.
    """
    return {"$and": [_has(word, tree) for word in words]} if words else NOTHING


def corrected(products: Generation, words: Sequence[Word], tree: Tree, in_sight: Document) -> list[Word]:
    """Returns the words of a search, and in place of one that finds nothing at all those that are nearly the same.

    Where more words find nothing they are left as they are: many looks would be wasted.
    """
    lost = [word for word in words if not _finds(products, word, tree, in_sight)]
    return [_nearly(products, word, tree, in_sight) if [word] == lost else word for word in words]


def index(words: Sequence[Word], tree: Tree) -> Index | None:
    """Returns the index of words, or None if each word may be a category's: MongoDB then chooses among two."""
    return None if all(tree.called(word) for word in words) else BY_WORDS


def score(words: Sequence[Word], tree: Tree) -> Document:
    """Returns the expression by which MongoDB reckons how well a product fits."""
    return {"$add": [part for word in words for part in (_weight(word, tree), _leading(word))] or [0]}


def begins(field: str, word: Word) -> list[Document]:
    """Returns conditions that a field has an element that begins like the word."""
    ends = ((beginning, f"{beginning}\U0010ffff") for beginning in word.begun)
    return [{field: {"$elemMatch": {"$gte": first, "$lt": last}}} for first, last in ends]


def _finds(products: Generation, word: Word, tree: Tree, in_sight: Document) -> bool:
    """Returns whether a word finds anything; of those that cannot be misspelt it need not be known."""
    if not may_be_misspelt(word.typed) or tree.called(word):
        return True
    found = {**in_sight, "$or": begins("words", word)}
    return products.lists.find_one(found, {"_id": 1}, hint=BY_WORDS) is not None


def _nearly(products: Generation, word: Word, tree: Tree, in_sight: Document) -> Word:
    """Returns the word, standing for what is nearly the same in names, labels and categories, where anything is."""
    near = {*tree.like(word).begun}
    for key in keys(word.typed):
        asked = {**in_sight, "words": key}
        found = products.lists.find(asked, {"words": 1}, limit=LOOKED_AT, hint=BY_WORDS)
        near.update(one for product in found for one in product["words"] if is_near(one, word.typed))
    return replace(word, begun=tuple(sorted(near))) if near else word


def _has(word: Word, tree: Tree) -> Document:
    shelves = sorted(tree.called(word))
    return {"$or": [*begins("words", word), *([{"category_ids": {"$in": shelves}}] if shelves else [])]}


def _weight(word: Word, tree: Tree) -> Document:
    begun = f"(^| )({'|'.join(word.begun)})"
    ways = (
        (_matches("name", f"(^| )({'|'.join(word.whole)})( |$)"), WHOLE),
        (_matches("name", begun), NAMED),
        (_matches("labels", begun), LABELLED),
        ({"$ne": [{"$setIntersection": ["$category_ids", sorted(tree.called(word))]}, []]}, SHELVED),
        (_matches("ingredients", begun), MADE_OF),
    )
    return {"$switch": {"branches": [{"case": case, "then": weight} for case, weight in ways], "default": TOLD}}


def _leading(word: Word) -> Document:
    return {"$cond": [_matches("first", f"(^| )({'|'.join(word.begun)})"), LEADING, 0]}


def _matches(text: str, pattern: str) -> Document:
    return {"$regexMatch": {"input": f"$found_in.{text}", "regex": pattern}}
