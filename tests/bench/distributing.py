"""How fast bells go through relay, RabbitMQ and workers, how late documents are then, and what it costs to wait."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson
from django.conf import settings

from efi.log import event_store
from efi.log.mongo import client, collection
from efi.reading import freshness, generations
from efi.reading.projections import READ_MODELS
from readmodels.product_catalog import NAME
from tests.bench import lagging, past
from tests.bench.figures import Figure, alternate
from tests.services.fleet import Part, manage, started
from tests.services.program import eventually
from tests.services.servers import RabbitMQ

LAGS = {"distributed_lag_p50_ms", "distributed_lag_p99_ms"}
ROWS = {"distributed", "idle_cpu_percent", *LAGS}
ROUNDS, PRODUCTS, PRICES = 3, 2_000, 4
EVENTS, TASKS = 20_000, 5_000
IDLE, SETTLED = 30.0, 10.0
LONGEST = 120.0


def figures(wanted: set[str], folder: Path) -> Iterator[Figure]:
    """Raises `Missing` where there is no RabbitMQ."""
    rabbitmq = RabbitMQ(folder / "rabbitmq")
    with started(rabbitmq):
        if "distributed" in wanted:
            rates = alternate(
                {"distributed": lambda: _events(rabbitmq, folder), "bare": lambda: _bare(rabbitmq, folder)}, ROUNDS
            )
            yield Figure(name="distributed", value=rates["distributed"], floor=rates["bare"], unit="1/s")
        if wanted & (LAGS | {"idle_cpu_percent"}):
            yield from _of_a_fleet(rabbitmq, folder)


def _events(rabbitmq: RabbitMQ, folder: Path) -> float:
    """A second, from a relay that finds them in the log to the last document; every one is then what it should be."""
    _begin_anew()
    relay, *workers = (_part(rabbitmq, folder, *words) for words in (["relay"], ["worker", NAME], ["worker", NAME]))
    with started(relay, *workers):
        relay.freeze()
        past.write(PRODUCTS, PRICES)
        begun = time.perf_counter()
        relay.thaw()
        eventually(_is_all_there, LONGEST)
        spent = time.perf_counter() - begun
    _must_be_exact()
    return EVENTS / spent


def _is_all_there() -> bool:
    there = generations.live(NAME).documents.count_documents({"_seen.product": 3 + PRICES, "_seen.stock": 3})
    return there == PRODUCTS


def _must_be_exact() -> None:
    """As folded anew."""
    live, made = generations.live(NAME), generations.make(READ_MODELS[NAME])
    generations.sweep(made)
    for found, due in zip(live.documents.find(sort=[("_id", 1)]), made.documents.find(sort=[("_id", 1)]), strict=True):
        if found | {"_rev": 0} != due | {"_rev": 0}:
            raise RuntimeError(f"{found['_id']} is not what the log makes of it")


def _bare(rabbitmq: RabbitMQ, folder: Path) -> float:
    """Tasks a second, by as many workers."""
    collection("bare").drop()
    kept = orjson.loads(orjson.dumps(generations.live(NAME).documents.find_one({}, {"_id": 0})))
    code = f"from tests.bench.bare import upsert\nfor n in range({TASKS}): upsert.delay(n, {kept!r})"
    program = ("-m", "celery", "-A", "tests.bench.bare", "--quiet", "worker", "--concurrency=1", "--loglevel=INFO")
    workers = [_bare_part(rabbitmq, folder, *program, f"--hostname=bare-{number}@%h") for number in range(2)]
    for worker in workers:
        worker.ready = "ready."
    with started(*workers):
        for worker in workers:
            worker.freeze()
        filler = _bare_part(rabbitmq, folder, "-c", code)
        filler.launch()
        if filler.process.wait():
            raise RuntimeError(filler.said())
        begun = time.perf_counter()
        for worker in workers:
            worker.thaw()
        eventually(lambda: collection("bare").count_documents({}) == TASKS, LONGEST)
        return TASKS / (time.perf_counter() - begun)


def _bare_part(rabbitmq: RabbitMQ, folder: Path, *words: str) -> Part:
    """Without Django."""
    store = {"MONGODB_URI": settings.MONGODB_URI, "MONGODB_NAME": settings.MONGODB_NAME, "BROKER_URL": rabbitmq.uri}
    store["DJANGO_SETTINGS_MODULE"] = ""
    return Part(folder / f"part-{time.monotonic_ns()}", store, *words)


def _of_a_fleet(rabbitmq: RabbitMQ, folder: Path) -> Iterator[Figure]:
    """The program, a relay, two workers and a beat, with ten thousand products."""
    _begin_anew(built=False)
    past.write(10_000, prices=1)
    generations.build_missing()
    web = _part(rabbitmq, folder, "-m", "efi.serve")
    relay, beat = _part(rabbitmq, folder, "relay"), _part(rabbitmq, folder, "beat")
    urgent, others = _part(rabbitmq, folder, "worker", "urgent"), _part(rabbitmq, folder, "worker", "others")
    with ExitStack() as stack:
        stack.enter_context(started(web, relay, beat))
        with started(urgent, others):
            eventually(_is_all_answered, LONGEST)
            for figure in lagging.figures(web.port):
                yield Figure(name=f"distributed_{figure.name}", value=figure.value, unit=figure.unit)
        worker = _part(rabbitmq, folder, "worker")
        stack.enter_context(started(worker))
        time.sleep(SETTLED)
        yield Figure(name="idle_cpu_percent", value=_percent_of_a_core(relay, worker), unit="%")


def _is_all_answered() -> bool:
    """A relay that finds no token has rung every stream."""
    return not freshness.under_way().find_one({"waiting.0": {"$exists": True}})


def _percent_of_a_core(*parts: Part) -> float:
    before = sum(_seconds(part.process.pid) for part in parts)
    time.sleep(IDLE)
    return (sum(_seconds(part.process.pid) for part in parts) - before) / IDLE * 100


def _seconds(pid: int) -> float:
    """That a process and its children have worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for one in lists for child in one.read_text().split()]
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") + sum(map(_seconds, children))


def _begin_anew(*, built: bool = True) -> None:
    client().drop_database(settings.MONGODB_NAME)
    generations.forget()
    event_store.ensure_indexes()
    freshness.ensure_indexes()
    if built:
        generations.build_missing()


def _part(rabbitmq: RabbitMQ, folder: Path, *words: str) -> Part:
    """A command of `manage.py`, or words for Python itself."""
    environment = {
        "MONGODB_URI": settings.MONGODB_URI,
        "MONGODB_NAME": settings.MONGODB_NAME,
        "BROKER_URL": rabbitmq.uri,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "EFI_DEMO_DATA": "no",
        "EFI_LOG_LEVEL": "WARNING",
    }
    return Part(
        folder / f"part-{time.monotonic_ns()}", environment, *(words if words[0].startswith("-") else manage(*words))
    )
