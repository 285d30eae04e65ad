"""A rebuild where bells come through RabbitMQ: the queue of the next generation is there before its scan."""

import pytest

from efi.delivery import broker, publishing
from efi.operations.rebuilding.rebuild import back, rebuild
from efi.reading import freshness, generations
from efi.reading.followers import followers
from tests.operations.building import at, shapes, silent, the_documents_agree
from tests.services.conftest import rabbitmq
from tests.tavern.bar import keg
from tests.tavern.labels import TAGS

__all__ = ("rabbitmq", "shapes")


@pytest.fixture
def with_a_broker(rabbitmq, shapes, settings):
    settings.BROKER_URL = rabbitmq.uri


def waiting(name):
    """How many bells are in a queue; None where there is no such queue."""
    with publishing.connected() as connection:
        try:
            return connection.default_channel.queue_declare(name, passive=True).message_count
        except connection.channel_errors:
            return None


def building():
    return generations.pointers().find_one({"_id": TAGS.name})["building"]["1"]["generation"]


def test_the_next_one_has_its_queue_before_the_scan_and_the_one_before_loses_its_own(with_a_broker):
    seen = []
    old = generations.live(TAGS.name)
    broker.declare(*followers())
    new = rebuild(TAGS.name, at("scanning", lambda: seen.append((waiting(building()), keg("Late")))))
    assert seen[0][0] == 0
    assert (waiting(old.name), waiting(new.name)) == (None, 0)
    the_documents_agree(TAGS.name)
    fresh = freshness.read([new.name])
    assert fresh.oldest_entry is None


def test_the_way_back_has_its_queue_again(with_a_broker):
    old = generations.live(TAGS.name)
    new = rebuild(TAGS.name, silent)
    keg("Late")
    assert back(TAGS.name, silent) == old
    assert (waiting(old.name), waiting(new.name)) == (0, None)
    the_documents_agree(TAGS.name)
