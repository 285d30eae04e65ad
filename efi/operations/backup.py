"""Writes the database as of one moment into files, and fills an empty database from them."""

import gzip
import hashlib
import re
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from gzip import GzipFile
from pathlib import Path
from typing import Any

import orjson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from django.conf import settings
from pymongo import IndexModel, WriteConcern
from pymongo.client_session import ClientSession

from efi.domain.errors import Rejected
from efi.log import epoch
from efi.log.event_store import CODEC
from efi.log.mongo import Document, client, collection, database
from efi.reading import freshness
from efi.reading.generation_names import collections_of
from efi.reading.generations import pointers
from efi.runtime.batches import batched
from efi.runtime.private import FOLDER, close_all_in, close_folder

FORMAT = 1
MANIFEST = "backup.json"
MEDIA = "media"
LEVEL = 3
BATCH = 1_000
DERIVED = ("bells", "failures", "figures", "freshness", "read_models", "relay", "samples", "snapshots")
"""What is made from the log, or tells how far that has come; `samples` is what releases before kept figures in."""
RAW: CodecOptions[Any] = CODEC.with_options(document_class=RawBSONDocument)
Report = Callable[[str, int, int], None]


def keep(folder: Path, report: Report) -> Document:
    """Writes the database as of one moment, and the pictures, into a new folder; returns the manifest.

    Commands go on meanwhile. Raises `Rejected` if the folder is not empty, or is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise Rejected(f"{folder} is a file, and a backup is a new folder")
    if folder.exists() and any(folder.iterdir()):
        raise Rejected(f"{folder} is not empty")
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    close_folder(folder)
    collections: dict[str, Document] = {}
    options = {one["name"]: one["options"] for one in database().list_collections() if one["type"] == "collection"}
    names, taken_at = sorted(_truth(options)), freshness.present().isoformat()
    with client().start_session(snapshot=True) as session:
        for done, name in enumerate(names):
            report("writing", done, len(names))
            collections[name] = _write(folder / f"{name}.bson.gz", name, session)
            collections[name] |= {"options": options[name], "indexes": _indexes(name)}
    if Path(settings.MEDIA_ROOT).exists():
        shutil.copytree(settings.MEDIA_ROOT, folder / MEDIA)
    manifest = {"format": FORMAT, "taken_at": taken_at, "collections": collections}
    part = folder / f"{MANIFEST}.part"
    part.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    close_all_in(folder)
    part.replace(folder / MANIFEST)
    report("writing", len(names), len(names))
    return manifest


def _truth(names: Mapping[str, Any]) -> Iterator[str]:
    """Yields the collections that cannot be made again from the log."""
    read_models = (pointer["_id"] for pointer in pointers().find({}, {"_id": 1}))
    documents = re.compile(collections_of(read_models))
    return (
        name for name in names if name not in DERIVED and not name.startswith("system.") and not documents.match(name)
    )


def _indexes(name: str) -> list[Document]:
    """Returns the indexes of a collection in the form in which MongoDB takes them again."""
    return [dict(index) for index in collection(name).list_indexes() if index["name"] != "_id_"]


def _write(file: Path, name: str, session: ClientSession) -> Document:
    count, digest = 0, hashlib.sha256()
    with gzip.open(file, "xb", LEVEL) as out:
        batches: Iterator[Any] = collection(name).find_raw_batches(sort=[("_id", 1)], session=session)
        for batch in batches:
            count += sum(1 for _ in _sizes(batch))
            digest.update(batch)
            out.write(batch)
    return {"count": count, "sha256": digest.hexdigest()}


def _sizes(batch: bytes) -> Iterator[int]:
    place = 0
    while place < len(batch):
        (size,) = struct.unpack_from("<i", batch, place)
        place += size
        yield size


def restore(folder: Path, report: Report) -> Document:
    """Fills an empty database from a backup and returns the manifest; read models are to be built after it.

    Raises `Rejected`, before anything has changed, if the database is not empty or the files are not whole.
    """
    manifest = _manifest(folder)
    names = (name for name in database().list_collection_names() if not name.startswith("system."))
    if full := sorted(name for name in names if collection(name).find_one()):
        raise Rejected(f"the database {database().name} is not empty: it holds {', '.join(full[:5])}")
    collections = manifest["collections"]
    for done, (name, about) in enumerate(collections.items()):
        report("checking", done, len(collections))
        _must_be_whole(folder / f"{name}.bson.gz", about)
    for done, (name, about) in enumerate(collections.items()):
        report("filling", done, len(collections))
        _fill(folder / f"{name}.bson.gz", name, about)
    if (folder / MEDIA).exists():
        shutil.copytree(folder / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
    epoch.begin_another()
    report("filling", len(collections), len(collections))
    return manifest


def _manifest(folder: Path) -> Document:
    file = folder / MANIFEST
    if not file.exists():
        raise Rejected(f"{folder} holds no backup, or one that was not finished: there is no {MANIFEST}")
    try:
        manifest = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise Rejected(f"{file} cannot be read: {error}") from None
    match manifest:
        case {"format": int(other)} if other != FORMAT:
            raise Rejected(f"{file} is of format {other}, and this program reads {FORMAT}")
        case {"format": int(), "collections": dict(kept)} if all(map(_is_told, kept.values())):
            return dict(manifest)
    raise Rejected(f"{file} is not a backup's: it does not say of each collection what there is to know")


def _is_told(about: Any) -> bool:
    return isinstance(about, dict) and about.keys() >= {"count", "sha256", "options", "indexes"}


def _must_be_whole(file: Path, about: Document) -> None:
    digest, count = hashlib.sha256(), 0
    try:
        with gzip.open(file) as unzipped:
            for document in _documents(unzipped):
                digest.update(document)
                count += 1
    except (OSError, EOFError, struct.error, zlib.error) as error:
        raise Rejected(f"{file} cannot be read behind its document {count}: {error}") from None
    if (count, digest.hexdigest()) != (about["count"], about["sha256"]):
        raise Rejected(f"{file} is not what the backup wrote: {count} documents of {about['count']}, or changed ones")


def _documents(file: GzipFile) -> Iterator[bytes]:
    while head := file.read(4):
        (size,) = struct.unpack("<i", head)
        yield head + file.read(size - 4)


def _fill(file: Path, name: str, about: Document) -> None:
    """Fills a collection. Indexes come first: they are few, and a document that breaks a unique one is noticed."""
    if name not in database().list_collection_names():
        database().create_collection(name, **about["options"])
    if about["indexes"]:
        collection(name).create_indexes([_index(index) for index in about["indexes"]])
    filled = collection(name).with_options(codec_options=RAW, write_concern=WriteConcern(w=1))
    with gzip.open(file) as unzipped:
        for some in batched(_documents(unzipped), BATCH):
            filled.insert_many([RawBSONDocument(document, RAW) for document in some], ordered=False)


def _index(stored: Document) -> IndexModel:
    options = {name: value for name, value in stored.items() if name not in ("key", "v", "ns")}
    return IndexModel(list(stored["key"].items()), **options)
