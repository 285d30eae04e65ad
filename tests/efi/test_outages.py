"""When the store is away: whoever asks is told soon, and nothing takes an outage for a lost race."""

import pytest
from pymongo.errors import PyMongoError, ServerSelectionTimeoutError

from efi.delivery import relay
from efi.domain.errors import Conflict
from efi.log import event_store, mongo
from efi.reading import catching_up, followers, generations
from efi.running import demo
from efi.running.embedded import CannotStart
from tests.given import say
from tests.tavern.bar import keg, repricing, tab

pytestmark = pytest.mark.usefixtures("restarted")


def away(*_: object, **__: object) -> None:
    """As the driver says it inside of a transaction."""
    error = ServerSelectionTimeoutError("no primary")
    error._add_error_label("TransientTransactionError")
    raise error


@pytest.mark.parametrize("name", ["keg_records", "cellar_supplies", "pours", "unpaid_rounds"])
def test_every_shape_of_read_model_tells_of_an_outage(name, monkeypatch):
    generations.build_missing()
    bells = {f"keg:{keg()}": 1, f"tab:{tab()}": 1}
    monkeypatch.setattr(event_store, "read_some", away)
    with pytest.raises(PyMongoError):
        catching_up.catch_up(generations.live(name), bells)


def test_contention_is_a_conflict_and_no_outage(monkeypatch):
    stout = keg()
    monkeypatch.setattr("efi.writing.dispatch.DEADLINE", 0.0)

    def too_late(*_: object) -> None:
        raise event_store.VersionConflict("moved on")

    monkeypatch.setattr(event_store, "append", too_late)
    with pytest.raises(Conflict):
        say(repricing(stout, "9.00"))


def test_a_relay_that_stumbles_goes_on(monkeypatch, caplog):
    one = relay.Relay()

    def stumble() -> None:
        monkeypatch.setattr(one, "_follow", one.stop.set)
        raise ValueError("a stone")

    monkeypatch.setattr(one, "_follow", stumble)
    monkeypatch.setattr(one.stop, "wait", lambda seconds: None)
    one.run()
    assert "the relay stumbled" in caplog.text


def test_production_does_not_start_where_the_demo_has_been():
    mongo.collection("marks").insert_one({"_id": "demo accounts"})
    try:
        with pytest.raises(CannotStart):
            demo.must_never_have_been()
    finally:
        mongo.collection("marks").delete_one({"_id": "demo accounts"})
    demo.must_never_have_been()


def test_the_task_lets_an_outage_through_to_the_relay(monkeypatch):
    generations.build_missing()
    stout = keg()
    monkeypatch.setattr(event_store, "read_some", away)
    with pytest.raises(PyMongoError):
        followers.answer(generations.live("keg_records").name, {f"keg:{stout}": 1})
