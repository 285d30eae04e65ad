"""Checks that MongoDB is as the program needs it."""

from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError

from efi.running.embedded import REPLICA_SET, CannotStart

ALREADY_INITIALIZED = 23
WIRE_VERSION_OF_6_0 = 17


def form_replica_set(port: int) -> None:
    """Makes a single mongod a replica set of one, or moves the one that it was to this port."""
    host = f"127.0.0.1:{port}"
    config = {"_id": REPLICA_SET, "version": 1, "members": [{"_id": 0, "host": host}]}
    client: MongoClient[dict[str, Any]]
    with MongoClient(host, directConnection=True) as client:
        if client.admin.command("hello").get("me") == host:
            return
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:
                raise
            client.admin.command("replSetReconfig", config, force=True)


def check(uri: str) -> None:
    """Raises `CannotStart` unless a replica set or sharded cluster of a supported version answers in time."""
    try:
        hello = _greet(uri)
    except ServerSelectionTimeoutError:
        raise CannotStart(f"no MongoDB with a primary answers at MONGODB_URI ({_hosts(uri)})") from None
    except (PyMongoError, ValueError) as error:
        raise CannotStart(f"MONGODB_URI cannot be used: {error}") from None
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise CannotStart(f"the MongoDB at MONGODB_URI ({_hosts(uri)}) is not a replica set")
    if hello["maxWireVersion"] < WIRE_VERSION_OF_6_0:
        raise CannotStart(f"the MongoDB at MONGODB_URI ({_hosts(uri)}) is older than 6.0")


def _greet(uri: str) -> Mapping[str, Any]:
    client: MongoClient[dict[str, Any]]
    with MongoClient(uri, serverSelectionTimeoutMS=5_000) as client:
        return client.admin.command("hello")


def _hosts(uri: str) -> str:
    """Returns the hosts of an address without the user and password."""
    return uri.rpartition("@")[2].removeprefix("mongodb://").removeprefix("mongodb+srv://").partition("/")[0]
