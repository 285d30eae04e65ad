"""The program with a Redis, over real HTTP: two web processes, and the relay that tells what has moved."""

import http.client

import pytest
import redis
from django.conf import settings as live

from efi.log import mongo
from tests.services.program import eventually
from tests.services.test_api import Script, mezze_of, new_price, put_on_sale, script_of, served

NAME = f"{live.MONGODB_NAME}_hot"
PAGE = "/api/v1/products/OLI-1"


@pytest.fixture(scope="module")
def program(tmp_path_factory, mongodb, redis_server):
    yield from served(tmp_path_factory.mktemp("hot"), NAME, REDIS_URL=redis_server.uri, WEB_WORKERS="2")


@pytest.fixture(scope="module")
def staff(program):
    return script_of(program, "staff")


@pytest.fixture(scope="module")
def olives(program, staff):
    """On sale."""
    olives = put_on_sale(staff, script_of(program, "approver"), mezze_of(staff))
    eventually(lambda: Script(program.port).read("products/OLI-1")[0] == 200)
    eventually(lambda: Script(program.port).read("products")[2]["data"])
    return olives


@pytest.fixture
def guest(program, olives):
    return Script(program.port)


def amount(guest):
    return guest.read("products/OLI-1")[2]["data"]["price"]["amount"]


def in_its_document(olives):
    [name] = mongo.client()[NAME]["read_models"].find_one({"_id": "product_catalog"})["generations"].values()
    return mongo.client()[NAME][name].find_one({"_id": olives})["price"]["amount"]


@pytest.mark.parametrize("price", ["9.01", "9.02", "9.03", "9.04", "9.05"])
def test_no_product_is_shown_as_it_was_for_a_second_after_its_document_was_written(staff, guest, olives, price):
    amount(guest)
    staff.give("change_price", new_price(olives, price))
    eventually(lambda: in_its_document(olives) == price)
    eventually(lambda: amount(guest) == price, seconds=1)
    assert {amount(guest) for _ in range(20)} == {price}


def test_a_list_shows_what_is_new_within_seconds(staff, guest, olives):
    guest.read("products")
    staff.give("change_price", new_price(olives, "9.50"))
    eventually(lambda: guest.read("products")[2]["data"][0]["price"]["amount"] == "9.50", seconds=7)


def test_all_web_processes_answer_from_the_same_redis(guest, redis_server):
    with redis.Redis.from_url(redis_server.uri) as client:
        client.flushall()
        said = {guest.read("products")[1]["As-Of"] for _ in range(30)}
        assert len(said) == len(client.keys("efi:answer:*")) == 1


def test_a_head_leaves_the_connection_in_order(program, guest):
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=10)
    for _ in range(2):
        for method in ("HEAD", "GET"):
            connection.request(method, PAGE)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, method == "GET")
    connection.close()


def test_a_redis_that_comes_and_goes_is_not_noticed(staff, guest, olives, redis_server):
    amount(guest)
    redis_server.kill()
    try:
        staff.give("change_price", new_price(olives, "9.60"))
        eventually(lambda: amount(guest) == "9.60")
    finally:
        redis_server.start()
    with redis.Redis.from_url(redis_server.uri) as client:
        eventually(lambda: amount(guest) == "9.60" and client.keys("efi:answer:*"))
    staff.give("change_price", new_price(olives, "9.70"))
    eventually(lambda: amount(guest) == "9.70")
