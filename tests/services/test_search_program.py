"""The program beside a real Elasticsearch: what is sold is found there, though it was killed or emptied meanwhile."""

import pytest
from django.conf import settings as live
from elasticsearch import Elasticsearch as Client

from tests.services.conftest import running
from tests.services.program import eventually
from tests.services.servers import Elasticsearch
from tests.services.test_api import Script, mezze_of, new_price, put_on_sale, script_of, served


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from running(Elasticsearch(tmp_path_factory.mktemp("beside")))


@pytest.fixture(scope="module")
def program(tmp_path_factory, server, mongodb):
    yield from served(tmp_path_factory.mktemp("search"), f"{live.MONGODB_NAME}_search", ELASTICSEARCH_URL=server.uri)


@pytest.fixture(scope="module")
def shelf(program):
    """Where products are put on sale by two people over HTTP."""
    staff, approver = script_of(program, "staff"), script_of(program, "approver")
    mezze = mezze_of(staff)

    def put(name, sku):
        return put_on_sale(staff, approver, mezze, name=name, sku=sku)

    put.staff = staff
    return put


def found(program, text):
    """The engine, and what it found."""
    told = Script(program.port).read(f"products?q={text}")[2]
    return told["meta"]["search"], [row["name"] for row in told["data"]]


def test_a_product_is_found_in_elasticsearch_within_seconds(program, shelf):
    shelf("Kalamata olives", "OLI-1")
    eventually(lambda: found(program, "kalamta") == ("elasticsearch", ["Kalamata olives"]))


def test_what_was_sold_while_it_was_dead_is_found_once_it_is_back(program, server, shelf):
    server.kill()
    figs = shelf("Dried figs", "FIG-1")
    assert shelf.staff.give("change_price", new_price(figs, "9.00"))[0] == 200
    eventually(lambda: found(program, "figs") == ("mongodb", ["Dried figs"]))
    server.start()
    eventually(lambda: found(program, "figs+dreid") == ("elasticsearch", ["Dried figs"]))


def test_it_is_filled_again_by_itself_when_it_was_emptied(program, server, shelf):
    with Client(server.uri, request_timeout=10) as client:
        [index] = client.indices.get(index="search_*")
        client.indices.delete(index=index)
        assert found(program, "olives")[0] == "mongodb"
        eventually(lambda: found(program, "kalamta") == ("elasticsearch", ["Kalamata olives"]))
        assert client.count(index=index)["count"] == 2
