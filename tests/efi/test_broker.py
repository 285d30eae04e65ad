"""What is said of a RabbitMQ that does not answer."""

import pytest

from efi.delivery import broker, tasks
from efi.reading.followers import Outage


def test_a_bell_that_nobody_takes_says_where_it_was_to_go_but_not_with_which_password(settings):
    settings.BROKER_URL = "amqp://shop:hush@127.0.0.1:1//"
    with pytest.raises(Outage) as outage:
        broker.publish(tasks.catch_up, "others.product", {"bells": {}})
    assert "amqp://shop:**@127.0.0.1:1//" in str(outage.value)
    assert "hush" not in str(outage.value)
