"""The log: gapless streams, each commit once, in the order in which they were recorded."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pymongo.errors import DuplicateKeyError

from catalog.commands.products import DescribeProduct, products
from catalog.events import CategoryRenamed, PriceChanged, ProductDeactivated
from efi.domain.context import Context
from efi.domain.errors import Rejected
from efi.log import event_store, mongo
from efi.log.event_store import VersionConflict
from tests.catalog.larder import OLIVES, olives_created, received, reserved
from tests.efi import audit
from tests.efi.catalogue import product, repricing
from tests.given import MARIA, NOW, bbd, minutes, say

pytestmark = pytest.mark.usefixtures("restarted")

STREAM = f"product:{OLIVES}"
GONE = ProductDeactivated(product_id=OLIVES)


def context(command_id=None, at=NOW):
    drawn = command_id or uuid4()
    return Context(command_id=drawn, actor=MARIA, at=at, correlation_id=drawn)


def append(*facts, head=0, stream=STREAM, command_id=None, after=None):
    commit = event_store.commit_of(stream, head, facts, context(command_id), "hash", after)
    event_store.append(commit)
    return commit


@pytest.fixture
def clock(monkeypatch):
    """Told the time, by the hour of a day."""

    def stands_at(hour):
        monkeypatch.setattr(event_store, "now", lambda: datetime(2026, 3, 2, hour, tzinfo=UTC))

    return stands_at


def test_a_commit_is_behind_the_head_it_names():
    append(GONE, GONE)
    append(GONE, head=2)
    assert [(commit.version, commit.last) for commit in event_store.read(STREAM)] == [(1, 2), (3, 3)]


@pytest.mark.parametrize("head", [0, 1])
def test_a_commit_behind_a_head_that_has_moved_is_a_conflict(head):
    append(GONE)
    append(GONE, head=1)
    with pytest.raises(VersionConflict):
        append(GONE, head=head)
    assert event_store.head(STREAM) == 2


def test_a_command_is_in_a_stream_once():
    drawn = uuid4()
    append(GONE, command_id=drawn)
    with pytest.raises(VersionConflict):
        append(GONE, head=1, command_id=drawn)


def test_two_streams_know_nothing_of_one_another():
    append(GONE)
    append(GONE, stream="product:another")
    assert dict(event_store.heads(["product"])) == {STREAM: 1, "product:another": 1}


def test_without_its_unique_indexes_no_log_is_used():
    event_store.commits().drop_indexes()
    twins = [{"stream": STREAM, "version": 1, "command_id": number} for number in range(2)]
    event_store.commits().insert_many(twins)
    with pytest.raises(DuplicateKeyError):
        event_store.ensure_indexes()
    event_store.commits().delete_many({})
    event_store.ensure_indexes()


@pytest.mark.parametrize(
    "fact", [olives_created(), received(10), reserved(2), GONE], ids=lambda fact: type(fact).__name__
)
def test_an_event_is_read_as_it_was_written(fact):
    append(fact)
    assert audit.facts_of(STREAM) == [fact]


def test_a_commit_says_who_and_when_and_for_what():
    written = append(GONE)
    [read] = event_store.read(STREAM)
    assert read == written
    assert (read.actor, read.occurred_at, read.command_hash) == (MARIA, NOW, "hash")


def test_money_is_kept_as_text():
    append(PriceChanged(product_id=OLIVES, old_price=bbd("8.50"), price=bbd("9.00"), reason="new crop"))
    kept = event_store.commits().find_one()["events"][0]
    assert kept["data"]["price"] == {"amount": "9.00", "currency": "BBD"}
    assert (kept["type"], kept["schema"]) == ("catalog.PriceChanged", 3)


def test_what_is_recorded_never_goes_back(clock):
    clock(9)
    product_id = product()
    clock(8)
    say(repricing(product_id, "9.00"))
    assert [commit.recorded_at.hour for commit in audit.whole_log()] == [9, 9]


def test_a_thousand_events_are_one_commit_and_one_more_is_none():
    append(*[GONE] * 1_000)
    with pytest.raises(Rejected, match="more than one commit may hold"):
        append(*[GONE] * 1_001, head=1_000)
    assert event_store.head(STREAM) == 1_000


def test_a_commit_over_four_megabytes_is_refused_and_nothing_is_changed():
    product_id = product()
    tome = DescribeProduct(
        product_id=product_id, name="Olives", description="o" * 4_000_000, unit="jar", country_of_origin="GR"
    )
    with pytest.raises(Rejected, match="more than one commit may hold"):
        say(tome)
    assert say(repricing(product_id, "9.00")).version == 2


def test_as_of_a_moment_means_recorded_by_then(clock):
    clock(8)
    product_id = product(price="8.50")
    clock(10)
    say(repricing(product_id, "9.00"), at=NOW - minutes(60 * 24 * 365))
    as_of = {hour: products.load(product_id, until=datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in (7, 8, 9, 10)}
    assert {hour: (then.version, then.price) for hour, then in as_of.items()} == {
        7: (0, None),
        8: (1, bbd("8.50")),
        9: (1, bbd("8.50")),
        10: (2, bbd("9.00")),
    }


@pytest.mark.parametrize("streams", [{"$gt": ""}, *event_store.of_kind("product")])
def test_a_look_at_heads_leaps_from_stream_to_stream(streams):
    for number in range(5):
        for head in range(9):
            append(GONE, stream=f"product:{number}", head=head)
    asked = {"aggregate": "commits", "pipeline": event_store.newest(streams, "count"), "cursor": {}}
    explained = mongo.database().command("explain", asked, verbosity="executionStats")
    assert "DISTINCT_SCAN" in str(explained)


def test_heads_are_those_of_the_kinds_asked_for():
    append(GONE, stream="product:1")
    append(GONE, head=1, stream="product:1")
    append(CategoryRenamed(category_id=OLIVES, name="Olives"), stream="categories")
    append(GONE, stream="productivity:1")
    append(GONE, stream="products")
    assert dict(event_store.heads(["product", "categories"])) == {"product:1": 2, "categories": 1}


def test_what_is_unseen_is_read_of_many_streams_in_order():
    append(GONE, stream="product:1")
    append(GONE, GONE, head=1, stream="product:1")
    append(GONE, stream="product:2")
    unseen = event_store.read_unseen({"product:1": 1, "product:2": 0, "product:3": 0, "product:4": 7})
    assert {stream: [raw["version"] for raw in raws] for stream, raws in unseen.items()} == {
        "product:1": [2],
        "product:2": [1],
    }
