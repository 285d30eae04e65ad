"""Accounts, and that looking one up never scans them all."""

import re
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from knox.models import AuthToken

from efi.http import permissions
from efi.log import mongo
from efi.models import User, folded
from efi.running import demo

pytestmark = pytest.mark.django_db


def test_two_spellings_of_an_address_are_one_account():
    User.objects.create_user("Maria@EFI.example", "olives")
    assert User.objects.get(email="MARIA@efi.EXAMPLE").email == "maria@efi.example"
    assert authenticate(username="maria@Efi.example", password="olives")


WIDE, PLAIN = "ＭＡＲＩＡ＠ＥＦＩ.example", "maria@efi.example"


@pytest.mark.parametrize(
    ("opened", "given"), [(WIDE, PLAIN), (PLAIN, WIDE), (WIDE, WIDE), ("STRASSE@efi.example", "straße@efi.example")]
)
def test_whoever_has_an_account_signs_in_however_its_name_is_written(client, opened, given):
    User.objects.create_user(opened, "olives", is_staff=True)
    answer = client.post("/admin/login/", {"username": given, "password": "olives", "next": "/admin/"})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/")


@given(st.text(max_size=30))
def test_a_name_that_was_folded_stays_as_it_is(name):
    assert folded(folded(name)) == folded(name)


def test_accounts_of_an_older_release_are_folded_unless_the_name_is_taken(store):
    accounts = connection.get_collection("efi_user")
    for key, email in enumerate(["ｒｏｓａ@efi.example", "ｍａｒｉａ@efi.example", PLAIN]):
        accounts.insert_one({"_id": str(key), "email": email})
    import_module("efi.migrations.0003_names_folded").fold_names(apps, connection.schema_editor())
    kept = {account["_id"]: account["email"] for account in accounts.find()}
    assert kept == {"0": "rosa@efi.example", "1": "ｍａｒｉａ@efi.example", "2": PLAIN}


def test_an_account_needs_an_address():
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("")


@pytest.mark.parametrize(
    "looked_up",
    [
        User.objects.filter(email="maria@efi.example"),
        Session.objects.filter(session_key="abc"),
        AuthToken.objects.filter(token_key="abc"),
        AuthToken.objects.filter(digest="abc"),
    ],
    ids=["address", "session", "token", "digest"],
)
def test_a_look_up_uses_an_index(looked_up):
    plan = looked_up.explain()
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan


def test_what_an_account_may_do_is_found_without_joining_all_permissions(store):
    permissions.ensure_groups()
    maria = User.objects.create_user("maria@shop.example", is_staff=True)
    maria.groups.set(Group.objects.filter(name__in=["catalogue staff", "approvers"]))
    maria.user_permissions.set(Permission.objects.filter(codename="operate"))
    with CaptureQueriesContext(connection) as asked:
        found = maria.get_all_permissions()
    assert found == ModelBackend().get_all_permissions(User.objects.get(pk=maria.pk)) > {"efi.operate"}
    between = (User.user_permissions.through, Group.permissions.through)
    joined = [query for query in asked if query["sql"].startswith(f"db.{Permission._meta.db_table}.")]
    assert joined
    assert not [query for query in joined if any(rows._meta.db_table in query["sql"] for rows in between)]


def test_the_demo_accounts_are_in_their_groups(store, settings):
    settings.EFI_DEMO_PASSWORD, settings.EFI_DEMO_DATA = "olives", False
    permissions.ensure_groups()
    demo.ensure()
    groups = {user.email: set(user.groups.values_list("name", flat=True)) for user in User.objects.all()}
    assert groups == {
        "staff@efi.example": set(),
        "approver@efi.example": {"catalogue staff", "approvers"},
        "reports@efi.example": {"reporting staff"},
        "service@efi.example": {"customer staff"},
    }
    assert [user.email for user in User.objects.all() if user.is_superuser] == ["staff@efi.example"]


def test_the_readme_lists_the_demo_accounts(settings):
    listed = re.findall(r"^\| `(\S+@efi\.example)` \|", (settings.BASE_DIR / "README.md").read_text(), re.MULTILINE)
    assert listed == [*demo.accounts()]


def test_the_demo_accounts_are_told_to_the_process_that_says_ready(store, settings):
    settings.EFI_DEMO_PASSWORD, settings.EFI_DEMO_DATA = "olives", False
    demo.ensure()
    assert (settings.EFI_DATA / "demo-accounts").read_text().split(", ") == [*demo.accounts()]


def test_a_new_demo_password_replaces_the_old_one(store, settings):
    settings.EFI_DEMO_DATA = False
    for password in ("olives", "figs"):
        settings.EFI_DEMO_PASSWORD = password
        demo.ensure()
    assert authenticate(username="reports@efi.example", password="figs")
    assert not authenticate(username="reports@efi.example", password="olives")


def test_a_start_that_changes_nothing_hashes_no_password(store, settings, monkeypatch):
    settings.EFI_DEMO_PASSWORD, settings.EFI_DEMO_DATA = "olives", False
    demo.ensure()
    monkeypatch.setattr(User, "set_password", None)
    demo.ensure()
    assert mongo.collection("marks").count_documents({}) == 1


BAR, SERVICE = "bar@efi.example", "service@efi.example"


@pytest.mark.parametrize(
    ("kept", "made"),
    [({"accounts": ""}, {BAR, SERVICE}), ({}, {BAR})],
    ids=["mark of a release without customers", "mark"],
)
def test_a_context_that_is_installed_later_gets_its_demo_accounts_alone(store, settings, monkeypatch, kept, made):
    settings.EFI_DEMO_PASSWORD, settings.EFI_DEMO_DATA = "olives", False
    demo.ensure()
    if kept:
        mongo.collection("marks").update_one({"_id": "demo accounts"}, {"$unset": kept})
    User.objects.all().delete()
    monkeypatch.setattr(apps.get_app_config("tavern"), "demo_accounts", {BAR: ()}, raising=False)
    demo.ensure()
    assert {user.email for user in User.objects.all()} == made


@pytest.mark.parametrize(("kept", "filled"), [([], ["catalog", "tavern"]), ([{"_id": "demo data"}], ["tavern"])])
def test_each_context_is_filled_once_also_if_it_is_installed_later(store, settings, monkeypatch, kept, filled):
    settings.EFI_DEMO_PASSWORD, settings.EFI_DEMO_DATA, found = "olives", True, []
    for name in ("catalog", "tavern"):
        monkeypatch.setattr(apps.get_app_config(name), "fill_demo", partial(found.append, name), raising=False)
    for mark in kept:
        mongo.collection("marks").insert_one(mark)
    demo.ensure()
    demo.ensure()
    assert sorted(found) == filled


def test_a_row_is_written_in_the_log_s_transaction_when_that_has_taken_another_client(store):
    """As a forked process has."""
    User.objects.create_user("nadia@efi.example")
    before = mongo.client()
    mongo.client.cache_clear()
    with mongo.client().start_session() as session, session.start_transaction():
        rows = connection.get_collection(User._meta.db_table)
        rows.update_one({"email": "nadia@efi.example"}, {"$set": {"name": "Nadia"}}, session=session)
    assert User.objects.get(email="nadia@efi.example").name == "Nadia"
    before.close()
