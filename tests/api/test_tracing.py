"""The caller's names for a request: taken over, answered and logged."""

import logging
from uuid import UUID, uuid4

import pytest

from efi.runtime.logs import Line
from tests.api.shop import problem
from tests.catalog.catalogue import category

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def log(caplog):
    """What was logged, as lines."""
    caplog.handler.setFormatter(Line())
    caplog.set_level(logging.INFO)
    return caplog


def test_a_request_id_is_taken_over_and_answered(shop):
    for answer in (
        shop.guest.get("products", x_request_id="till-7"),
        shop.guest.get("products/x", x_request_id="till-7"),
    ):
        assert answer["X-Request-ID"] == "till-7"
    assert problem(answer)["request_id"] == "till-7"


def test_a_request_without_an_id_is_given_one(shop):
    given = [shop.guest.get("products")["X-Request-ID"] for _ in range(2)]
    assert len({UUID(name) for name in given}) == 2


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 65, "é", "a,b", "<script>", "$(x)"])
def test_an_id_that_would_spoil_the_log_is_replaced(shop, given):
    assert UUID(shop.guest.get("products", x_request_id=given)["X-Request-ID"]).version == 7


def test_a_refusal_is_logged_under_its_request_id(shop, log):
    shop.guest.get("products/x", x_request_id="till-7")
    assert "[till-7] Not Found: /api/v1/products/x" in log.text


def test_what_goes_wrong_here_is_logged_under_its_request_id(shop, log, monkeypatch):
    monkeypatch.setattr("readmodels.product_queries.one", lambda *_: 1 / 0)
    shop.guest.get("products/x", x_request_id="till-7")
    assert "[till-7] ZeroDivisionError on /api/v1/products/x" in log.text
    assert all("[till-7]" in line for line in log.text.splitlines())


def test_an_event_is_kept_with_the_request_that_it_came_from(shop):
    given = str(uuid4())
    shop.maria.give("create_category", {"name": "Mezze"}, x_request_id=given)
    (event,) = shop.joan.get("streams/categories").json()["data"]
    assert event["correlation_id"] == given


def test_an_event_of_a_request_that_the_log_cannot_name_is_named_by_its_command(shop):
    shop.maria.give("create_category", {"name": "Mezze"}, x_request_id="till-7")
    (event,) = shop.joan.get("streams/categories").json()["data"]
    assert event["correlation_id"] == event["command_id"]


def test_a_trace_is_taken_over_answered_and_logged(shop, log):
    answer = shop.guest.get("products/x", traceparent=TRACE, x_request_id="till-7")
    assert answer["traceparent"] == TRACE
    assert f"[till-7 {TRACE}] Not Found" in log.text


@pytest.mark.parametrize(
    "given",
    ["", "x", TRACE[:-1], TRACE.upper(), "00" + TRACE[2:].replace("b7ad6b7169203331", "0" * 16), "ff" + TRACE[2:]],
)
def test_a_trace_that_is_none_is_left(shop, given):
    assert "traceparent" not in shop.guest.get("products", traceparent=given)


def test_a_request_leaves_its_name_to_no_other(shop, log):
    shop.guest.get("products", x_request_id="till-7", traceparent=TRACE)
    category("Mezze")
    logging.getLogger("efi").warning("by itself")
    assert "[-] by itself" in log.text
