"""Answers a search by Elasticsearch: which products, in which order, and the counts of their facets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from efi.log.mongo import Document
from efi.reading import freshness
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation
from readmodels.categories import Tree
from readmodels.search import elastic, query
from readmodels.search.elastic import Silent
from readmodels.search.index import name_of
from readmodels.search.query import Search
from readmodels.wording import Word

TYPED, FORGIVEN = "typed", "forgiven"
"""How a search found products: by the words as typed, or by words that are nearly the same."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """`counts`: of each facet's values, as `product_list` counts them, by the parameter they are not counted under."""

    ids: Sequence[str]
    last: Sequence[Any]
    more: bool
    total: int
    counts: dict[str, Counter[str]]
    highlights: dict[str, dict[str, list[str]]]
    way: str
    fresh: Freshness


def freshness_of(products: Generation, *, goes_on: bool = False) -> Freshness:
    """Returns how fresh the index is; raises `Silent` where it is behind and the documents are not.

    These answer better then; a search that the index began goes on in it all the same.
    """
    name = name_of(products)
    try:
        own = freshness.recently([name])
    except ValueError as error:
        raise Silent(f"{name} was never begun") from error
    if own.stale and not goes_on and not freshness.recently([products.name]).stale:
        raise Silent(f"{name} is behind")
    return own


def look(products: Generation, asked: Search) -> Found:
    """Finds a page of products; if the words find none at all, searches again and forgives misspelt words.

    Raises `Silent`.
    """
    until = elastic.deadline()
    found = _look(products, asked, until)
    if found.ids or asked.forgiving or asked.after or not asked.limit or _anything(products, asked, until):
        return found
    return _look(products, replace(asked, forgiving=True), until)


def offer(products: Generation, words: Sequence[Word], tree: Tree, most: int) -> tuple[list[str], Freshness]:
    """Returns the ids that a search box offers, and how fresh they are; raises `Silent`."""
    fresh, until = freshness_of(products), elastic.deadline()
    for forgiving in (False, True):
        hits = _search(products, query.offered(words, tree, most, forgiving=forgiving), until)["hits"]["hits"]
        if hits:
            break
    return [hit["sort"][-1] for hit in hits], fresh


def _anything(products: Generation, asked: Search, until: float) -> bool:
    """Returns whether the words find anything when no filter narrows them."""
    return bool(_look(products, replace(asked, conditions={}, limit=0, counted={}, most_counted=1), until).total)


def _look(products: Generation, asked: Search, until: float) -> Found:
    fresh = freshness_of(products, goes_on=bool(asked.after))
    response = _search(products, query.body(asked), until)
    hits = response["hits"]["hits"]
    page = hits[: asked.limit]
    return Found(
        ids=[hit["sort"][-1] for hit in page],
        last=page[-1]["sort"] if page else (),
        more=len(hits) > len(page),
        total=min(response["hits"].get("total", {}).get("value", 0), asked.most_counted),
        counts={
            "" if own == "all" else own: _counted(counts) for own, counts in response.get("aggregations", {}).items()
        },
        highlights={hit["sort"][-1]: hit["highlight"] for hit in page if "highlight" in hit},
        way=FORGIVEN if asked.forgiving else TYPED,
        fresh=fresh,
    )


def _search(products: Generation, body: Document, until: float) -> Any:
    with elastic.asking(until) as engine:
        return engine.search(index=name_of(products), body=body)


def _counted(aggregation: Document) -> Counter[str]:
    """Returns counts by facet, named as in documents: `country=GR`."""
    counts: Counter[str] = Counter()
    for path, value in aggregation.items():
        if isinstance(value, dict):
            lead = "" if path == "shelves" else f"{path.removeprefix('facets.')}="
            counts.update({f"{lead}{bucket['key']}": bucket["doc_count"] for bucket in value["buckets"]})
    return counts
