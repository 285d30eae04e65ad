"""Bearer tokens: made on the command line, stored hashed, revoked in the admin."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from knox.settings import CONSTANTS

from efi.accounts import tokens
from efi.accounts.authentication import BearerToken
from efi.domain.errors import Rejected
from efi.log import mongo
from efi.models import User

pytestmark = pytest.mark.django_db

MARIA = "maria@efi.example"


@pytest.fixture(autouse=True)
def maria(restarted: None) -> User:
    return User.objects.create_user(MARIA, "olives", is_staff=True)


@pytest.fixture
def token(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("create_token", MARIA)
    return capsys.readouterr().out.strip()


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@efi.example", "olives"))
    return client


def answer_to(token: str, scheme: str = "Bearer") -> int:
    return Client().get("/api/v1/commands", headers={"Authorization": f"{scheme} {token}"}).status_code


def test_a_token_that_is_made_while_the_password_is_changed_opens_nothing(maria):
    as_it_was = User.objects.get(pk=maria.pk)
    maria.set_password("olives and capers")
    maria.save()
    with pytest.raises(Rejected, match="changed meanwhile"):
        tokens.make(as_it_was, "till")
    assert not AuthToken.objects.exists()


def test_the_token_alone_is_printed(capsys):
    call_command("create_token", " Maria@EFI.example")
    printed = capsys.readouterr()
    assert printed.out.split() == [printed.out.rstrip("\n")]
    assert printed.err == ""
    assert answer_to(printed.out.strip()) == 200


def test_a_token_signs_in_as_a_bearer_only(token):
    assert [answer_to(token), answer_to(token, "Token"), answer_to(token[:-1])] == [200, 401, 401]


def test_tokens_stand_beside_each_other(token, capsys):
    call_command("create_token", MARIA)
    other = capsys.readouterr().out.strip()
    assert other != token
    assert [answer_to(token), answer_to(other)] == [200, 200]


def test_a_token_is_not_stored(token):
    assert token not in str(mongo.collection(AuthToken._meta.db_table).find_one({}))


def test_a_token_ends_after_thirty_days_or_as_many_as_are_asked_for(token, capsys):
    call_command("create_token", MARIA, days=400)
    ends = sorted(row.expiry - row.created for row in AuthToken.objects.all())
    assert [round(end / timedelta(days=1)) for end in ends] == [30, 400]


def test_a_token_lives_for_a_day_at_least():
    with pytest.raises(CommandError, match="one day"):
        call_command("create_token", MARIA, days=0)


def test_a_token_that_has_expired_is_of_no_more_use(token, capsys):
    call_command("create_token", MARIA)
    other = capsys.readouterr().out.strip()
    expired = AuthToken.objects.get(token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH])
    expired.expiry = timezone.now() - timedelta(minutes=1)
    expired.save()
    assert [answer_to(token), answer_to(other)] == [401, 200]


def test_one_look_tells_whose_a_token_is(token, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert BearerToken().authenticate_credentials(token.encode())[0].email == MARIA


def test_an_account_that_is_switched_off_has_no_more_use_of_its_token(token, maria):
    maria.is_active = False
    maria.save()
    assert answer_to(token) == 401


@pytest.mark.parametrize(
    ("email", "active", "reason"),
    [
        ("nobody@efi.example", True, "there is no account nobody@efi.example"),
        (MARIA, False, f"account {MARIA} is not active"),
    ],
)
def test_there_is_no_token_for_nobody(maria, email, active, reason):
    maria.is_active = active
    maria.save()
    with pytest.raises(CommandError, match=f"^{reason}$"):
        call_command("create_token", email)
    assert not AuthToken.objects.exists()


def test_a_refused_token_is_one_sentence_and_a_failure(capsys):
    with pytest.raises(SystemExit) as left:
        ManagementUtility(["manage.py", "create_token", "nobody@efi.example"]).execute()
    assert left.value.code == 1
    assert capsys.readouterr().err == "CommandError: there is no account nobody@efi.example\n"


def test_the_admin_lists_tokens_and_never_shows_them(staff, token):
    listed = staff.get("/admin/knox/authtoken/").content.decode()
    one = staff.get(f"/admin/knox/authtoken/{AuthToken.objects.get().pk}/change/").content.decode()
    assert MARIA in listed
    assert MARIA in one
    for page in (listed, one):
        assert token not in page
        assert AuthToken.objects.get().token_key not in page


def test_a_token_revoked_in_the_admin_is_of_no_more_use(staff, token):
    page = f"/admin/knox/authtoken/{AuthToken.objects.get().pk}/delete/"
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"post": "yes"}).status_code == 302
    assert answer_to(token) == 401


def test_several_tokens_are_revoked_at_once(staff, token):
    chosen = {"action": "delete_selected", "_selected_action": AuthToken.objects.get().pk, "post": "yes"}
    assert staff.post("/admin/knox/authtoken/", chosen).status_code == 302
    assert answer_to(token) == 401


def test_the_admin_neither_makes_nor_changes_tokens(staff, token):
    one = f"/admin/knox/authtoken/{AuthToken.objects.get().pk}/change/"
    assert staff.get("/admin/knox/authtoken/add/").status_code == 403
    assert staff.post(one, {"user": "", "expiry": ""}).status_code == 403


def test_whoever_lacks_the_permission_revokes_nothing(maria, token):
    client = Client()
    client.force_login(maria)
    page = f"/admin/knox/authtoken/{AuthToken.objects.get().pk}/delete/"
    assert client.post(page, {"post": "yes"}).status_code == 403
    assert answer_to(token) == 200
