"""Folds from the log alone, to compare with what is stored; it shares no code with the catching up that it judges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import bson
from pymongo.client_session import ClientSession

from efi.log import event_store
from efi.log.event_store import CODEC, IN_ORDER
from efi.log.mongo import Document, client
from efi.reading.projections import Journal, ReadModel, identity_in, streams_of

NOTES = ("_rev", "_failed")
"""Fields that do not follow from the log: how often a document was written, and where its fold failed."""
LONGEST_VALUE, MOST_FIELDS = 60, 3
Seen = Mapping[str, int]


@dataclass
class Expected:
    """A document or fact as the log has it."""

    document: Document
    rows: list[Document] = field(default_factory=list)
    """The rows of a journal: all that its stream has ever added."""
    fails: str = ""
    """Why it could not be folded any further."""


def from_log(model: ReadModel, upto: Mapping[str, Seen], session: ClientSession | None = None) -> dict[str, Expected]:
    """Folds each document from nothing up to the given versions by kind, and returns it as the database would."""
    made = {one: Expected({"_id": one, "_seen": {}, **model.empty()}) for one in upto}
    streams = [stream for one in upto for stream in streams_of(model, one)]
    for raw in event_store.commits().find({"stream": {"$in": streams}}, session=session).sort(IN_ORDER):
        one, kind = made[identity_in(raw["stream"])], raw["stream"].partition(":")[0]
        if raw["version"] <= upto[one.document["_id"]].get(kind, 0) and not one.fails:
            _fold(model, one, raw)
    for one in made.values():
        _finish(model, one)
    return made


def _fold(model: ReadModel, one: Expected, raw: Document) -> None:
    document, kind = one.document, raw["stream"].partition(":")[0]
    try:
        commit = event_store.decode(raw)
        for event in commit.events:
            model.fold(document, event, commit)
    except Exception as error:  # noqa: BLE001 - whatever a fold raises is told
        one.fails = f"{raw['stream']} at version {raw['version']} cannot be folded: {error!r}"
        return
    document["_seen"][kind] = commit.last
    document["_updated_at"] = max(commit.recorded_at, document.get("_updated_at", commit.recorded_at))


def _finish(model: ReadModel, one: Expected) -> None:
    try:
        _derive(model, one)
    except Exception as error:  # noqa: BLE001 - as above
        one.fails = one.fails or f"cannot be kept: {error!r}"


def _derive(model: ReadModel, one: Expected) -> None:
    document = one.document
    if model.derive and document["_seen"]:
        model.derive(document)
    if isinstance(model, Journal):
        one.rows, document["_new"] = [as_read(row) for row in document["_new"]], []
    one.document = as_read(document)


def as_read(document: Document) -> Document:
    """Returns a document as the database would return it: times in milliseconds, and lists instead of tuples."""
    return decoded(bson.encode(document, codec_options=CODEC))


def decoded(raw: bytes | memoryview) -> Document:
    read: Document = bson.decode(raw, client().codec_options)
    return read


def apart(stored: Document, wanted: Document, besides: Iterable[str] = NOTES) -> str:
    """Describes which fields differ and how, or returns "" if none does.

    The order of fields does not count, but the order within their values does.
    """
    names = sorted((stored.keys() | wanted.keys()).difference(besides))
    wrong = [name for name in names if _bytes(stored, name) != _bytes(wanted, name)]
    differences = [f"{name} is {_brief(stored, name)}, not {_brief(wanted, name)}" for name in wrong[:MOST_FIELDS]]
    more = f" and {len(wrong) - MOST_FIELDS} more" if len(wrong) > MOST_FIELDS else ""
    return "; ".join(differences) + more


def _bytes(document: Document, name: str) -> bytes | None:
    return bson.encode({name: document[name]}, codec_options=CODEC) if name in document else None


def _brief(document: Document, name: str) -> str:
    if name not in document:
        return "missing"
    value = document[name]
    text = value.isoformat() if isinstance(value, datetime) else repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
