"""Events that were stored at another time: by older code, and by newer."""

from uuid import UUID

import pytest

from efi.delivery import relay
from efi.domain.errors import UnknownEvent
from efi.domain.events import EVENTS, UPCASTERS, Event, event, lift
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import failures
from efi.reading.generations import build_missing, live
from efi.reading.projections import READ_MODELS
from tavern.commands.kegs import kegs
from tavern.events import KegRepriced
from tavern.records.kegs import NAME as RECORDS
from tests.efi import audit
from tests.given import bbd, identity, say
from tests.tavern.bar import keg, repricing
from tests.tavern.labels import only

pytestmark = pytest.mark.usefixtures("restarted")

SCHEMA_1 = {"old_price": {"amount": "8.50", "currency": "BBD"}, "price": {"amount": "9.00", "currency": "BBD"}}

SCHEMA_2 = {**SCHEMA_1, "reason": "dearer barley"}


@pytest.fixture
def documents(restarted):
    """A record of each keg."""
    with only(READ_MODELS[RECORDS]):
        build_missing()
        yield


def left_by_other_code(keg_id: UUID, *facts: tuple[str, int, dict[str, object]]) -> None:
    """A commit as this code would not write it."""
    head = event_store.head(stream := f"keg:{keg_id}")
    like = event_store.commits().find_one({"stream": stream}, {"_id": 0})
    events = [{"type": name, "schema": schema, "data": {"keg_id": str(keg_id), **data}} for name, schema, data in facts]
    written = {"version": head + 1, "events": events, "count": len(events), "command_id": f"{facts} {head}"}
    event_store.commits().insert_one({**like, **written})


def folded(keg_id: UUID) -> Document:
    return live(RECORDS).documents.find_one({"_id": str(keg_id)})


def price(keg_id: UUID) -> str:
    return str(folded(keg_id)["price"])


def seen(keg_id: UUID) -> int:
    return folded(keg_id)["_seen"]["keg"]


class TestAnOlderSchema:
    @pytest.fixture
    def stout(self):
        keg_id = keg(price="8.50")
        left_by_other_code(keg_id, ("tavern.KegRepriced", 1, SCHEMA_1))
        return keg_id

    def test_is_lifted_where_the_log_is_read(self, stout):
        lifted = KegRepriced(keg_id=stout, old_price=bbd("8.50"), price=bbd("9.00"), reason="not stated")
        assert audit.facts_of(f"keg:{stout}")[-1] == lifted

    def test_is_lifted_for_an_aggregate(self, stout):
        assert kegs.load(stout).price == bbd("9.00")

    def test_is_lifted_for_a_command(self, stout):
        say(repricing(stout, "9.50"))
        assert audit.facts_of(f"keg:{stout}")[-1].old_price == bbd("9.00")

    def test_is_lifted_for_documents(self, documents, stout):
        relay.sweep()
        assert price(stout) == "9.00"
        audit.the_documents_agree()

    def test_stays_in_the_log_as_it_was(self, documents, stout):
        relay.sweep()
        say(repricing(stout, "9.50"))
        assert [raw["events"][0]["schema"] for raw in event_store.read_raw(f"keg:{stout}", after=1)] == [1, 2]

    def test_is_lifted_step_by_step(self, monkeypatch):
        monkeypatch.setattr(KegRepriced, "schema_number", 3)
        monkeypatch.setitem(
            UPCASTERS, ("tavern.KegRepriced", 2), lambda payload: {**payload, "reason": payload["reason"].upper()}
        )
        assert lift("tavern.KegRepriced", 1, {"keg_id": str(identity("stout")), **SCHEMA_1}).reason == "NOT STATED"


NEWER = pytest.mark.parametrize(
    "fact",
    [("tavern.KegPraised", 1, {}), ("tavern.KegRepriced", 3, SCHEMA_2)],
    ids=["an unknown event", "a newer schema"],
)


@NEWER
class TestNewerCode:
    """One keg has an event of newer code between two of ours; the other has not."""

    @pytest.fixture
    def praised(self, documents, fact):
        keg_id = keg("Stout", price="8.50")
        say(repricing(keg_id, "8.75"))
        left_by_other_code(keg_id, fact)
        return keg_id

    def test_has_its_events_to_itself_and_that_is_no_failure(self, praised):
        relay.sweep()
        assert (price(praised), seen(praised)) == ("8.75", 2)
        assert failures.count(live(RECORDS).name) == 0

    def test_has_what_came_after_them_to_itself_too(self, praised):
        left_by_other_code(praised, ("tavern.KegRepriced", 2, SCHEMA_2))
        relay.sweep()
        assert (price(praised), seen(praised)) == ("8.75", 2)

    def test_keeps_no_other_document_waiting(self, praised):
        porter = keg("Porter")
        relay.sweep()
        assert seen(porter) == 1

    def test_has_whole_commits_to_itself(self, praised, fact):
        porter = keg("Porter")
        ours = ("tavern.KegRepriced", 2, SCHEMA_2)
        left_by_other_code(porter, ours, fact)
        relay.sweep()
        assert (price(porter), seen(porter)) == ("8.50", 1)

    def test_alone_decides_on_what_it_has_written(self, praised):
        with pytest.raises(UnknownEvent):
            kegs.load(praised)

    def test_here_at_last_it_reads_on_from_there(self, praised, fact, monkeypatch):
        relay.sweep()
        roll_out_newer_code(monkeypatch)
        say(repricing(praised, "9.20"))
        relay.sweep()
        assert seen(praised) == 4
        audit.the_documents_agree()


def roll_out_newer_code(monkeypatch):
    @event()
    class KegPraised(Event):
        keg_id: UUID

    del EVENTS[KegPraised.type_name]
    monkeypatch.setitem(EVENTS, "tavern.KegPraised", KegPraised)
    monkeypatch.setattr(KegRepriced, "schema_number", 3)
    monkeypatch.setitem(UPCASTERS, ("tavern.KegRepriced", 2), lambda payload: payload)
    monkeypatch.setitem(UPCASTERS, ("tavern.KegRepriced", 3), lambda payload: payload)
