"""The one client of the document database."""

from functools import cache
from typing import Any

from django.conf import settings
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

Document = dict[str, Any]


@cache
def client() -> MongoClient[Document]:
    """Majority and journaled: what a failover could take back is neither acknowledged nor read."""
    return MongoClient(
        settings.MONGODB_URI,
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
    """Asked for late: tests have a database of their own."""
    return client()[settings.MONGODB_NAME]


def collection(name: str) -> Collection[Document]:
    return database()[name]
