"""How fast a read model is built anew, from the first look at the log to the switch and the sweep behind it."""

import os
import time
from collections.abc import Iterator

from efi.log import event_store
from efi.operations.rebuilding.rebuild import rebuild
from readmodels.product_catalog import NAME
from tests.bench import past
from tests.bench.figures import Figure

PRODUCTS, PRICES = 20_000, 4
EVENTS = 200_000


def figures(floor: float | None) -> Iterator[Figure]:
    """The floor is what the workers come to, in events a second."""
    event_store.ensure_indexes()
    past.write(PRODUCTS, PRICES)
    begun = time.perf_counter()
    built = rebuild(NAME, lambda *_: None, jobs=os.cpu_count() or 1)
    spent = time.perf_counter() - begun
    assert built.documents.count_documents({}) == PRODUCTS
    yield Figure(name="rebuild", value=EVENTS / spent, floor=floor, unit="1/s")
