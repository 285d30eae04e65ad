"""How the process and its read models are doing, and what callers are told when the store is away."""

import socket

import pytest
from django.db import connection
from pymongo import MongoClient

from efi.log import mongo
from efi.log.rows.base import DatabaseWrapper
from efi.reading import failures, generations
from efi.reading.projections import READ_MODELS
from tests.api.shop import bell_under_way, problem, refused

EVERYWHERE = ("/{}", "/api/v1/{}")


def at(shop, address):
    return shop.guest.client.get(address)


def counted(shop, name):
    """The read models that count any."""
    states = at(shop, "/status/read-models").json()["data"]
    return {state["name"]: state[name] for state in states if state[name]}


@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize("address", ["health/live", "health/ready"])
def test_a_healthy_process_says_so(shop, place, address):
    answer = at(shop, place.format(address))
    assert (answer.status_code, answer.json()) == (200, {"data": {"status": "ok"}})
    assert shop.guest.client.head(place.format(address)).status_code == 200


@pytest.mark.parametrize("place", EVERYWHERE)
def test_every_read_model_tells_how_far_behind_it_is(shop, place):
    states = {state["name"]: state for state in at(shop, place.format("status/read-models")).json()["data"]}
    assert states.keys() == READ_MODELS.keys()
    for name, state in states.items():
        assert state["fold_version"] == READ_MODELS[name].version
        assert state["generation"] == generations.live(name).name
        assert 0 <= state["seconds_behind"] < 10
        assert (state["stale"], state["behind"], state["failures"], state["quarantined"]) == (False, 0, 0, 0)


def test_a_late_read_model_tells_by_how_much(shop):
    bell_under_way("product_catalog", seconds=3)
    states = {state["name"]: state for state in at(shop, "/status/read-models").json()["data"]}
    assert [name for name, state in states.items() if state["stale"]] == ["product_catalog"]
    assert 3 <= states["product_catalog"]["seconds_behind"] < 10
    assert counted(shop, "behind") == {"product_catalog": 1}


def test_a_fold_that_failed_is_counted(shop):
    failures.note(generations.live("product_catalog"), "product:1", 1, ValueError("spilt"))
    assert counted(shop, "failures") == {"product_catalog": 1}
    assert counted(shop, "quarantined") == {}


def test_a_stream_in_quarantine_is_counted(shop):
    for _ in range(failures.TRIES):
        failures.note(generations.live("product_catalog"), "product:1", 1, ValueError("spilt"))
    assert counted(shop, "failures") == counted(shop, "quarantined") == {"product_catalog": 1}


@pytest.mark.parametrize("address", ["health/live", "health/ready", "status/read-models"])
def test_who_takes_pages_alone_is_refused_in_a_program_s_words(shop, address):
    refused(shop.guest.client.get(f"/{address}", headers={"accept": "text/html"}), 406, "not_acceptable")


def test_status_takes_no_parameters(shop):
    for address in ("health/live", "health/ready", "status/read-models"):
        refused(at(shop, f"/{address}?verbose=1"), 400, "unknown_parameter")


@pytest.fixture
def nowhere():
    """A client of a store that is away."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with MongoClient("127.0.0.1", unused.getsockname()[1], serverSelectionTimeoutMS=50) as client:
            yield client


@pytest.fixture
def away(shop, monkeypatch, nowhere):
    """The log and all documents, but not the accounts, so that one may still sign in."""
    monkeypatch.setattr(DatabaseWrapper, "database", connection.database)
    mongo.client.cache_clear()
    monkeypatch.setattr(mongo, "MongoClient", lambda *_, **__: nowhere)
    yield shop
    mongo.client.cache_clear()


@pytest.mark.parametrize(
    "address",
    ["products", "products/OLI-1", "products/OLI-1/history", "categories", "health/ready", "status/read-models"],
)
def test_reading_is_unavailable_while_the_store_is_away(away, address):
    refusal = away.guest.get(address)
    refused(refusal, 503, "unavailable")
    assert refusal["Retry-After"] == "2"


def test_availability_and_streams_are_unavailable_while_the_store_is_away(away):
    for address in ("products/00000000-0000-0000-0000-000000000000/availability", "streams/categories"):
        refused(away.elias.get(address), 503, "unavailable")


def test_a_command_is_unavailable_while_the_store_is_away_and_may_be_repeated(away, monkeypatch):
    monkeypatch.setattr("efi.writing.dispatch.DEADLINE", 0.1)
    refused(away.maria.give("create_category", {"name": "Mezze"}, idempotency_key="k-1"), 503, "unavailable")


def test_a_process_lives_while_its_store_is_away(away):
    assert at(away, "/health/live").status_code == 200


def test_a_refusal_says_nothing_of_where_the_store_is(away):
    said = problem(away.guest.get("products"))
    assert "127.0.0.1" not in str(said)


@pytest.mark.parametrize("address", ["/api/v1/commands", "/admin/"])
def test_nobody_can_sign_in_while_the_accounts_are_away(shop, monkeypatch, nowhere, address):
    monkeypatch.setattr(DatabaseWrapper, "database", nowhere["accounts"])
    refused(shop.elias.client.get(address), 503, "unavailable")


def test_no_token_is_taken_for_a_false_one_while_the_accounts_are_away(shop, monkeypatch, nowhere):
    script = shop.script_of("maria")
    monkeypatch.setattr(DatabaseWrapper, "database", nowhere["accounts"])
    refused(script.get("commands"), 503, "unavailable")
