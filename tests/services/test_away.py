"""After a long absence: of a relay, until its place in the log of operations is gone; of workers, until bells are many."""

import os
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import kombu
import pytest

from efi.delivery import broker, reactions, relay
from efi.log import event_store
from efi.log.event_store import now
from efi.log.mongo import collection, database
from efi.reading import freshness, generations
from tests.catalog.catalogue import product, repricing
from tests.given import say
from tests.services.conftest import SAID
from tests.services.fleet import Mongod, Part, looking_into, manage, started
from tests.services.program import eventually

BELLS = int(os.environ.get("EFI_BELLS", "1000"))
"""Many hundred thousand of them take a while: EFI_BELLS=300000."""
PRODUCTS = 50
MOST_MEGABYTES, MOST_GROWTH = 250, 60
PATIENCE = 60 + BELLS / 50
MEGABYTES = 40


class Forgetful(Mongod):
    """Its log of operations holds but a few megabytes."""

    def command(self):
        words = super().command()
        words[words.index("--oplogSize") + 1] = "8"
        return words


@pytest.fixture
def of_a_forgetful_store(tmp_path, rabbitmq):
    """Makes parts that work on one, in which every read model is built."""
    mongod = Forgetful(tmp_path / "mongod")
    environment = {"MONGODB_URI": mongod.set_uri, "BROKER_URL": rabbitmq.uri}
    with started(mongod), looking_into(mongod):
        event_store.ensure_indexes()
        freshness.ensure_indexes()
        reactions.begin()
        generations.build_missing()
        yield lambda *words: Part(tmp_path / words[0], environment, *manage(*words))


def seen(product_id, version):
    return lambda: (
        (generations.live("product_catalog").documents.find_one({"_id": str(product_id)}) or {"_seen": {}})[
            "_seen"
        ].get("product")
        == version
    )


def test_a_relay_whose_place_is_gone_from_the_log_of_operations_rings_everything(of_a_forgetful_store):
    ringing = of_a_forgetful_store("relay")
    with started(of_a_forgetful_store("worker", "product_catalog")):
        with started(ringing):
            olives = product(price="8.50")
            eventually(seen(olives, 1))
            eventually(lambda: relay.tokens().count_documents({}))
        say(repricing(olives, "9.00"))
        eventually(its_place_is_gone)
        with started(ringing):
            eventually(seen(olives, 2))
            assert "the change stream ended" in ringing.said()


def its_place_is_gone():
    """Other writes push it out."""
    collection("noise").insert_many([{"noise": "x" * 1_000_000} for _ in range(MEGABYTES)])
    collection("noise").drop()
    first = database().client.local["oplog.rs"].find_one(sort=[("$natural", 1)])
    return all(first["ts"] > kept["at"] for kept in relay.tokens().find())


def test_many_bells_that_waited_are_answered_in_little_memory(queues, part):
    products = [product(f"FETA-{number}", price="8.50") for number in range(PRODUCTS)]
    for one in products:
        relay.ring({f"product:{one}": 1}, at := now(), at, "urgent")
    queue = generations.live("product_catalog").name
    ring_again(queues, queue, BELLS)
    eventually(lambda: broker.depths()[queue] >= BELLS)
    workers = [part("worker", "product_catalog"), part("worker", "urgent")]
    with started(*workers):
        before = max(map(megabytes, workers))
        eventually(lambda: not broker.depths()[queue], PATIENCE)
        eventually(lambda: all(seen(one, 1)() for one in products))
        after = max(map(megabytes, workers))
        SAID.append(f"{BELLS} bells that waited: workers of {before:.0f} MB before and {after:.0f} MB after")
    assert after < MOST_MEGABYTES
    assert after - before < MOST_GROWTH


def ring_again(channel, queue, times):
    """The bells that wait there, in turn, as if as many more had been rung."""
    waiting = iter(partial(kombu.Queue(queue)(channel).get, no_ack=True), None)
    bells = [(one.body, one.headers, one.properties, one.content_type, one.content_encoding) for one in waiting]
    with kombu.Connection(channel.connection.client.as_uri(include_password=True)) as unconfirmed:
        producer = kombu.Producer(unconfirmed.default_channel)
        for body, headers, properties, content_type, encoding in islice(cycle(bells), times):
            kept = {"headers": headers, "correlation_id": properties["correlation_id"], "delivery_mode": 2}
            said = {"content_type": content_type, "content_encoding": encoding}
            producer.publish(body, exchange="", routing_key=queue, **kept, **said)


def megabytes(part):
    """Of the larger of its processes."""
    lists = Path(f"/proc/{part.process.pid}/task").glob("*/children")
    pids = [part.process.pid, *(int(pid) for one in lists for pid in one.read_text().split())]
    return max(_resident(pid) for pid in pids)


def _resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0
