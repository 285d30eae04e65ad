"""Reads and writes the search index for whoever keeps it: makes it, writes in bulk, and asks what it holds."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError
from elasticsearch.helpers import scan

from efi.log.mongo import Document
from efi.reading.followers import Outage
from readmodels.search import elastic
from readmodels.search.index import definition, indexed

GONE, BARRED = "index_not_found_exception", "cluster_block_exception"
BUSY = {429, 500, 502, 503, 504}
OVERTAKEN = "version_conflict_engine_exception"
"""The error for a document of which the index has a newer revision."""


@contextmanager
def reached() -> Iterator[Elasticsearch]:
    """Lends writers the client, which waits longer; raises `Outage` while the engine does not answer."""
    try:
        yield elastic.writer()
    except TransportError as error:
        raise Outage(str(error)) from error
    except ApiError as error:
        if error.status_code not in BUSY:
            raise
        raise Outage(str(error)) from error


def settings_of(name: str) -> Document:
    with reached() as engine:
        found: Document = engine.indices.get_settings(index=name)[name]["settings"]["index"]
    return found


def make(name: str) -> None:
    """Makes the index with an alias for writing: a write by the alias cannot create an index by mistake."""
    with reached() as engine:
        try:
            engine.indices.create(index=name, aliases={_for_writing(name): {}}, **definition())
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise


def put(name: str, documents: Iterable[Document]) -> list[str]:
    """Writes documents at their revisions; returns what was refused for good.

    Every item of the answer is looked at: Elasticsearch answers 200 even if all of them failed.
    """
    steps: list[Document] = []
    at = {"_index": _for_writing(name), "require_alias": True, "version_type": "external_gte"}
    for one in documents:
        steps += {"index": {**at, "_id": one["_id"], "version": one["_rev"]}}, indexed(one)
    if not steps:
        return []
    with reached() as engine:
        response = engine.bulk(operations=steps, filter_path="items.*._id,items.*.status,items.*.error")
    return [line for item in response["items"] if (line := _refusal(item["index"]))]


def versions(name: str, identities: Collection[str]) -> dict[str, int]:
    """Returns the revisions that the index holds of these documents, as far as it may be read."""
    if not identities:
        return {}
    with reached() as engine:
        response = engine.mget(index=name, ids=list(identities), source=False)
    return {one["_id"]: one["_version"] for one in response["docs"] if one.get("found")}


def held(name: str, among: Collection[str] | None) -> Iterator[str]:
    """Yields the ids that the index has, of these or of all."""
    if among is not None:
        yield from versions(name, among)
        return
    refresh(name)
    with reached() as engine:
        for hit in scan(engine, index=name, _source=False):
            yield hit["_id"]


def delete(name: str, identities: Iterable[str]) -> None:
    with reached() as engine:
        for identity in identities:
            engine.options(ignore_status=404).delete(index=name, id=identity)


def refresh(name: str) -> None:
    with reached() as engine:
        engine.indices.refresh(index=name)


def _refusal(item: Document) -> str:
    error = item.get("error", {})
    if item["status"] in BUSY or error.get("type") in {GONE, BARRED}:
        raise Outage(f"{item['_id']}: {error.get('reason')}")
    if not error or error["type"] == OVERTAKEN:
        return ""
    return f"{item['_id']}: {error['type']}, {error.get('reason')}"


def _for_writing(name: str) -> str:
    return f"{name}_written"
