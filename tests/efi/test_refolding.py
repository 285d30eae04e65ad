"""Every document that a stream feeds is written anew once the log no longer tells what it showed."""

from uuid import UUID

import pytest

from efi.delivery import relay
from efi.log import event_store
from efi.operations.rebuilding.rebuild import rebuild
from efi.reading import catching_up, followers, generations, refolding
from efi.reading.catching_up import FoldFailed
from efi.reading.generations import live
from efi.reading.projections import READ_MODELS
from efi.reading.refolding import Overtaken, refold, refold_stream
from tests.catalog.catalogue import delivery, product, supplier
from tests.efi import audit
from tests.efi.labels import ARRIVALS, LABELS, TAGS, UNITS, UNREADABLE
from tests.given import say

SHAPES = [TAGS, LABELS, ARRIVALS, UNITS]


@pytest.fixture
def olives(labelled):
    """The stream of a stock of two lots, read by all."""
    olives, trattoria = product("OLI-1"), supplier("TRA")
    for batch in ("SPRING", "SUMMER"):
        say(delivery(olives, trattoria, 10, batch=batch))
    relay.sweep()
    return str(olives)


@pytest.fixture
def forgotten(olives):
    """The log tells of one lot no longer what it did: neither its batch nor how much it was."""
    for commit in event_store.commits().find({"stream": f"stock:{olives}"}):
        for at, event in enumerate(commit["events"]):
            if event["data"].get("batch_number") == "SPRING":
                told = {f"events.{at}.data.batch_number": "FORGOTTEN", f"events.{at}.data.quantity": 1}
                event_store.commits().update_one({"_id": commit["_id"]}, {"$set": told})
    with pytest.raises(AssertionError):
        audit.the_documents_agree()
    return olives


def revisions():
    return {name: {one["_id"]: one["_rev"] for one in live(name).facts.find()} for name in READ_MODELS}


def test_a_stream_is_refolded_in_every_shape_of_read_model(forgotten):
    refold_stream(f"stock:{forgotten}")
    audit.the_documents_agree()
    assert live(ARRIVALS.name).stored.find_one({"_id": f"{forgotten}:1"})["batch"] == "FORGOTTEN"


def test_each_document_is_at_a_higher_revision_so_that_every_copy_learns_of_it(forgotten):
    before = revisions()
    refold_stream(f"stock:{forgotten}")
    assert {model.name for model in SHAPES if revisions()[model.name][forgotten] > before[model.name][forgotten]} == {
        model.name for model in SHAPES
    }


def test_whoever_copies_documents_is_told(forgotten, monkeypatch):
    told = []
    monkeypatch.setattr(followers, "AFTER", [lambda generation, ids: told.append((generation.model.name, *ids))])
    refold_stream(f"stock:{forgotten}")
    assert set(told) == {(model.name, forgotten) for model in SHAPES}


def test_what_the_document_had_not_read_yet_is_caught_up(olives):
    say(delivery(UUID(olives), supplier("PON"), 5, batch="AUTUMN"))
    refold(live(TAGS.name), olives)
    assert live(TAGS.name).documents.find_one({"_id": olives})["units"] == 25


def test_a_generation_that_one_can_go_back_to_is_refolded_too(forgotten):
    rebuild(TAGS.name, lambda *_: None)
    [before] = generations.previous()
    assert before.stored.find_one({"_id": forgotten})["units"] == 20
    refold_stream(f"stock:{forgotten}")
    assert before.stored.find_one({"_id": forgotten})["units"] == 11


@pytest.mark.parametrize("model", SHAPES, ids=lambda model: model.name)
def test_a_document_that_is_written_meanwhile_is_read_again(olives, monkeypatch, model):
    write, trattoria = refolding._written, supplier("PON")

    def overtaken(generation, *rest):
        monkeypatch.setattr(refolding, "_written", write)
        say(delivery(UUID(olives), trattoria, 5, batch="AUTUMN"))
        catching_up.catch_up(generation, {f"stock:{olives}": catching_up.NEWEST})
        return write(generation, *rest)

    monkeypatch.setattr(refolding, "_written", overtaken)
    refold(live(model.name), olives)
    assert refolding._written is write
    relay.sweep()
    audit.the_documents_agree()


def test_one_that_is_written_all_the_time_is_left_with_an_error(olives, monkeypatch):
    monkeypatch.setattr(refolding, "_written", lambda *_: False)
    with pytest.raises(Overtaken, match="all the time"):
        refold(live(TAGS.name), olives)


def test_one_whose_fold_fails_is_left_as_it_is(olives):
    before = live(LABELS.name).facts.find_one({"_id": olives})
    UNREADABLE.add("SPRING")
    with pytest.raises(FoldFailed, match=f"stock:{olives} at version"):
        refold(live(LABELS.name), olives)
    assert live(LABELS.name).facts.find_one({"_id": olives}) == before


def test_a_document_that_is_missing_is_made(olives):
    live(TAGS.name).stored.delete_one({"_id": olives})
    refold(live(TAGS.name), olives)
    audit.the_documents_agree()


def test_bells_that_are_answered_at_the_same_time_change_nothing(forgotten):
    refold_stream(f"stock:{forgotten}")
    for model in SHAPES:
        catching_up.catch_up(live(model.name), {f"stock:{forgotten}": catching_up.NEWEST})
    audit.the_documents_agree()
