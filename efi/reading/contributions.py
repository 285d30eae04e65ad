"""What facts yield, as rows or as amounts for tallies, and the writes for a change of it."""

from collections.abc import Iterable, Mapping
from typing import Any

import bson
from pymongo import DeleteOne, ReplaceOne, UpdateOne

from efi.log.event_store import CODEC
from efi.log.mongo import Document
from efi.reading.projections import Amounts, Journal, ReadModel, Rows, Tally


def of(model: ReadModel, fact: Document) -> Any:
    """Returns what a fact yields now: rows as BSON by id, or amounts by tally."""
    match model:
        case Rows():
            return {row["_id"]: bson.encode(row, codec_options=CODEC) for row in _rows(model, fact)}
        case Tally():
            return {tally: dict(amounts) for tally, amounts in _amounts(model, fact).items()}
    return None


def _rows(model: Rows, fact: Document) -> Iterable[Document]:
    """Returns the rows of a fact; there are none while it has seen no event."""
    return model.rows(fact) if fact["_seen"] else ()


def _amounts(model: Tally, fact: Document) -> Mapping[str, Amounts]:
    return model.contributes(fact) if fact["_seen"] else {}


def changes(model: ReadModel, fact: Document, before: Any) -> list[Any]:
    """Returns the writes that lead from what a fact yielded before to what it yields now."""
    match model:
        case Rows():
            return _row_changes(model, fact, before)
        case Journal():
            return _new_rows(fact)
        case Tally():
            return _tally_changes(model, fact, before)
    return []


def _row_changes(model: Rows, fact: Document, before: Mapping[str, bytes]) -> list[Any]:
    rows = {row["_id"]: row for row in _rows(model, fact)}
    changed = [row for identity, row in rows.items() if bson.encode(row, codec_options=CODEC) != before.get(identity)]
    gone = [DeleteOne({"_id": identity}) for identity in before if identity not in rows]
    return [*gone, *(_write(row, fact) for row in changed)]


def _new_rows(fact: Document) -> list[Any]:
    """Takes the new rows out of a journal's fact and returns the writes for them."""
    rows, fact["_new"] = fact["_new"], []
    return [_write(row, fact) for row in rows]


def _write(row: Document, fact: Document) -> ReplaceOne[Document]:
    own = {"_rev": fact["_rev"], "_updated_at": fact.get("_updated_at")}
    return ReplaceOne({"_id": row["_id"]}, {**row, **own}, upsert=True)


def _tally_changes(model: Tally, fact: Document, before: Mapping[str, Amounts]) -> list[Any]:
    after = _amounts(model, fact)
    writes: list[Any] = []
    for tally in sorted(before.keys() | after.keys()):
        was, is_now = before.get(tally, {}), after.get(tally, {})
        steps = {name: is_now.get(name, 0) - was.get(name, 0) for name in was.keys() | is_now.keys()}
        if any(steps.values()):
            newest = {"_updated_at": fact["_updated_at"]}
            writes.append(UpdateOne({"_id": tally}, {"$inc": {**steps, "_rev": 1}, "$max": newest}, upsert=True))
    return writes
