"""Checks that MongoDB is as the program needs it."""

import time
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.uri_parser import parse_uri

from efi.running.embedded import REPLICA_SET, CannotStart

ALREADY_INITIALIZED, AUTHENTICATION_FAILED, USER_EXISTS = 23, 18, 51_003
WIRE_VERSION_OF_6_0 = 17


def form_replica_set(uri: str) -> None:
    """Makes a mongod of the program's own a replica set of one, with the program as its user, at this address.

    One that was a replica set at another port is moved to this one, and one that knew no users has one from then on.
    """
    told = parse_uri(uri)
    host, password = "{}:{}".format(*told["nodelist"][0]), told["password"]
    client: MongoClient[dict[str, Any]]
    # The user of members among themselves: whoever has the key is it, before there are any others.
    with MongoClient(host, directConnection=True, username="__system", password=password, authSource="local") as client:
        if client.admin.command("hello").get("me") != host:
            _settle(client, host)
        if not _knows(host, told["username"], password):
            _make_user(client, told["username"], password)


def _settle(client: MongoClient[dict[str, Any]], host: str) -> None:
    config = {"_id": REPLICA_SET, "version": 1, "members": [{"_id": 0, "host": host}]}
    try:
        client.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise
        client.admin.command("replSetReconfig", config, force=True)


def _knows(host: str, user: str, password: str) -> bool:
    try:
        with MongoClient[dict[str, Any]](host, directConnection=True, username=user, password=password) as client:
            client.admin.command("ping")
    except OperationFailure as error:
        if error.code != AUTHENTICATION_FAILED:
            raise
        return False
    return True


def _make_user(client: MongoClient[dict[str, Any]], user: str, password: str) -> None:
    """Makes the user, or gives it this password, once the replica set has its primary."""
    while not client.admin.command("hello")["isWritablePrimary"]:
        time.sleep(0.02)
    try:
        client.admin.command("createUser", user, pwd=password, roles=["root"])
    except OperationFailure as error:
        if error.code != USER_EXISTS:
            raise
        client.admin.command("updateUser", user, pwd=password)


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
