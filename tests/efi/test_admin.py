"""Accounts and groups in the admin."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from knox.models import AuthToken

from efi.accounts.names import name_of_account
from efi.http import permissions
from efi.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "kalamata lamp 1987"


@pytest.fixture
def staff(restarted: None) -> Client:
    permissions.ensure_groups()
    client = Client()
    client.force_login(User.objects.create_superuser("staff@efi.example", "olives"))
    return client


@pytest.fixture
def maria() -> User:
    return User.objects.create_user("maria@efi.example", "olives", name="Maria")


def signs_in(email: str, password: str) -> bool:
    return Client().login(username=email, password=password)


def test_an_account_is_opened(staff):
    account = {"email": "Joan@EFI.example", "name": "Joan", "usable_password": "true"}
    answer = staff.post("/admin/efi/user/add/", {**account, "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert signs_in("joan@efi.example", PASSWORD)


def test_an_address_has_one_account(staff, maria):
    account = {"email": "MARIA@efi.example", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    answer = staff.post("/admin/efi/user/add/", account)
    assert answer.status_code == 200
    assert "email" in answer.context["adminform"].form.errors


def test_an_account_is_put_into_groups(staff, maria):
    reporting_staff = Group.objects.get(name="reporting staff")
    changed = {
        "email": maria.email,
        "name": "Maria",
        "is_active": "on",
        "is_staff": "on",
        "groups": [reporting_staff.pk],
    }
    assert staff.post(f"/admin/efi/user/{maria.pk}/change/", changed).status_code == 302
    account = User.objects.get(pk=maria.pk)
    assert (account.is_staff, list(account.groups.all())) == (True, [reporting_staff])
    assert account.has_perm("catalog.read_records")


def test_an_account_gets_another_password(staff, maria):
    page = f"/admin/efi/user/{maria.pk}/password/"
    assert staff.get(page).status_code == 200
    changed = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert staff.post(page, changed).status_code == 302
    assert signs_in(maria.email, PASSWORD)


def test_accounts_are_listed_filtered_and_searched(staff, maria):
    for query in ("", "?q=maria", "?is_staff__exact=0", "?o=-1"):
        page = staff.get(f"/admin/efi/user/{query}")
        assert page.status_code == 200
        assert maria.email in page.content.decode()


def test_a_group_is_given_another_permission(staff):
    group = Group.objects.get(name="reporting staff")
    form = staff.get(f"/admin/auth/group/{group.pk}/change/")
    assert form.status_code == 200
    chosen = form.context["adminform"].form.fields["permissions"].queryset.get(codename="read_streams")
    changed = {"name": group.name, "permissions": [chosen.pk]}
    assert staff.post(f"/admin/auth/group/{group.pk}/change/", changed).status_code == 302
    assert list(group.permissions.all()) == [chosen]


def test_the_history_of_an_account_is_shown(staff, maria):
    changed = {"email": maria.email, "name": "Maria L.", "is_active": "on"}
    staff.post(f"/admin/efi/user/{maria.pk}/change/", changed)
    page = staff.get(f"/admin/efi/user/{maria.pk}/history/")
    assert page.status_code == 200
    assert "Changed Name" in page.content.decode()


def test_accounts_and_groups_are_deleted(staff, maria):
    AuthToken.objects.create(maria)
    maria.groups.add(Group.objects.get(name="reporting staff"))
    assert staff.post(f"/admin/efi/user/{maria.pk}/delete/", {"post": "yes"}).status_code == 302
    group = Group.objects.get(name="reporting staff")
    chosen = {"action": "delete_selected", "_selected_action": group.pk, "post": "yes"}
    assert staff.post("/admin/auth/group/", chosen).status_code == 302
    assert not User.objects.filter(pk=maria.pk).exists()
    assert not Group.objects.filter(name="reporting staff").exists()
    assert not AuthToken.objects.exists()


def test_nobody_sets_a_customers_password_or_deletes_the_row_of_one(staff):
    anna = User.objects.create_user(name_of_account("anna@people.example"), "olives")
    form = {"password1": "tangerine lamp 42 x", "password2": "tangerine lamp 42 x"}
    assert staff.post(f"/admin/efi/user/{anna.pk}/password/", form).status_code == 403
    assert staff.post(f"/admin/efi/user/{anna.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": str(anna.pk), "post": "yes"}
    staff.post("/admin/efi/user/", chosen)
    anna.refresh_from_db()
    assert anna.check_password("olives")
