"""What accounts and groups may do: nobody gives what they do not hold, and some changes wait for a second person."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from knox.models import AuthToken

from efi.http import permissions
from efi.models import ChangeOfRights, User

pytestmark = pytest.mark.django_db

PASSWORD = "kalamata lamp 1987"
LISTED = "/admin/efi/changeofrights/"


@pytest.fixture(autouse=True)
def groups(restarted: None) -> None:
    permissions.ensure_groups()


@pytest.fixture
def maria() -> User:
    return account("maria", name="Maria")


@pytest.fixture
def keeper() -> User:
    """Keeps accounts and groups, and may read records."""
    held = "change_user", "delete_user", "view_user", "add_user", "change_group", "add_group", "delete_group"
    return account("keeper", *held, groups=("reporting staff",))


@pytest.fixture
def boss() -> User:
    return account("boss", is_superuser=True)


@pytest.fixture
def approver() -> User:
    return account("approver", groups=("catalogue staff", "approvers"))


def account(called: str, *held: str, groups: tuple[str, ...] = (), **more: object) -> User:
    made = User.objects.create_user(f"{called}@efi.example", "olives", is_staff=True, **more)
    made.user_permissions.add(*Permission.objects.filter(codename__in=held))
    made.groups.set(map(group, groups))
    return made


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def filled(who: User, *groups: str, **changed: object) -> dict[str, object]:
    """What a browser sends of an account's form."""
    flags = {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(who, name)}
    told = {"email": who.email, "name": who.name, **flags, "groups": [group(name).pk for name in groups], **changed}
    return {name: value for name, value in told.items() if value}


def change(by: User, who: User, *groups: str, **changed: object):
    return signed_in(by).post(f"/admin/efi/user/{who.pk}/change/", filled(who, *groups, **changed))


def errors_of(answer) -> str:
    return str(answer.context["adminform"].form.errors)


def codes(name: str, *more: str) -> list[object]:
    found = {*group(name).permissions.values_list("pk", flat=True)}
    return [*found, *Permission.objects.filter(codename__in=more).values_list("pk", flat=True)]


def change_group(by: User, name: str, *more: str):
    sent = {"name": name, "permissions": codes(name, *more)}
    return signed_in(by).post(f"/admin/auth/group/{group(name).pk}/change/", sent)


def now(who: User) -> User:
    return User.objects.get(pk=who.pk)


def names(who: User) -> set[str]:
    return set(now(who).groups.values_list("name", flat=True))


def decide(by: User, what: str = "agree", waiting: ChangeOfRights | None = None) -> str:
    """Ticks what waits, chooses an action, and returns what the list then says."""
    one = waiting or ChangeOfRights.objects.get(state="waiting")
    answer = signed_in(by).post(LISTED, {"action": what, "_selected_action": str(one.pk)}, follow=True)
    return answer.content.decode()


class TestNobodyGivesWhatTheyDoNotHold:
    def test_an_account_may_be_given_what_one_holds(self, keeper, maria):
        assert change(keeper, maria, "reporting staff").status_code == 302
        assert names(maria) == {"reporting staff"}

    def test_no_group_that_may_more_than_oneself(self, keeper, maria):
        answer = change(keeper, maria, "catalogue staff")
        assert "you do not hold what this would give: catalog." in errors_of(answer)
        assert names(maria) == set()

    def test_no_account_is_switched_on_that_may_more_than_oneself(self, keeper):
        buyer = account("buyer", groups=("catalogue staff",), is_active=False)
        assert "you do not hold" in errors_of(change(keeper, buyer, "catalogue staff", is_active="on"))
        assert not now(buyer).is_active

    def test_what_others_may_is_taken_away_without_holding_it(self, keeper):
        buyer = account("buyer", groups=("catalogue staff",))
        assert change(keeper, buyer).status_code == 302
        assert names(buyer) == set()

    @pytest.mark.parametrize("target", ["maria", "keeper"])
    def test_nobody_makes_a_superuser_who_is_none(self, request, keeper, target):
        who = request.getfixturevalue(target)
        change(keeper, who, *names(who), is_superuser="on")
        assert not now(who).is_superuser
        assert not ChangeOfRights.objects.exists()

    def test_no_permission_comes_into_a_group_that_one_does_not_hold(self, keeper):
        account("buyer", groups=("reporting staff",))
        answer = change_group(keeper, "operators", "change_price")
        assert "you do not hold what this would give: catalog.change_price" in errors_of(answer)
        assert not group("operators").permissions.filter(codename="change_price").exists()

    def test_no_group_is_made_with_what_one_does_not_hold(self, keeper):
        sent = {"name": "friends", "permissions": codes("operators", "change_price")}
        assert "you do not hold" in errors_of(signed_in(keeper).post("/admin/auth/group/add/", sent))
        assert not Group.objects.filter(name="friends").exists()

    def test_no_password_is_set_of_whoever_may_more_than_oneself(self, keeper):
        buyer = account("buyer", groups=("catalogue staff",))
        sent = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        assert signed_in(keeper).post(f"/admin/efi/user/{buyer.pk}/password/", sent).status_code == 403
        assert now(buyer).check_password("olives")


class TestStaffDoNotTouchSuperusers:
    def test_they_neither_change_nor_delete_them(self, keeper, boss):
        assert change(keeper, boss, name="Bob").status_code == 403
        page = f"/admin/efi/user/{boss.pk}/"
        assert signed_in(keeper).post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert signed_in(keeper).post(f"{page}password/", {"usable_password": "false"}).status_code == 403
        assert now(boss).name == ""

    def test_they_do_not_end_their_tokens(self, boss):
        AuthToken.objects.create(boss)
        clerk = signed_in(account("clerk", "view_authtoken", "delete_authtoken"))
        page = f"/admin/knox/authtoken/{AuthToken.objects.get().pk}/delete/"
        assert clerk.post(page, {"post": "yes"}).status_code == 403
        assert AuthToken.objects.exists()


class TestWhatWaitsForASecondPerson:
    def test_one_s_own_rights_a_superuser_s_too(self, boss):
        answer = change(boss, boss, "approvers")
        assert (answer.status_code, names(boss)) == (302, set())
        waiting = ChangeOfRights.objects.get()
        assert (waiting.state, waiting.after["groups"]) == ("waiting", ["approvers"])

    def test_the_page_says_that_it_waits_and_not_that_it_was_changed(self, boss):
        sent = filled(boss, "approvers")
        page = signed_in(boss).post(f"/admin/efi/user/{boss.pk}/change/", sent, follow=True).content.decode()
        assert "is changed once a second person agrees" in page
        assert "was changed successfully" not in page

    def test_another_second_person(self, boss, maria):
        change(boss, maria, "approvers")
        assert names(maria) == set()
        assert ChangeOfRights.objects.get().holder == str(maria.pk)

    def test_another_superuser(self, boss, maria):
        change(boss, maria, is_superuser="on")
        assert not now(maria).is_superuser
        assert ChangeOfRights.objects.get().after["superuser"] is True

    def test_a_second_person_who_is_to_be_none(self, boss, approver):
        change(boss, approver, is_active="")
        assert now(approver).is_active
        assert names(approver) == {"catalogue staff", "approvers"}

    def test_all_else_of_the_same_form_holds_at_once(self, boss, maria):
        change(boss, maria, "approvers", name="Maria L.")
        assert now(maria).name == "Maria L."

    def test_other_permissions_of_a_group_of_second_persons(self, boss):
        before = set(codes("approvers"))
        change_group(boss, "approvers", "change_price")
        assert set(codes("approvers")) == before

    def test_a_group_that_becomes_one_of_second_persons(self, boss):
        change_group(boss, "reporting staff", "approve_price")
        assert not group("reporting staff").permissions.filter(codename="approve_price").exists()
        assert ChangeOfRights.objects.get().holder_name == "reporting staff"

    def test_a_new_group_of_second_persons_is_there_and_may_nothing_yet(self, boss):
        approving = Permission.objects.get(codename="approve_price").pk
        sent = {"name": "friends", "permissions": [approving]}
        assert signed_in(boss).post("/admin/auth/group/add/", sent).status_code == 302
        assert not group("friends").permissions.exists()
        assert ChangeOfRights.objects.get().after == {"permissions": ["catalog.approve_price"]}

    def test_a_group_of_one_s_own(self, keeper):
        before = set(codes("reporting staff"))
        change_group(keeper, "reporting staff", "change_user")
        assert set(codes("reporting staff")) == before

    def test_neither_they_nor_their_groups_are_deleted(self, boss, approver):
        for page in (f"efi/user/{approver.pk}", f"efi/user/{boss.pk}", f"auth/group/{group('approvers').pk}"):
            assert signed_in(boss).post(f"/admin/{page}/delete/", {"post": "yes"}).status_code == 403

    def test_their_groups_keep_their_names(self, boss):
        sent = {"name": "reporting staff 2", "permissions": codes("approvers")}
        answer = signed_in(boss).post(f"/admin/auth/group/{group('approvers').pk}/change/", sent)
        assert "keeps its name" in errors_of(answer)
        assert Group.objects.filter(name="approvers").exists()

    def test_a_second_person_s_password_is_set_by_nobody_else(self, boss, approver):
        sent = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        answer = signed_in(boss).post(f"/admin/efi/user/{approver.pk}/password/", sent)
        assert answer.status_code == 403
        assert now(approver).check_password("olives")

    def test_what_is_asked_anew_takes_the_place_of_what_waited(self, boss, maria):
        change(boss, maria, "approvers")
        change(boss, maria, "approvers", "reporting staff")
        assert sorted(ChangeOfRights.objects.values_list("state", flat=True)) == ["replaced", "waiting"]

    def test_its_list_says_what_would_change(self, boss, approver, maria):
        change(boss, maria, "approvers", is_staff="")
        page = signed_in(approver).get(LISTED).content.decode()
        assert "staff: no; groups: + approvers" in page


class TestTheSecondPerson:
    def test_agrees_and_it_is_carried_out(self, boss, approver, maria):
        change(boss, maria, "approvers", is_superuser="on")
        decide(approver)
        assert names(maria) == {"approvers"}
        assert now(maria).is_superuser
        assert ChangeOfRights.objects.get().decided_by == str(approver.pk)

    def test_agrees_to_what_a_group_may(self, boss, approver):
        change_group(boss, "reporting staff", "approve_price")
        decide(approver)
        assert group("reporting staff").permissions.filter(codename="approve_price").exists()

    def test_declines_and_nothing_is_changed(self, boss, approver, maria):
        change(boss, maria, "approvers")
        decide(approver, "decline")
        assert (names(maria), ChangeOfRights.objects.get().state) == (set(), "declined")

    def test_is_not_who_asked(self, boss, maria):
        change(boss, maria, "approvers")
        assert "who asked for it does not agree to it" in decide(boss)
        assert names(maria) == set()

    def test_is_not_whose_rights_they_are(self, boss, approver):
        change(boss, approver, "approvers")
        assert "nobody agrees to rights of their own" in decide(approver)
        assert names(approver) == {"catalogue staff", "approvers"}

    def test_is_not_whoever_lacks_the_permission(self, boss, keeper, maria):
        change(boss, maria, "approvers")
        decide(keeper)
        assert ChangeOfRights.objects.get().state == "waiting"

    def test_decides_once(self, boss, approver, maria):
        change(boss, maria, "approvers")
        waiting = ChangeOfRights.objects.get()
        decide(approver, "decline", waiting)
        assert "waits no longer" in decide(approver, "agree", waiting)
        assert names(maria) == set()

    def test_agrees_to_nothing_that_was_changed_meanwhile(self, boss, approver, maria):
        change(boss, maria, "approvers")
        maria.groups.add(group("reporting staff"))
        assert "have changed since" in decide(approver)
        assert (names(maria), ChangeOfRights.objects.get().state) == ({"reporting staff"}, "waiting")

    def test_agrees_to_nothing_that_its_giver_has_lost(self, boss, approver, maria):
        change(boss, maria, "approvers")
        User.objects.filter(pk=boss.pk).update(is_superuser=False)
        assert "may not give this any more" in decide(approver)
        assert names(maria) == set()


class TestANewPassword:
    @pytest.fixture
    def token(self, maria) -> str:
        return AuthToken.objects.create(maria)[1]

    def test_ends_tokens_and_sessions(self, boss, maria, token):
        session = signed_in(maria)
        sent = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        assert signed_in(boss).post(f"/admin/efi/user/{maria.pk}/password/", sent).status_code == 302
        assert session.get("/admin/").status_code == 302
        answer = Client().get("/api/v1/commands", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401

    def test_ends_tokens_also_where_its_owner_sets_it(self, maria, token):
        client = signed_in(maria)
        sent = {"old_password": "olives", "new_password1": PASSWORD, "new_password2": PASSWORD}
        assert client.post("/admin/password_change/", sent).status_code == 302
        assert not AuthToken.objects.exists()
        assert client.get("/admin/").status_code == 200

    def test_what_is_saved_besides_ends_none(self, boss, maria, token):
        change(boss, maria, name="Maria L.")
        assert AuthToken.objects.exists()

    def test_signing_in_ends_none(self, maria, token):
        assert Client().login(username=maria.email, password="olives")
        assert AuthToken.objects.exists()
