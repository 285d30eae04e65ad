"""A MongoDB for the tests that ask for one, and a clean database in it for each of them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from efi.running.embedded import Mongod
from efi.running.engines import form_replica_set

GIVEN = os.environ.get("MONGODB_URI")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = tempfile.TemporaryDirectory(prefix="efi-tests-")
LONGEST = ("services", "search", "convergence", "operations", "browser")
"""Folders whose files take minutes: they are begun first, so that no worker is left with one at the end."""
MONGOD = None if GIVEN else Mongod(Path(FOLDER.name))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "EFI_DATA": FOLDER.name,
    "MONGODB_URI": GIVEN or MONGOD.uri,
    "MONGODB_NAME": f"efi_test_{WORKER}" if WORKER else "efi_test",
    # One address asks for all: what limits do, their own tests see.
    **dict.fromkeys(("EFI_LIMIT_READS", "EFI_LIMIT_SEARCHES", "EFI_LIMIT_COMMANDS", "EFI_LIMIT_SIGN_INS"), ""),
}
django.setup()

from django.conf import settings as live  # noqa: E402
from django.db import connections  # noqa: E402

from efi.log import event_store, mongo  # noqa: E402
from tests.scenario import in_memory, on_the_log, scenario  # noqa: E402

SCENARIOS = (in_memory, on_the_log, scenario)
"""The fixtures by which the tests of any context try a rule."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Starts the one MongoDB in which each worker has a database of its own; workers find it in MONGODB_URI.

    They read Django's settings after they have named their database, and not as soon as they see where these are.
    """
    del os.environ["DJANGO_SETTINGS_MODULE"]
    if MONGOD:
        start(MONGOD)
        config.add_cleanup(MONGOD.stop)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of a file in one worker, unless they say in which group they are."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    if WORKER:
        items.sort(key=lambda item: item.path.parent.name not in LONGEST)


@pytest.fixture(scope="session")
def mongodb() -> Iterator[None]:
    """Started for the first test that wants it, unless it runs already."""
    if MONGOD:
        start(MONGOD)
    yield
    if MONGOD:
        MONGOD.stop()


def start(mongod: Mongod) -> None:
    mongod.start()
    form_replica_set(mongod.port)


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
