"""Suggestions that a search box offers while somebody types."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels import product_queries
from readmodels.categories import Tree
from readmodels.product_catalog import BY_NAME_WORDS, BY_WORDS
from readmodels.search import elastic, engine, matching
from readmodels.search.elastic import Silent
from readmodels.wording import Word, asked

MOST_OFFERED, MOST_CATEGORIES = 8, 3
FIELDS = ("name_words", "words")
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
    """Finds products and categories of which every word of the text begins a word, and among them what can be had.

    Categories are found by their names, products by theirs, by brand or SKU, and then by whatever else they say.
    """
    words = asked(text)
    if not words:
        return Suggestions([], [])
    categories = tree.named(words)[:MOST_CATEGORIES]
    offered = None if newest or not elastic.is_used() else _offered(words, products, tree)
    if offered:
        rows = product_queries.these(products, in_sight, offered[0], dict.fromkeys(SHOWN, 1))
        return Suggestions(_had_first(rows, categories), categories, offered[1])
    rows = _products(words, products, in_sight)
    if not (rows or categories):
        words = matching.corrected(products, words, tree, in_sight)
        categories, rows = tree.named(words)[:MOST_CATEGORIES], _products(words, products, in_sight)
    return Suggestions(_had_first(rows, categories), categories)


def _had_first(rows: list[Document], categories: list[Document]) -> list[Document]:
    """Returns those for which there is room beside the categories, first what can be had."""
    return sorted(rows[: MOST_OFFERED - len(categories)], key=lambda row: not row["in_stock"])


def _offered(words: Sequence[Word], products: Generation, tree: Tree) -> tuple[list[str], Freshness] | None:
    try:
        return engine.offer(products, words, tree, MOST_OFFERED)
    except Silent as reason:
        logger.debug("MongoDB answers a search box: %s", reason)
        return None


def _products(words: Sequence[Word], products: Generation, in_sight: Document) -> list[Document]:
    """Returns as many as are offered: those named so that can be had, those that cannot, and others that say it."""
    named, said = ({"$and": [{"$or": matching.begins(field, word)} for word in words]} for field in FIELDS)
    looks = (
        ({"in_stock": True, **named}, BY_NAME_WORDS),
        ({"in_stock": False, **named}, BY_NAME_WORDS),
        (said, BY_WORDS),
    )
    found: dict[str, Document] = {}
    for where, index in looks:
        rows = products.lists.find({**in_sight, **where}, SHOWN, limit=LOOKED_AT, hint=index)
        best = nsmallest(MOST_OFFERED, rows, key=lambda row: _rank(row, words[0]))
        found = {row["_id"]: row for row in [*found.values(), *best]}
        if len(found) >= MOST_OFFERED:
            break
    return list(found.values())


def _rank(row: Document, first: Word) -> tuple[bool, bool, str, str]:
    """Returns the sort key: what can be had comes first, and of that names that begin with the first word."""
    return not row["in_stock"], not row["name_order"].startswith(first.begun), row["name_order"], row["_id"]
