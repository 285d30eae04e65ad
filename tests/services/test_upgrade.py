"""Two releases side by side, each with a fold of its own: every request is answered whole, by the fold of its release."""

import json
import subprocess
import threading
import urllib.request
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest

from efi.log import event_store, mongo
from efi.reading import generations
from efi.reading.projections import READ_MODELS, Generation
from readmodels.product_catalog import NAME
from tests.convergence.comparison import differences
from tests.convergence.reference import whole_log
from tests.services.conftest import had
from tests.services.fleet import Mongod, Part, looking_into, manage, started
from tests.services.load import Load, Priced
from tests.services.newer import SAYS
from tests.services.program import eventually, managed
from tests.services.servers import RabbitMQ

NEWER = {"DJANGO_SETTINGS_MODULE": "tests.services.newer.settings"}


class Reader:
    """Asks one web process for its list again and again, and keeps what each answer looked like."""

    def __init__(self, web: Part) -> None:
        self.web, self.seen, self.errors = web, Counter(), []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._over.wait(0.02):
            try:
                listed = products_of(self.web)
            except OSError as error:
                self.errors.append(repr(error))
            else:
                newer = sum(one["short_description"] == SAYS for one in listed)
                self.seen[len(listed), newer] += 1


def products_of(web: Part) -> list[dict]:
    with urllib.request.urlopen(f"{web.uri}/api/v1/products?limit=100", timeout=10) as response:
        return json.load(response)["data"]


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    """A release at work: its store, its broker, its processes."""
    folder = tmp_path_factory.mktemp("releases")
    mongod, rabbitmq = Mongod(folder / "mongod"), RabbitMQ(folder / "rabbitmq")
    environment = {"MONGODB_URI": mongod.set_uri, "BROKER_URL": rabbitmq.uri, "EFI_DEMO_PASSWORD": "olives and figs"}

    def part(name: str, *command: str, **more: str) -> Part:
        return Part(folder / name, environment | more, *command)

    web, relay = part("web", "-m", "efi.serve"), part("relay", *manage("relay"))
    worker = part("worker", *manage("worker"))
    with had(), started(mongod, rabbitmq, web, relay, worker), looking_into(mongod):
        yield part, web, worker


@contextmanager
def under_load(web: Part):
    run = beside(web, "create_token", "staff@efi.example")
    sold = [one for one in products_of(web) if not one["discontinued"]]
    priced = [Priced(one["id"], float(one["price"]["amount"]), one["price"]["currency"]) for one in sold]
    load = Load(web.port, run.stdout.strip(), priced)
    load.begin()
    yield load
    load.end()
    assert load.acknowledged
    assert not load.refused


def beside(web: Part, *command: str, **more: str) -> subprocess.CompletedProcess:
    run = managed(web.environment() | more, *command)
    assert run.returncode == 0, run.stdout + run.stderr
    return run


def test_each_release_feeds_its_own_generation_and_no_request_sees_a_half_filled_one(today):
    part, web, worker = today
    many = len(products_of(web))
    next_web, next_worker = (
        part("next-web", "-m", "efi.serve", **NEWER),
        part("next-worker", *manage("worker"), **NEWER),
    )
    with ExitStack() as both:
        with under_load(web), Reader(web) as of_today:
            beside(web, "rebuild", NAME, **NEWER)
            both.enter_context(started(next_worker, next_web))
            with Reader(next_web) as of_the_next:
                eventually(lambda: of_the_next.seen[many, many] > 100)
                worker.stop()
                worker.start()
                eventually(lambda: sum(of_today.seen.values()) > 300)
                eventually(lambda: of_the_next.seen[many, many] > 300)
        assert set(of_today.seen) == {(many, 0)}
        assert set(of_the_next.seen) == {(many, many)}
        assert not of_today.errors + of_the_next.errors
        both_are_right()


def both_are_right():
    """Also the one of today, to which one may go back at any time."""
    pointed = generations.pointers().find_one({"_id": NAME})["generations"]
    version = READ_MODELS[NAME].version
    assert pointed.keys() == {str(version), str(version + 1)}
    eventually(lambda: not differences(Generation(READ_MODELS[NAME], pointed[str(version)]), whole_log(), Counter()))
    newer = mongo.collection(pointed[str(version + 1)])
    heads = dict(event_store.heads(["product"]))
    eventually(lambda: all(one["_seen"]["product"] >= heads[f"product:{one['_id']}"] for one in newer.find()))
    assert {one["short_description"] for one in newer.find()} == {SAYS}
