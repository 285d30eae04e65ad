"""Rebuilt is the same: beside the one that serves, while the tavern goes on, and after a kill."""

from dataclasses import replace
from functools import partial

import pytest
from django.core.management import CommandError, call_command

from efi.domain.errors import Conflict, NotFound
from efi.log import mongo
from efi.operations.rebuilding import builds, generation_list, scanning
from efi.operations.rebuilding.rebuild import Differs, back, rebuild
from efi.reading import catching_up, failures, followers, freshness, generations, mirrors
from efi.reading.generations import live, pointers
from efi.reading.mirrors import Mirror
from efi.reading.projections import READ_MODELS, Fold
from tests.given import identity, say
from tests.operations.building import (
    KEGS,
    SHAPES,
    at,
    generations_in_the_store,
    shapes,
    silent,
    the_documents_agree,
)
from tests.tavern.bar import keg, repricing, tasting
from tests.tavern.labels import TAGS, TASTINGS, UNREADABLE, only

__all__ = ("shapes",)

pytestmark = pytest.mark.usefixtures("shapes")
NAMES = [model.name for model in SHAPES]


def pointed(field, name=TAGS.name):
    return pointers().find_one({"_id": name}).get(field, {}).get("1")


def dies(generation):
    raise KeyboardInterrupt


@pytest.fixture
def small_spans(monkeypatch):
    """Of a few commits each, so that a small log has many."""
    monkeypatch.setattr(scanning, "LEAST_COMMITS", 4)


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def jobs(request, small_spans):
    return request.param


def test_in_which_order_a_fold_names_its_kinds_makes_no_difference():
    with only(replace(TAGS, kinds=("tasting", "keg"))):
        assert rebuild(TAGS.name, silent, anew=True).documents.count_documents({}) == KEGS


@pytest.mark.parametrize("name", NAMES)
def test_another_generation_serves_the_same(name, jobs):
    old = live(name)
    new = rebuild(name, silent, jobs=jobs)
    assert live(name) == new != old
    the_documents_agree(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_built_by_the_scan_and_not_by_the_sweep(name, small_spans):
    generation = replace_generation(name)
    for span in scanning.spans(generation.model):
        scanning.scan(generation, span)
    assert sum(scanning.sweep(generation, span) for span in scanning.spans(generation.model)) == 0


def replace_generation(name):
    """An empty one that nothing points at."""
    return generations.make(READ_MODELS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_scan_done_twice_counts_nothing_twice(name):
    def scan_again():
        for span in scanning.spans(READ_MODELS[name]):
            scanning.scan(generations.Generation(READ_MODELS[name], building), span)

    def note():
        nonlocal building
        building = pointed("building", name)["generation"]

    building = ""
    note_first, again = at("scanning", note), at("sweeping", scan_again)
    rebuild(name, lambda *told: (note_first(*told), again(*told)))
    the_documents_agree(name)


@pytest.mark.parametrize("step", ["scanning", "sweeping", "judging"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_meanwhile_is_in_it(name, step):
    rebuild(name, at(step, partial(keg, "Late")))
    the_documents_agree(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_stream_that_is_too_long_for_one_write_is_in_it_whole(name, monkeypatch):
    monkeypatch.setattr(scanning, "WRITES_AT_ONCE", 3)
    monkeypatch.setattr(catching_up, "A_PASS", 3)
    stout = keg("Stout")
    for number in range(10):
        say(tasting(stout, identity(f"guest {number}")))
    rebuild(name, silent)
    the_documents_agree(name)


def test_the_scan_writes_no_more_of_a_journal_at_once_than_of_all_else(monkeypatch):
    monkeypatch.setattr(scanning, "WRITES_AT_ONCE", 3)
    stout = keg("Stout")
    for number in range(10):
        say(tasting(stout, identity(f"guest {number}")))
    generation = replace_generation(TASTINGS.name)
    for span in scanning.spans(generation.model):
        scanning.scan(generation, span)
    assert generation.facts.find_one({"_id": str(stout)})["_seen"] == {"tasting": 3}
    assert generation.stored.count_documents({"_id": {"$regex": str(stout)}}) == 3


def test_it_has_its_indexes():
    READ_MODELS[TAGS.name] = replace(TAGS, indexes=([("price", 1), ("_id", 1)],))
    assert "price_1__id_1" in rebuild(TAGS.name, silent).documents.index_information()


def test_it_is_known_to_be_complete_from_its_last_sweep_on():
    before = freshness.present()
    new = rebuild(TAGS.name, silent)
    fresh = freshness.read([new.name])
    assert (fresh.as_of > before, fresh.oldest_entry) == (True, None)


def test_a_first_generation_is_built_too():
    pointers().delete_one({"_id": TAGS.name})
    generations.forget()
    assert rebuild(TAGS.name, silent).documents.count_documents({}) == KEGS


def test_one_that_is_not_registered_is_refused():
    with pytest.raises(NotFound, match="no read model cider"):
        rebuild("cider", silent)


class TestComparing:
    """With what serves, and with the log."""

    @pytest.mark.parametrize("name", NAMES)
    def test_finds_what_is_not_as_the_log_has_it(self, name, monkeypatch):
        folded = scanning._fold

        def spoilt(model, identity, raws):
            fact = folded(model, identity, raws)
            if "_new" in fact:
                fact["_new"][0]["guest"] = "another"
            return {**fact, "spoilt": True}

        monkeypatch.setattr(scanning, "_fold", spoilt)
        serving = live(name)
        with pytest.raises(Differs, match=r"spoilt|rows"):
            rebuild(name, silent)
        assert live(name) == serving

    def test_passes_over_what_has_drifted_in_the_one_that_serves(self):
        live(TAGS.name).documents.update_one({}, {"$set": {"price": "0.01"}})
        rebuild(TAGS.name, silent)
        the_documents_agree(TAGS.name)

    @pytest.mark.parametrize("name", ["opinions", "stars"])
    def test_finds_a_row_or_sum_that_its_facts_do_not_yield(self, name):
        def spoil():
            built = pointed("building", name)["generation"]
            mongo.collection(built).update_one({}, {"$inc": {"stars": 1}})

        with pytest.raises(Differs):
            rebuild(name, at("judging", spoil))

    def test_is_left_out_if_one_insists(self, monkeypatch):
        monkeypatch.setattr("efi.operations.rebuilding.comparing.differences", lambda *_: ["never equal"])
        with pytest.raises(Differs):
            rebuild(TAGS.name, silent)
        insisted = rebuild(TAGS.name, silent, force=True)
        assert live(TAGS.name) == insisted

    def test_of_a_changed_fold_is_with_the_log(self):
        def shouted(document, event, commit):
            TAGS.fold(document, event, commit)
            document["loud"] = True

        READ_MODELS[TAGS.name] = replace(TAGS, version=2, fold=shouted)
        rebuild(TAGS.name, silent)
        the_documents_agree(TAGS.name)


class TestAFoldThatFails:
    """On one stream."""

    def test_is_noted_and_does_not_serve(self):
        UNREADABLE.add("9.00")
        with pytest.raises(Differs, match="cannot be folded"):
            rebuild(TAGS.name, silent)

    def test_serves_where_it_failed_before(self):
        UNREADABLE.add("8.70")
        say(repricing(keg("Bad"), "8.70"))
        generations.sweep(live(TAGS.name))
        new = rebuild(TAGS.name, silent)
        assert [noted["version"] for noted in failures.of(new.name)] == [2]
        assert live(TAGS.name) == new


class TestTheWayBack:
    """To the generation before."""

    def test_is_swept_first(self):
        old = live(TAGS.name)
        new = rebuild(TAGS.name, silent)
        keg("Late")
        assert back(TAGS.name, silent) == live(TAGS.name) == old
        assert pointed("previous") == new.name
        the_documents_agree(TAGS.name)

    def test_is_not_gone_twice_where_it_was_broken_off_after_the_switch(self, monkeypatch):
        old = live(TAGS.name)
        rebuild(TAGS.name, silent)
        with monkeypatch.context() as patched:
            patched.setattr(generations, "place_view", dies)
            with pytest.raises(KeyboardInterrupt):
                back(TAGS.name, silent)
        assert back(TAGS.name, silent) == live(TAGS.name) == old
        assert pointed("building") is None
        assert back(TAGS.name, silent) != old

    def test_is_gone_where_it_was_broken_off_before_the_switch(self):
        old = live(TAGS.name)
        rebuild(TAGS.name, silent)
        with pytest.raises(KeyboardInterrupt):
            back(TAGS.name, at("sweeping", partial(dies, old)))
        assert back(TAGS.name, silent) == live(TAGS.name) == old

    def test_is_refused_where_there_is_none(self):
        with pytest.raises(NotFound):
            back(TAGS.name, silent)


def test_what_is_caught_up_after_the_switch_is_told_as_by_a_bell(monkeypatch):
    told, made = [], []
    monkeypatch.setattr(
        followers, "AFTER", [lambda generation, ids: told.extend((generation.name, one) for one in ids)]
    )
    monkeypatch.setattr(generations, "place_view", lambda generation: made.append(str(keg("Late"))))
    new = rebuild(TAGS.name, silent)
    assert told == [(new.name, made[0])]


class TestCleaning:
    """What serves nobody."""

    def test_drops_the_one_before(self):
        rebuild(TAGS.name, silent)
        generation_list.clean(TAGS)
        assert generations_in_the_store(TAGS.name) == {live(TAGS.name).name}
        assert pointed("previous") is None

    def test_of_two_before_only_one_is_kept(self):
        kept = [rebuild(TAGS.name, silent).name for _ in range(3)]
        assert generations_in_the_store(TAGS.name) == set(kept[1:])

    def test_leaves_the_version_before_until_told(self):
        first = live(TAGS.name).name
        second = READ_MODELS[TAGS.name] = replace(TAGS, version=2)
        new = rebuild(TAGS.name, silent).name
        generation_list.clean(second)
        assert generations_in_the_store(TAGS.name) == {first, new}
        generation_list.clean(second, all_versions=True)
        assert generations_in_the_store(TAGS.name) == {new}

    @pytest.mark.parametrize("other", [[], ["--back"], ["--list"]])
    def test_is_the_only_thing_that_is_done_to_all_versions(self, other):
        serving = live(TAGS.name)
        with pytest.raises(CommandError, match="--all-versions goes with --clean alone"):
            call_command("rebuild", TAGS.name, "--all-versions", *other)
        assert live(TAGS.name) == serving

    def test_leaves_the_one_that_is_on_the_way_back(self):
        old = live(TAGS.name)
        rebuild(TAGS.name, silent)
        assert back(TAGS.name, at("sweeping", lambda: generation_list.clean(TAGS))) == old
        the_documents_agree(TAGS.name)

    def test_tells_what_else_was_made_of_it(self, monkeypatch):
        filled, dropped = [], []
        monkeypatch.setattr(mirrors, "MIRRORS", [a_mirror(filled, dropped)])
        old = live(TAGS.name)
        new = rebuild(TAGS.name, silent)
        generation_list.clean(TAGS)
        assert (filled, dropped) == ([new, new], [old])


def a_mirror(filled, dropped):
    """Of the tags."""
    return Mirror(
        name="another store",
        read_model=TAGS.name,
        is_used=lambda: True,
        fill=filled.append,
        drop=dropped.append,
        differences=lambda *_: iter(()),
        heal=lambda *_: None,
    )


class TestOneAtATime:
    """Of the same name."""

    def test_a_second_one_is_refused(self):
        with builds.held(TAGS), pytest.raises(Conflict, match="by another process"):
            rebuild(TAGS.name, silent)

    def test_one_that_was_refused_leaves_the_first_alone(self):
        def second():
            with pytest.raises(Conflict):
                rebuild(TAGS.name, silent)

        rebuild(TAGS.name, at("sweeping", second))
        the_documents_agree(TAGS.name)

    def test_whose_hold_was_lost_writes_nothing_more(self):
        serving = live(TAGS.name)

        def taken_over():
            pointers().update_one({"_id": TAGS.name}, {"$set": {"building.1.holder": "another"}})

        with pytest.raises(Conflict, match="taken over"):
            rebuild(TAGS.name, at("sweeping", taken_over))
        assert live(TAGS.name) == serving

    def test_one_that_stopped_is_gone_on_with(self, small_spans):
        class Stopped(Exception):
            """In the middle."""

        def stop():
            raise Stopped

        with pytest.raises(Stopped):
            rebuild(TAGS.name, at("indexing", stop))
        begun = pointed("building")
        assert len(begun["done"]) == len(begun["edges"]) - 1 > 1
        assert rebuild(TAGS.name, silent).name == begun["generation"]
        assert pointed("building") is None

    def test_one_that_stopped_after_the_switch_is_completed(self, monkeypatch):
        with monkeypatch.context() as patched:
            patched.setattr(generations, "place_view", dies)
            with pytest.raises(KeyboardInterrupt):
                rebuild(TAGS.name, silent)
        serving = live(TAGS.name)
        assert rebuild(TAGS.name, silent, anew=True) == serving
        the_documents_agree(TAGS.name)


class TestAView:
    """Of records."""

    def test_looks_at_the_new_one(self):
        recorded = Fold(
            name="tag_records", kinds=("keg",), version=1, fold=TAGS.fold, view=({"$project": {"_seen": 0}},)
        )
        READ_MODELS[recorded.name] = recorded
        generations.build_missing()
        new = rebuild(recorded.name, silent)
        new.documents.update_one({}, {"$set": {"price": "seen"}})
        assert mongo.collection(recorded.view_name).count_documents({"price": "seen"}) == 1
