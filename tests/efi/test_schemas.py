"""Events that were stored at another time: by older code, and by newer."""

from uuid import UUID

import pytest

from catalog.commands.products import products
from catalog.events import PriceChanged
from efi.delivery import relay
from efi.domain.errors import UnknownEvent
from efi.domain.events import EVENTS, UPCASTERS, Event, event, lift
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import failures
from efi.reading.generations import build_missing, live
from efi.reading.projections import READ_MODELS
from tests.catalog.larder import OLIVES
from tests.efi import audit
from tests.efi.catalogue import product, repricing
from tests.efi.labels import only
from tests.given import bbd, say

pytestmark = pytest.mark.usefixtures("restarted")

SCHEMA_1 = {"old_price": {"amount": "8.50", "currency": "BBD"}, "price": {"amount": "9.00", "currency": "BBD"}}

SCHEMA_3 = {**SCHEMA_1, "reason": "new crop", "proposal_id": None}


@pytest.fixture
def documents(restarted):
    """Of the prices on record, which tell every price there was."""
    with only(READ_MODELS["price_records"]):
        build_missing()
        yield


def left_by_other_code(product_id: UUID, *facts: tuple[str, int, dict[str, object]]) -> None:
    """A commit as this code would not write it."""
    head = event_store.head(stream := f"product:{product_id}")
    like = event_store.commits().find_one({"stream": stream}, {"_id": 0})
    events = [
        {"type": name, "schema": schema, "data": {"product_id": str(product_id), **data}}
        for name, schema, data in facts
    ]
    written = {"version": head + 1, "events": events, "count": len(events), "command_id": f"{facts} {head}"}
    event_store.commits().insert_one({**like, **written})


def folded(product_id: UUID) -> Document:
    return live("price_records").facts.find_one({"_id": str(product_id)})


def history(product_id: UUID) -> list[str]:
    return [str(one["price"]) for one in folded(product_id)["prices"]]


def seen(product_id: UUID) -> int:
    return folded(product_id)["_seen"]["product"]


class TestAnOlderSchema:
    @pytest.fixture
    def olives(self):
        product_id = product(price="8.50")
        left_by_other_code(product_id, ("catalog.PriceChanged", 1, SCHEMA_1))
        return product_id

    def test_is_lifted_where_the_log_is_read(self, olives):
        lifted = PriceChanged(product_id=olives, old_price=bbd("8.50"), price=bbd("9.00"), reason="not stated")
        assert audit.facts_of(f"product:{olives}")[-1] == lifted

    def test_is_lifted_for_an_aggregate(self, olives):
        assert products.load(olives).price == bbd("9.00")

    def test_is_lifted_for_a_command(self, olives):
        say(repricing(olives, "9.50"))
        assert audit.facts_of(f"product:{olives}")[-1].old_price == bbd("9.00")

    def test_is_lifted_for_documents(self, documents, olives):
        relay.sweep()
        assert history(olives) == ["8.50", "9.00"]
        audit.the_documents_agree()

    def test_stays_in_the_log_as_it_was(self, documents, olives):
        relay.sweep()
        say(repricing(olives, "9.50"))
        assert [raw["events"][0]["schema"] for raw in event_store.read_raw(f"product:{olives}", after=1)] == [1, 3]

    def test_is_lifted_step_by_step(self, monkeypatch):
        monkeypatch.setattr(PriceChanged, "schema_number", 4)
        monkeypatch.setitem(
            UPCASTERS, ("catalog.PriceChanged", 3), lambda payload: {**payload, "reason": payload["reason"].upper()}
        )
        assert lift("catalog.PriceChanged", 1, {"product_id": str(OLIVES), **SCHEMA_1}).reason == "NOT STATED"


NEWER = pytest.mark.parametrize(
    "fact",
    [("catalog.ProductPraised", 1, {}), ("catalog.PriceChanged", 4, SCHEMA_3)],
    ids=["an unknown event", "a newer schema"],
)


@NEWER
class TestNewerCode:
    """One product has an event of newer code between two of ours; the other has not."""

    @pytest.fixture
    def praised(self, documents, fact):
        product_id = product("OLI-1", price="8.50")
        say(repricing(product_id, "9.00"))
        left_by_other_code(product_id, fact)
        return product_id

    def test_has_its_events_to_itself_and_that_is_no_failure(self, praised):
        relay.sweep()
        assert (history(praised), seen(praised)) == (["8.50", "9.00"], 2)
        assert failures.count(live("price_records").name) == 0

    def test_has_what_came_after_them_to_itself_too(self, praised):
        left_by_other_code(praised, ("catalog.PriceChanged", 3, SCHEMA_3))
        relay.sweep()
        assert (history(praised), seen(praised)) == (["8.50", "9.00"], 2)

    def test_keeps_no_other_document_waiting(self, praised):
        feta = product("FETA")
        relay.sweep()
        assert seen(feta) == 1

    def test_has_whole_commits_to_itself(self, praised, fact):
        feta = product("FETA")
        ours = ("catalog.PriceChanged", 3, SCHEMA_3)
        left_by_other_code(feta, ours, fact)
        relay.sweep()
        assert (history(feta), seen(feta)) == (["8.50"], 1)

    def test_alone_decides_on_what_it_has_written(self, praised):
        with pytest.raises(UnknownEvent):
            products.load(praised)

    def test_here_at_last_it_reads_on_from_there(self, praised, fact, monkeypatch):
        relay.sweep()
        roll_out_newer_code(monkeypatch)
        say(repricing(praised, "9.20"))
        relay.sweep()
        assert seen(praised) == 4
        audit.the_documents_agree()


def roll_out_newer_code(monkeypatch):
    @event()
    class ProductPraised(Event):
        product_id: UUID

    del EVENTS[ProductPraised.type_name]
    monkeypatch.setitem(EVENTS, "catalog.ProductPraised", ProductPraised)
    monkeypatch.setattr(PriceChanged, "schema_number", 4)
    monkeypatch.setitem(UPCASTERS, ("catalog.PriceChanged", 3), lambda payload: payload)
    monkeypatch.setitem(UPCASTERS, ("catalog.PriceChanged", 4), lambda payload: payload)
