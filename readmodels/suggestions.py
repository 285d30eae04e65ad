"""What a search box offers while somebody types."""

from heapq import nsmallest

from efi.mongo import Document
from efi.projections import Generation
from readmodels.categories import Tree
from readmodels.product_catalog import BY_NAME_WORDS
from readmodels.search import begins
from readmodels.wording import asked

MOST, MOST_CATEGORIES = 8, 3
LOOKED_AT = 100
"""Products that the words find are put in order: of more than these, the alphabet has chosen."""
SHOWN = ("sku", "slug", "name", "price", "in_stock", "name_order", "_rev", "_updated_at")


def of(text: str, products: Generation, tree: Tree, in_sight: Document) -> tuple[list[Document], list[Document]]:
    """Products, by name, brand or SKU, and categories by name: every word of the text begins one of theirs."""
    words = asked(text)
    if not words:
        return [], []
    categories = tree.named(words)[:MOST_CATEGORIES]
    return _products(words, products, in_sight)[: MOST - len(categories)], categories


def _products(words: list[str], products: Generation, in_sight: Document) -> list[Document]:
    has_all = [{"$or": begins("name_words", word)} for word in words]
    found = products.lists.find({**in_sight, "$and": has_all}, SHOWN, limit=LOOKED_AT, hint=BY_NAME_WORDS)
    return nsmallest(MOST, found, key=lambda row: _rank(row, words[0]))


def _rank(row: Document, first: str) -> tuple[bool, bool, str, str]:
    """Those come first whose name begins with the first word, and among them what can be had."""
    return not row["name_order"].startswith(first), not row["in_stock"], row["name_order"], row["_id"]
