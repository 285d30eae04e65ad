"""Prepares the database between the start of a process and its first request."""

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.util import Finalize

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, OutputWrapper, SystemCheckError
from django.db import connection
from django.db.migrations import CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from pymongo.errors import PyMongoError

from efi.accounts import codes, links, once
from efi.delivery import broker, forgetting, reactions, relay, schedule
from efi.http import permissions
from efi.log import event_store, keys, mongo
from efi.mails import outbox
from efi.operations.monitoring import figures
from efi.reading import followers, freshness, generations, progress
from efi.reading.projections import Generation
from efi.running import demo, engines
from efi.running.embedded import CannotStart
from efi.runtime import garbage
from efi.writing import claims

logger = logging.getLogger(__name__)


def prepare() -> None:
    """Brings the database to what this code expects, quickly if it is so already; raises `CannotStart`."""
    if os.environ.get("EFI_EMBEDDED"):
        engines.form_replica_set(settings.MONGODB_URI)
    engines.check(settings.MONGODB_URI)
    try:
        BaseCommand().check()
    except SystemCheckError as error:
        raise CannotStart(str(error)) from None
    with _one_at_a_time():
        migrate()
        event_store.ensure_indexes()
        keys.ensure_indexes()
        claims.ensure_indexes()
        claims.rename()
        for kept in (once, codes, links, outbox):
            kept.ensure_indexes()
        freshness.ensure_indexes()
        figures.ensure_indexes()
        reactions.begin()
        permissions.ensure_groups()
        if settings.PRODUCTION:
            demo.must_never_have_been()
        else:
            demo.ensure()
        began = event_store.now()
        built = _build_missing()
        if built:
            forgetting.erase_again(began)
        count_bells()
        declare_queues()
        if broker.there_is():
            for generation in built:
                followers.sweep(followers.of_generation(generation))


def _build_missing() -> list[Generation]:
    try:
        return generations.build_missing()
    except generations.CannotBuild as error:
        raise CannotStart(str(error)) from None


def count_bells() -> None:
    """Begins to record bells for every follower, also for one that is new or follows another kind of stream by now."""
    for one in followers.followers():
        progress.start_hearing(one.name, one.kinds, one.lane)


def declare_queues() -> None:
    """Declares the queues of all followers, so that no bell is lost however late the workers start.

    If the broker does not answer, the relay declares them later.
    """
    try:
        broker.declare(*followers.followers())
    except Exception as error:  # noqa: BLE001 - whatever a broker that is away raises
        logger.warning("RabbitMQ does not answer: %s", error)


def run_background() -> None:
    """Starts threads that ring bells, keep the schedule and add this process's share of the figures, until it ends.

    With a broker, relay and schedule are processes of their own.
    """
    for work in (figures,) if broker.there_is() else (relay, schedule, figures):
        # Not atexit: a worker process leaves without it.
        Finalize(None, work.start(), exitpriority=10)


def work_until_told(start: Callable[[], Callable[[], None]], told: OutputWrapper) -> None:
    """Runs a process that serves no requests, such as a relay, until SIGTERM or Ctrl-C."""
    wait_until_built()
    garbage.collect_seldom()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: sys.exit(0))
    endings = start(), figures.start()
    told.write("ready")
    told.flush()
    try:
        threading.Event().wait()
    finally:
        for end in endings:
            end()


def wait_until_built() -> None:
    """Waits until a web process, or a rebuild, has built every generation of this release."""
    said = ""
    while lacking := _lacking():
        if lacking != said:
            logger.warning("waiting for %s", lacking)
        said = lacking
        time.sleep(1)
    count_bells()


def _lacking() -> str:
    """Returns what there is to wait for, or "" if nothing."""
    try:
        missing = [*generations.missing(), *(f"reaction {name}" for name in reactions.not_begun())]
    except PyMongoError as error:
        return f"the store: {error}"
    return f"what is not built yet: {', '.join(missing)}" if missing else ""


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    settings.EFI_DATA.mkdir(parents=True, exist_ok=True)
    with (settings.EFI_DATA / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate() -> None:
    """Migrates, unless a mark says that all was done: a process may die between migrations and what follows them."""
    executor = MigrationExecutor(connection)
    goal = executor.loader.graph.leaf_nodes()
    models = [model._meta.label for model in apps.get_models()]
    done = {"_id": "migrations", "goal": sorted([*models, *map(".".join, goal)])}
    plan = [migration for migration, _ in executor.migration_plan(goal)]
    if not plan and mongo.collection("marks").find_one(done):
        return
    _drop_leftovers(plan)
    call_command("migrate", interactive=False, verbosity=0)
    mongo.collection("marks").replace_one({"_id": done["_id"]}, done, upsert=True)


def _drop_leftovers(plan: list[Migration]) -> None:
    """Drops empty collections of a migration that died half-way, which could not create them again."""
    made = [(migration.app_label, step) for migration in plan for step in migration.operations]
    models = [(app, step) for app, step in made if isinstance(step, CreateModel) and step.options.get("managed", True)]
    tables = tuple(str(step.options.get("db_table") or f"{app}_{step.name_lower}") for app, step in models)
    for name in connection.introspection.table_names():
        if name.startswith(tables) and not mongo.collection(name).find_one():
            mongo.collection(name).drop()
