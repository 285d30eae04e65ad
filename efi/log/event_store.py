"""The log: commits appended to streams in MongoDB, and read again as events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.errors import DuplicateKeyError

from efi.domain.context import Context
from efi.domain.errors import Conflict, Rejected
from efi.domain.events import Event, lift, stored
from efi.log.mongo import Document, client, collection
from efi.runtime import tracing

MOST_EVENTS = 1_000
MOST_BYTES = 4_000_000
CODEC: CodecOptions[Any] = CodecOptions(uuid_representation=UuidRepresentation.STANDARD)
IN_ORDER = [("stream", 1), ("version", 1)]
BY_COMMAND = [("stream", 1), ("command_id", 1)]


class VersionConflict(Conflict):
    """The stream has moved on since its head was read, or the command is in it already."""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What one command appended to one stream; `version` is that of its first event."""

    stream: str
    version: int
    events: tuple[Event, ...]
    command_id: UUID
    command_hash: str
    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    occurred_at: datetime
    recorded_at: datetime

    @property
    def last(self) -> int:
        return self.version + len(self.events) - 1


def commits() -> Collection[Document]:
    return collection("commits")


def ensure_indexes() -> None:
    """The two unique indexes that all else stands on; raises where they cannot be had."""
    commits().create_index(IN_ORDER, unique=True, name="stream_version")
    commits().create_index(BY_COMMAND, unique=True, name="stream_command")


def append(
    stream: str,
    head: int,
    events: Iterable[Event],
    context: Context,
    command_hash: str,
    after: datetime | None = None,
    session: ClientSession | None = None,
) -> Commit:
    """Appends behind version `head`, recorded no earlier than `after`; raises `VersionConflict` if it has moved."""
    commit = commit_of(stream, head, events, context, command_hash, after)
    try:
        commits().insert_one(_encode(commit, context), session=session)
    except DuplicateKeyError as error:
        raise VersionConflict(f"{stream} has moved on from version {head}") from error
    return commit


def append_all(made: Iterable[tuple[Commit, Context]], session: ClientSession) -> None:
    """Raises `BulkWriteError` where one of the streams has moved on."""
    commits().insert_many([_encode(commit, context) for commit, context in made], session=session)


def commit_of(
    stream: str,
    head: int,
    events: Iterable[Event],
    context: Context,
    command_hash: str,
    after: datetime | None = None,
) -> Commit:
    """As it will be appended."""
    return Commit(
        stream=stream,
        version=head + 1,
        events=tuple(events),
        command_id=context.command_id,
        command_hash=command_hash,
        actor=context.actor,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        occurred_at=context.at,
        recorded_at=max(now(), after) if after else now(),
    )


def read(
    stream: str, after: int = 0, until: datetime | None = None, session: ClientSession | None = None
) -> Iterator[Commit]:
    """The commits of a stream behind version `after`, recorded up to `until`, in order."""
    return map(decode, read_raw(stream, after, until, session))


def read_raw(
    stream: str, after: int = 0, until: datetime | None = None, session: ClientSession | None = None
) -> Cursor[Document]:
    """The same as they are stored."""
    recorded = {"recorded_at": {"$lte": until}} if until else {}
    where = {"stream": stream, "version": {"$gt": after}, **recorded}
    return commits().find(where, session=session).sort(IN_ORDER)


def read_unseen(seen: Mapping[str, int]) -> dict[str, list[Document]]:
    """Of each stream the commits behind the version given, undecoded and in order."""
    fresh = [stream for stream, version in seen.items() if not version]
    clauses: list[Document] = [{"stream": stream, "version": {"$gt": seen[stream]}} for stream in seen if seen[stream]]
    if fresh:
        clauses.append({"stream": {"$in": fresh}})
    unseen: dict[str, list[Document]] = {}
    for raw in commits().find({"$or": clauses} if len(clauses) > 1 else clauses[0]):
        unseen.setdefault(raw["stream"], []).append(raw)
    for raws in unseen.values():
        raws.sort(key=lambda raw: raw["version"])
    return unseen


def find(streams: Sequence[str], command_id: UUID) -> list[Commit]:
    """What a command has left in any of these streams, in their order."""
    where = {"stream": {"$in": list(streams)}, "command_id": command_id}
    left = {raw["stream"]: decode(raw) for raw in commits().find(where)}
    return [left[stream] for stream in streams if stream in left]


def head(stream: str) -> int:
    """The version of the last event of a stream, 0 where there is none."""
    last = commits().find_one({"stream": stream}, {"version": 1, "count": 1}, sort=[("version", -1)])
    return last["version"] + last["count"] - 1 if last else 0


def settle() -> None:
    """Returns once what the log holds by now is there for good, so that whatever is read after shows no less."""
    with client().start_session() as session:
        client().admin.command("ping", session=session)
        commits().find_one(session=session)


def heads(kinds: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Every stream of these kinds with the version its last commit begins at: one look at the index for each."""
    for kind in kinds:
        for streams in of_kind(kind):
            yield from heads_of(streams)


def of_kind(kind: str) -> tuple[Document, Document]:
    """What the names of its streams are: of the one that is single, or of the many."""
    return {"$eq": kind}, {"$gt": f"{kind}:", "$lt": f"{kind};"}


def heads_of(streams: Document) -> Iterator[tuple[str, int]]:
    """The same of some streams, by what their names are to be."""
    for row in commits().aggregate(newest(streams)):
        yield row["_id"], row["version"]


def newest(streams: Document, *fields: str) -> list[Document]:
    """The pipeline to the last commit of each stream. Only backwards does MongoDB leap from stream to stream."""
    return [
        {"$match": {"stream": streams}},
        {"$sort": {"stream": -1, "version": -1}},
        {"$group": {"_id": "$stream", **{name: {"$first": f"${name}"} for name in ("version", *fields)}}},
    ]


def decode(raw: Mapping[str, Any]) -> Commit:
    """Raises `UnknownEvent` where this process lacks an event or a schema of one."""
    return Commit(
        stream=raw["stream"],
        version=raw["version"],
        events=tuple(lift(fact["type"], fact["schema"], fact["data"]) for fact in raw["events"]),
        command_id=raw["command_id"],
        command_hash=raw["command_hash"],
        actor=raw["meta"]["actor"],
        correlation_id=raw["meta"]["correlation_id"],
        causation_id=raw["meta"]["causation_id"],
        occurred_at=raw["occurred_at"],
        recorded_at=raw["recorded_at"],
    )


def shown(raw: Mapping[str, Any]) -> Iterator[Document]:
    """A stored commit, one row an event, as auditors read it: untouched by today's code."""
    told = {name: raw[name] for name in ("command_id", "occurred_at", "recorded_at")}
    who = {"actor": raw["meta"]["actor"], "correlation_id": raw["meta"]["correlation_id"]}
    for version, fact in enumerate(raw["events"], raw["version"]):
        yield {**fact, "version": version, **told, **who}


def now() -> datetime:
    """The present, as finely as the log keeps it: milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _encode(commit: Commit, context: Context) -> RawBSONDocument:
    """Encoded here once, so that its size is known before it is sent."""
    meta: Document = {
        "actor": context.actor,
        "correlation_id": context.correlation_id,
        "causation_id": context.causation_id,
    }
    if trace := tracing.carried():
        meta["traceparent"] = trace
    document = {
        "_id": bson.ObjectId(),
        "stream": commit.stream,
        "version": commit.version,
        "events": [stored(fact) for fact in commit.events],
        "count": len(commit.events),
        "command_id": commit.command_id,
        "command_hash": commit.command_hash,
        "meta": meta,
        "occurred_at": commit.occurred_at,
        "recorded_at": commit.recorded_at,
    }
    encoded = bson.encode(document, codec_options=CODEC)
    if len(commit.events) > MOST_EVENTS or len(encoded) > MOST_BYTES:
        raise Rejected(f"{commit.stream}: more than one commit may hold", code="commit_too_large")
    return RawBSONDocument(encoded)
