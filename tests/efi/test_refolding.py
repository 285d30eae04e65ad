"""Every document that a stream feeds is written anew once the log no longer tells what it showed."""

from uuid import UUID

import pytest

from efi.delivery import relay
from efi.log import event_store
from efi.operations.rebuilding.rebuild import rebuild
from efi.reading import catching_up, followers, generations, refolding
from efi.reading.folding import FoldFailed
from efi.reading.generations import live
from efi.reading.projections import READ_MODELS
from efi.reading.refolding import Overtaken, refold, refold_stream
from tests.efi import audit
from tests.given import say
from tests.tavern.bar import ADA, BEN, CY, keg, tasting
from tests.tavern.labels import OPINIONS, SHAPES, TAGS, TASTINGS, UNREADABLE


@pytest.fixture
def stout(tagged):
    """The stream of what two guests think of it, read by all."""
    stout = keg()
    for guest_id in (ADA, BEN):
        say(tasting(stout, guest_id))
    relay.sweep()
    return str(stout)


@pytest.fixture
def forgotten(stout):
    """The log tells of one guest no longer what it did: neither who that was nor how many stars were given."""
    for commit in event_store.commits().find({"stream": f"tasting:{stout}"}):
        for at, event in enumerate(commit["events"]):
            if event["data"].get("guest_id") == str(ADA):
                told = {f"events.{at}.data.guest_id": str(CY), f"events.{at}.data.stars": 1}
                event_store.commits().update_one({"_id": commit["_id"]}, {"$set": told})
    with pytest.raises(AssertionError):
        audit.the_documents_agree()
    return stout


def revisions():
    return {name: {one["_id"]: one["_rev"] for one in live(name).facts.find()} for name in READ_MODELS}


def test_a_stream_is_refolded_in_every_shape_of_read_model(forgotten):
    refold_stream(f"tasting:{forgotten}")
    audit.the_documents_agree()
    assert live(TASTINGS.name).stored.find_one({"_id": f"{forgotten}:1"})["guest"] == str(CY)


def test_each_document_is_at_a_higher_revision_so_that_every_copy_learns_of_it(forgotten):
    before = revisions()
    refold_stream(f"tasting:{forgotten}")
    assert {model.name for model in SHAPES if revisions()[model.name][forgotten] > before[model.name][forgotten]} == {
        model.name for model in SHAPES
    }


def test_whoever_copies_documents_is_told(forgotten, monkeypatch):
    told = []
    monkeypatch.setattr(followers, "AFTER", [lambda generation, ids: told.append((generation.model.name, *ids))])
    refold_stream(f"tasting:{forgotten}")
    assert set(told) == {(model.name, forgotten) for model in SHAPES}


def test_what_the_document_had_not_read_yet_is_caught_up(stout):
    say(tasting(UUID(stout), CY, 4))
    refold(live(TAGS.name), stout)
    assert live(TAGS.name).documents.find_one({"_id": stout})["stars"] == 14


def test_a_generation_that_one_can_go_back_to_is_refolded_too(forgotten):
    rebuild(TAGS.name, lambda *_: None)
    [before] = generations.previous()
    assert before.stored.find_one({"_id": forgotten})["stars"] == 10
    refold_stream(f"tasting:{forgotten}")
    assert before.stored.find_one({"_id": forgotten})["stars"] == 6


@pytest.mark.parametrize("model", SHAPES, ids=lambda model: model.name)
def test_a_document_that_is_written_meanwhile_is_read_again(stout, monkeypatch, model):
    write = refolding._written

    def overtaken(generation, *rest):
        monkeypatch.setattr(refolding, "_written", write)
        say(tasting(UUID(stout), CY, 4))
        catching_up.catch_up(generation, {f"tasting:{stout}": catching_up.NEWEST})
        return write(generation, *rest)

    monkeypatch.setattr(refolding, "_written", overtaken)
    refold(live(model.name), stout)
    assert refolding._written is write
    relay.sweep()
    audit.the_documents_agree()


def test_a_long_journal_is_refolded_in_parts(forgotten, monkeypatch):
    monkeypatch.setattr(refolding, "ROWS_AT_ONCE", 1)
    live(TASTINGS.name).stored.delete_one({"_id": f"{forgotten}:2"})
    refold_stream(f"tasting:{forgotten}")
    audit.the_documents_agree()


def test_one_that_is_written_all_the_time_is_left_with_an_error(stout, monkeypatch):
    monkeypatch.setattr(refolding, "_written", lambda *_: False)
    with pytest.raises(Overtaken, match="all the time"):
        refold(live(TAGS.name), stout)


def test_one_whose_fold_fails_is_left_as_it_is(stout):
    before = live(OPINIONS.name).facts.find_one({"_id": stout})
    UNREADABLE.add(str(ADA))
    with pytest.raises(FoldFailed, match=f"tasting:{stout} at version"):
        refold(live(OPINIONS.name), stout)
    assert live(OPINIONS.name).facts.find_one({"_id": stout}) == before


def test_a_document_that_is_missing_is_made(stout):
    live(TAGS.name).stored.delete_one({"_id": stout})
    refold(live(TAGS.name), stout)
    audit.the_documents_agree()


def test_bells_that_are_answered_at_the_same_time_change_nothing(forgotten):
    refold_stream(f"tasting:{forgotten}")
    for model in SHAPES:
        catching_up.catch_up(live(model.name), {f"tasting:{forgotten}": catching_up.NEWEST})
    audit.the_documents_agree()
