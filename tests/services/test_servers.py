"""The servers that tests stand on: each is real, and stays itself when it is killed or frozen."""

import os
import subprocess
import sys
from itertools import chain

import kombu
import pytest
import redis
from elasticsearch import Elasticsearch
from pymongo import MongoClient

from efi.running import embedded
from efi.running.embedded import unused_port
from tests.services.program import ROOT, eventually

DURABLE = {"x-queue-type": "quorum"}
NEEDS_REDIS = """
from tests.services.conftest import redis_server


def test_that_wants_redis(redis_server):
    assert redis_server.ping()
"""
ANALYSIS = {
    "filter": {
        "beginnings": {"type": "edge_ngram", "min_gram": 2, "max_gram": 10},
        "english": {"type": "stemmer", "language": "english"},
    },
    "analyzer": {
        "stems": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "english"]},
        "typed": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "beginnings"]},
        "folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
    },
}
NAME = {
    "type": "text",
    "analyzer": "stems",
    "fields": {"typed": {"type": "text", "analyzer": "typed", "search_analyzer": "folded"}},
}


def say(server, text):
    with kombu.Connection(server.uri) as connection, connection.SimpleQueue("olives", queue_args=DURABLE) as queue:
        queue.put(text, delivery_mode=2)


def hear(server):
    with kombu.Connection(server.uri) as connection, connection.SimpleQueue("olives", queue_args=DURABLE) as queue:
        message = queue.get(timeout=10)
        message.ack()
        return message.payload


def search(server, field, words):
    with Elasticsearch(server.uri) as client:
        found = client.search(index="foods", query={"match": {field: words}})
        return [hit["_source"]["name"] for hit in found["hits"]["hits"]]


@pytest.fixture(scope="module")
def foods(elasticsearch_server):
    with Elasticsearch(elasticsearch_server.uri) as client:
        settings = {"number_of_replicas": 0, "analysis": ANALYSIS}
        client.indices.create(index="foods", settings=settings, mappings={"properties": {"name": NAME}})
        client.index(index="foods", id="1", document={"name": "Pâté with stuffed Olives"}, refresh=True)
        client.index(index="foods", id="2", document={"name": "Salt"}, refresh=True)
    return elasticsearch_server


def test_servers_that_do_not_listen_yet_have_ports_of_their_own():
    ports = [unused_port() for _ in range(300)]
    assert len(set(ports)) == len(ports)


def test_a_port_that_another_process_has_been_given_is_not_given_again(monkeypatch):
    draw = "from efi.running.embedded import unused_port; print(unused_port(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", draw], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as other:
        theirs = int(other.stdout.readline())
        monkeypatch.setattr(embedded, "UNTRIED", chain([theirs], embedded.UNTRIED))
        assert unused_port() != theirs
        other.communicate(b"\n")


def test_rabbitmq_carries_a_message(rabbitmq):
    say(rabbitmq, "fresh")
    assert hear(rabbitmq) == "fresh"


def test_a_message_in_a_quorum_queue_outlives_a_kill_of_rabbitmq(rabbitmq):
    say(rabbitmq, "kept")
    eventually(lambda: rabbitmq.keeps("olives"))
    rabbitmq.kill()
    with pytest.raises(ConnectionError):
        rabbitmq.ping()
    rabbitmq.start()
    assert hear(rabbitmq) == "kept"


def test_redis_keeps_a_value_until_it_is_killed(redis_server):
    with redis.Redis.from_url(redis_server.uri, decode_responses=True) as client:
        client.set("olives", "green")
        assert client.get("olives") == "green"
        redis_server.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("olives")
        redis_server.start()
        assert client.get("olives") is None


def test_a_frozen_redis_answers_nobody_until_it_is_thawed(redis_server):
    with redis.Redis.from_url(redis_server.uri, socket_timeout=0.2, retry=None) as client:
        redis_server.freeze()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        redis_server.thaw()
    assert redis_server.ping()


@pytest.mark.parametrize(
    ("field", "words"), [("name", "pate"), ("name", "olive"), ("name", "stuffing"), ("name.typed", "oli")]
)
def test_elasticsearch_folds_accents_stems_and_knows_beginnings(foods, field, words):
    assert search(foods, field, words) == ["Pâté with stuffed Olives"]


def test_what_elasticsearch_has_acknowledged_outlives_a_kill(foods):
    foods.kill()
    foods.start()
    assert search(foods, "name", "salt") == ["Salt"]


def test_a_replica_set_has_another_primary_after_a_step_down(replica_set):
    former = replica_set.primary
    replica_set.step_down()
    assert replica_set.primary is not former
    assert eventually(lambda: former in replica_set.secondaries)


def test_a_replica_set_keeps_what_a_majority_has_when_its_primary_is_killed(replica_set):
    with MongoClient(replica_set.uri, w="majority") as client:
        client.shop.foods.insert_one({"_id": "olives"})
        killed = replica_set.primary
        replica_set.kill(killed)
        eventually(lambda: replica_set.primary)
        assert client.shop.foods.find_one({"_id": "olives"})
        replica_set.restart(killed)
    assert eventually(lambda: len(replica_set.secondaries) == 2)


@pytest.mark.parametrize(("services", "outcome"), [("required", "1 error"), ("", "1 skipped")])
def test_a_server_that_is_missing_skips_its_tests_unless_it_is_required(tmp_path, services, outcome):
    planted = tmp_path / "test_planted.py"
    planted.write_text(NEEDS_REDIS)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-c", "/dev/null", planted],
        cwd=ROOT,
        env=os.environ | {"PATH": "", "SERVICES": services},
        capture_output=True,
        text=True,
    )
    assert outcome in run.stdout
    assert "there is no redis-server here: apt-get install redis-server" in run.stdout
    assert (run.returncode != 0) == (services == "required")
