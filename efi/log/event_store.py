"""The log: commits appended to streams in MongoDB, and read again as events."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID, uuid5

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
from efi.domain.events import Event, lift
from efi.log import keys, sealing
from efi.log.mongo import Document, client, collection
from efi.runtime import tracing
from efi.runtime.batches import batched

MOST_EVENTS = 1_000
KEYS_AT_ONCE = 500
EVENT_IDS = UUID("0b0a3a0e-6d0c-5c43-9a51-6d1f5b0f5a11")
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
    """Creates the two unique indexes that keep versions and commands apart, and that of the people whom commits are of.

    Raises if they cannot be created.
    """
    commits().create_index(IN_ORDER, unique=True, name="stream_version")
    commits().create_index(BY_COMMAND, unique=True, name="stream_command")
    commits().create_index("people", name="people", partialFilterExpression={"people": {"$exists": True}})


def append(commit: Commit, session: ClientSession | None = None) -> None:
    """Appends a commit; raises `VersionConflict` if its stream has moved on, or holds the command already."""
    try:
        commits().insert_one(_encode(commit), session=session)
    except DuplicateKeyError as error:
        raise VersionConflict(f"{commit.stream} has moved on from version {commit.version - 1}") from error


def append_all(made: Iterable[Commit], session: ClientSession) -> None:
    """Appends commits in one request; raises `BulkWriteError` where one of the streams has moved on."""
    commits().insert_many([_encode(commit) for commit in made], session=session)


def commit_of(
    stream: str,
    head: int,
    events: Iterable[Event],
    context: Context,
    command_hash: str,
    after: datetime | None = None,
) -> Commit:
    """Returns the commit behind version `head`, recorded no earlier than `after`."""
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
    """Returns the commits of a stream behind version `after`, recorded no later than `until`, in order."""
    return map(decode, read_raw(stream, after, until, session))


def read_raw(
    stream: str, after: int = 0, until: datetime | None = None, session: ClientSession | None = None
) -> Cursor[Document]:
    """Returns the same commits as `read`, undecoded."""
    recorded = {"recorded_at": {"$lte": until}} if until else {}
    where = {"stream": stream, "version": {"$gt": after}, **recorded}
    return commits().find(where, session=session).sort(IN_ORDER)


def read_unseen(seen: Mapping[str, int], most: int = 0) -> dict[str, list[Document]]:
    """Returns, by stream, the commits behind the given version, undecoded and in order.

    Leaves out streams without any. Of more than `most` commits it returns any so many; of all, where `most` is 0.
    """
    fresh = [stream for stream, version in seen.items() if not version]
    clauses: list[Document] = [{"stream": stream, "version": {"$gt": seen[stream]}} for stream in seen if seen[stream]]
    if fresh:
        clauses.append({"stream": {"$in": fresh}})
    unseen: dict[str, list[Document]] = {}
    for raw in with_keys(commits().find({"$or": clauses} if len(clauses) > 1 else clauses[0], limit=most)):
        unseen.setdefault(raw["stream"], []).append(raw)
    for raws in unseen.values():
        raws.sort(key=lambda raw: raw["version"])
    return unseen


def read_some(seen: Mapping[str, int], most: int) -> tuple[dict[str, list[Document]], set[str]]:
    """Returns what `read_unseen` does, and the streams of which it is not all.

    Where that holds more than `most` events each stream has an equal share of them, in whole commits and at least one.
    """
    if len(seen) > 1:
        unseen = read_unseen(seen, most + 1)
        if sum(map(_count, chain.from_iterable(unseen.values()))) <= most:
            return unseen, set()
    share, some, cut = max(1, most // len(seen)), dict[str, list[Document]](), set[str]()
    for stream, version in seen.items():
        raws = read_raw(stream, version).limit(share + 1)
        if first := next(batched(raws, share, _count), []):
            some[stream] = first
        if next(raws, None):
            cut.add(stream)
    return some, cut


def _count(raw: Document) -> int:
    return int(raw["count"])


def find(streams: Sequence[str], *command_ids: UUID) -> list[Commit]:
    """Returns what these commands have appended to any of these streams, in the order of the streams."""
    where = {"stream": {"$in": list(streams)}, "command_id": {"$in": command_ids}}
    found = map(decode, commits().find(where))
    return sorted(found, key=lambda commit: (streams.index(commit.stream), commit.version))


def holding(stream: str, version: int) -> Document | None:
    """Returns the commit that holds an event, undecoded; the last one if the stream ends before it, or None."""
    return commits().find_one({"stream": stream, "version": {"$lte": version}}, sort=[("version", -1)])


def event_id(stream: str, version: int) -> UUID:
    """Returns the id by which a command names the event that caused it; the log itself knows events by their place."""
    return uuid5(EVENT_IDS, f"{stream}/{version}")


def head(stream: str) -> int:
    """Returns the version of the last event of a stream, or 0 for a stream without events."""
    return last(stream)[0]


def last(stream: str) -> tuple[int, datetime | None]:
    """Returns the version of the last event of a stream and when it was recorded; 0 and None where there is none."""
    fields = {"version": 1, "count": 1, "recorded_at": 1}
    found = commits().find_one({"stream": stream}, fields, sort=[("version", -1)])
    return (found["version"] + found["count"] - 1, found["recorded_at"]) if found else (0, None)


def settle() -> None:
    """Waits until all that the log holds by now is replicated to a majority, so that no later read shows less."""
    with client().start_session() as session:
        client().admin.command("ping", session=session)
        commits().find_one(session=session)


def heads(kinds: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yields every stream of these kinds with the version at which its last commit begins; it reads the index alone."""
    for kind in kinds:
        for streams in of_kind(kind):
            yield from heads_of(streams)


def of_kind(kind: str) -> tuple[Document, Document]:
    """Returns two conditions on a stream's name: that of the only stream of a kind, and that of its many streams."""
    return {"$eq": kind}, {"$gt": f"{kind}:", "$lt": f"{kind};"}


def heads_of(streams: Document) -> Iterator[tuple[str, int]]:
    """Yields the streams whose names match a condition, each with the version at which its last commit begins."""
    for row in commits().aggregate(newest(streams)):
        yield row["_id"], row["version"]


def lasts_of(streams: Document, until: datetime) -> Iterator[tuple[str, int]]:
    """Yields streams with the version of the last event that was recorded up to a moment."""
    steps = newest(streams, "count")
    steps.insert(1, {"$match": {"recorded_at": {"$lte": until}}})
    for row in commits().aggregate(steps):
        yield row["_id"], row["version"] + row["count"] - 1


def newest(streams: Document, *fields: str) -> list[Document]:
    """Returns the pipeline to the last commit of each stream.

    It sorts backwards, as MongoDB skips from stream to stream in the index (DISTINCT_SCAN) only in that direction.
    """
    return [
        {"$match": {"stream": streams}},
        {"$sort": {"stream": -1, "version": -1}},
        {"$group": {"_id": "$stream", **{name: {"$first": f"${name}"} for name in ("version", *fields)}}},
    ]


def decode(raw: Mapping[str, Any]) -> Commit:
    """Turns a stored commit into events of today's schemas.

    Raises `UnknownEvent` for one that only newer code knows.
    """
    return Commit(
        stream=raw["stream"],
        version=raw["version"],
        events=tuple(lift(event["type"], event["schema"], _in_clear(event, raw)) for event in raw["events"]),
        command_id=raw["command_id"],
        command_hash=raw["command_hash"],
        actor=raw["meta"]["actor"],
        correlation_id=raw["meta"]["correlation_id"],
        causation_id=raw["meta"]["causation_id"],
        occurred_at=raw["occurred_at"],
        recorded_at=raw["recorded_at"],
    )


def _in_clear(event: Mapping[str, Any], raw: Mapping[str, Any]) -> Document:
    data: Document = event["data"]
    return sealing.opened(data, f"{raw['stream']} {event['type']}") if raw.get("people") else data


def with_keys(raws: Iterable[Document]) -> Iterator[Document]:
    """Returns the same commits, while the keys of the people whom they are about are read many at a time."""
    for some in batched(raws, KEYS_AT_ONCE):
        if people := {person for raw in some for person in raw.get("people", ())}:
            keys.ring.load(people)
        yield from some


def streams_of(person: UUID) -> list[str]:
    """Returns the streams that hold something personal of somebody, also of one who is forgotten."""
    return commits().distinct("stream", {"people": str(person)})


def shown(raw: Mapping[str, Any]) -> Iterator[Document]:
    """Yields a row for each event of a stored commit, for auditors: as it is stored, without today's upcasters.

    What is personal is null.
    """
    common = {name: raw[name] for name in ("command_id", "occurred_at", "recorded_at")}
    who = {name: raw["meta"][name] for name in ("actor", "correlation_id", "causation_id")}
    for version, event in enumerate(raw["events"], raw["version"]):
        yield {**event, "data": sealing.withheld(event["data"]), "version": version, **common, **who}


def now() -> datetime:
    """Returns the present, cut to milliseconds as MongoDB stores it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _encode(commit: Commit) -> RawBSONDocument:
    """Encodes a commit once, so that its size is known before it is sent; raises `Rejected` where it is too large."""
    meta: Document = {
        "actor": commit.actor,
        "correlation_id": commit.correlation_id,
        "causation_id": commit.causation_id,
    }
    if trace := tracing.carried():
        meta["traceparent"] = trace
    events = [sealing.written(event, commit.stream) for event in commit.events]
    document: Document = {
        "_id": bson.ObjectId(),
        "stream": commit.stream,
        "version": commit.version,
        "events": events,
        "count": len(events),
        "command_id": commit.command_id,
        "command_hash": commit.command_hash,
        "meta": meta,
        "occurred_at": commit.occurred_at,
        "recorded_at": commit.recorded_at,
    }
    if any(event.person for event in commit.events):
        document["people"] = sealing.people_in(events)
    encoded = bson.encode(document, codec_options=CODEC)
    if len(commit.events) > MOST_EVENTS or len(encoded) > MOST_BYTES:
        raise Rejected(f"{commit.stream}: more than one commit may hold", code="commit_too_large")
    return RawBSONDocument(encoded)
