"""What a web process does before its first request, after an earlier one died doing it."""

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection

from efi import mongo, startup

pytestmark = pytest.mark.django_db


@pytest.fixture
def unmigrated(store):
    """As found by the very first start; migrated again afterwards, for the other tests."""
    database = mongo.database()
    for name in database.list_collection_names():
        database.drop_collection(name)
    yield database
    startup.migrate()


def test_a_migration_that_died_half_way_is_made_again(unmigrated):
    unmigrated.create_collection("efi_user")
    unmigrated.create_collection("efi_user_groups")
    startup.migrate()
    assert unmigrated["django_migrations"].count_documents({"app": "efi"}) == 1
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
