"""What a web process does before its first request, after an earlier one died doing it."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from efi.delivery import broker, reactions
from efi.log import mongo
from efi.reading import followers
from efi.running import startup, worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def unmigrated(store):
    """As found by the very first start; migrated again afterwards, for the other tests."""
    database = mongo.database()
    mongo.client().drop_database(database.name)
    yield database
    startup.migrate()


def test_a_migration_that_died_half_way_is_made_again(unmigrated):
    unmigrated.create_collection("efi_user")
    unmigrated.create_collection("efi_user_groups")
    startup.migrate()
    assert unmigrated["django_migrations"].count_documents({"app": "efi", "name": "0001_initial"}) == 1
    assert len(unmigrated["efi_user"].index_information()) > 1


def test_what_follows_the_migrations_is_done_even_if_the_process_died_before_it(unmigrated):
    startup.migrate()
    unmigrated["marks"].delete_many({})
    Permission.objects.all().delete()
    startup.migrate()
    assert Permission.objects.filter(codename="view_user").exists()


def test_a_collection_that_holds_something_is_never_dropped(unmigrated):
    unmigrated["efi_user"].insert_one({"email": "maria@efi.example"})
    with pytest.raises(DatabaseError):
        startup.migrate()
    assert unmigrated["efi_user"].count_documents({}) == 1
    unmigrated["efi_user"].drop()


def test_nothing_is_migrated_twice(unmigrated, monkeypatch):
    startup.migrate()
    monkeypatch.setattr(startup, "call_command", None)
    startup.migrate()
    assert connection.introspection.table_names()


def test_what_there_is_to_wait_for_is_told_once_and_again_when_it_changes(documents, monkeypatch, caplog):
    reactions.begin()
    lacking = iter([["categories", "bundles"], ["categories", "bundles"], ["bundles"], []])
    monkeypatch.setattr(startup.generations, "missing", lambda: next(lacking))
    monkeypatch.setattr(startup.time, "sleep", lambda seconds: None)
    startup.wait_until_built()
    assert caplog.messages == [
        f"waiting for what is not built yet: {names}" for names in ("categories, bundles", "bundles")
    ]


@pytest.mark.parametrize("command", ["relay", "worker"])
def test_without_a_broker_there_is_nothing_for_them_to_do(settings, command):
    settings.BROKER_URL = ""
    with pytest.raises(CommandError, match="BROKER_URL is not set"):
        call_command(command)


class TestTheNamesOnAWorkersLine:
    @pytest.fixture
    def given(self, documents, settings, monkeypatch):
        """Those that a worker was begun with."""
        reactions.begin()
        names = []
        settings.BROKER_URL = "amqp://nobody"
        monkeypatch.setattr(broker, "declare", lambda *followers: None)
        monkeypatch.setattr(worker, "run", lambda chosen, concurrency: names.extend(chosen))
        return names

    def test_each_lane_is_known_though_it_has_no_follower_just_now(self, given, monkeypatch):
        monkeypatch.setattr(reactions, "REACTIONS", {})
        call_command("worker", *worker.LANES)
        assert set(given) == worker.LANES

    def test_every_follower_is_in_a_lane_that_is_known(self, given):
        assert set(followers.lanes()) <= worker.LANES

    def test_one_that_nobody_has_is_refused(self, given):
        with pytest.raises(CommandError, match=r"nobody here is called raections: there are .*reactions, search"):
            call_command("worker", "urgent", "raections")
        assert given == []
