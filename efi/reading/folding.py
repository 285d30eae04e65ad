"""Folds commits into documents: whole ones, up to the first that fails or that only newer code knows."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import bson

from efi.domain.errors import UnknownEvent
from efi.log import event_store
from efi.log.event_store import CODEC, Commit
from efi.log.mongo import Document
from efi.reading import contributions
from efi.reading.projections import ReadModel

MOST_BYTES = 16 * 1024 * 1024
logger = logging.getLogger(__name__)


class FoldFailed(Exception):
    """A fold raised on a commit; `__cause__` is what it raised."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(f"{stream} at version {version}")
        self.stream, self.version = stream, version


@dataclass
class Care:
    """Options of one catch-up: limits by stream, a check of each commit's outcome, a retry of what stands aside."""

    most: int
    """How many events the next pass may fold."""
    done: set[str] = field(default_factory=set)
    """Streams that no further pass looks at."""
    cut: set[str] = field(default_factory=set)
    """Streams of which the pass under way reads the first commits only."""
    limits: dict[str, int] = field(default_factory=dict)
    closely: bool = False
    retrying: bool = False
    """Streams that stand aside are tried too."""


@dataclass
class Folded:
    """A document or fact after new commits were folded in, and what it yielded before."""

    document: Document
    before: Any
    healed: list[str] = field(default_factory=list)
    news: list[Document] = field(default_factory=list)


def fold_stream(model: ReadModel, one: Folded, stream: str, raws: Iterable[Document], care: Care) -> bool:
    """Folds whole commits, up to the limit and to the first that only newer code knows, where the stream is done.

    Returns whether any was folded.
    """
    document, kind, moved = one.document, stream.partition(":")[0], False
    limit = care.limits.get(stream)
    for raw in raws:
        if limit and raw["version"] >= limit:
            care.cut.discard(stream)
            return _mark_failed(document, kind, limit) or moved
        known = len(document.get("_new", ()))
        try:
            fold_commit(model, document, kind, event_store.decode(raw))
            if care.closely:
                _must_be_kept(model, document, known)
        except UnknownEvent as unknown:
            logger.info("%s is left to newer code: %s", stream, unknown)
            care.cut.discard(stream)
            return moved
        except Exception as error:
            raise FoldFailed(stream, raw["version"]) from error
        moved = True
        one.news.append(raw)
    if document.get("_failed", {}).pop(kind, None):
        one.healed.append(stream)
    if not document.get("_failed"):
        document.pop("_failed", None)
    return moved


def fold_commit(model: ReadModel, document: Document, kind: str, commit: Commit) -> None:
    for fact in commit.events:
        model.fold(document, fact, commit)
    if model.derive:
        model.derive(document)
    document["_seen"][kind] = commit.last
    document["_updated_at"] = max(commit.recorded_at, document.get("_updated_at") or commit.recorded_at)


def _must_be_kept(model: ReadModel, document: Document, known: int) -> None:
    """Raises what writing the document, or what it yields, would raise.

    Of a journal's rows it tries those after `known`.
    """
    kept = {**document, "_new": document.get("_new", [])[known:]}
    if len(bson.encode(kept, codec_options=CODEC)) > MOST_BYTES:
        raise ValueError(f"{document['_id']} is larger than a document may be")
    bson.encode({"yielded": list((contributions.of(model, document) or {}).values())}, codec_options=CODEC)


def _mark_failed(document: Document, kind: str, version: int) -> bool:
    """Notes in the document that it stays behind; returns False if it says so already."""
    failed = document.setdefault("_failed", {})
    said, failed[kind] = failed.get(kind), version
    return bool(said != version)
