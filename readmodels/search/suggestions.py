"""Suggestions that a search box offers while somebody types."""

import logging
from dataclasses import dataclass
from heapq import nsmallest

from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels import product_queries
from readmodels.categories import Tree
from readmodels.product_catalog import BY_NAME_WORDS
from readmodels.search import elastic, engine
from readmodels.search.elastic import Silent
from readmodels.search.matching import begins
from readmodels.wording import asked

MOST_OFFERED, MOST_CATEGORIES = 8, 3
LOOKED_AT = 100
"""How many products with the words are ranked: of more, the first by the alphabet."""
SHOWN = ("sku", "slug", "name", "price", "in_stock", "name_order", "_rev", "_updated_at")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Suggestions:
    """What is offered. `index`: how fresh Elasticsearch's index is, if it has found the products."""

    products: list[Document]
    categories: list[Document]
    index: Freshness | None = None

    @property
    def engine(self) -> str:
        return "elasticsearch" if self.index else "mongodb"

    def fresh(self, documents: Freshness) -> Freshness:
        """Returns the freshness of the documents, or of the index that found them if that is less."""
        return documents.and_of(self.index) if self.index else documents


def of(text: str, products: Generation, tree: Tree, in_sight: Document, *, newest: bool) -> Suggestions:
    """Finds products by name, brand or SKU, and categories by name, of which every word of the text begins a word."""
    words = asked(text)
    if not words:
        return Suggestions([], [])
    categories = tree.named(words)[:MOST_CATEGORIES]
    offered = None if newest or not elastic.is_used() else _offered(words, products, tree)
    if offered:
        rows = product_queries.these(products, in_sight, offered[0], dict.fromkeys(SHOWN, 1))
        return Suggestions(rows[: MOST_OFFERED - len(categories)], categories, offered[1])
    return Suggestions(_products(words, products, in_sight)[: MOST_OFFERED - len(categories)], categories)


def _offered(words: list[str], products: Generation, tree: Tree) -> tuple[list[str], Freshness] | None:
    try:
        return engine.offer(products, words, tree, MOST_OFFERED)
    except Silent as reason:
        logger.debug("MongoDB answers a search box: %s", reason)
        return None


def _products(words: list[str], products: Generation, in_sight: Document) -> list[Document]:
    has_all = [{"$or": begins("name_words", word)} for word in words]
    found = products.lists.find({**in_sight, "$and": has_all}, SHOWN, limit=LOOKED_AT, hint=BY_NAME_WORDS)
    return nsmallest(MOST_OFFERED, found, key=lambda row: _rank(row, words[0]))


def _rank(row: Document, first: str) -> tuple[bool, bool, str, str]:
    """Returns the sort key: names that begin with the first word come first, and among them what is in stock."""
    return not row["name_order"].startswith(first), not row["in_stock"], row["name_order"], row["_id"]
