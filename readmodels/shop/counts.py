"""Counts of products by filter, made once for all who look at the same list within two seconds."""

import threading
import time
from dataclasses import dataclass

from efi.http.answers import etag_of
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from readmodels.listing import Listing

COUNTED = ("category", "country", "storage", "allergen_free", "certification", "tag", "in_stock")
STAND_FOR = 2.0
"""Seconds. Afterwards one reader counts anew, and whoever comes meanwhile still sees these."""
MOST_KEPT = 200


@dataclass(frozen=True)
class Counts:
    """By facet, the values and how many products have them."""

    facets: Document
    counted_at: float
    tag: str

    def total(self, in_stock: str | None) -> int:
        """Returns how many products there are; each has one value of `in_stock`, so that these add up."""
        return sum(one["count"] for one in self.facets["in_stock"] if in_stock in (None, one["value"]))


_kept: dict[str, Counts] = {}
_counting: dict[str, threading.Lock] = {}


def of(listing: Listing, fresh: Freshness) -> Counts:
    key = f"{listing.products.name} {listing.tree.revision} {listing.conditions}"
    kept, counting = _kept.get(key), _counting.setdefault(key, threading.Lock())
    if kept and (time.monotonic() - kept.counted_at < STAND_FOR or counting.locked()):
        return kept
    with counting:
        if _kept.get(key) is kept:
            _keep(key, listing.facets(COUNTED, fresh))
        return _kept[key]


def _keep(key: str, facets: Document) -> None:
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
        _counting.clear()
    _kept[key] = Counts(facets, time.monotonic(), etag_of([facets]))
