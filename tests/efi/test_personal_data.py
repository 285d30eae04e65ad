"""What is personal lies under a key of its person, and nobody can read it once that key is gone."""

import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from django.conf import settings
from django.core.management import call_command

from efi.delivery import forgetting
from efi.domain.aggregate import Aggregate
from efi.domain.errors import KeyReused, Rejected
from efi.log import event_store, keys, master_keys, mongo
from efi.reading import catching_up, generations, refolding
from efi.reading.catching_up import NEWEST
from efi.writing import repository
from efi.writing.dispatch import dispatch
from tavern.commands.tabs import OpenTab
from tests.given import MARIA, NOW, minutes

GUEST = UUID("0192f0c1-7a00-7000-8000-00000000900d")
OTHER = UUID("0192f0c1-7a00-7000-8000-00000000bad0")
NAME = "Anneliese Mustermann"


class Known(Aggregate):
    """Of somebody."""

    kind = "known"

    @property
    def person(self):
        return self.id


def opened(name, guest=GUEST, key=None):
    return dispatch(
        OpenTab(guest_id=guest, name=name, lapses_at=NOW + timedelta(hours=4)), actor=MARIA, at=NOW, key=key
    )


@pytest.fixture
def tab(store):
    return opened(NAME)


def stored_anywhere(text):
    """The collections that hold a text in some document."""
    database = mongo.database()
    names = [
        one["name"]
        for one in database.list_collections()
        if one["type"] == "collection" and "system." not in one["name"]
    ]
    return {name for name in names if any(text in str(document) for document in database[name].find())}


def caught_up(stream):
    generations.build_missing()
    for generation in generations.of_this_process():
        if generation.model.follows(stream):
            catching_up.catch_up(generation, {stream: NEWEST})


def stream_of(receipt):
    return next(iter(receipt.streams))


class TestTheLog:
    def test_a_name_is_not_in_the_log_in_clear(self, tab):
        assert stored_anywhere(NAME) == set()

    def test_whoever_reads_the_log_through_us_has_it_in_clear(self, tab):
        [commit] = event_store.read(stream_of(tab))
        assert commit.events[0].name == NAME

    def test_auditors_read_null(self, tab):
        raw = event_store.commits().find_one({"stream": stream_of(tab)})
        assert [row["data"]["name"] for row in event_store.shown(raw)] == [None]

    def test_what_was_stored_in_clear_before_is_still_read(self, tab):
        event_store.commits().update_one({}, {"$set": {"events.0.data.name": NAME}, "$unset": {"people": ""}})
        [commit] = event_store.read(stream_of(tab))
        assert commit.events[0].name == NAME

    def test_a_sealed_text_cannot_be_moved_to_another_stream(self, tab):
        other = opened("Bob")
        moved = event_store.commits().find_one({"stream": stream_of(tab)})["events"][0]["data"]["name"]
        event_store.commits().update_one({"stream": stream_of(other)}, {"$set": {"events.0.data.name": moved}})
        with pytest.raises(InvalidTag):
            list(event_store.read(stream_of(other)))

    def test_the_same_name_twice_looks_different(self, store):
        assert keys.seal(GUEST, NAME, "here") != keys.seal(GUEST, NAME, "here")


class TestForgetting:
    def forget(self):
        generations.build_missing()
        keys.forget(GUEST, event_store.now())

    def test_the_log_goes_on_to_be_read_without_the_name(self, tab):
        self.forget()
        [commit] = event_store.read(stream_of(tab))
        assert commit.events[0].name is None

    def test_nothing_more_is_written_about_somebody_forgotten(self, tab):
        self.forget()
        with pytest.raises(Rejected, match="forgotten"):
            opened(NAME)

    def test_others_stay_as_they_are(self, tab):
        other = opened("Bob", guest=OTHER)
        self.forget()
        [commit] = event_store.read(stream_of(other))
        assert commit.events[0].name == "Bob"

    @pytest.mark.parametrize("short", [200, 0])
    def test_every_document_that_showed_them_is_folded_anew(self, tab, short, monkeypatch):
        monkeypatch.setattr(refolding, "SHORT", short)
        for stream in (stream_of(tab), stream_of(opened(f"{NAME} again")), stream_of(opened("Bob", guest=OTHER))):
            caught_up(stream)
        assert stored_anywhere(NAME)
        self.forget()
        forgetting.erase_the_forgotten(NOW)
        assert stored_anywhere(NAME) == set()
        assert stored_anywhere("Bob")
        assert list(forgetting.to_erase(NOW)) == []

    def test_nothing_is_folded_with_a_key_that_was_held_while_they_were_forgotten(self, tab, monkeypatch):
        monkeypatch.setattr(keys, "BELIEVED", 60)
        monkeypatch.setattr(keys.ring, "_clearing", None)
        caught_up(stream_of(tab))
        held = keys.ring.load([str(GUEST)])
        self.forget()
        keys.ring._held = held
        forgetting.erase_the_forgotten(NOW)
        assert stored_anywhere(NAME) == set()

    def test_what_another_process_shows_with_the_key_that_it_still_holds_goes_too(self, tab, monkeypatch):
        monkeypatch.setattr(keys, "BELIEVED", 60)
        monkeypatch.setattr(keys.ring, "_clearing", None)
        held = keys.ring.load([str(GUEST)])
        self.forget()
        forgetting.erase_the_forgotten(NOW)
        keys.ring._held = held
        refolding.refold_stream(stream_of(tab))
        assert stored_anywhere(NAME)
        forgetting.erase_the_forgotten(NOW + minutes(1))
        assert stored_anywhere(NAME) == set()

    def test_a_document_that_is_written_meanwhile_is_folded_anew_by_itself(self, tab, monkeypatch):
        caught_up(stream_of(tab))
        self.forget()
        read = event_store.read_unseen

        def written_meanwhile(seen, most=0):
            for generation in generations.of_this_process():
                generation.facts.update_many({}, {"$inc": {"_rev": 1}})
            return read(seen, most)

        monkeypatch.setattr(refolding.event_store, "read_unseen", written_meanwhile)
        forgetting.erase_the_forgotten(NOW)
        assert stored_anywhere(NAME) == set()

    def test_what_is_kept_beside_the_log_is_erased(self, tab, monkeypatch):
        erased = []
        monkeypatch.setattr(forgetting, "ERASERS", [erased.append])
        self.forget()
        forgetting.erase_the_forgotten(NOW)
        assert erased == [GUEST]

    def test_one_whose_erasure_fails_comes_again_and_holds_up_nobody(self, tab, monkeypatch):
        def fail(person):
            if person == GUEST:
                raise ValueError("full")

        monkeypatch.setattr(forgetting, "ERASERS", [fail])
        self.forget()
        keys.forget(OTHER, event_store.now())
        forgetting.erase_the_forgotten(NOW)
        assert [one["_id"] for one in forgetting.to_erase(NOW)] == [str(GUEST)]

    def test_no_process_holds_a_key_for_longer_than_two_seconds(self, tab, monkeypatch):
        cleared = threading.Event()
        monkeypatch.setattr(keys, "BELIEVED", 0.01)
        monkeypatch.setattr(keys.ring, "_clearing", None)
        clear = keys.ring.clear
        monkeypatch.setattr(keys.ring, "clear", lambda: (clear(), cleared.set()))
        keys.ring._held = {}
        keys.ring.get(str(GUEST))
        assert cleared.wait(10)
        assert keys.ring._held == {}

    def test_nor_an_aggregate_of_theirs(self, store, monkeypatch):
        monkeypatch.setattr(repository.epoch, "has_changed", lambda: False)
        held = Known(id=GUEST, version=1)
        repository.memory.keep(held)
        assert repository.memory.take(held.stream) is held
        repository.memory.keep(held)
        keys.ring.clear()
        assert repository.memory.take(held.stream) is None

    def test_a_restored_backup_brings_nobody_back(self, tab):
        before = keys.person_keys().find_one({"_id": str(GUEST)})
        self.forget()
        forgetting.erase_the_forgotten(NOW)
        ledger = forgetting.in_ledgers()
        keys.person_keys().replace_one({"_id": str(GUEST)}, before)
        keys.ring.clear()
        assert forgetting.forget_again(ledger) == 1
        [commit] = event_store.read(stream_of(tab))
        assert commit.events[0].name is None

    def test_the_ledger_names_them_before_anything_is_erased_and_once(self, tab, monkeypatch):
        ledgers = []

        def fail_at_first(person):
            ledgers.append((settings.EFI_DATA / forgetting.LEDGER).read_text())
            if len(ledgers) == 1:
                raise ValueError("full")

        monkeypatch.setattr(forgetting, "ERASERS", [fail_at_first])
        self.forget()
        for _ in range(2):
            forgetting.erase_the_forgotten(NOW)
        assert [said.split().count(str(GUEST)) for said in ledgers] == [1, 1]

    def test_whoever_was_forgotten_while_documents_were_built_is_erased_once_more(self, tab):
        self.forget()
        forgetting.erase_the_forgotten(NOW)
        forgetting.erase_again(NOW)
        assert [one["_id"] for one in forgetting.to_erase(NOW)] == [str(GUEST)]


def in_the_oplog(person):
    """Every copy of somebody's wrapped key that MongoDB's oplog holds."""
    oplog = keys.person_keys().database.client.local["oplog.rs"]
    written = oplog.find({"ns": keys.person_keys().full_name, "op": "i", "o._id": str(person)})
    return [one["o"]["wrapped"] for one in written]


def unwrapped(wrapped):
    """The key that one of the present master keys makes of a copy, or None."""
    for master in master_keys.master_keys().values():
        with suppress(InvalidUnwrap):
            return aes_key_unwrap(master, wrapped)
    return None


class TestMasterKeys:
    @pytest.fixture
    def in_a_file(self, settings, tmp_path, store):
        settings.EFI_DATA, settings.EFI_MASTER_KEYS = tmp_path, []
        keys.ring.clear()
        return tmp_path / "master.key"

    def test_the_file_is_made_for_its_owner_alone(self, in_a_file):
        master_keys.master_keys()
        assert in_a_file.stat().st_mode & 0o777 == 0o600

    def test_after_rewrapping_old_copies_of_keys_are_waste(self, in_a_file):
        opened(NAME)
        copies = list(keys.person_keys().find())
        call_command("rewrap")
        keys.ring.clear()
        [commit] = event_store.read(event_store.commits().find_one()["stream"])
        assert commit.events[0].name == NAME
        for copy in copies:
            keys.person_keys().replace_one({"_id": copy["_id"]}, copy)
        keys.ring.clear()
        with pytest.raises(LookupError, match="master key"):
            list(event_store.read(commit.stream))

    def test_what_the_oplog_holds_of_a_forgotten_key_is_waste_after_rewrapping(self, in_a_file):
        opened(NAME)
        wrapped = keys.person_keys().find_one({"_id": str(GUEST)})["wrapped"]
        keys.forget(GUEST, NOW)
        assert wrapped in in_the_oplog(GUEST)
        assert unwrapped(wrapped) is not None
        call_command("rewrap")
        assert {unwrapped(one) for one in in_the_oplog(GUEST)} == {None}

    def test_a_key_that_is_none_is_refused(self):
        with pytest.raises(ValueError, match="32 bytes"):
            master_keys.named(["c2hvcnQ="])


class TestDigests:
    def test_a_digest_is_the_same_each_time_and_not_a_bare_one(self, store):
        import hashlib

        assert keys.digest("a@b.example") == keys.digest("a@b.example")
        assert keys.digest("a@b.example") != hashlib.sha256(b"a@b.example").hexdigest()

    def test_a_key_that_comes_back_with_another_body_is_found_out(self, store):
        opened(NAME, key="k")
        with pytest.raises(KeyReused):
            opened("Bob", key="k")

    def test_a_key_of_before_the_digests_had_a_key_is_still_known(self, store, monkeypatch):
        from efi.writing.commands import Handled

        with monkeypatch.context() as before:
            before.setattr(Handled, "hash_of", Handled.hash_without_key)
            first = opened(NAME, key="k")
        again = opened(NAME, key="k")
        assert (again.id, again.replayed) == (first.id, True)
