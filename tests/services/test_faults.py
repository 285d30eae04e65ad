"""Under load every part is killed, and some are frozen: nothing acknowledged is lost, and every read model is right again.

What was done and seen is in var/faults.json. EFI_FAULT_SECONDS says for how long each fault is under load.
"""

import json
import os
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import asdict, dataclass

import pytest
from pymongo.errors import PyMongoError

from efi.log import event_store
from efi.reading import generations
from tests.convergence.comparison import differences
from tests.convergence.reference import whole_log
from tests.services import conftest
from tests.services.fleet import Mongod, Part, looking_into, manage, started
from tests.services.load import Load, Priced
from tests.services.program import ROOT, managed
from tests.services.servers import Elasticsearch, RabbitMQ, Redis

pytestmark = pytest.mark.alone

SECONDS = float(os.environ.get("EFI_FAULT_SECONDS", "9"))
FROZEN_FOR = min(15.0, SECONDS / 2)
RIGHT_WITHIN = 10.0
PARTS = ("web", "relay", "worker", "beat", "mongod", "rabbitmq", "redis", "elasticsearch")
FAULTS = [(part, "killed") for part in PARTS] + [(part, "frozen") for part in ("worker", "relay", "mongod")]
FOUND = ROOT / "var" / "faults.json"


@dataclass
class Seen:
    """One fault: what it was, and what came of it. Seconds count from when the part was back and the load had ended."""

    fault: str
    acknowledged: int
    repeated: int
    lost: int
    seconds_away: float
    seconds_until_right: float
    documents: int
    verified: str


SEEN: list[Seen] = []


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """All of it, on servers of its own, with the demo catalogue."""
    folder = tmp_path_factory.mktemp("fleet")
    servers = {
        "mongod": Mongod(folder / "mongod"),
        "rabbitmq": RabbitMQ(folder / "rabbitmq"),
        "redis": Redis(folder / "redis"),
        "elasticsearch": Elasticsearch(folder / "elasticsearch"),
    }
    environment = {
        "MONGODB_URI": servers["mongod"].set_uri,
        "BROKER_URL": servers["rabbitmq"].uri,
        "REDIS_URL": servers["redis"].uri,
        "ELASTICSEARCH_URL": servers["elasticsearch"].uri,
        "EFI_DEMO_PASSWORD": "olives and figs",
    }
    parts = {
        "web": Part(folder / "web", environment, "-m", "efi.serve"),
        "relay": Part(folder / "relay", environment, *manage("relay")),
        "another relay": Part(folder / "another-relay", environment, *manage("relay")),
        "worker": Part(folder / "worker", environment, *manage("worker")),
        "another worker": Part(folder / "another-worker", environment, *manage("worker")),
        "beat": Part(folder / "beat", environment, *manage("beat")),
    }
    everything = started(*servers.values(), *parts.values())
    with conftest.had(), everything, looking_into(servers["mongod"]):
        yield servers | parts


@pytest.fixture(scope="module")
def token(fleet):
    run = run_beside(fleet, "create_token", "staff@efi.example")
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture(scope="module")
def products(fleet):
    address = f"{fleet['web'].uri}/api/v1/products?limit=100"
    with urllib.request.urlopen(address, timeout=10) as response:
        listed = json.load(response)["data"]
    return [
        Priced(one["id"], float(one["price"]["amount"]), one["price"]["currency"])
        for one in listed
        if not one["discontinued"]
    ]


def run_beside(fleet, *command):
    return managed(fleet["web"].environment(), *command)


@pytest.mark.parametrize(("part", "fault"), FAULTS, ids=lambda word: word)
def test_nothing_acknowledged_is_lost_and_all_is_right_again(fleet, token, products, part, fault):
    load = Load(fleet["web"].port, token, products)
    load.begin()
    wait(SECONDS / 3)
    gone = time.monotonic()
    (kill if fault == "killed" else freeze)(fleet[part])
    away = time.monotonic() - gone
    wait(max(0.0, SECONDS * 2 / 3 - away))
    load.end()
    back = time.monotonic()
    behind = eventually_caught_up(RIGHT_WITHIN)
    taken, counts = time.monotonic() - back, Counter()
    right = behind or wrong(counts)
    verified = run_beside(fleet, "verify", "--all")
    seen = Seen(
        fault=f"{part} {fault}",
        acknowledged=len(load.acknowledged),
        repeated=load.repeated,
        lost=len(lost(load)),
        seconds_away=round(away, 1),
        seconds_until_right=round(taken, 1),
        documents=counts["documents"],
        verified={0: "clean", 1: "drift", 2: "not checked"}.get(verified.returncode, "failed"),
    )
    note(seen)
    assert not load.refused, load.refused[:3]
    assert seen.lost == 0
    assert right == [], right[:5]
    assert seen.verified == "clean", verified.stdout[-2_000:] + verified.stderr[-2_000:]
    assert seen.acknowledged > SECONDS / 2


def wait(seconds):
    """The load goes on meanwhile."""
    threading.Event().wait(seconds)


def kill(part):
    part.kill()
    part.start()


def freeze(part):
    part.freeze()
    wait(FROZEN_FOR)
    part.thaw()


def eventually_caught_up(seconds):
    """What is behind the log once `seconds` have gone by; nothing as soon as nothing is. Whether it is right as well
    takes longer to say the longer the log is, and is asked afterwards."""
    deadline = time.monotonic() + seconds
    while (found := behind()) and time.monotonic() < deadline:
        wait(0.2)
    return found


def behind():
    generations.forget()
    try:
        return [
            f"{one.name} has not seen {stream} at {version}"
            for one in generations.of_this_process()
            for heads in generations.bells_of(event_store.heads(one.model.kinds), generations.LOOKED_AT)
            for stream, version in generations._behind(one, heads)
        ]
    except PyMongoError as error:
        return [repr(error)]


def wrong(counts):
    counts.clear()
    generations.forget()
    try:
        log = whole_log()
        return [line for one in generations.of_this_process() for line in differences(one, log, counts)]
    except PyMongoError as error:
        return [repr(error)]


def lost(load):
    """Commands that were acknowledged and are not in the log at the version that was told."""
    reached = {}
    for stream in {stream for stream, _ in load.acknowledged.values()}:
        reached[stream] = {commit.last for commit in event_store.read(stream)}
    return [key for key, (stream, version) in load.acknowledged.items() if version not in reached[stream]]


def note(seen):
    SEEN.append(seen)
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text(json.dumps([asdict(one) for one in SEEN], indent=2))
    conftest.SAID.append(
        f"{seen.fault:22} {seen.acknowledged:6} acknowledged, {seen.repeated:4} repeated, {seen.lost} lost, "
        f"away {seen.seconds_away:4.1f} s, right after {seen.seconds_until_right:4.1f} s, {seen.documents} documents, {seen.verified}"
    )
