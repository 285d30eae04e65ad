"""A MongoDB for the tests that ask for one, and a clean database in it for each of them."""

import base64
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage, rmtree

import django
import pytest
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from efi.running.embedded import Mongod
from efi.running.engines import form_replica_set

GIVEN = os.environ.get("MONGODB_URI")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
"""Where the tests' MongoDB keeps its data if there is so much room: nothing of it has to outlive a loss of power."""
for left in IN_MEMORY.glob("efi-tests-[0-9]*-*"):
    # Tests that were killed leave their folder there, and would fill the memory.
    if not Path("/proc", left.name.split("-")[2]).exists():
        rmtree(left, ignore_errors=True)
FOLDER = tempfile.TemporaryDirectory(
    prefix=f"efi-tests-{os.getpid()}-",
    dir=IN_MEMORY if IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ROOM else None,
)
LONGEST = (
    *("services/", "convergence/", "operations/", "browser/"),
    *("efi/test_crashes.py", "api/test_bad_input.py", "customers/test_who_may_what.py"),
)
"""Files that take minutes: they are begun first, so that no worker is left with one at the end."""
ON_ELASTICSEARCH = ("tests/services/search/", "tests/services/test_relevance.py", "tests/services/test_servers.py")
MONGOD = None if GIVEN else Mongod(Path(FOLDER.name))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "EFI_DATA": FOLDER.name,
    # The servers that tests start have folders of their own, and read what the tests have written.
    "EFI_MASTER_KEYS": base64.b64encode(bytes(range(32))).decode(),
    "MONGODB_URI": GIVEN or MONGOD.uri,
    "MONGODB_NAME": f"efi_test_{WORKER}" if WORKER else "efi_test",
    # One address asks for all: what limits do, their own tests see.
    **dict.fromkeys(("EFI_LIMIT_READS", "EFI_LIMIT_SEARCHES", "EFI_LIMIT_COMMANDS", "EFI_LIMIT_SIGN_INS"), ""),
}
django.setup()

from django.conf import settings as live  # noqa: E402
from django.core.management.commands import flush  # noqa: E402
from django.db import connections  # noqa: E402

from efi.log import event_store, keys, mongo  # noqa: E402
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


class Together(LoadFileScheduling):
    """Gives the tests of a file to one worker, and all that want the shared Elasticsearch, so that it starts once."""

    def _split_scope(self, nodeid: str) -> str:
        return "Elasticsearch" if nodeid.startswith(ON_ELASTICSEARCH) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts what is slow first; the scheduler keeps this order."""
    if WORKER:
        items.sort(key=lambda item: not any(f"/tests/{place}" in str(item.path) for place in LONGEST))


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
    form_replica_set(mongod.uri)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(mongodb: None) -> None:
    """Django's tables are in the same database as the documents, in the tests too."""
    connections["default"].settings_dict["TEST"]["NAME"] = live.MONGODB_NAME


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Has permissions stay when Django empties its tables after a test: to make all of them anew takes longer."""
    kept, flushed = {"django_content_type", "auth_permission"}, connections["default"].ops.sql_flush
    connections["default"].ops.sql_flush = lambda style, tables, **asked: flushed(style, {*tables} - kept, **asked)
    flush.emit_post_migrate_signal = lambda *_, **__: None


@pytest.fixture
def store(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The log and all documents, empty, and no customer's row. Asked for before whatever fills them.

    Commands may write rows beside the log.
    """
    database = mongo.database()
    with_tables = set(connections["default"].introspection.django_table_names())
    for name in set(database.list_collection_names()) - with_tables - {"django_migrations"}:
        if name == event_store.commits().name:
            database[name].delete_many({})
        elif not name.startswith("system."):
            database.drop_collection(name)
    database["efi_user"].delete_many({"email": {"$regex": "@customers.invalid$"}})
    keys.ring.clear()
    event_store.ensure_indexes()
    keys.ensure_indexes()
    with django_db_blocker.unblock():
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
