"""Staff and their own account: the second factor that some must have, sessions, tokens, and being asked again."""

import base64
import re
import time

import pytest
from django.test import Client
from django_otp.oath import hotp

from efi.accounts import recent, second_factor, sessions, tokens
from efi.http.permissions import AGREE_TO_RIGHTS
from efi.models import ChangeOfRights, User

FACTOR, CONFIRM, SESSIONS, TOKENS = (
    f"/admin/own/{page}/" for page in ("second-factor", "confirm", "sessions", "tokens")
)
PASSWORD = "olives"

pytestmark = pytest.mark.django_db


def of(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def code_of(account, steps=0):
    secret = base64.b32decode(second_factor.begin(account))
    return f"{hotp(secret, int(time.time()) // 30 + steps):06d}"


@pytest.fixture
def code(staff):
    """Switches the second factor of a superuser on; returns what their app shows next."""
    secret = base64.b32decode(second_factor.begin(of(staff)))
    step = int(time.time()) // 30
    assert second_factor.switch_on(of(staff), f"{hotp(secret, step):06d}")
    return f"{hotp(secret, step + 1):06d}"


def signs_in(client, name="superuser@efi.example", password=PASSWORD, code=""):
    form = {"username": name, "password": password, "code": code}
    return client.post("/admin/login/?next=/admin/", form).status_code == 302


def forget_the_confirmation(client):
    session = client.session
    session[recent.CONFIRMED] = time.time() - 16 * 60
    session.save()


class TestSigningIn:
    def test_without_a_factor_the_password_is_enough(self, staff):
        assert signs_in(Client())

    def test_with_a_factor_its_code_is_needed_too(self, staff, code):
        assert not signs_in(Client())
        assert not signs_in(Client(), code="000000" if code != "000000" else "000001")
        assert not signs_in(Client(), password="wrong", code=code)
        assert signs_in(Client(), code=code)

    def test_a_code_is_good_once(self, staff, code):
        assert [signs_in(Client(), code=code), signs_in(Client(), code=code)] == [True, False]

    def test_a_recovery_code_does_as_well(self, staff, code):
        [recovery, *_] = second_factor.new_recovery_codes(of(staff))
        assert signs_in(Client(), code=recovery)

    def test_a_wrong_code_is_answered_like_a_wrong_password(self, staff, code):
        form = {"username": "superuser@efi.example"}
        wrong = [{"password": "wrong", "code": code}, {"password": PASSWORD, "code": "x"}, {"password": PASSWORD}]
        said = [Client().post("/admin/login/", form | one).context["form"].non_field_errors() for one in wrong]
        assert said[0]
        assert said[0] == said[1] == said[2]


class TestWhoMustHaveOne:
    @pytest.fixture(autouse=True)
    def by_powers(self, settings):
        settings.EFI_SECOND_FACTOR = "powers"

    def test_whoever_may_change_rights_is_led_to_set_one_up(self, staff):
        for path in ("/admin/", "/admin/catalog/product/", "/admin/efi/user/", "/admin/imports/"):
            answer = staff.get(path)
            assert (answer.status_code, answer["Location"]) == (302, FACTOR)
        assert staff.get(FACTOR).status_code == 200

    def test_the_api_opens_nothing_to_them_either(self, staff):
        answer = staff.get("/api/v1/commands")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
        token, _ = tokens.make(of(staff), "cron")
        answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/commands")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")

    def test_once_it_is_on_everything_opens(self, staff):
        page = staff.get(FACTOR)
        secret = re.search(r"own-key\">([A-Z2-7 ]+)<", page.content.decode())[1].replace(" ", "")
        code = f"{hotp(base64.b32decode(secret), int(time.time()) // 30):06d}"
        shown = staff.post(FACTOR, {"do": "switch_on", "code": code}).content.decode()
        assert len(re.findall(r"<code>[a-z2-9-]{19}</code>", shown)) == second_factor.RECOVERY_CODES
        assert staff.get("/admin/").status_code == 200
        assert staff.get("/api/v1/commands").status_code == 200

    def test_it_cannot_be_switched_off(self, staff, code):
        staff.post(FACTOR, {"do": "remove"})
        assert second_factor.is_on(of(staff))

    def test_staff_without_such_powers_need_none(self, holder):
        assert holder("catalog.change_price").get("/admin/").status_code == 200

    def test_whoever_agrees_to_rights_needs_one(self, holder):
        assert holder(AGREE_TO_RIGHTS).get("/admin/").status_code == 302

    def test_all_staff_need_one_where_the_setting_says_so(self, holder, settings):
        settings.EFI_SECOND_FACTOR = "all"
        assert holder("catalog.change_price").get("/admin/").status_code == 302

    def test_customers_need_none(self, shop, settings):
        settings.EFI_SECOND_FACTOR = "all"
        client = Client()
        client.force_login(User.objects.create_user("ada@shop.example"))
        assert client.get("/api/v1/commands").status_code == 200


class TestBeingAsked:
    @pytest.fixture(autouse=True)
    def long_ago(self, staff):
        forget_the_confirmation(staff)

    @pytest.mark.parametrize("path", [FACTOR, TOKENS, "/admin/password_change/"])
    def test_what_matters_asks_first_and_leads_back(self, staff, path):
        answer = staff.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith(CONFIRM)
        answer = staff.post(answer["Location"], {"password": PASSWORD, "next": path})
        assert (answer.status_code, answer["Location"]) == (302, path)
        assert staff.get(path).status_code == 200

    def test_another_s_password_is_set_after_being_asked(self, staff):
        ada = User.objects.create_user("ada@shop.example")
        assert CONFIRM in staff.get(f"/admin/efi/user/{ada.pk}/password/")["Location"]

    def test_a_wrong_password_does_not_do(self, staff):
        assert staff.post(CONFIRM, {"password": "wrong"}).status_code == 400
        assert staff.get(FACTOR).status_code == 302

    def test_the_second_factor_is_asked_for_too(self, staff, code):
        assert staff.post(CONFIRM, {"password": PASSWORD}).status_code == 400
        assert staff.post(CONFIRM, {"password": PASSWORD, "code": code}).status_code == 302

    def test_after_five_wrong_ones_nothing_is_tried_any_more(self, staff):
        for _ in range(5):
            assert staff.post(CONFIRM, {"password": "wrong"}).status_code == 400
        assert staff.post(CONFIRM, {"password": PASSWORD}).status_code == 429

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_it_leads_nowhere_else(self, staff, elsewhere):
        answer = staff.post(CONFIRM, {"password": PASSWORD, "next": elsewhere})
        assert answer["Location"] == "/admin/"

    def test_the_session_has_a_new_key_afterwards(self, staff):
        before = staff.session.session_key
        staff.post(CONFIRM, {"password": PASSWORD})
        assert staff.session.session_key != before


class TestSessions:
    @pytest.fixture
    def elsewhere(self, staff):
        other = Client(headers={"User-Agent": "Firefox on a phone"}, REMOTE_ADDR="192.0.2.7")
        assert signs_in(other)
        return other

    def test_they_are_listed_with_device_and_network(self, staff, elsewhere):
        page = staff.get(SESSIONS).content.decode()
        assert "Firefox on a phone" in page
        assert "192.0.2.7" in page

    def test_one_is_ended(self, staff, elsewhere):
        [other] = [one for one in sessions.of(of(staff).pk, staff.session.session_key) if not one.current]
        staff.post(SESSIONS, {"one": other.id})
        assert elsewhere.get("/admin/").status_code == 302
        assert staff.get("/admin/").status_code == 200

    def test_all_others_are_ended(self, staff, elsewhere):
        staff.post(SESSIONS, {"others": "yes"})
        assert elsewhere.get("/admin/").status_code == 302
        assert staff.get("/admin/").status_code == 200

    def test_another_s_is_not(self, staff, visitor):
        buyer = visitor("buyer")
        [theirs] = sessions.of(of(buyer).pk)
        staff.post(SESSIONS, {"one": theirs.id})
        assert buyer.get("/admin/").status_code == 200


class TestTokens:
    def test_one_is_made_shown_once_and_ended(self, staff):
        page = staff.post(TOKENS, {"name": "till"}).content.decode()
        token = re.search(r"<code class=\"own-key\">([0-9a-f]{64})</code>", page)[1]
        script = Client(headers={"Authorization": f"Bearer {token}"})
        assert script.get("/api/v1/commands").status_code == 200
        assert token not in staff.get(TOKENS).content.decode()
        [listed] = tokens.of(of(staff).pk)
        assert (listed.name, listed.last_used_at is None) == ("till", False)
        staff.post(TOKENS, {"one": listed.id})
        assert script.get("/api/v1/commands").status_code == 401

    def test_a_token_needs_a_name(self, staff):
        assert staff.post(TOKENS, {"name": "  "}).status_code == 400
        assert tokens.of(of(staff).pk) == []

    def test_there_are_so_many_and_no_more(self, staff):
        for number in range(tokens.MOST):
            assert staff.post(TOKENS, {"name": f"till {number}"}).status_code == 200
        assert staff.post(TOKENS, {"name": "one more"}).status_code == 400


class TestLostPhones:
    """A second factor is taken away by two members of staff, neither of whom is its owner."""

    @pytest.fixture
    def asked(self, staff, code):
        """Nadia, a superuser, has asked for the factor of another superuser to be taken away."""
        nadia = User.objects.create_superuser("nadia@efi.example", PASSWORD)
        client = Client()
        client.force_login(nadia)
        client.post("/admin/efi/user/", {"action": "ask_for_factor_reset", "_selected_action": str(of(staff).pk)})
        return client

    def agree(self, client):
        [change] = ChangeOfRights.objects.all()
        client.post("/admin/efi/changeofrights/", {"action": "agree", "_selected_action": str(change.pk)})

    def test_who_asked_does_not_agree(self, staff, asked):
        self.agree(asked)
        assert second_factor.is_on(of(staff))

    def test_nor_does_its_owner(self, staff, asked):
        owner = of(staff)
        self.agree(staff)
        assert second_factor.is_on(owner)

    def test_a_second_person_does_and_all_sessions_end(self, staff, asked):
        owner, second = of(staff), Client()
        second.force_login(User.objects.create_superuser("omar@efi.example", PASSWORD))
        self.agree(second)
        assert not second_factor.is_on(owner)
        assert sessions.of(owner.pk) == []

    def test_where_there_is_none_nothing_is_asked_for(self, staff):
        staff.post("/admin/efi/user/", {"action": "ask_for_factor_reset", "_selected_action": str(of(staff).pk)})
        assert not ChangeOfRights.objects.exists()
