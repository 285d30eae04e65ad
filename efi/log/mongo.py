"""The one client of MongoDB, and what its errors mean."""

from functools import cache
from typing import Any

from bson.timestamp import Timestamp
from django.conf import settings
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import make_read_preference, read_pref_mode_from_name

Document = dict[str, Any]
TRANSIENT = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
DUPLICATE_KEY, WRITE_CONFLICT = 11000, 112
TOO_MUCH = frozenset({388, 290})
"""Codes of transactions that are too large for MongoDB's memory, or took longer than one may."""
OF_DOCUMENTS = TOO_MUCH | frozenset({2, 9, 14, 15, 22, 52, 56, 57, 121, 171, 10334, 17280, 17419, 17420})
"""Codes by which MongoDB refuses documents for what they are: too large, too much at once, of a wrong type or name."""


class Reached(ReadConcern):
    """Reads what a majority has, as of a moment of the cluster's time or later; a member that lags waits for it."""

    def __init__(self, moment: Timestamp) -> None:
        super().__init__("majority")
        self._moment = moment

    @property
    def document(self) -> Document:
        return {**super().document, "afterClusterTime": self._moment}


@cache
def client() -> MongoClient[Document]:
    """Returns the process's client, which reads and writes with majority and journal: no failover takes anything back.

    It reads from the primary, whatever the address says: who decides or catches up must not ask a member that lags.
    """
    return MongoClient(
        settings.MONGODB_URI,
        readPreference="primary",
        tz_aware=True,
        uuidRepresentation="standard",
        w="majority",
        journal=True,
        readConcernLevel="majority",
        serverSelectionTimeoutMS=1_500,
        socketTimeoutMS=10_000,
        appname="efi",
    )


def database() -> Database[Document]:
    """Returns the database that the settings name at the time of the call: tests have a database of their own."""
    return client()[settings.MONGODB_NAME]


def collection(name: str) -> Collection[Document]:
    return database()[name]


def replicated(documents: Collection[Document], moment: Timestamp) -> Collection[Document]:
    """Returns the collection for reading from a member that EFI_READ_PREFERENCE prefers, as of `moment` or later."""
    preference = make_read_preference(read_pref_mode_from_name(settings.READ_PREFERENCE), None)
    return documents.with_options(read_preference=preference, read_concern=Reached(moment))


def passes(error: PyMongoError) -> bool:
    """Returns whether a second try may succeed."""
    return isinstance(error, ConnectionFailure | DuplicateKeyError) or any(
        error.has_error_label(label) for label in TRANSIENT
    )


def lost_a_race(error: PyMongoError) -> bool:
    """Returns whether somebody else has written the same documents meanwhile."""
    if isinstance(error, BulkWriteError):
        codes = {failed["code"] for failed in error.details["writeErrors"]}
        return codes <= {DUPLICATE_KEY, WRITE_CONFLICT} and not error.details["writeConcernErrors"]
    if isinstance(error, ConnectionFailure):
        # Labelled like a lost race where it came inside a transaction, but no second try will win it.
        return False
    return isinstance(error, DuplicateKeyError) or error.has_error_label("TransientTransactionError")


def is_of_documents(error: PyMongoError) -> bool:
    """Returns whether MongoDB refuses these documents while it takes others, so that waiting does not help."""
    return bool(codes := _codes(error)) and codes <= OF_DOCUMENTS


def is_too_much(error: Exception) -> bool:
    """Returns whether MongoDB refuses what it would take in several transactions."""
    return isinstance(error, PyMongoError) and bool(TOO_MUCH & _codes(error))


def _codes(error: PyMongoError) -> set[int | None]:
    if isinstance(error, BulkWriteError) and error.details["writeErrors"]:
        return {failed["code"] for failed in error.details["writeErrors"]}
    return {error.code} if isinstance(error, OperationFailure) else set()
