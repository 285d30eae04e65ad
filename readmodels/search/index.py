"""The search index of products: how each field is analysed, and what of a document goes into it.

Its words are those that MongoDB's search uses: both engines split texts alike. Beside them stand the texts themselves,
by their stems; these alone are shown in answers.
"""

from typing import Any

from elasticsearch.dsl import Boolean, Date, Index, Keyword, Long, MetaField, Object, Text, analyzer, token_filter
from elasticsearch.dsl import Document as Indexed

from efi.log.mongo import Document
from efi.reading.generation_names import follower_of
from efi.reading.projections import Generation
from readmodels.misspelling import MARK

LONGEST_BEGINNING = 20
TOLD = ("name", "brand", "tags", "short_description", "description", "ingredients")
"""Fields whose matches are shown in answers."""

folding = ("lowercase", "asciifolding")
whole_words = analyzer("whole_words", tokenizer="standard", filter=[*folding])
beginnings = token_filter("beginnings", "edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING, preserve_original=True)
begun_words = analyzer("begun_words", tokenizer="standard", filter=[*folding, beginnings])
said_in_passing = token_filter("said_in_passing", "stop", stopwords="_english_")
english_stems = token_filter("english_stems", "stemmer", language="english")
stems = analyzer("stems", tokenizer="standard", filter=[*folding, said_in_passing, english_stems])


def _words(**more: Any) -> Text:
    """Makes a field of whole words, with all their beginnings under `begun`. Scores ignore how often a word comes."""
    begun = Text(analyzer=begun_words, search_analyzer=whole_words, norms=False, index_options="docs")
    return Text(analyzer=whole_words, norms=False, fields={"begun": begun}, **more)


def _stemmed() -> Text:
    """Makes a field of stems, with whole words under `whole`: what was typed may be longer than the stem."""
    whole = Text(analyzer=whole_words, norms=False, index_options="docs")
    return Text(analyzer=stems, norms=False, index_options="docs", fields={"whole": whole})


def _keywords(*names: str) -> dict[str, Keyword]:
    return {name: Keyword() for name in names}


class Product(Indexed):
    """A product that lists show. For any other there is a stub with `listed` false and nothing else."""

    listed = Boolean()
    id = Keyword()
    name = _stemmed()
    brand = _stemmed()
    tags = _stemmed()
    short_description = _stemmed()
    description = _stemmed()
    ingredients = _stemmed()
    words = Object(
        dynamic="strict",
        properties={
            "first": _words(index_options="docs"),
            "name": _words(),
            "labels": _words(index_options="docs"),
            "ingredients": _words(index_options="docs"),
            "all": _words(index_options="docs"),
            "offered": _words(index_options="docs"),
        },
    )
    category_ids = Keyword()
    shelves = Keyword()
    facets = Object(
        dynamic="strict",
        properties=_keywords(
            *("category", "country", "storage", "currency", "in_stock", "discontinued"),
            *("certification", "tag", "allergens", "allergen"),
        ),
    )
    in_stock = Boolean()
    discontinued = Boolean()
    name_order = Keyword()
    currency = Keyword()
    price_minor = Long()
    listed_at = Date()
    best_before_order = Keyword()

    class Meta:
        dynamic = MetaField("strict")


def name_of(products: Generation) -> str:
    """Returns the name of the index of a generation of products, and of the follower that fills it."""
    return follower_of(products.name, "search")


STUB: Document = {"listed": False}
IN_ORDER = ("discontinued", "in_stock", "name_order", "price_minor", "best_before_order")
AS_THEY_ARE = ("category_ids", "shelves", *IN_ORDER, *TOLD)


def indexed(product: Document) -> Document:
    """Returns what goes into the index: a stub for a product that is not listed, or that could never be folded."""
    if not product.get("listed"):
        return STUB
    return {
        "listed": True,
        "id": product["_id"],
        **{name: product[name] for name in AS_THEY_ARE},
        "words": _words_of(product),
        "facets": _facets_of(product),
        "currency": product["price"]["currency"],
        "listed_at": product["listed_at"].isoformat(),
    }


def _words_of(product: Document) -> dict[str, str]:
    told = {"all": (word for word in product["words"] if word[0] != MARK), "offered": product["name_words"]}
    return {**product["found_in"], **{name: " ".join(found) for name, found in told.items()}}


def _facets_of(product: Document) -> dict[str, list[str]]:
    """Returns the values of each facet by its name: `country=GR` is under `country`."""
    found: dict[str, list[str]] = {}
    for facet in product["facets"]:
        name, _, value = facet.partition("=")
        found.setdefault(name, []).append(value)
    return found


SETTINGS: Document = {"auto_expand_replicas": "0-1", "refresh_interval": "500ms", "gc_deletes": "0s"}
"""`gc_deletes`: only what is healed is deleted, and it may be written again at an older version than it had."""


def definition() -> Document:
    """Returns the settings and mappings of a new index, which cannot be read before it is whole."""
    index = Index("as yet unnamed").settings(**SETTINGS, **{"blocks.read": True})
    index.document(Product)
    made: Document = index.to_dict()
    return made
