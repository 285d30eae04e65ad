"""The four shapes of read models: documents of their own, rows of one stream, a journal of it, sums over many."""

from dataclasses import replace
from functools import partial

import pytest
from pymongo.errors import OperationFailure

from efi.log.mongo import Document
from efi.reading import catching_up
from efi.reading.catching_up import NEWEST, ReadLess, catch_up
from efi.reading.generations import live, sweep
from efi.reading.projections import identity_in, streams_of
from tavern.events import KegTasted
from tests.efi import audit
from tests.efi.crowd import at_once
from tests.given import elsewhere, identity, say
from tests.tavern.bar import ADA, BEN, CY, keg, repricing, tasting
from tests.tavern.labels import OPINIONS, STARS, TAGS, TASTINGS

pytestmark = pytest.mark.usefixtures("tagged")
SHAPES = pytest.mark.parametrize("model", [TAGS, OPINIONS, TASTINGS, STARS], ids=lambda model: type(model).__name__)


def guest(number):
    return identity(f"guest {number}")


def taken_back(keg_id):
    return KegTasted(keg_id=keg_id, guest_id=BEN, stars=0)


def documents(model) -> list[Document]:
    return list(live(model.name).documents.find().sort("_id", 1))


def rung(model, *bells) -> None:
    for stream, version in bells:
        catch_up(live(model.name), {stream: version})


@pytest.fixture
def stout():
    """Two prices, and two guests who gave five stars each."""
    keg_id = keg(price="8.50")
    say(repricing(keg_id, "9.00"))
    for guest_id in (ADA, BEN):
        say(tasting(keg_id, guest_id))
    return keg_id


class TestADocument:
    @pytest.mark.parametrize("kinds", [("keg", "tasting"), ("tasting", "keg")])
    def test_is_the_same_whichever_stream_is_heard_first(self, stout, kinds):
        rung(TAGS, *[(f"{kind}:{stout}", 2) for kind in kinds])
        [tag] = documents(TAGS)
        assert (tag["price"], tag["stars"], tag["_seen"]) == ("9.00", 10, {"keg": 2, "tasting": 2})

    def test_says_when_what_it_shows_was_recorded(self, stout):
        sweep(live(TAGS.name))
        newest = max(commit.recorded_at for commit in audit.whole_log() if TAGS.follows(commit.stream))
        assert documents(TAGS)[0]["_updated_at"] == newest

    def test_has_one_revision_more_with_every_write(self, stout):
        rung(TAGS, (f"keg:{stout}", 2))
        say(repricing(stout, "9.50"))
        rung(TAGS, (f"keg:{stout}", 3))
        assert documents(TAGS)[0]["_rev"] == 2


class TestRows:
    def test_are_as_many_as_their_stream_yields(self, stout):
        sweep(live(OPINIONS.name))
        assert [row["stars"] for row in documents(OPINIONS)] == [5, 5]

    def test_go_when_they_are_yielded_no_more(self, stout):
        sweep(live(OPINIONS.name))
        elsewhere(f"tasting:{stout}", taken_back(stout))
        sweep(live(OPINIONS.name))
        assert len(documents(OPINIONS)) == 1

    def test_are_written_only_where_they_have_changed(self, stout):
        rung(OPINIONS, (f"tasting:{stout}", 1), (f"tasting:{stout}", 2))
        say(tasting(stout, CY, 4))
        rung(OPINIONS, (f"tasting:{stout}", 3))
        assert sorted(row["_rev"] for row in documents(OPINIONS)) == [1, 1, 2]


class TestAJournal:
    def test_has_all_that_was_ever_added_and_its_fact_none_of_it(self, stout):
        stream = f"tasting:{stout}"
        for version in range(2, 6):
            rung(TASTINGS, (stream, version))
            elsewhere(stream, replace(audit.facts_of(stream)[0], guest_id=guest(version)))
        assert [row["guest"] for row in documents(TASTINGS)] == [
            str(one) for one in (ADA, BEN, guest(2), guest(3), guest(4))
        ]
        [fact] = live(TASTINGS.name).facts.find()
        assert (fact["number"], fact["_new"]) == (5, [])

    def test_writes_each_once_and_never_again(self, stout):
        rung(TASTINGS, (f"tasting:{stout}", 1))
        say(tasting(stout, CY, 4))
        rung(TASTINGS, (f"tasting:{stout}", 3))
        assert [row["_rev"] for row in documents(TASTINGS)] == [1, 1, 2]

    def test_has_nothing_twice_from_eight_at_once(self, stout):
        generation, stream = live(TASTINGS.name), f"tasting:{stout}"
        for version in range(2, 6):
            at_once([partial(catch_up, generation, {stream: version})] * 8)
            assert len(documents(TASTINGS)) == version
            elsewhere(stream, replace(audit.facts_of(stream)[0], guest_id=guest(version)))


class TestATally:
    def test_adds_up_what_many_streams_contribute(self, stout):
        say(tasting(keg("Porter"), stars=4))
        sweep(live(STARS.name))
        assert sorted((tally["stars"], tally["guests"]) for tally in documents(STARS)) == [(4, 1), (10, 2)]

    def test_takes_back_what_is_contributed_no_more(self, stout):
        sweep(live(STARS.name))
        elsewhere(f"tasting:{stout}", taken_back(stout))
        sweep(live(STARS.name))
        assert [(tally["stars"], tally["guests"], tally["_rev"]) for tally in documents(STARS)] == [(5, 1, 2)]

    def test_counts_nothing_twice_from_eight_at_once(self, stout):
        generation, stream = live(STARS.name), f"tasting:{stout}"
        for version in range(2, 6):
            at_once([partial(catch_up, generation, {stream: version})] * 8)
            assert [(tally["stars"], tally["_rev"]) for tally in documents(STARS)] == [(5 * version, version - 1)]
            elsewhere(stream, replace(audit.facts_of(stream)[0], guest_id=guest(version)))

    def test_of_many_streams_is_right_from_eight_at_once(self):
        streams = [f"tasting:{say(tasting(keg(f'Keg {number}'), stars=1)).id}" for number in range(16)]
        at_once(
            [
                partial(catch_up, live(STARS.name), dict.fromkeys(streams[first:] + streams[:first], 1))
                for first in range(8)
            ]
        )
        assert [(tally["stars"], tally["guests"]) for tally in documents(STARS)] == [(16, 16)]


@SHAPES
class TestABell:
    def test_heard_twice_changes_nothing(self, stout, model):
        sweep(live(model.name))
        before = documents(model)
        rung(model, (f"tasting:{stout}", 2), (f"tasting:{stout}", 2))
        assert documents(model) == before

    def test_that_is_late_changes_nothing(self, stout, model):
        sweep(live(model.name))
        before = documents(model)
        rung(model, (f"tasting:{stout}", 1))
        assert documents(model) == before

    def test_brings_in_whatever_there_is(self, stout, model):
        rung(model, (f"tasting:{stout}", 1))
        assert live(model.name).facts.find_one({"_id": str(stout)})["_seen"] == {"tasting": 2}

    def test_for_the_newest_is_never_told_to_read_again(self, stout, model):
        rung(model, (f"tasting:{stout}", NEWEST), ("tasting:nothing", NEWEST))
        assert live(model.name).facts.count_documents({}) == 1

    def test_for_more_than_the_log_shows_is_told_to_read_again(self, stout, model):
        with pytest.raises(ReadLess):
            rung(model, (f"tasting:{stout}", 3))

    def test_reads_a_commit_whole(self, stout, model):
        tasted = audit.facts_of(f"tasting:{stout}")
        elsewhere(f"tasting:{stout}", *tasted)
        rung(model, (f"tasting:{stout}", 3))
        assert live(model.name).facts.find_one({"_id": str(stout)})["_seen"] == {"tasting": 4}


def test_a_batch_that_keeps_aborting_is_split(stout, monkeypatch):
    def contended(generation, bells, *rest):
        if len(bells) > 1:
            raise OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})
        return once(generation, bells, *rest)

    porter = say(tasting(keg("Porter"), stars=4)).id
    once = catching_up._once
    monkeypatch.setattr(catching_up, "_once", contended)
    catch_up(live(STARS.name), {f"tasting:{stout}": 2, f"tasting:{porter}": 1})
    assert sorted(tally["stars"] for tally in documents(STARS)) == [4, 10]


def test_the_streams_of_a_document_are_known_by_its_id():
    assert streams_of(TAGS, "1") == ["keg:1", "tasting:1"]
    assert {identity_in(stream) for stream in streams_of(TAGS, "1")} == {"1"}


def test_what_there_is_one_of_has_its_kind_for_an_id():
    assert identity_in("tastings") == "tastings"
    assert streams_of(OPINIONS, "tasting") == ["tasting"]
