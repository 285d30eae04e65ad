"""Heals one document, row or tally: writes it anew from the log, unless somebody else has written it meanwhile."""

from collections.abc import Callable, Mapping

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from efi.log.mongo import Document, client
from efi.operations.verification.checks.expected import apart
from efi.operations.verification.drift import NotHealed
from efi.reading import failures, followers, notify_followers, refolding
from efi.reading.folding import FoldFailed
from efi.reading.projections import Generation, streams_of
from efi.reading.refolding import Overtaken

Due = Callable[[Document, ClientSession], Mapping[str, Document]]
OWN = ("_rev", "_updated_at")
"""Fields of a row that say when and how often it was written."""


def heal_document(generation: Generation, identity: str) -> None:
    """Refolds a document or fact up to where it has read, then catches up and tells its followers.

    A document that should not exist leaves a tombstone. Raises `NotHealed` if its fold fails.
    """
    try:
        refolding.refold(generation, identity)
    except Overtaken as error:
        raise NotHealed(f"{error}: try again") from error
    except FoldFailed as failure:
        raise NotHealed(f"{failure} cannot be folded: {failure.__cause__!r}") from failure
    streams = [f"{generation.name} {stream}" for stream in streams_of(generation.model, identity)]
    if noted := failures.failures().find_one({"_id": {"$in": streams}}):
        raise NotHealed(f"its fold fails on {noted['stream']} at version {noted['version']}")


def _in_a_transaction(write: Callable[[ClientSession], bool]) -> bool:
    with client().start_session() as session:
        done: bool = session.with_transaction(write, read_concern=ReadConcern("snapshot"))
        return done


def heal_rows(generation: Generation, identity: str, due: Due) -> None:
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
    followers.run_hooks(generation, {row["_id"]})


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
    followers.run_hooks(generation, {tally})


def _set_amounts(generation: Generation, stored: Document, due: Document) -> bool:
    fields = {name: value for name, value in stored.items() if name not in ("_id", *OWN)}
    zeros = {name: 0 for name, value in fields.items() if isinstance(value, int)}
    others = dict.fromkeys(fields.keys() - zeros.keys() - due.keys(), "")
    change: Document = {"$set": {**zeros, **due}, "$inc": {"_rev": 1}, **({"$unset": others} if others else {})}
    still = {"_id": stored["_id"], "_rev": stored["_rev"]}
    return bool(generation.stored.update_one(still, change).matched_count)
