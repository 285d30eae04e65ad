"""A fold that fails: its document stays behind and says so, and nothing else does."""

import pytest

from efi.delivery import relay
from efi.log import event_store
from efi.reading import failures
from efi.reading.catching_up import NEWEST, catch_up
from efi.reading.generations import live
from tests.efi import audit
from tests.given import elsewhere, say
from tests.tavern.bar import ADA, BEN, CY, STOUT, keg, repricing, stout_repriced, stout_tapped, tasting
from tests.tavern.labels import OPINIONS, STARS, TAGS, UNREADABLE, opinion_of

pytestmark = pytest.mark.usefixtures("tagged")


def tag(keg_id):
    return live(TAGS.name).documents.find_one({"_id": str(keg_id)})


def noted(model=TAGS):
    return [(one["stream"], one["version"]) for one in failures.failures().find({"generation": live(model.name).name})]


@pytest.fixture
def stout():
    """Its second price cannot be read, the first and the third can."""
    UNREADABLE.add("9.00")
    keg_id = keg(price="8.50")
    for price in ("9.00", "10.00"):
        say(repricing(keg_id, price))
    return keg_id


class TestAFailure:
    def test_keeps_what_was_folded_before_it(self, stout):
        relay.sweep()
        assert (tag(stout)["price"], tag(stout)["_seen"]) == ("8.50", {"keg": 1})

    def test_is_said_by_the_document(self, stout):
        relay.sweep()
        assert tag(stout)["_failed"] == {"keg": 2}

    def test_is_said_by_a_document_that_has_nothing_else_to_say(self):
        UNREADABLE.add("8.50")
        keg_id = keg(price="8.50")
        relay.sweep()
        assert tag(keg_id) == {"_id": str(keg_id), "_seen": {}, "_rev": 1, "_failed": {"keg": 1}}

    def test_is_logged_with_its_stream_and_version(self, stout, caplog):
        relay.sweep()
        assert f"cannot fold keg:{stout} at version 2" in caplog.text
        assert "Unreadable" in caplog.text

    def test_is_counted(self, stout):
        relay.sweep()
        assert failures.count(live(TAGS.name).name) == 1
        assert noted() == [(f"keg:{stout}", 2)]

    def test_keeps_no_other_document_waiting(self, stout):
        porter = keg("Porter", price="3.00")
        relay.sweep()
        assert tag(porter)["price"] == "3.00"

    def test_keeps_no_other_stream_of_its_document_waiting(self, stout):
        say(tasting(stout))
        relay.sweep()
        assert (tag(stout)["stars"], tag(stout)["_seen"]) == (5, {"keg": 1, "tasting": 1})

    def test_is_tried_again_by_the_sweep_and_not_written_again(self, stout):
        relay.sweep()
        before = tag(stout)
        relay.sweep()
        assert tag(stout) == before
        assert [one["tries"] for one in failures.failures().find()] == [2]

    def test_stays_where_it_was_when_more_has_happened(self, stout):
        relay.sweep()
        say(repricing(stout, "11.00"))
        relay.sweep()
        assert (tag(stout)["price"], noted()) == ("8.50", [(f"keg:{stout}", 2)])

    def test_moves_on_to_the_next_that_fails(self, stout):
        UNREADABLE.add("10.00")
        relay.sweep()
        UNREADABLE.remove("9.00")
        relay.sweep()
        assert (tag(stout)["price"], tag(stout)["_failed"], noted()) == (
            "9.00",
            {"keg": 3},
            [(f"keg:{stout}", 3)],
        )

    def test_is_healed_by_the_sweep_once_the_fold_is_right(self, stout):
        relay.sweep()
        UNREADABLE.clear()
        relay.sweep()
        assert (tag(stout)["price"], "_failed" in tag(stout), noted()) == ("10.00", False, [])
        audit.the_documents_agree()

    def test_takes_its_whole_commit_back(self):
        UNREADABLE.add("9.00")
        elsewhere(f"keg:{STOUT}", stout_tapped("8.50"))
        elsewhere(f"keg:{STOUT}", stout_repriced("8.50", "8.75"), stout_repriced("8.75", "9.00"))
        relay.sweep()
        assert (tag(STOUT)["price"], tag(STOUT)["_seen"]) == ("8.50", {"keg": 1})


class TestWhatIsFactAndWhatIsRead:
    """The second of three guests cannot be read: by the fold itself, or by what makes rows or amounts of a fact."""

    @pytest.fixture(params=[str(BEN), opinion_of(BEN)], ids=["in the fold", "in what it yields"])
    def stout(self, request):
        UNREADABLE.add(request.param)
        keg_id = keg()
        for guest_id in (ADA, BEN, CY):
            say(tasting(keg_id, guest_id))
        return keg_id

    def test_rows_stand_as_before_the_failure(self, stout):
        relay.sweep()
        assert [row["stars"] for row in live(OPINIONS.name).documents.find()] == [5]
        assert noted(OPINIONS) == [(f"tasting:{stout}", 2)]

    def test_tallies_stand_as_before_the_failure(self, stout):
        relay.sweep()
        assert [(tally["stars"], tally["guests"]) for tally in live(STARS.name).documents.find()] == [(5, 1)]
        assert noted(STARS) == [(f"tasting:{stout}", 2)]

    def test_no_other_fact_waits(self, stout):
        say(tasting(keg("Porter"), stars=4))
        relay.sweep()
        assert sorted(row["stars"] for row in live(OPINIONS.name).documents.find()) == [4, 5]
        assert sorted(tally["stars"] for tally in live(STARS.name).documents.find()) == [4, 5]

    def test_all_is_healed_by_the_sweep_once_they_are_right(self, stout):
        relay.sweep()
        UNREADABLE.clear()
        relay.sweep()
        audit.the_documents_agree()
        assert noted(OPINIONS) == noted(STARS) == []

    def test_a_first_tasting_that_fails_leaves_neither_row_nor_amount(self):
        UNREADABLE.add(str(ADA))
        say(tasting(keg()))
        relay.sweep()
        assert [live(model.name).documents.count_documents({}) for model in (OPINIONS, STARS)] == [0, 0]


class TestWhatCannotBeKept:
    """A fold that puts into its document what no database takes."""

    @pytest.fixture(params=[{1, 2}, 2**64, "9" * 16_800_000], ids=["a set", "a huge number", "more than 16 MB"])
    def stout(self, request, monkeypatch):
        monkeypatch.setitem(TAGS.fold.__globals__, "_read", lambda text: request.param if text == "9.00" else text)
        keg_id = keg(price="8.50")
        say(repricing(keg_id, "9.00"))
        return keg_id

    def test_fails_like_a_fold_that_raises(self, stout):
        porter = keg("Porter", price="3.00")
        relay.sweep()
        assert (tag(stout)["price"], tag(stout)["_failed"], noted()) == (
            "8.50",
            {"keg": 2},
            [(f"keg:{stout}", 2)],
        )
        assert tag(porter)["price"] == "3.00"


class TestAnEventThatCannotBeRead:
    """Something else than this code has put it there, or a rule of its values has become stricter."""

    @pytest.fixture
    def stout(self):
        keg_id = keg(price="8.50")
        say(repricing(keg_id, "9.00"))
        torn = {"events.0.data.price.amount": "nine"}
        event_store.commits().update_one({"stream": f"keg:{keg_id}", "version": 2}, {"$set": torn})
        return keg_id

    def test_fails_like_a_fold_that_raises(self, stout):
        porter = keg("Porter", price="3.00")
        relay.sweep()
        assert (tag(stout)["price"], noted()) == ("8.50", [(f"keg:{stout}", 2)])
        assert tag(porter)["price"] == "3.00"


def test_a_failure_is_the_generations_own():
    UNREADABLE.add(str(ADA))
    say(tasting(keg()))
    relay.sweep()
    assert [failures.count(live(model.name).name) for model in (TAGS, OPINIONS, STARS)] == [0, 1, 1]


def test_a_read_that_heals_itself_is_told_no_error():
    UNREADABLE.add("8.50")
    keg_id = keg(price="8.50")
    catch_up(live(TAGS.name), {f"keg:{keg_id}": NEWEST})
    assert tag(keg_id)["_failed"] == {"keg": 1}
