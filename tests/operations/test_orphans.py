"""What is kept for generations that nobody feeds: nothing, as soon as it is known that nobody does."""

from datetime import timedelta

import pytest
from pymongo.read_concern import ReadConcern

from efi.operations.rebuilding import builds
from efi.operations.rebuilding.orphans import LEFT_AFTER, retire_orphans
from efi.operations.rebuilding.rebuild import Differs, back, rebuild
from efi.reading import freshness, generations, progress
from efi.reading.generations import live, pointers
from tests.operations.building import at, shapes, silent, the_documents_agree
from tests.tavern.labels import TAGS

__all__ = ("shapes",)

pytestmark = pytest.mark.usefixtures("shapes")


def hears(name):
    return bool(freshness.entries().find_one({"_id": name})["hears"])


def retire():
    retire_orphans(freshness.present())


@pytest.fixture
def refused(monkeypatch):
    """A build that was found to be other than what serves, and stays for somebody to look at."""
    with monkeypatch.context() as patched:
        patched.setattr("efi.operations.rebuilding.comparing.differences", lambda *_: ["never equal"])
        with pytest.raises(Differs):
            rebuild(TAGS.name, silent)
    return pointers().find_one({"_id": TAGS.name})["building"]["1"]["generation"]


def test_what_serves_hears_its_bells():
    retire()
    assert hears(live(TAGS.name).name)


def test_a_build_that_nobody_goes_on_with_hears_no_bells(refused):
    retire()
    assert not hears(refused)


def test_a_build_that_a_process_works_on_hears_them(refused):
    with builds.held(TAGS):
        retire()
        assert hears(refused)


def test_one_that_is_gone_on_with_hears_them_again(refused):
    retire()
    assert rebuild(TAGS.name, silent).name == refused
    assert hears(refused)
    the_documents_agree(TAGS.name)


def test_the_one_before_hears_none_though_its_way_back_was_cut_short():
    before = live(TAGS.name).name
    rebuild(TAGS.name, silent)
    with pytest.raises(KeyboardInterrupt):
        back(TAGS.name, at("sweeping", interrupt))
    assert hears(before)
    retire()
    assert not hears(before)


def interrupt():
    raise KeyboardInterrupt


def test_what_a_start_left_that_was_killed_hears_none_after_a_while():
    left = generations.make(TAGS).name
    retire()
    assert hears(left)
    long_ago = freshness.present() - LEFT_AFTER - timedelta(seconds=1)
    freshness.entries().update_one({"_id": left}, {"$set": {"begun": long_ago}})
    retire()
    assert not hears(left)


def test_bells_that_only_an_orphan_did_not_answer_are_dropped(refused, settings):
    settings.BROKER_URL = "amqp://carried"
    moment = freshness.present()
    sent = progress.send({"others.keg": {"keg:1": 1}}, moment, moment)
    for one in freshness.entries().find({"_id": {"$ne": refused}}):
        progress.arrived(one["_id"], sent["others.keg"], moment)
    settings.BROKER_URL = ""
    progress.tidy()
    assert under_way() == 1
    retire()
    progress.tidy()
    assert under_way() == 0


def under_way():
    """As it was just written, without waiting for a majority."""
    return freshness.under_way().with_options(read_concern=ReadConcern("local")).count_documents({})
