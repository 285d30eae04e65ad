"""Generations: a fold that has changed serves from its next start on, and the one before serves on beside it."""

from dataclasses import replace
from functools import partial

import pytest
from pymongo import WriteConcern
from pymongo.errors import OperationFailure

from efi.log import event_store, mongo
from efi.reading import catching_up, generations
from efi.reading.freshness import entries
from efi.reading.generations import build_missing, live, pointers
from efi.reading.projections import READ_MODELS
from tests.efi import audit
from tests.efi.crowd import at_once
from tests.given import elsewhere, restart, say
from tests.tavern.bar import keg, repricing, stout_tapped
from tests.tavern.labels import TAGS, only

pytestmark = pytest.mark.usefixtures("restarted")
ROUNDS = 5


@pytest.fixture
def tags():
    """One read model at its first version, not built yet."""
    with only(TAGS):
        yield


def shouted(document, event, commit):
    TAGS.fold(document, event, commit)
    document["price"] = f"now {document['price']}!"


SHOUTED = replace(TAGS, version=2, fold=shouted)
"""The fold of the next release."""


def start(model):
    """A process of the release that has this fold, up to where it serves."""
    READ_MODELS[model.name] = model
    restart()
    build_missing()
    return live(model.name)


def prices(generation):
    return [document["price"] for document in generation.documents.find()]


def test_before_it_is_built_there_is_none(tags):
    with pytest.raises(LookupError):
        live(TAGS.name)


def test_one_that_is_missing_is_built_from_the_log(tags):
    say(repricing(keg(price="8.50"), "9.00"))
    assert prices(start(TAGS)) == ["9.00"]


def test_one_that_is_there_is_left_alone(tags):
    assert start(TAGS).name == start(TAGS).name


def test_a_changed_fold_serves_right_after_the_restart(tags):
    keg_id = keg(price="8.50")
    start(TAGS)
    say(repricing(keg_id, "9.00"))
    assert prices(start(SHOUTED)) == ["now 9.00!"]


def test_the_fold_before_serves_its_own_beside_it(tags):
    keg(price="8.50")
    old, new = start(TAGS), start(SHOUTED)
    keg("Porter", price="3.00")
    for generation in (old, new):
        generations.sweep(generation)
    assert sorted(prices(old)) == ["3.00", "8.50"]
    assert sorted(prices(new)) == ["now 3.00!", "now 8.50!"]


def test_going_back_to_the_fold_before_serves_what_it_served(tags):
    old = start(TAGS)
    start(SHOUTED)
    keg(price="8.50")
    back = start(TAGS)
    generations.sweep(back)
    assert (back.name, prices(back)) == (old.name, ["8.50"])


def test_each_fold_is_pointed_at_by_its_version(tags):
    names = {"1": start(TAGS).name, "2": start(SHOUTED).name}
    assert pointers().find_one({"_id": TAGS.name})["generations"] == names
    assert names["1"] != names["2"]


def test_one_has_its_indexes_before_it_serves(tags):
    indexed = start(replace(TAGS, indexes=([("price", 1), ("_id", 1)],)))
    assert "price_1__id_1" in indexed.documents.index_information()


def test_one_has_a_freshness_of_its_own(tags):
    generation = start(TAGS)
    assert [entry["_id"] for entry in entries().find()] == [generation.name]


def test_of_several_that_build_at_once_all_serve_the_same(tags):
    for number in range(20):
        keg(f"Keg {number}")
    restart()
    built = at_once([partial(_built_by_another_process, TAGS)] * 6)
    assert len(set(built)) == 1
    audit.the_documents_agree()


def test_one_is_found_though_another_thread_forgets_meanwhile(tags, monkeypatch):
    def read_and_forgotten():
        found = read()
        generations.forget()
        return found

    generation, read = start(TAGS), generations._read_pointers
    restart()
    monkeypatch.setattr(generations, "_read_pointers", read_and_forgotten)
    assert live(TAGS.name) == generation


def _built_by_another_process(model):
    generations._build(model)
    return pointers().find_one({"_id": model.name})["generations"]["1"]


def test_what_is_committed_while_it_is_built_is_in_it(tags, monkeypatch):
    def swept(generation):
        rung = sweep(generation)
        keg(f"Late {generation.documents.count_documents({})}")
        return rung

    keg("Early")
    sweep = generations.sweep
    monkeypatch.setattr(generations, "sweep", swept)
    assert len(prices(start(TAGS))) == 2


def test_a_sweep_finds_what_the_log_holds_though_not_for_good_yet(tags, monkeypatch):
    hasty = event_store.commits().with_options(write_concern=WriteConcern(w=1, j=False))
    generation = start(TAGS)
    for number in range(ROUNDS):
        with monkeypatch.context() as patched:
            patched.setattr(event_store, "commits", lambda: hasty)
            elsewhere(f"keg:{number}", stout_tapped())
        generations.sweep(generation)
        assert len(prices(generation)) == number + 1


def test_a_sweep_reads_no_more_than_what_is_behind(tags):
    def rung(generation, bells):
        heard.append(bells)
        catching_up.catch_up(generation, bells)

    stout, _ = keg(), keg("Porter")
    generation = start(TAGS)
    say(repricing(stout, "9.00"))
    heard = []
    generations.sweep(generation, rung)
    assert heard == [{f"keg:{stout}": 2}]


class TestAView:
    """Of records, for the admin."""

    @pytest.fixture
    def records(self, tags):
        recorded = replace(TAGS, name="tag_records", view=({"$project": {"_seen": 0, "_rev": 0}},))
        with only(recorded):
            keg(price="8.50")
            start(recorded)
            yield recorded

    def rows(self, model):
        return list(mongo.collection(model.view_name).find({}, {"_id": 0, "_updated_at": 0}))

    def test_shows_the_generation_of_its_fold(self, records):
        assert self.rows(records) == [{"price": "8.50"}]

    def test_of_each_version_shows_its_own(self, records):
        next_one = replace(records, version=2, fold=shouted)
        start(next_one)
        assert (self.rows(records), self.rows(next_one)) == ([{"price": "8.50"}], [{"price": "now 8.50!"}])

    def test_is_moved_where_its_definition_has_changed(self, records):
        start(replace(records, view=({"$project": {"price": 0, "_seen": 0, "_rev": 0}},)))
        assert self.rows(records) == [{}]

    def test_takes_no_writes(self, records):
        with pytest.raises(OperationFailure):
            mongo.collection(records.view_name).insert_one({"price": "1.00"})
