"""Bells through a real RabbitMQ: to every follower, none lost, whoever comes and goes."""

import json
import os
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from random import Random

import kombu
import pytest

from efi.delivery import broker, publishing, relay, tasks
from efi.domain.errors import Refusal
from efi.reading import followers, freshness, generations
from efi.reading.projections import READ_MODELS
from efi.writing import bus
from efi.writing.dispatch import dispatch
from tests.catalog.catalogue import product, repricing
from tests.convergence.comparison import differences
from tests.convergence.histories import Clock, Drawer, Known
from tests.convergence.reference import whole_log
from tests.given import say
from tests.services.fleet import started
from tests.services.program import eventually

ORDERS = 250
A_FAULT_PASSES_IN = 0.9
"""Seconds that a bell is tried for, at least."""


def heads_are_seen(name, product_id, version):
    documents = generations.live(name).documents
    return lambda: (documents.find_one({"_id": str(product_id)}) or {"_seen": {}})["_seen"].get("product") == version


def nothing_is_under_way():
    waiting = sum(depth for name, depth in broker.depths().items() if name != broker.DEAD.name)
    return not waiting and not freshness.under_way().count_documents({"waiting": {"$ne": []}})


def test_four_workers_bring_every_read_model_to_what_the_log_makes_of_it(queues, part):
    relays = [part("relay"), part("relay")]
    workers = [part("worker"), part("worker"), part("worker", "urgent"), part("worker", "others")]
    with started(*relays, *workers):
        give_orders()
        workers[0].kill()
        workers[0].start()
        give_orders(seed=2)
        log, counts = whole_log(), Counter()
        eventually(lambda: not wrong(log, counts))
        eventually(nothing_is_under_way)
    assert counts["documents"] > 100
    assert not died(queues)


def died(channel):
    """Of each dead letter what it said, and where and why it died."""
    letters = iter(partial(kombu.Queue(broker.DEAD.name)(channel).get, no_ack=True), None)
    return [(letter.body, letter.headers.get("x-death")) for letter in letters]


def wrong(log, counts):
    counts.clear()
    return [line for one in generations.of_this_process() for line in differences(one, log, counts)]


def give_orders(seed=1):
    rng, news = Random(seed), []
    known, clock = Known(), Clock(rng)
    known.learn(whole_log())
    drawer = Drawer(rng, known, clock)

    def hear(commits, **rest):
        news.extend(commits)

    bus.committed.connect(hear)
    for order in (drawer.order() for _ in range(ORDERS // 2)):
        with suppress(Refusal):
            dispatch(order.command, actor=order.actor, at=order.at)
            clock.go_on()
            known.learn(news)
        news.clear()
    bus.committed.disconnect(hear)


def test_what_waits_while_there_are_no_workers_is_done_when_they_come(queues, part):
    with started(part("relay")):
        olives = product(price="8.50")
        say(repricing(olives, "9.00"))
        eventually(lambda: broker.depths()[generations.live("product_catalog").name])
        with started(part("worker", "product_catalog")):
            eventually(heads_are_seen("product_catalog", olives, 2))


def test_while_nobody_answers_a_relay_gathers_what_it_rings_for(queues, part):
    olives, times = product(price="8.50"), 10 * relay.CROWD
    with started(part("relay")):
        for number in range(times):
            before = freshness.present()
            say(repricing(olives, f"8.{51 + number % 2}"))
        eventually(lambda: freshness.under_way().find_one({"waiting": catalogue(), "until": {"$gte": before}}))
        assert relay.CROWD <= broker.depths()[catalogue()] < 3 * relay.CROWD
        with started(part("worker", "product_catalog")):
            eventually(heads_are_seen("product_catalog", olives, 1 + times))


def catalogue():
    return generations.live("product_catalog").name


def test_a_worker_that_names_read_models_leaves_the_others_alone(queues, part):
    with started(part("relay"), part("worker", "product_catalog")):
        olives = product(price="8.50")
        eventually(heads_are_seen("product_catalog", olives, 1))
        assert eventually(lambda: broker.depths()[generations.live("price_history").name])


def test_a_worker_that_hears_nothing_urgent_leaves_the_processor_to_those_who_do(queues, part):
    urgent, others = part("worker", "urgent"), part("worker", "others")
    with started(urgent, others):
        nice = [os.getpriority(os.PRIO_PROCESS, one.process.pid) for one in (urgent, others)]
    assert nice[0] < nice[1]


def test_a_name_that_nobody_has_is_refused(queues, part, tmp_path):
    worker = part("worker", "prodcut_catalog")
    with pytest.raises(AssertionError, match="nobody here is called prodcut_catalog"):
        worker.start()


def test_a_worker_follows_the_pointer_to_a_new_queue(queues, part):
    with started(part("relay"), part("worker", "product_catalog")):
        olives = product(price="8.50")
        eventually(heads_are_seen("product_catalog", olives, 1))
        switched = switch("product_catalog")
        say(repricing(olives, "9.00"))
        eventually(heads_are_seen("product_catalog", olives, 2))
        eventually(lambda: not broker.depths()[switched.name])
        assert generations.live("product_catalog") == switched


def test_a_worker_that_was_frozen_does_not_make_a_dropped_queue_anew(queues, part):
    before, worker = generations.live("product_catalog").name, part("worker", "product_catalog")
    with started(part("relay"), worker):
        olives = product(price="8.50")
        eventually(heads_are_seen("product_catalog", olives, 1))
        worker.freeze()
        switch("product_catalog")
        broker.drop(before)
        worker.thaw()
        say(repricing(olives, "9.00"))
        eventually(heads_are_seen("product_catalog", olives, 2))
        assert not is_there(before)


def is_there(name):
    with publishing.connected() as connection:
        try:
            connection.default_channel.queue_declare(name, passive=True)
        except connection.channel_errors:
            return False
        return True


def switch(name):
    """To a new generation, filled."""
    made = generations.make(READ_MODELS[name])
    broker.declare(followers.of_generation(made))
    generations.sweep(made)
    version = READ_MODELS[name].version
    generations.pointers().update_one({"_id": name}, {"$set": {f"generations.{version}": made.name}})
    generations.forget()
    return made


def test_a_bell_that_cannot_be_answered_is_dead_after_a_few_deliveries(queues, part):
    follower = followers.named(generations.live("product_catalog").name)
    with started(part("worker")):
        began = time.monotonic()
        broker.publish(tasks.catch_up, "urgent.product", {"bells": {"product:1": "soon"}, "sent": ("", "")})
        eventually(lambda: broker.depths()[broker.DEAD.name])
        assert time.monotonic() - began > A_FAULT_PASSES_IN
        olives = product(price="8.50")
        tell(olives, 1)
        eventually(heads_are_seen("product_catalog", olives, 1))
    assert not broker.depths()[follower.name]


def tell(product_id, version):
    told = {"bells": {f"product:{product_id}": version}, "sent": ("", "2026-01-05T09:00:00+00:00")}
    broker.publish(tasks.catch_up, "urgent.product", told)


def test_a_bell_is_json_and_outlives_the_broker(queues):
    tell(product_id := product(), 1)
    message = kombu.Queue(generations.live("product_catalog").name)(queues).get()
    assert (message.content_type, message.properties["delivery_mode"]) == ("application/json", 2)
    assert json.loads(message.body)[1]["bells"] == {f"product:{product_id}": 1}


def test_a_bell_for_a_queue_that_is_gone_makes_it_anew(queues):
    name = generations.live("product_catalog").name
    for one in followers.followers():
        broker.drop(one.name)
    tell(product(), 1)
    eventually(lambda: broker.depths()[name] == 1)
