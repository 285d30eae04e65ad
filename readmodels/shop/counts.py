"""Counts of products by filter, made once for all who look at the same list within two seconds."""

import threading
import time
from dataclasses import dataclass

from efi.http.answers import etag_of
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.runtime.process_cache import ProcessCache
from readmodels.product_list import ProductList

COUNTED = ("category", "country", "storage", "allergen_free", "certification", "tag", "in_stock", "discontinued")
STAND_FOR = 2.0
"""Seconds. Afterwards one reader counts anew, and whoever comes meanwhile still sees these."""


@dataclass(frozen=True)
class Counts:
    """The values of each facet, and how many products have them."""

    facets: Document
    tag: str

    def total(self, in_stock: str | None) -> int:
        """Returns how many products are on sale; each has one value of `in_stock`, so that these add up."""
        return sum(one["count"] for one in self.facets["in_stock"] if in_stock in (None, one["value"]))

    @property
    def ended(self) -> int:
        """Returns how many are no longer sold."""
        return sum(one["count"] for one in self.facets["discontinued"] if one["value"] == "true")


_counts = ProcessCache[str, Counts]()
_counting = ProcessCache[str, threading.Lock]()


def of(listing: ProductList, fresh: Freshness) -> Counts:
    """Returns the counts of a list: one reader counts, and whoever comes meanwhile sees what was counted before."""

    def count(_: Counts | None) -> Counts:
        facets = listing.facets(COUNTED, fresh)
        return Counts(facets, etag_of([facets]))

    key = f"{listing.products.name} {listing.tree.revision} {listing.conditions}"
    since = time.monotonic() - STAND_FOR
    counting = _counting.get(key, lambda _: threading.Lock())
    if counting.locked() and (earlier := _counts.earlier(key)):
        return earlier
    with counting:
        return _counts.get(key, count, since=since)
