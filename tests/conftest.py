"""A MongoDB for the tests that ask for one, and a clean one for each of them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from efi.running.embedded import Mongod
from efi.running.engines import form_replica_set

GIVEN = os.environ.get("MONGODB_URI")
FOLDER = tempfile.TemporaryDirectory(prefix="efi-tests-")
MONGOD = None if GIVEN else Mongod(Path(FOLDER.name))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "efi.settings",
    "EFI_DATA": FOLDER.name,
    "MONGODB_URI": GIVEN or MONGOD.uri,
    "MONGODB_NAME": "efi_test",
    # One address asks for all: what limits do, their own tests see.
    **dict.fromkeys(("EFI_LIMIT_READS", "EFI_LIMIT_SEARCHES", "EFI_LIMIT_COMMANDS", "EFI_LIMIT_SIGN_INS"), ""),
}
django.setup()

from django.conf import settings as live  # noqa: E402
from django.db import connections  # noqa: E402

from efi.log import event_store, mongo  # noqa: E402


@pytest.fixture(scope="session")
def mongodb() -> Iterator[None]:
    """Started for the first test that wants it."""
    if MONGOD:
        MONGOD.start()
        form_replica_set(MONGOD.port)
    yield
    if MONGOD:
        MONGOD.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(mongodb: None) -> None:
    """Django's tables are in the same database as the documents, in the tests too."""
    connections["default"].settings_dict["TEST"]["NAME"] = live.MONGODB_NAME


@pytest.fixture
def store(django_db_setup: None) -> None:
    """The log and all documents, empty. Asked for before whatever fills them."""
    database = mongo.database()
    with_tables = set(connections["default"].introspection.django_table_names())
    for name in set(database.list_collection_names()) - with_tables - {"django_migrations"}:
        if name == event_store.commits().name:
            database[name].delete_many({})
        elif not name.startswith("system."):
            database.drop_collection(name)
    event_store.ensure_indexes()


@pytest.fixture(autouse=True)
def quick_passwords(settings: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
