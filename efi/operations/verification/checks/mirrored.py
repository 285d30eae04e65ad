"""Compares the copies of documents in other stores, such as a search index, with the documents."""

import time
from collections.abc import Collection, Iterator
from functools import partial

from efi.operations.verification.checks import documents
from efi.operations.verification.drift import Difference
from efi.reading import mirrors
from efi.reading.mirrors import Mirror
from efi.reading.projections import Fold, Generation
from efi.runtime.batches import batched

MOST_SUSPECTS = 1_000


def copies(mirror: Mirror, generation: Generation, identities: Collection[str] | None) -> Iterator[Difference]:
    """Yields copies that differ for longer than the moment that a copy may be behind while commands go on."""
    # Of what is no fold, documents are not known by the ids of facts.
    some = identities if isinstance(generation.model, Fold) else None
    for suspects in batched(mirror.differences(generation, some), MOST_SUSPECTS):
        for found in _again(mirror, generation, {one.identity for one in suspects}):
            heal = partial(mirror.heal, generation, [found.identity])
            about = {"check": mirror.name, "read_model": generation.model.name, "what": found.identity}
            yield Difference(**about, said=found.what, heal=heal)


def _again(mirror: Mirror, generation: Generation, suspects: set[str]) -> list[mirrors.Mismatch]:
    """Looks at suspects again for a while, and returns those that still differ at the end."""
    until = time.monotonic() + documents.CATCHES_UP_IN
    found = list(mirror.differences(generation, suspects))
    while found and time.monotonic() < until:
        time.sleep(documents.LOOKS_EVERY)
        found = list(mirror.differences(generation, {one.identity for one in found}))
    return found
