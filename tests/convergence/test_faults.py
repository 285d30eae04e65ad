"""The proof of the proof: with each of these faults in the kernel, some seed shows a document that is not what it must be.

A document that is told only on news, the other fault of its kind, is one of search and cache, which write for every
document that a bell names. There is neither yet; what they bring into the plays is to be planted here with them.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from catalog.records.categories import NAME as CATEGORY_RECORDS
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import catching_up, contributions
from efi.reading.catching_up import NEWEST
from efi.reading.folding import Folded
from efi.reading.projections import READ_MODELS, Generation, identity_in
from readmodels.categories import COUNTS
from readmodels.price_history import NAME as PRICES
from readmodels.product_catalog import NAME as PRODUCTS
from tests.convergence.baton import Boundary
from tests.convergence.plays import play

MOST_SEEDS = 150
FEW = (PRODUCTS, PRICES, COUNTS, CATEGORY_RECORDS)
"""Of each shape: among few read models workers meet more often."""
Unseen = tuple[dict[str, list[Document]], set[str]]
read_some, load, fold_unseen = event_store.read_some, catching_up._load, catching_up._fold_unseen
once, write_documents = catching_up._once, catching_up._write_documents
row_changes, tally_changes = contributions._row_changes, contributions._tally_changes
PLANTED: dict[str, tuple[object, str, object]] = {}


def stands_in_for(place: object, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a fault."""

    def register(fault: Callable[..., Any]) -> Callable[..., Any]:
        PLANTED[fault.__name__] = (place, name, fault)
        return fault

    return register


@stands_in_for(event_store, "read_some")
def a_skipped_event(seen: dict[str, int], most: int) -> Unseen:
    some, cut = read_some(seen, most)
    return {stream: raws[1:] or raws for stream, raws in some.items()}, cut


@stands_in_for(event_store, "read_some")
def a_bell_trusted_as_the_only_news(seen: dict[str, int], most: int) -> Unseen:
    some, cut = read_some(seen, most)
    return {stream: raws[-1:] for stream, raws in some.items()}, cut


@stands_in_for(event_store, "read_some")
def an_ignored_seen(seen: dict[str, int], most: int) -> Unseen:
    return event_store.read_unseen(dict.fromkeys(seen, 0)), set()


@stands_in_for(catching_up, "_fold_unseen")
def a_bell_trusted_as_what_was_read(generation: Generation, bells: dict[str, int], *rest: Any) -> list[Folded]:
    folded = fold_unseen(generation, bells, *rest)
    for stream, version in bells.items():
        for one in folded:
            if one.document["_id"] == identity_in(stream) and version < NEWEST:
                one.document["_seen"][stream.partition(":")[0]] = version
    return folded


@stands_in_for(catching_up, "_write")
def a_document_written_whatever_its_revision(document: Document) -> ReplaceOne[Document]:
    document["_rev"] += 1
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)


@stands_in_for(catching_up, "_write_documents")
def a_physical_delete(generation: Generation, folded: list[Folded]) -> bool:
    written = write_documents(generation, folded)
    gone = [one.document["_id"] for one in folded if one.document.get("status") == "discontinued"]
    if gone:
        generation.stored.delete_many({"_id": {"$in": gone}})
    return written


@stands_in_for(catching_up, "_once")
def a_missing_second_look(*args: Any) -> bool:
    with suppress(PyMongoError):
        once(*args)
    return True


@stands_in_for(contributions, "_tally_changes")
def a_doubled_inc(*args: Any) -> list[Any]:
    return tally_changes(*args) * 2


@stands_in_for(catching_up, "_write_facts")
def facts_written_outside_the_transaction(generation: Generation, folded: list[Folded], session: ClientSession) -> None:
    if not folded:
        return
    generation.facts.bulk_write([catching_up._write(one.document) for one in folded], ordered=False)
    changes = [write for one in folded for write in contributions.changes(generation.model, one.document, one.before)]
    if changes:
        generation.stored.bulk_write(changes, ordered=False, session=session)


@stands_in_for(catching_up, "_load")
def facts_read_outside_the_transaction(
    generation: Generation, identities: Iterable[str], session: ClientSession | None
) -> Any:
    return load(generation, identities, None)


@stands_in_for(contributions, "_row_changes")
def rows_that_are_not_removed(*args: Any) -> list[Any]:
    return [change for change in row_changes(*args) if not isinstance(change, DeleteOne)]


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_turns_red(
    fault: str, newcomer: str, boundary: Boundary, monkeypatch: pytest.MonkeyPatch, say: Callable[[str], None]
) -> None:
    monkeypatch.setattr(*PLANTED[fault])
    few = {name: READ_MODELS[name] for name in (*FEW, newcomer)}
    with patch.dict(READ_MODELS, few, clear=True):
        red = next((seed for seed in range(MOST_SEEDS) if play(seed, boundary).differences), None)
    assert red is not None
    say(f"{fault.replace('_', ' ')}: red at seed {red}")
