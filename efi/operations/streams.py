"""The log as lines of JSON, one commit each and nothing lost: for keeping elsewhere, reading, and importing again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any
from uuid import UUID

import bson
import orjson
from bson.errors import BSONError
from pymongo.errors import BulkWriteError

from efi.domain.aggregate import AGGREGATES, is_stream
from efi.domain.errors import Rejected
from efi.domain.events import EVENTS
from efi.log import event_store, sealing
from efi.log.event_store import IN_ORDER, Commit, commits
from efi.log.mongo import Document
from efi.reading import contributions
from efi.reading.folding import fold_commit
from efi.reading.projections import READ_MODELS, Journal, ReadModel, identity_in
from efi.runtime.batches import batched

BATCH = 1_000
FIELDS: Mapping[str, type] = {
    "stream": str,
    "version": int,
    "events": list,
    "command_id": UUID,
    "command_hash": str,
    "meta": dict,
    "occurred_at": datetime,
    "recorded_at": datetime,
}
META: Mapping[str, tuple[type, ...]] = {
    "actor": (str,),
    "correlation_id": (UUID,),
    "causation_id": (UUID, type(None)),
}


class BadLine(Rejected):
    """A line that cannot be taken in; nothing was written."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"line {number}: {reason}", code="bad_line")


def found(*, stream: str | None = None, kind: str | None = None) -> Iterator[Document]:
    """Yields stored commits of one stream, of one kind or of all, stream by stream and in order."""
    if stream:
        yield from commits().find({"stream": stream}, sort=IN_ORDER)
        return
    where: list[Any] = [{"$eq": kind}, {"$gt": f"{kind}:", "$lt": f"{kind};"}] if kind else [{"$gte": ""}]
    for streams in where:
        yield from commits().find({"stream": streams}, sort=IN_ORDER)


def newest(kind: str | None, count: int) -> list[Document]:
    """Returns the commits that were recorded last, the oldest of them first."""
    of_kind = {"$or": [{"stream": kind}, {"stream": {"$gt": f"{kind}:", "$lt": f"{kind};"}}]} if kind else {}
    return list(commits().find(of_kind, sort=[("_id", -1)], limit=count))[::-1]


def coming(kind: str | None) -> Iterator[Document]:
    """Yields commits as they are appended from now on."""
    with commits().watch([{"$match": {"operationType": "insert"}}]) as changes:
        for change in changes:
            raw = change["fullDocument"]
            if kind in (None, raw["stream"].partition(":")[0]):
                yield raw


def line_of(raw: Mapping[str, Any]) -> bytes:
    """Returns a commit as JSON: ids as text, times in UTC to the millisecond; decimals are text in the log already."""
    return orjson.dumps({name: raw[name] for name in FIELDS}, option=orjson.OPT_UTC_Z, default=str)


def export(out: IO[bytes], *, stream: str | None = None, kind: str | None = None) -> int:
    """Writes commits as lines; returns how many."""
    count = 0
    for raw in found(stream=stream, kind=kind):
        out.write(line_of(raw) + b"\n")
        count += 1
    return count


@dataclass(frozen=True)
class Line:
    """A commit in a file."""

    number: int
    at: int
    """Where in the file it begins."""
    commit: Document


def take_in(file: IO[bytes]) -> tuple[int, int]:
    """Appends the commits that the log lacks; returns how many those were, and how many it had.

    All lines are checked before anything is written. Raises `BadLine` for a line that is malformed, leaves a hole,
    differs from what the log holds, or that this code can't load or fold, and `Rejected` if the log changes meanwhile.
    A stream's commits must be in order.
    """
    lines, places = 0, defaultdict[str, list[tuple[int, int]]](list)
    for line, is_new in _checked(file):
        lines += 1
        if is_new:
            places[line.commit["stream"]].append((line.number, line.at))
    for stream, lacking in places.items():
        _must_fold(stream, (Line(number, at, _read_at(file, number, at)) for number, at in lacking))
    file.seek(0)
    for some in batched((line.commit for line, is_new in _checked(file) if is_new), BATCH):
        _append(some)
    new = sum(map(len, places.values()))
    return new, lines - new


def _read_at(file: IO[bytes], number: int, at: int) -> Document:
    file.seek(at)
    return read(number, file.readline())


def _must_fold(stream: str, lines: Iterable[Line]) -> None:
    """Raises `BadLine` for a commit that today's code cannot load, or fold into its aggregate or a read model."""
    folding = Folding(stream)
    for raw in commits().find({"stream": stream}, sort=IN_ORDER):
        folding.take(raw)
    stood = {name for name, _ in folding.failed}
    for line in lines:
        folding.take(line.commit)
        _must_be_folded(line, folding, stood)
    folding.end()
    _must_be_folded(line, folding, stood)


def _must_be_folded(line: Line, folding: "Folding", stood: set[str]) -> None:
    for name, error in folding.failed:
        if name not in stood:
            raise BadLine(line.number, f"{name} cannot take it in: {type(error).__name__}: {error}")


class Folding:
    """A stream that is folded in memory, by its aggregate and by each read model that follows it."""

    def __init__(self, stream: str) -> None:
        kind, identity = stream.partition(":")[0], identity_in(stream)
        by_id = AGGREGATES[kind].told_by is UUID
        self._kind, self._aggregate = kind, AGGREGATES[kind](id=UUID(identity) if by_id else None)
        models = [model for model in READ_MODELS.values() if model.follows(stream)]
        self._documents = [(model, {"_id": identity, "_seen": {}, **model.empty()}) for model in models]
        self.failed: list[tuple[str, Exception]] = []
        """What cannot take the stream in any further, with the reason."""

    def take(self, raw: Document) -> None:
        """Folds a stored commit into all that has not failed yet."""
        try:
            commit = event_store.decode(raw)
            self._aggregate.replay(commit.events)
        except Exception as error:  # noqa: BLE001 - whatever an upcaster or an aggregate raises
            self.failed.append((self._kind, error))
            return
        self._each(partial(self._fold, commit))

    def end(self) -> None:
        """Makes what the facts yield, once all is folded."""
        self._each(contributions.of)

    def _fold(self, commit: Commit, model: ReadModel, document: Document) -> None:
        fold_commit(model, document, self._kind, commit)
        if isinstance(model, Journal):
            document["_new"] = []

    def _each(self, make: Callable[[ReadModel, Document], object]) -> None:
        failed = {name for name, _ in self.failed}
        for model, document in self._documents:
            if model.name not in failed:
                try:
                    make(model, document)
                except Exception as error:  # noqa: BLE001 - whatever a fold raises
                    self.failed.append((model.name, error))


def read(number: int, line: bytes) -> Document:
    """Returns the commit of a line as the log stores it; raises `BadLine` for a malformed one."""
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLine(number, f"is not JSON: {error}") from None
    if not isinstance(fields, dict) or set(fields) != set(FIELDS):
        raise BadLine(number, f"is to have just the fields {', '.join(FIELDS)}")
    try:
        commit = _typed(fields)
        events = commit["events"]
        sound = commit["version"] > 0 and commit["stream"] and events and all(map(_is_event, events))
        size = len(bson.encode(commit, codec_options=event_store.CODEC))
    except (ValueError, TypeError, AttributeError, OverflowError, BSONError) as error:
        raise BadLine(number, f"is no commit: {error}") from None
    if not sound:
        raise BadLine(number, "is no commit: its stream, version or events are not as the log has them")
    if size > event_store.MOST_BYTES or len(events) > event_store.MOST_EVENTS:
        raise BadLine(number, "is more than one commit may hold")
    return commit


def _typed(fields: Document) -> Document:
    commit = {name: _as(kind, fields[name]) for name, kind in FIELDS.items()}
    if set(commit["meta"]) != set(META):
        raise ValueError(f"meta is to have just {', '.join(META)}")
    commit["meta"] = {
        name: None if fields["meta"][name] is None and type(None) in kinds else _as(kinds[0], fields["meta"][name])
        for name, kinds in META.items()
    }
    people = sealing.people_in(commit["events"])
    return {"_id": bson.ObjectId(), **commit, "count": len(commit["events"]), **({"people": people} if people else {})}


def _as(kind: type, value: Any) -> Any:
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or moment.microsecond % 1000:
            raise ValueError(f"{value} is not a time in UTC to the millisecond")
        return moment
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _is_event(event: Any) -> bool:
    if not isinstance(event, dict) or set(event) != {"type", "schema", "data"} or not isinstance(event["data"], dict):
        return False
    kind = EVENTS.get(event["type"])
    return isinstance(event["schema"], int) and (kind is None or 0 < event["schema"] <= kind.schema_number)


def _lines(file: IO[bytes]) -> Iterator[Line]:
    at = 0
    for number, text in enumerate(file, 1):
        if text.strip():
            yield Line(number, at, read(number, text))
        at += len(text)


def _checked(file: IO[bytes]) -> Iterator[tuple[Line, bool]]:
    """Yields each commit of a file with whether the log lacks it; raises `BadLine` for one that does not fit."""
    heads, seen_commands = dict[str, int](), set[int]()
    for some in batched(_lines(file), BATCH):
        stored = _there([line.commit for line in some])
        for line in some:
            number, commit = line.number, line.commit
            stream, version = commit["stream"], commit["version"]
            if present := stored.get((stream, version)):
                if line_of(present) != line_of(commit):
                    raise BadLine(number, f"{stream} has another commit at version {version}")
                yield line, False
                continue
            if not is_stream(stream):
                raise BadLine(number, f"{stream[:100]} is no stream: streams are called by kind and id")
            head = heads[stream] if stream in heads else event_store.head(stream)
            if version != head + 1:
                raise BadLine(number, f"{stream} stands at version {head}, which {version} does not follow")
            of_command = hash((stream, commit["command_id"]))
            if of_command in seen_commands or (stream, commit["command_id"]) in stored:
                raise BadLine(number, f"{stream} has a commit of command {commit['command_id']} already")
            seen_commands.add(of_command)
            heads[stream] = head + commit["count"]
            yield line, True


def _there(some: list[Document]) -> dict[tuple[str, Any], Document]:
    """Returns what the log has of these streams, by stream and version, and by stream and command."""
    streams = sorted({commit["stream"] for commit in some})
    versions, commands = ([commit[name] for commit in some] for name in ("version", "command_id"))
    between = {"stream": {"$in": streams}, "version": {"$gte": min(versions), "$lte": max(versions)}}
    stored: dict[tuple[str, Any], Document] = {(raw["stream"], raw["version"]): raw for raw in commits().find(between)}
    of_commands = commits().find({"stream": {"$in": streams}, "command_id": {"$in": commands}})
    return stored | {(raw["stream"], raw["command_id"]): raw for raw in of_commands}


def _append(some: list[Document]) -> None:
    try:
        commits().insert_many(some)
    except BulkWriteError as error:
        why = error.details["writeErrors"][0]["errmsg"]
        raise Rejected(f"the log has moved on: {why}; import again, which takes in what is missing") from error
