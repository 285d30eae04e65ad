"""The log as auditors read it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from catalog.commands.stock import ExpireStock, ReserveStock
from catalog.events import PriceChanged
from efi.delivery import heartbeat
from efi.domain.context import Context
from efi.log import event_store
from efi.models import User
from efi.writing.dispatch import dispatch
from tests.api.shop import Caller, drafted, on_sale, refused, stocked
from tests.catalog.catalogue import repricing
from tests.given import MARIA, NOW, bbd, identity, say
from tests.permissions import permissions
from tests.tavern import bar


@pytest.fixture
def olives(shop):
    return drafted("Kalamata olives", "OLI-1")


def read(shop, stream, after=""):
    return shop.joan.get(f"streams/{stream}{after}")


def test_a_stream_is_read_from_its_beginning(shop, olives):
    say(repricing(olives, "9.00"))
    told = read(shop, f"product:{olives}").json()
    assert [(event["type"], event["version"]) for event in told["data"]] == [
        ("catalog.ProductCreated", 1),
        ("catalog.PriceChanged", 2),
    ]
    assert told["links"] == {}


def test_an_event_tells_what_happened_when_by_whom_and_why(shop, olives):
    say(repricing(olives, "9.00"))
    (event,) = read(shop, f"product:{olives}", "?after=1").json()["data"]
    for key in ("command_id", "correlation_id", "recorded_at"):
        assert event.pop(key)
    money = {"currency": "BBD"}
    told = {"old_price": {"amount": "8.50", **money}, "price": {"amount": "9.00", **money}, "reason": "new crop"}
    told["proposal_id"] = None
    assert event == {
        "type": "catalog.PriceChanged",
        "schema": 3,
        "version": 2,
        "data": {"product_id": str(olives), **told},
        "actor": MARIA,
        "causation_id": None,
        "occurred_at": "2026-03-02T12:00:00Z",
    }


def test_an_event_that_follows_from_another_names_it(shop, olives):
    cause = uuid4()
    dispatch(repricing(olives, "9.00"), actor=MARIA, causation_id=cause)
    (event,) = read(shop, f"product:{olives}", "?after=1").json()["data"]
    assert event["causation_id"] == str(cause)


@pytest.mark.parametrize(("after", "versions"), [(0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, []), (10**14, [])])
def test_a_stream_is_read_behind_a_version(shop, olives, after, versions):
    say(repricing(olives, "9.00"))
    say(repricing(olives, "10.00"))
    told = read(shop, f"product:{olives}", f"?after={after}").json()["data"]
    assert [event["version"] for event in told] == versions


def test_a_version_inside_a_commit_loses_none_of_its_events(shop, olives):
    stocked(olives, units=10)
    for cart in ("anna", "ben"):
        until = NOW + timedelta(minutes=1)
        say(ReserveStock(product_id=olives, reservation_id=identity(cart), quantity=1, expires_at=until))
    say(ExpireStock(product_id=olives), at=NOW + timedelta(hours=1))
    head = event_store.head(f"stock:{olives}")
    told = read(shop, f"stock:{olives}", f"?after={head - 1}").json()["data"]
    assert [(event["type"], event["version"]) for event in told] == [("catalog.ReservationLapsed", head)]


def test_a_long_stream_comes_in_pages_that_lose_nothing(shop, olives):
    for cents in range(150):
        drawn = uuid4()
        context = Context(command_id=drawn, actor=MARIA, at=NOW, correlation_id=drawn)
        fact = PriceChanged(product_id=olives, old_price=bbd("1"), price=bbd(f"2.{cents % 100:02}"), reason="tick")
        event_store.append(event_store.commit_of(f"product:{olives}", cents + 1, [fact], context, ""))
    versions, address = [], f"/api/v1/streams/product:{olives}"
    while address:
        page = shop.joan.client.get(address)
        versions += [event["version"] for event in page.json()["data"]]
        address = page.json()["links"].get("next")
        assert page.get("Link") == (f'<{address}>; rel="next"' if address else None)
    assert versions == list(range(1, 152))


@pytest.mark.parametrize("stream", ["product:none", "none", "product:", "stock:%00", "commits", "$where", "a%20b"])
def test_a_stream_that_there_is_not_is_not_found(shop, olives, stream):
    refused(read(shop, stream), 404, "not_found")


@pytest.mark.parametrize("after", ["-1", "1.0", "x", "٣", "1" * 16, "1e3", "0x1"])
def test_a_version_that_is_not_a_whole_number_is_refused(shop, olives, after):
    refused(read(shop, f"product:{olives}", f"?after={after}"), 400, "after")


def test_what_is_not_asked_for_in_a_known_way_is_refused(shop, olives):
    refused(read(shop, f"product:{olives}", "?before=3"), 400, "unknown_parameter")
    refused(read(shop, f"product:{olives}", "?after=1&after=2"), 400, "doubled_parameter")


def test_what_is_told_is_what_was_stored(shop):
    olives = on_sale("Kalamata olives", "OLI-1")
    stored = [fact for raw in event_store.read_raw(f"product:{olives}") for fact in raw["events"]]
    told = read(shop, f"product:{olives}").json()["data"]
    assert [{key: event[key] for key in ("type", "schema", "data")} for event in told] == stored


def auditor(*held):
    """Somebody who may read the log, and the records of some contexts."""
    found = User.objects.create_user(f"nadia{len(held)}@shop.example")
    found.user_permissions.add(*permissions(("efi.read_streams", *held)))
    return Caller(found)


def test_a_context_s_streams_are_for_those_who_may_read_its_records(shop, olives):
    tab = bar.tab()
    nadia = auditor("catalog.read_records")
    assert nadia.get(f"streams/product:{olives}").status_code == 200
    refused(nadia.get(f"streams/tab:{tab}"), 403, "not_allowed")
    assert shop.elias.get(f"streams/tab:{tab}").status_code == 200


def test_the_kernel_s_own_streams_are_of_no_context(shop):
    heartbeat.beat(NOW)
    nadia = auditor()
    assert nadia.get(f"streams/heartbeat:{NOW.date()}").status_code == 200
    refused(nadia.get("streams/categories"), 403, "not_allowed")
