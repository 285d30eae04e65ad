"""The four shapes of read models: documents of their own, rows of one stream, a journal of it, sums over many."""

from dataclasses import replace
from functools import partial

import pytest
from pymongo.errors import OperationFailure

from catalog.events import LotExpired
from efi.log.mongo import Document
from efi.reading import catching_up
from efi.reading.catching_up import NEWEST, ReadLess, catch_up
from efi.reading.generations import live, sweep
from efi.reading.projections import identity_in, streams_of
from tests.efi import audit
from tests.efi.catalogue import delivery, product, repricing, supplier
from tests.efi.crowd import at_once
from tests.efi.labels import ARRIVALS, LABELS, TAGS, UNITS
from tests.given import elsewhere, say

pytestmark = pytest.mark.usefixtures("labelled")
SHAPES = pytest.mark.parametrize("model", [TAGS, LABELS, ARRIVALS, UNITS], ids=lambda model: type(model).__name__)


def documents(model) -> list[Document]:
    return list(live(model.name).documents.find().sort("_id", 1))


def rung(model, *bells) -> None:
    for stream, version in bells:
        catch_up(live(model.name), {stream: version})


@pytest.fixture
def olives():
    """Two prices, and two deliveries."""
    product_id, trattoria = product(price="8.50"), supplier()
    say(repricing(product_id, "9.00"))
    for batch in ("SPRING", "SUMMER"):
        say(delivery(product_id, trattoria, 10, batch=batch))
    return product_id


class TestADocument:
    @pytest.mark.parametrize("kinds", [("product", "stock"), ("stock", "product")])
    def test_is_the_same_whichever_stream_is_heard_first(self, olives, kinds):
        rung(TAGS, *[(f"{kind}:{olives}", 2) for kind in kinds])
        [tag] = documents(TAGS)
        assert (tag["price"], tag["units"], tag["_seen"]) == ("9.00", 20, {"product": 2, "stock": 2})

    def test_says_when_what_it_shows_was_recorded(self, olives):
        sweep(live(TAGS.name))
        newest = max(commit.recorded_at for commit in audit.whole_log() if TAGS.follows(commit.stream))
        assert documents(TAGS)[0]["_updated_at"] == newest

    def test_has_one_revision_more_with_every_write(self, olives):
        rung(TAGS, (f"product:{olives}", 2))
        say(repricing(olives, "9.50"))
        rung(TAGS, (f"product:{olives}", 3))
        assert documents(TAGS)[0]["_rev"] == 2


class TestRows:
    def test_are_as_many_as_their_stream_yields(self, olives):
        sweep(live(LABELS.name))
        assert [row["units"] for row in documents(LABELS)] == [10, 10]

    def test_go_when_they_are_yielded_no_more(self, olives):
        sweep(live(LABELS.name))
        elsewhere(f"stock:{olives}", LotExpired(product_id=olives, lot_id=olives, remaining=0))
        sweep(live(LABELS.name))
        assert len(documents(LABELS)) == 1

    def test_are_written_only_where_they_have_changed(self, olives):
        rung(LABELS, (f"stock:{olives}", 1), (f"stock:{olives}", 2))
        say(delivery(olives, supplier("KAL"), 5, batch="AUTUMN"))
        rung(LABELS, (f"stock:{olives}", 3))
        assert sorted(row["_rev"] for row in documents(LABELS)) == [1, 1, 2]


class TestAJournal:
    def test_has_all_that_was_ever_added_and_its_fact_none_of_it(self, olives):
        stream = f"stock:{olives}"
        for version in range(2, 6):
            rung(ARRIVALS, (stream, version))
            elsewhere(stream, replace(audit.facts_of(stream)[0], batch_number=f"B{version}"))
        assert [row["batch"] for row in documents(ARRIVALS)] == ["SPRING", "SUMMER", "B2", "B3", "B4"]
        [fact] = live(ARRIVALS.name).facts.find()
        assert (fact["number"], fact["_new"]) == (5, [])

    def test_writes_each_once_and_never_again(self, olives):
        rung(ARRIVALS, (f"stock:{olives}", 1))
        say(delivery(olives, supplier("KAL"), 5, batch="AUTUMN"))
        rung(ARRIVALS, (f"stock:{olives}", 3))
        assert [row["_rev"] for row in documents(ARRIVALS)] == [1, 1, 2]

    def test_has_nothing_twice_from_eight_at_once(self, olives):
        generation, stream = live(ARRIVALS.name), f"stock:{olives}"
        for version in range(2, 6):
            at_once([partial(catch_up, generation, {stream: version})] * 8)
            assert len(documents(ARRIVALS)) == version
            elsewhere(stream, replace(audit.facts_of(stream)[0], batch_number=f"B{version}"))


class TestATally:
    def test_adds_up_what_many_streams_contribute(self, olives):
        say(delivery(product("FETA"), supplier("KAL"), 7))
        sweep(live(UNITS.name))
        assert sorted((tally["units"], tally["lots"]) for tally in documents(UNITS)) == [(7, 1), (20, 2)]

    def test_takes_back_what_is_contributed_no_more(self, olives):
        sweep(live(UNITS.name))
        elsewhere(f"stock:{olives}", LotExpired(product_id=olives, lot_id=olives, remaining=0))
        sweep(live(UNITS.name))
        assert [(tally["units"], tally["lots"], tally["_rev"]) for tally in documents(UNITS)] == [(10, 1, 2)]

    def test_counts_nothing_twice_from_eight_at_once(self, olives):
        generation, stream = live(UNITS.name), f"stock:{olives}"
        for version in range(2, 6):
            at_once([partial(catch_up, generation, {stream: version})] * 8)
            assert [(tally["units"], tally["_rev"]) for tally in documents(UNITS)] == [(10 * version, version - 1)]
            elsewhere(stream, replace(audit.facts_of(stream)[0], batch_number=f"B{version}"))

    def test_of_many_streams_is_right_from_eight_at_once(self):
        trattoria = supplier()
        streams = [f"stock:{say(delivery(product(f'OLI-{n}'), trattoria, 1, batch=f'B{n}')).id}" for n in range(16)]
        at_once(
            [
                partial(catch_up, live(UNITS.name), dict.fromkeys(streams[first:] + streams[:first], 1))
                for first in range(8)
            ]
        )
        assert [(tally["units"], tally["lots"]) for tally in documents(UNITS)] == [(16, 16)]


@SHAPES
class TestABell:
    def test_heard_twice_changes_nothing(self, olives, model):
        sweep(live(model.name))
        before = documents(model)
        rung(model, (f"stock:{olives}", 2), (f"stock:{olives}", 2))
        assert documents(model) == before

    def test_that_is_late_changes_nothing(self, olives, model):
        sweep(live(model.name))
        before = documents(model)
        rung(model, (f"stock:{olives}", 1))
        assert documents(model) == before

    def test_brings_in_whatever_there_is(self, olives, model):
        rung(model, (f"stock:{olives}", 1))
        assert live(model.name).facts.find_one({"_id": str(olives)})["_seen"] == {"stock": 2}

    def test_for_the_newest_is_never_told_to_read_again(self, olives, model):
        rung(model, (f"stock:{olives}", NEWEST), ("stock:nothing", NEWEST))
        assert live(model.name).facts.count_documents({}) == 1

    def test_for_more_than_the_log_shows_is_told_to_read_again(self, olives, model):
        with pytest.raises(ReadLess):
            rung(model, (f"stock:{olives}", 3))

    def test_reads_a_commit_whole(self, olives, model):
        received = audit.facts_of(f"stock:{olives}")
        elsewhere(f"stock:{olives}", *received)
        rung(model, (f"stock:{olives}", 3))
        assert live(model.name).facts.find_one({"_id": str(olives)})["_seen"] == {"stock": 4}


def test_a_batch_that_keeps_aborting_is_split(olives, monkeypatch):
    def contended(generation, bells, *rest):
        if len(bells) > 1:
            raise OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})
        return once(generation, bells, *rest)

    feta = say(delivery(product("FETA"), supplier("KAL"), 7)).id
    once = catching_up._once
    monkeypatch.setattr(catching_up, "_once", contended)
    catch_up(live(UNITS.name), {f"stock:{olives}": 2, f"stock:{feta}": 1})
    assert sorted(tally["units"] for tally in documents(UNITS)) == [7, 20]


def test_the_streams_of_a_document_are_known_by_its_id():
    assert streams_of(TAGS, "1") == ["product:1", "stock:1"]
    assert {identity_in(stream) for stream in streams_of(TAGS, "1")} == {"1"}


def test_what_there_is_one_of_has_its_kind_for_an_id():
    assert identity_in("categories") == "categories"
    assert streams_of(LABELS, "stock") == ["stock"]
