"""Heals one document, row or tally: writes it anew from the log, unless somebody else has written it meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from efi.log.event_store import now
from efi.log.mongo import Document, client
from efi.operations.verification import notify_followers
from efi.operations.verification.checks.ranges import snapshot
from efi.operations.verification.checks.refold import apart, refold
from efi.operations.verification.drift import NotHealed
from efi.reading import catching_up, contributions, failures, followers
from efi.reading.catching_up import NEWEST
from efi.reading.projections import Fold, Generation, streams_of

TRIES = 10
Due = Callable[[Document, ClientSession], Mapping[str, Document]]
OWN = ("_rev", "_updated_at")
"""Of a row: when, and how often, it was written."""


def mend(generation: Generation, identity: str) -> None:
    """Refolds a document or fact up to where it has read, then catches up and tells its followers.

    A document that should not exist leaves a tombstone. Raises `NotHealed` if its fold fails.
    """
    _until_nobody_is_in_between(lambda: _replace(generation, identity))
    streams = streams_of(generation.model, identity)
    catching_up.catch_up(generation, dict.fromkeys(streams, NEWEST))
    notify_followers.ring(generation, streams)
    noted = failures.failures().find_one({"_id": {"$in": [f"{generation.name} {stream}" for stream in streams]}})
    if noted:
        raise NotHealed(f"its fold fails on {noted['stream']} at version {noted['version']}")


def _until_nobody_is_in_between(write: Callable[[], bool]) -> None:
    if not any(write() for _ in range(TRIES)):
        raise NotHealed("somebody writes it all the time: try again")


def _replace(generation: Generation, identity: str) -> bool:
    """Replaces a document by its refold; returns False if somebody else has written it since it was read."""
    with snapshot() as session:
        stored = generation.facts.find_one({"_id": identity}, session=session)
        if not stored:
            return True
        wanted = refold(generation.model, {identity: stored["_seen"]}, session)[identity]
    if wanted.fails:
        raise NotHealed(wanted.fails)
    if not apart(stored, wanted.document):
        return True
    failed = {"_failed": stored["_failed"]} if "_failed" in stored else {}
    document = {**wanted.document, **failed, "_rev": stored["_rev"] + 1}
    if isinstance(generation.model, Fold):
        return _written(generation, stored, document, None)
    return _in_a_transaction(lambda session: _replace_fact(generation, stored, document, session))


def _written(generation: Generation, stored: Document, document: Document, session: ClientSession | None) -> bool:
    still = {"_id": stored["_id"], "_rev": stored["_rev"]}
    return bool(generation.facts.replace_one(still, document, session=session).matched_count)


def _replace_fact(generation: Generation, stored: Document, document: Document, session: ClientSession) -> bool:
    """Replaces a fact, and changes its rows or tallies by the difference to what the wrong fact had yielded."""
    if not _written(generation, stored, document, session):
        return False
    moment = document.get("_updated_at") or stored.get("_updated_at") or now()
    changes = contributions.changes(generation.model, {**document, "_updated_at": moment}, _yielded(generation, stored))
    if changes:
        generation.stored.bulk_write(changes, ordered=False, session=session)
    return True


def _yielded(generation: Generation, stored: Document) -> Any:
    """Returns what the stored fact yields, or nothing if that fails.

    The checks of rows and tallies find what it leaves.
    """
    try:
        return contributions.of(generation.model, stored)
    except Exception:  # noqa: BLE001 - whatever a fold's last step raises on what is no fact of its
        return {}


def _in_a_transaction(write: Callable[[ClientSession], bool]) -> bool:
    with client().start_session() as session:
        done: bool = session.with_transaction(write, read_concern=ReadConcern("snapshot"))
        return done


def mend_rows(generation: Generation, identity: str, due: Due) -> None:
    """Writes the rows of a fact that differ from what is due, and raises the fact's revision with theirs."""

    def write(session: ClientSession) -> bool:
        fact = generation.facts.find_one({"_id": identity}, session=session)
        rows = due(fact, session) if fact else {}
        there = {row["_id"]: row for row in generation.stored.find({"_id": {"$in": list(rows)}}, session=session)}
        wrong = [row for key, row in rows.items() if apart(there.get(key, {}), row, OWN)]
        if fact and wrong:
            own = {"_rev": fact["_rev"] + 1, "_updated_at": fact.get("_updated_at")}
            generation.facts.update_one({"_id": identity}, {"$inc": {"_rev": 1}}, session=session)
            replaced = [ReplaceOne({"_id": row["_id"]}, {**row, **own}, upsert=True) for row in wrong]
            generation.stored.bulk_write(replaced, ordered=False, session=session)
        return True

    _in_a_transaction(write)
    notify_followers.ring(generation, streams_of(generation.model, identity))


def drop_row(generation: Generation, row: Document) -> None:
    """Deletes a row that no fact yields.

    Raises `NotHealed` if its revision or moment shows that it was written again.
    """
    gone = generation.stored.delete_one({"_id": row["_id"], **{name: row.get(name) for name in OWN}})
    if not gone.deleted_count:
        raise NotHealed("it was written meanwhile: try again")
    followers.tell(generation, {row["_id"]})


def set_tally(generation: Generation, tally: str, stored: Document | None, due: Document) -> None:
    """Sets the amounts of a tally to `due`, and to 0 where nothing is due.

    Raises `NotHealed` if it was written meanwhile.
    """
    if stored is None:
        wanted = {"$setOnInsert": {**due, "_rev": 1}}
        made = generation.stored.update_one({"_id": tally}, wanted, upsert=True)
        done = made.upserted_id is not None
    else:
        done = _set_amounts(generation, stored, due)
    if not done:
        raise NotHealed("it was written meanwhile: try again")
    followers.tell(generation, {tally})


def _set_amounts(generation: Generation, stored: Document, due: Document) -> bool:
    kept = {name: value for name, value in stored.items() if name not in ("_id", *OWN)}
    zeros = {name: 0 for name, value in kept.items() if isinstance(value, int)}
    others = dict.fromkeys(kept.keys() - zeros.keys() - due.keys(), "")
    change: Document = {"$set": {**zeros, **due}, "$inc": {"_rev": 1}, **({"$unset": others} if others else {})}
    still = {"_id": stored["_id"], "_rev": stored["_rev"]}
    return bool(generation.stored.update_one(still, change).matched_count)
