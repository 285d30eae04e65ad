"""Permissions to read the records of a context: who is given them, and who is carried over to them."""

import sys

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from efi.http import permissions
from efi.models import User

pytestmark = pytest.mark.django_db(transaction=True)
READS = "catalog.read_records"


@pytest.fixture
def before(store):
    """Permissions as the release before has left them, held by an account and a group of somebody's own."""
    permissions.ensure_groups()
    Permission.objects.filter(codename="read_records").delete()
    kernel, _ = ContentType.objects.get_or_create(app_label="efi", model="command")
    held = Permission.objects.create(codename="read_records", content_type=kernel, name="read records")
    account("nadia").user_permissions.add(held)
    auditors, _ = Group.objects.get_or_create(name="auditors")
    auditors.permissions.set([held])
    account("omar").groups.add(auditors)
    yield held
    Permission.objects.filter(codename="read_records").delete()


def account(name: str) -> User:
    found, _ = User.objects.get_or_create(email=f"{name}@efi.example")
    return found


def readers():
    return {name for name in ("nadia", "omar", "pia") if account(name).has_perm(READS)}


def test_accounts_and_groups_of_their_own_are_carried_over(before):
    permissions.ensure_groups()
    assert readers() == {"nadia", "omar"}


def test_the_groups_of_the_catalogue_hold_it_by_their_grants(before):
    account("pia").groups.add(Group.objects.get(name="reporting staff"))
    permissions.ensure_groups()
    assert "pia" in readers()


def test_they_keep_the_old_one_as_processes_of_the_old_release_ask_for_it(before):
    permissions.ensure_groups()
    assert account("nadia").has_perm("efi.read_records")
    assert account("omar").has_perm("efi.read_records")


def test_what_is_taken_back_later_stays_so(before):
    permissions.ensure_groups()
    account("nadia").user_permissions.clear()
    account("nadia").user_permissions.add(before)
    permissions.ensure_groups()
    assert readers() == {"omar"}


def test_a_process_that_dies_in_between_leaves_the_rest_to_the_next_start(before, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(permissions, "_carry_over", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            permissions.ensure_groups()
    assert readers() == set()
    permissions.ensure_groups()
    assert readers() == {"nadia", "omar"}


def test_nobody_is_given_another_context_s(before):
    permissions.ensure_groups()
    given = Permission.objects.filter(codename="read_records", user=account("nadia"))
    assert set(given.values_list("content_type__app_label", flat=True)) == {"efi", "catalog"}


def test_an_app_without_commands_can_grant_its_records(store, monkeypatch):
    monkeypatch.setattr(permissions, "GRANTS", {})
    permissions.grant("analysts", also=("analytics.read_records",))
    permissions.ensure_groups()
    assert Group.objects.get(name="analysts").permissions.filter(codename="read_records").exists()
