"""Requests to Elasticsearch: the words of a search, its filters and order, and the facets to count.

A word weighs by the field that it is found in, alike for all products, so that ties are decided by stock. The weights
that MongoDB's search has too are the same there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.values import Allergen
from efi.http.paging import Sort
from efi.log.mongo import Document
from readmodels import facets
from readmodels.categories import Tree
from readmodels.search import matching
from readmodels.search.index import LONGEST_BEGINNING, TOLD
from readmodels.wording import Word

EVERYTHING: Document = {"match_all": {}}
NOTHING: Document = {"match_none": {}}
MOST_SETS = 10_000
"""How many different sets of categories are counted."""
STEMMED, STEMMED_LABEL, MISSPELT = 7, 3, 1
"""Weights that MongoDB's search has not: of another form of a word, and of one that is nearly the same."""
SIDE_BY_SIDE = 1
"""Added for a name in which the words stand together as typed."""
FUZZINESS: Document = {"fuzziness": "AUTO:4,8", "prefix_length": 1}
"""One letter may be wrong in words of four letters or more, two in those of eight or more, but not the first."""
PATHS = {"_id": "id", "price.currency": "currency", "score": "_score"}
"""Fields that have another name in the index than in a document."""
MARKED: Document = {"encoder": "html", "pre_tags": ["<mark>"], "post_tags": ["</mark>"], "fragment_size": 160}
MARKABLE: Document = {"_source": False}
SORTED_ALONE: Document = {**MARKABLE, "stored_fields": "_none_"}
"""Reads nothing of a hit but its sort values, the last of which is its id."""
COUNTED: dict[str, dict[str, int]] = {
    "category": {"shelves": MOST_SETS},
    "allergen_free": {"facets.allergens": 1, "facets.allergen": len(Allergen)},
}
"""The fields that a facet is counted by, and how many values of each; other facets have a field of their own."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """A page of a search. `counted`: the facets, by the parameter whose filter is left out for them.

    `after`: what the last hit of the page before was sorted by, as Elasticsearch told it.
    """

    words: Sequence[Word]
    tree: Tree
    conditions: Mapping[str, Document]
    sort: Sort
    limit: int
    after: Sequence[Any] = ()
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    most_counted: int = 0
    highlights: bool = False
    forgiving: bool = False
    """Whether words that are nearly the same count too."""


def body(asked: Search) -> Document:
    """Returns the whole request. Filters that do not apply to all counts come after these (`post_filter`)."""
    own = {name: condition for name, condition in asked.conditions.items() if name in asked.counted}
    others = [condition for name, condition in asked.conditions.items() if name not in own and name != "q"]
    narrow = [*in_sight(asked.tree), *(one for condition in others for one in filters(condition))]
    after = {"search_after": [*asked.after]} if asked.after else {}
    return {
        "query": {"bool": {"must": [found(asked.words, asked.tree, forgiving=asked.forgiving)], "filter": narrow}},
        "post_filter": all_of(own),
        "sort": [{PATHS.get(name, name): "asc" if direction > 0 else "desc"} for name, direction in asked.sort],
        "size": asked.limit + 1 if asked.limit else 0,
        "track_total_hits": asked.most_counted or False,
        **(MARKABLE if asked.highlights else SORTED_ALONE),
        **after,
        **({"aggs": _counts(asked.counted, {**facets.on_sale(asked.conditions), **own})} if asked.counted else {}),
        **({"highlight": _highlights(asked.words, forgiving=asked.forgiving)} if asked.highlights else {}),
    }


def found(words: Sequence[Word], tree: Tree, *, forgiving: bool = False) -> Document:
    """Returns the query that finds and scores products; no words find nothing."""
    if not words:
        return NOTHING
    each = [_weighed(_ways(word, tree, forgiving=forgiving)) for word in words]
    first = [(_any("words.first.begun", word.begun), matching.LEADING) for word in words]
    beside = (
        [({"match_phrase": {"words.name": " ".join(word.typed for word in words)}}, SIDE_BY_SIDE)]
        if len(words) > 1
        else []
    )
    return {"bool": {"must": each, "should": [_weight(*one) for one in (*first, *beside)]}}


def offered(words: Sequence[Word], tree: Tree, most: int, *, forgiving: bool) -> Document:
    """Returns the request of a search box: products of which every word begins one.

    First those whose name, brand or SKU has all, among them what can be had, and then names that begin so.
    """
    named, said = (
        [{"bool": {"should": [_begun(path, word), *([_nearly_begun(word)] if forgiving else [])]}} for word in words]
        for path in ("words.offered", "words.all")
    )
    first = [
        _weight({"bool": {"filter": named}}, 4),
        _weight({"term": {"in_stock": True}}, 2),
        _weight(_any("words.first.begun", words[0].begun), 1),
    ]
    return {
        "query": {"bool": {"filter": [*said, *in_sight(tree)], "should": first}},
        "sort": [{"_score": "desc"}, {"name_order": "asc"}, {"id": "asc"}],
        "size": most,
        "track_total_hits": False,
        **SORTED_ALONE,
    }


def in_sight(tree: Tree) -> list[Document]:
    """Returns the filters for products that lists show, as `readmodels.showing.in_sight` does for MongoDB."""
    shown = [{"terms": {"category_ids": sorted(tree.nodes)}}] if tree.hidden else []
    return [{"term": {"listed": True}}, *shown]


def all_of(conditions: Mapping[str, Document]) -> Document:
    narrow = [one for condition in conditions.values() for one in filters(condition)]
    return {"bool": {"filter": narrow}} if narrow else EVERYTHING


def filters(condition: Document) -> Iterator[Document]:
    """Yields filters of Elasticsearch for a condition that `filters.ProductFilters` made for MongoDB."""
    for path, asked in condition.items():
        for test, value in (asked if isinstance(asked, dict) else {"$eq": asked}).items():
            yield TESTS[test](path, value)


def _ways(word: Word, tree: Tree, *, forgiving: bool) -> Iterator[tuple[Document, float]]:
    """Yields each way in which a word may be found, with its weight; the highest counts."""
    yield {"terms": {"words.name": word.whole}}, matching.WHOLE
    yield _begun("words.name", word), matching.NAMED
    yield {"match": {"name": word.typed}}, STEMMED
    yield _begun("words.labels", word), matching.LABELLED
    yield {"terms": {"category_ids": sorted(tree.called(word))}}, matching.SHELVED
    yield {"multi_match": {"query": word.typed, "fields": ["brand", "tags"]}}, STEMMED_LABEL
    yield _begun("words.ingredients", word), matching.MADE_OF
    yield _begun("words.all", word), matching.TOLD
    yield (
        {"multi_match": {"query": word.typed, "fields": ["short_description", "description", "ingredients"]}},
        matching.TOLD,
    )
    if forgiving:
        yield _nearly("words.name", word), STEMMED_LABEL
        yield _nearly("words.all", word), MISSPELT
        yield {"terms": {"category_ids": sorted(tree.called(tree.like(word)))}}, MISSPELT


def _weighed(ways: Iterable[tuple[Document, float]]) -> Document:
    return {"dis_max": {"queries": [_weight(*way) for way in ways]}}


def _weight(query: Document, weight: float) -> Document:
    return {"constant_score": {"filter": query, "boost": weight}}


def _begun(path: str, word: Word) -> Document:
    return _any(f"{path}.begun", word.begun)


def _any(path: str, begun: Sequence[str]) -> Document:
    """Matches a field with one of these beginnings.

    Those longer than the index keeps are looked up among the whole words.
    """
    if any(len(one) > LONGEST_BEGINNING for one in begun):
        return {"bool": {"should": [{"prefix": {path.removesuffix(".begun"): one}} for one in begun]}}
    return {"terms": {path: list(begun)}}


def _nearly(path: str, word: Word) -> Document:
    return {"match": {path: {"query": word.typed, **FUZZINESS}}}


def _nearly_begun(word: Word) -> Document:
    return _nearly("words.offered.begun", word)


def _field(path: str, value: Any) -> tuple[str, Any]:
    if path != "facets":
        return PATHS.get(path, path), value
    name, _, value = value.partition("=")
    return f"facets.{name}", value


def _is(path: str, value: Any) -> Document:
    name, exactly = _field(path, value)
    return {"term": {name: exactly}}


def _between(bound: str) -> Callable[[str, Any], Document]:
    return lambda path, value: {"range": {PATHS.get(path, path): {bound: value}}}


TESTS: dict[str, Callable[[str, Any], Document]] = {
    "$eq": _is,
    "$in": lambda path, several: {"bool": {"should": [_is(path, one) for one in several]}} if several else NOTHING,
    "$all": lambda path, several: {"bool": {"filter": [_is(path, one) for one in several]}},
    "$nin": lambda path, several: {"bool": {"must_not": [_is(path, one) for one in several]}},
    "$gte": _between("gte"),
    "$lte": _between("lte"),
}


def _counts(counted: Mapping[str, Sequence[str]], own: Mapping[str, Document]) -> Document:
    """Returns the aggregations of each facet, under all filters but its own."""
    aggregations = {}
    for but, names in counted.items():
        under = all_of({name: condition for name, condition in own.items() if name != but})
        fields = {path: size for name in names for path, size in _counted_by(name).items()}
        terms = {path: {"terms": {"field": path, "size": size}} for path, size in fields.items()}
        aggregations[but or "all"] = {"filter": under, "aggs": terms}
    return aggregations


def _counted_by(name: str) -> Mapping[str, int]:
    return COUNTED.get(name, {f"facets.{name}": facets.MOST_VALUES})


def _highlights(words: Sequence[Word], *, forgiving: bool) -> Document:
    return {**MARKED, "fields": {name: _marks(name, words, forgiving) for name in TOLD}}


def _marks(name: str, words: Sequence[Word], forgiving: bool) -> Document:
    text, whole = " ".join(word.typed for word in words), f"{name}.whole"
    nearly = [{"match": {whole: {"query": text, **FUZZINESS}}}] if forgiving else []
    begun = [{"prefix": {whole: one}} for word in words for one in word.begun]
    query = {"bool": {"should": [{"match": {name: text}}, *nearly, *begun]}}
    return {"highlight_query": query, "matched_fields": [name, whole]}
