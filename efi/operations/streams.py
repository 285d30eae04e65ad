"""The log as lines of JSON, one commit each and nothing lost: for keeping elsewhere, reading, and importing again."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import bson
import orjson
from bson.errors import BSONError
from pymongo.errors import BulkWriteError

from efi.domain.errors import Rejected
from efi.domain.events import EVENTS
from efi.log import event_store
from efi.log.event_store import IN_ORDER, commits
from efi.log.mongo import Document
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


def take_in(file: IO[bytes]) -> tuple[int, int]:
    """Appends the commits that the log lacks; returns how many those were, and how many it had.

    All lines are checked before anything is written. Raises `BadLine` for a line that is malformed, leaves a hole, or
    differs from what the log holds, and `Rejected` if the log changes meanwhile. A stream's commits must be in order.
    """
    lines = new = 0
    for _, is_new in _checked(file):
        lines, new = lines + 1, new + is_new
    file.seek(0)
    lacking = (commit for commit, is_new in _checked(file) if is_new)
    for some in batched(lacking, BATCH):
        _append(some)
    return new, lines - new


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
    return {"_id": bson.ObjectId(), **commit, "count": len(commit["events"])}


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


def _checked(file: IO[bytes]) -> Iterator[tuple[Document, bool]]:
    """Yields each commit of a file with whether the log lacks it; raises `BadLine` for one that does not fit."""
    numbered = ((number, read(number, line)) for number, line in enumerate(file, 1) if line.strip())
    heads, seen_commands = dict[str, int](), set[int]()
    for some in batched(numbered, BATCH):
        stored = _there([commit for _, commit in some])
        for number, commit in some:
            stream, version = commit["stream"], commit["version"]
            if present := stored.get((stream, version)):
                if line_of(present) != line_of(commit):
                    raise BadLine(number, f"{stream} has another commit at version {version}")
                yield commit, False
                continue
            head = heads[stream] if stream in heads else event_store.head(stream)
            if version != head + 1:
                raise BadLine(number, f"{stream} stands at version {head}, which {version} does not follow")
            of_command = hash((stream, commit["command_id"]))
            if of_command in seen_commands or (stream, commit["command_id"]) in stored:
                raise BadLine(number, f"{stream} has a commit of command {commit['command_id']} already")
            seen_commands.add(of_command)
            heads[stream] = head + commit["count"]
            yield commit, True


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
