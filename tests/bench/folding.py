"""How fast a read model catches up with a log that is there already, as when a generation is built."""

import secrets
import time
from collections.abc import Iterator

from pymongo import ReplaceOne

from efi.log import event_store
from efi.log.mongo import Document, collection
from efi.reading import generations, progress
from efi.reading.projections import READ_MODELS, Generation
from readmodels.product_catalog import NAME
from tests.bench import past
from tests.bench.figures import Figure, alternate

ROUNDS = 5
PRODUCTS, PRICES = 2_000, 4
EVENTS = 20_000
UPSERTS_AT_ONCE = 1_000


def figures() -> Iterator[Figure]:
    event_store.ensure_indexes()
    past.write(PRODUCTS, PRICES)
    finished = list(_built().documents.find())
    assert len(finished) == PRODUCTS
    medians = alternate({"fold": _fold, "upsert": lambda: _upsert(finished)}, ROUNDS)
    yield Figure(name="catch_up", value=medians["fold"], floor=medians["upsert"], unit="1/s")


def _fold() -> float:
    begun = time.perf_counter()
    built = _built()
    spent = time.perf_counter() - begun
    built.documents.drop()
    return EVENTS / spent


def _built() -> Generation:
    """A new generation, its indexes too, by the sweep that builds a missing one."""
    generation = Generation(READ_MODELS[NAME], f"{NAME}_{secrets.token_hex(4)}")
    for index in generation.model.indexes:
        generation.documents.create_index(index)
    progress.start_hearing(generation.name, generation.model.kinds, generation.model.lane)
    generations.sweep(generation)
    return generation


def _upsert(finished: list[Document]) -> float:
    """Into a collection with no index but that of `_id`."""
    floor = collection(f"floor_{secrets.token_hex(4)}")
    begun = time.perf_counter()
    for start in range(0, len(finished), UPSERTS_AT_ONCE):
        some = finished[start : start + UPSERTS_AT_ONCE]
        floor.bulk_write([ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in some], ordered=False)
    spent = time.perf_counter() - begun
    floor.drop()
    return len(finished) / spent
