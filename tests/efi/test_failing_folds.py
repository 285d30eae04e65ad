"""A fold that fails: its document stays behind and says so, and nothing else does."""

import pytest

from efi.delivery import relay
from efi.log import event_store
from efi.reading import failures
from efi.reading.catching_up import NEWEST, catch_up
from efi.reading.generations import live
from tests.catalog.larder import OLIVES, olives_created, olives_repriced
from tests.efi import audit
from tests.efi.catalogue import delivery, product, repricing, supplier
from tests.efi.labels import LABELS, TAGS, UNITS, UNREADABLE
from tests.given import elsewhere, say

pytestmark = pytest.mark.usefixtures("labelled")


def tag(product_id):
    return live(TAGS.name).documents.find_one({"_id": str(product_id)})


def noted(model=TAGS):
    return [(one["stream"], one["version"]) for one in failures.failures().find({"generation": live(model.name).name})]


@pytest.fixture
def olives():
    """Their second price cannot be read, the first and the third can."""
    UNREADABLE.add("9.00")
    product_id = product(price="8.50")
    for price in ("9.00", "10.00"):
        say(repricing(product_id, price))
    return product_id


class TestAFailure:
    def test_keeps_what_was_folded_before_it(self, olives):
        relay.sweep()
        assert (tag(olives)["price"], tag(olives)["_seen"]) == ("8.50", {"product": 1})

    def test_is_said_by_the_document(self, olives):
        relay.sweep()
        assert tag(olives)["_failed"] == {"product": 2}

    def test_is_said_by_a_document_that_has_nothing_else_to_say(self):
        UNREADABLE.add("8.50")
        product_id = product(price="8.50")
        relay.sweep()
        assert tag(product_id) == {"_id": str(product_id), "_seen": {}, "_rev": 1, "_failed": {"product": 1}}

    def test_is_logged_with_its_stream_and_version(self, olives, caplog):
        relay.sweep()
        assert f"cannot fold product:{olives} at version 2" in caplog.text
        assert "Unreadable" in caplog.text

    def test_is_counted(self, olives):
        relay.sweep()
        assert failures.count(live(TAGS.name).name) == 1
        assert noted() == [(f"product:{olives}", 2)]

    def test_keeps_no_other_document_waiting(self, olives):
        feta = product("FETA", price="3.00")
        relay.sweep()
        assert tag(feta)["price"] == "3.00"

    def test_keeps_no_other_stream_of_its_document_waiting(self, olives):
        say(delivery(olives, supplier(), 10))
        relay.sweep()
        assert (tag(olives)["units"], tag(olives)["_seen"]) == (10, {"product": 1, "stock": 1})

    def test_is_tried_again_by_the_sweep_and_not_written_again(self, olives):
        relay.sweep()
        before = tag(olives)
        relay.sweep()
        assert tag(olives) == before
        assert [one["tries"] for one in failures.failures().find()] == [2]

    def test_stays_where_it_was_when_more_has_happened(self, olives):
        relay.sweep()
        say(repricing(olives, "11.00"))
        relay.sweep()
        assert (tag(olives)["price"], noted()) == ("8.50", [(f"product:{olives}", 2)])

    def test_moves_on_to_the_next_that_fails(self, olives):
        UNREADABLE.add("10.00")
        relay.sweep()
        UNREADABLE.remove("9.00")
        relay.sweep()
        assert (tag(olives)["price"], tag(olives)["_failed"], noted()) == (
            "9.00",
            {"product": 3},
            [(f"product:{olives}", 3)],
        )

    def test_is_healed_by_the_sweep_once_the_fold_is_right(self, olives):
        relay.sweep()
        UNREADABLE.clear()
        relay.sweep()
        assert (tag(olives)["price"], "_failed" in tag(olives), noted()) == ("10.00", False, [])
        audit.the_documents_agree()

    def test_takes_its_whole_commit_back(self):
        UNREADABLE.add("9.00")
        elsewhere(f"product:{OLIVES}", olives_created("8.50"))
        elsewhere(f"product:{OLIVES}", olives_repriced("8.50", "8.75"), olives_repriced("8.75", "9.00"))
        relay.sweep()
        assert (tag(OLIVES)["price"], tag(OLIVES)["_seen"]) == ("8.50", {"product": 1})


class TestWhatIsFactAndWhatIsRead:
    """The second of three deliveries cannot be read: by the fold itself, or by what makes rows or amounts of a fact."""

    @pytest.fixture(params=["SUMMER", "label of SUMMER"], ids=["in the fold", "in what it yields"])
    def olives(self, request):
        UNREADABLE.add(request.param)
        product_id, trattoria = product(), supplier()
        for batch in ("SPRING", "SUMMER", "AUTUMN"):
            say(delivery(product_id, trattoria, 10, batch=batch))
        return product_id

    def test_rows_stand_as_before_the_failure(self, olives):
        relay.sweep()
        assert [row["units"] for row in live(LABELS.name).documents.find()] == [10]
        assert noted(LABELS) == [(f"stock:{olives}", 2)]

    def test_tallies_stand_as_before_the_failure(self, olives):
        relay.sweep()
        assert [(tally["units"], tally["lots"]) for tally in live(UNITS.name).documents.find()] == [(10, 1)]
        assert noted(UNITS) == [(f"stock:{olives}", 2)]

    def test_no_other_fact_waits(self, olives):
        say(delivery(product("FETA"), supplier("KAL"), 7))
        relay.sweep()
        assert sorted(row["units"] for row in live(LABELS.name).documents.find()) == [7, 10]
        assert sorted(tally["units"] for tally in live(UNITS.name).documents.find()) == [7, 10]

    def test_all_is_healed_by_the_sweep_once_they_are_right(self, olives):
        relay.sweep()
        UNREADABLE.clear()
        relay.sweep()
        audit.the_documents_agree()
        assert noted(LABELS) == noted(UNITS) == []

    def test_a_first_delivery_that_fails_leaves_neither_row_nor_amount(self):
        UNREADABLE.add("SPRING")
        say(delivery(product(), supplier()))
        relay.sweep()
        assert [live(model.name).documents.count_documents({}) for model in (LABELS, UNITS)] == [0, 0]


class TestWhatCannotBeKept:
    """A fold that puts into its document what no database takes."""

    @pytest.fixture(params=[{1, 2}, 2**64, "9" * 16_800_000], ids=["a set", "a huge number", "more than 16 MB"])
    def olives(self, request, monkeypatch):
        monkeypatch.setitem(TAGS.fold.__globals__, "_read", lambda text: request.param if text == "9.00" else text)
        product_id = product(price="8.50")
        say(repricing(product_id, "9.00"))
        return product_id

    def test_fails_like_a_fold_that_raises(self, olives):
        feta = product("FETA", price="3.00")
        relay.sweep()
        assert (tag(olives)["price"], tag(olives)["_failed"], noted()) == (
            "8.50",
            {"product": 2},
            [(f"product:{olives}", 2)],
        )
        assert tag(feta)["price"] == "3.00"


class TestAnEventThatCannotBeRead:
    """Something else than this code has put it there, or a rule of its values has become stricter."""

    @pytest.fixture
    def olives(self):
        product_id = product(price="8.50")
        say(repricing(product_id, "9.00"))
        torn = {"events.0.data.price.amount": "nine"}
        event_store.commits().update_one({"stream": f"product:{product_id}", "version": 2}, {"$set": torn})
        return product_id

    def test_fails_like_a_fold_that_raises(self, olives):
        feta = product("FETA", price="3.00")
        relay.sweep()
        assert (tag(olives)["price"], noted()) == ("8.50", [(f"product:{olives}", 2)])
        assert tag(feta)["price"] == "3.00"


def test_a_failure_is_the_generations_own():
    UNREADABLE.add("SPRING")
    say(delivery(product(), supplier()))
    relay.sweep()
    assert [failures.count(live(model.name).name) for model in (TAGS, LABELS, UNITS)] == [0, 1, 1]


def test_a_read_that_heals_itself_is_told_no_error():
    UNREADABLE.add("8.50")
    product_id = product(price="8.50")
    catch_up(live(TAGS.name), {f"product:{product_id}": NEWEST})
    assert tag(product_id)["_failed"] == {"product": 1}
