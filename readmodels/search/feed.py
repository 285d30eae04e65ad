"""Keeps the search index of a generation like its documents, each at its revision, so that no late write wins.

An index is made so that it cannot be read, and opened once all its documents are in: until then, and whenever it is
missing, MongoDB answers searches.
"""

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from elasticsearch import NotFoundError
from pymongo.collection import Collection as Documents
from pymongo.errors import DuplicateKeyError

from efi.delivery import broker
from efi.delivery.schedule import every
from efi.log import mongo
from efi.log.mongo import Document
from efi.reading import catching_up, freshness, generations, progress
from efi.reading.followers import Follower, Outage, follows
from efi.reading.mirrors import MIRRORS, Mirror, Mismatch
from efi.reading.projections import Generation, identity_in
from efi.runtime.batches import batched
from readmodels import product_catalog
from readmodels.search import elastic, store
from readmodels.search.index import name_of

BATCH = 500
LANE = "search"
LOOKS = timedelta(seconds=5)
WAIT = 0.2
TRIES_AT_HEALING = 10
"""A deleted document leaves its version behind for a moment, and an older one cannot be written until that is gone."""
LEFT_AFTER = timedelta(seconds=5)
"""The time without a sign of life after which whoever fills an index counts as gone."""
logger = logging.getLogger(__name__)


class Unindexable(Exception):
    """A document that Elasticsearch will never accept: the mapping, or what was made of the document, is at fault."""


@follows
def followers() -> Iterator[Follower]:
    if elastic.is_used():
        yield follower(generations.live(product_catalog.NAME))


def follower(products: Generation) -> Follower:
    kinds = products.model.kinds
    return Follower(name=name_of(products), kinds=kinds, answer=partial(answer, products), lane=LANE)


def answer(products: Generation, bells: Mapping[str, int]) -> None:
    """Catches up and writes every document that the bells name, even without news: others may have written it."""
    catching_up.catch_up(products, bells)
    was_open = is_open(products)
    write(products, {identity_in(stream) for stream in bells})
    if not was_open:
        _fill_unless_taken(products)


@every(LOOKS)
def look_after(at: datetime) -> None:
    """Fills an index that was lost, or left half filled, even if no bell comes."""
    if elastic.is_used():
        products = generations.live(product_catalog.NAME)
        if not is_open(products):
            _fill_unless_taken(products)


def is_open(products: Generation) -> bool:
    """Returns whether the index may be read; makes one if there is none."""
    name = name_of(products)
    try:
        found = store.settings_of(name)
    except NotFoundError:
        progress.start_hearing(name, products.model.kinds, LANE)
        store.make(name)
        return False
    return bool(found.get("blocks", {}).get("read") != "true")


def fill(products: Generation) -> None:
    """Fills the index, or waits for another process to do so; if it is open, writes what has been missed since."""
    broker.declare(follower(products))
    if is_open(products):
        for batch in batched(products.documents.find({}, {"_id": 1}), BATCH):
            write(products, [one["_id"] for one in batch])
    while not is_open(products):
        if not _fill_unless_taken(products):
            time.sleep(WAIT)


def _fill_unless_taken(products: Generation) -> bool:
    """Writes all documents and opens the index; returns False if another process is at it."""
    name = name_of(products)
    if not _taken(name):
        return False
    logger.info("filling %s", name)
    try:
        _write_all(products, name)
    except NotFoundError as error:
        raise Outage(f"{name} was lost while it was filled") from error
    finally:
        _fillers().delete_one({"_id": name})
    logger.info("%s is whole", name)
    return True


def _write_all(products: Generation, name: str) -> None:
    made = store.settings_of(name)["uuid"]
    for batch in batched(products.documents.find(sort=[("_id", 1)]), BATCH):
        for refused in store.put(name, batch):
            logger.error("%s goes on without %s", name, refused)
        _fillers().update_one({"_id": name}, {"$set": {"at": freshness.present()}})
    if store.settings_of(name)["uuid"] != made:
        raise Outage(f"{name} was lost while it was filled, and made anew")
    store.refresh(name)
    with store.reached() as engine:
        engine.indices.put_settings(index=name, settings={"index.blocks.read": None})


def write(products: Generation, identities: Collection[str]) -> None:
    """Writes those of these documents that the index has at an older revision.

    One that it refuses is logged and left out.
    """
    name = name_of(products)
    versions = store.versions(name, identities)
    behind = [one for one in _documents(products, identities) if versions.get(one["_id"], 0) < one["_rev"]]
    for refused in store.put(name, behind):
        logger.error("%s goes on without %s", name, refused)


def heal(products: Generation, identities: Collection[str]) -> None:
    """Writes these documents anew, whatever the index has of them, and deletes those that MongoDB has not."""
    name = name_of(products)
    has = store.versions(name, identities)
    found = {one["_id"]: one for one in _documents(products, identities)}
    ahead = [one for one in has if one not in found or has[one] > found[one]["_rev"]]
    store.delete(name, ahead)
    for _ in range(TRIES_AT_HEALING):
        store.refresh(name)
        if refused := store.put(name, found.values()):
            raise Unindexable("; ".join(refused))
        if not any(differences(products, identities)):
            return
        time.sleep(WAIT)


def drop(products: Generation) -> None:
    name = name_of(products)
    broker.drop(name)
    progress.stop_hearing(name)
    freshness.entries().delete_one({"_id": name})
    with store.reached() as engine:
        engine.options(ignore_status=404).indices.delete(index=name)


def differences(products: Generation, identities: Collection[str] | None = None) -> Iterator[Mismatch]:
    """Yields documents that the index has not at their revision, and those that it alone has.

    Raises `Outage` until the index is whole.
    """
    if not is_open(products):
        raise Outage(f"{name_of(products)} is not whole yet")
    where = {} if identities is None else {"_id": {"$in": list(identities)}}
    for batch in batched(products.documents.find(where, {"_rev": 1}, sort=[("_id", 1)]), BATCH):
        versions = store.versions(name_of(products), [one["_id"] for one in batch])
        for one in batch:
            has = versions.get(one["_id"], 0)
            if has != one["_rev"]:
                message = f"Elasticsearch has it at {has}" if has else "Elasticsearch does not have it"
                yield Mismatch(identity=one["_id"], what=f"{message}, MongoDB at {one['_rev']}")
    yield from _strangers(products, store.held(name_of(products), identities))


def _strangers(products: Generation, held: Iterable[str]) -> Iterator[Mismatch]:
    """Yields ids that only the index has."""
    for batch in batched(held, BATCH):
        stored = {one["_id"] for one in products.documents.find({"_id": {"$in": batch}}, {"_id": 1})}
        for identity in batch:
            if identity not in stored:
                yield Mismatch(identity=identity, what="Elasticsearch alone has it")


def _documents(products: Generation, identities: Collection[str]) -> Iterable[Document]:
    return products.documents.find({"_id": {"$in": list(identities)}})


def _fillers() -> Documents[Document]:
    """Returns the collection in which whoever fills an index notes that it is alive. Filling twice does no harm."""
    return mongo.collection("fills")


def _taken(name: str) -> bool:
    now = freshness.present()
    left = {"_id": name, "at": {"$lt": now - LEFT_AFTER}}
    try:
        return bool(_fillers().update_one(left, {"$set": {"at": now}}, upsert=True))
    except DuplicateKeyError:
        return False


MIRRORS.append(
    Mirror(
        name="elasticsearch",
        read_model=product_catalog.NAME,
        is_used=elastic.is_used,
        fill=fill,
        drop=drop,
        differences=differences,
        heal=heal,
    )
)
