"""Whoever is signed in, over the API: sessions, tokens, the second factor, and being asked again."""

import base64
import time

import pytest
from django_otp.oath import hotp

from efi.accounts import recent, second_factor, sessions, tokens
from efi.log.event_store import now
from efi.log.mongo import collection
from efi.models import User
from tests.api.shop import Caller, problem, refused

PASSWORD = "kalamata olives"
NEEDS_A_RECENT_PASSWORD = [
    ("POST", "/api/v1/me/tokens", b'{"name": "till"}'),
    ("POST", "/api/v1/me/second-factor", b""),
    ("PATCH", "/api/v1/me/second-factor", b'{"code": "000000"}'),
    ("DELETE", "/api/v1/me/second-factor", b""),
    ("POST", "/api/v1/me/second-factor/recovery-codes", b""),
]


@pytest.fixture
def ada(shop):
    User.objects.filter(email__in=["ada@shop.example", "bob@shop.example"]).delete()
    return User.objects.create_user("ada@shop.example", PASSWORD)


@pytest.fixture
def bob(ada):
    return Caller(User.objects.create_user("bob@shop.example", PASSWORD))


@pytest.fixture
def caller(ada):
    return Caller(ada)


@pytest.fixture
def script(ada):
    return Caller(token=tokens.make(ada, "till", confirmed=True)[0])


def data(answer):
    assert answer.status_code < 300, answer.content
    assert answer["Cache-Control"] == "private, no-store"
    return answer.json()["data"]


def code_by(secret, steps=0):
    return f"{hotp(base64.b32decode(secret), int(time.time()) // 30 + steps):06d}"


def long_ago(caller, script):
    session = caller.client.session
    session[recent.CONFIRMED] = time.time() - 901
    session.save()
    collection("token_notes").update_many({}, {"$set": {recent.CONFIRMED: now() - recent.WINDOW}})


def confirmed(caller, **said):
    return caller.client.post("/api/v1/me/confirm", {"password": PASSWORD, **said}, content_type="application/json")


def with_a_factor(caller):
    """Returns the key of the factor that was switched on."""
    secret = data(caller.send("POST", "/api/v1/me/second-factor"))["secret"]
    said = f'{{"code": "{code_by(secret)}"}}'.encode()
    assert len(data(caller.send("PATCH", "/api/v1/me/second-factor", said))["recovery_codes"]) == 10
    return secret


class TestSessions:
    def test_they_are_listed(self, caller, ada):
        Caller(ada)
        listed = data(caller.get("me/sessions"))
        assert [one["current"] for one in listed].count(True) == 1
        assert listed[0].keys() == {"id", "since", "seen_at", "device", "network", "current"}

    def test_one_is_ended(self, caller, ada):
        other = Caller(ada)
        [listed] = [one for one in data(caller.get("me/sessions")) if not one["current"]]
        assert data(caller.send("DELETE", f"/api/v1/me/sessions/{listed['id']}")) == {"status": "ended"}
        assert other.get("me/sessions").status_code == 401

    def test_another_s_is_none(self, caller, bob):
        [theirs] = data(bob.get("me/sessions"))
        refused(caller.send("DELETE", f"/api/v1/me/sessions/{theirs['id']}"), 404, "not_found")
        assert bob.get("me/sessions").status_code == 200

    def test_all_others_are_ended(self, caller, script, ada):
        others = [Caller(ada), Caller(ada)]
        data(caller.send("DELETE", "/api/v1/me/sessions"))
        assert [one.get("me/sessions").status_code for one in others] == [401, 401]
        assert caller.get("me/sessions").status_code == 200
        data(script.send("DELETE", "/api/v1/me/sessions"))
        assert caller.get("me/sessions").status_code == 401


class TestTokens:
    def test_one_is_told_once_and_signs_in(self, caller):
        made = data(caller.send("POST", "/api/v1/me/tokens", b'{"name": "till"}'))
        assert made.keys() == {"id", "name", "token", "expires_at"}
        assert Caller(token=made["token"]).get("me/tokens").status_code == 200
        [listed] = data(caller.get("me/tokens"))
        assert made["token"] not in str(listed)
        assert (listed["id"], listed["name"], listed["current"]) == (made["id"], "till", False)
        assert listed["last_used_at"]

    def test_a_token_knows_itself(self, script):
        assert [one["current"] for one in data(script.get("me/tokens"))] == [True]

    def test_one_is_ended(self, caller, script):
        [listed] = data(caller.get("me/tokens"))
        data(caller.send("DELETE", f"/api/v1/me/tokens/{listed['id']}"))
        assert script.get("me/tokens").status_code == 401

    def test_another_s_is_none(self, script, caller, bob):
        [theirs] = data(caller.get("me/tokens"))
        refused(bob.send("DELETE", f"/api/v1/me/tokens/{theirs['id']}"), 404, "not_found")
        assert data(bob.get("me/tokens")) == []

    def test_twenty_are_enough(self, caller, ada):
        for _ in range(tokens.MOST):
            tokens.make(ada, "till")
        refused(caller.send("POST", "/api/v1/me/tokens", b'{"name": "till"}'), 409, "token")

    @pytest.mark.parametrize("body", [b"{}", b'{"name": ""}', b'{"name": 1}', b'{"name": "x", "for": "y"}', b"[]"])
    def test_a_token_needs_a_name(self, caller, body):
        assert problem(caller.send("POST", "/api/v1/me/tokens", body))["status"] == 400


class TestSecondFactor:
    def test_it_is_switched_on_by_a_code_and_ends_other_sessions(self, caller, ada):
        assert data(caller.get("me/second-factor"))["on"] is False
        other = Caller(ada)
        with_a_factor(caller)
        told = data(caller.get("me/second-factor"))
        assert (told["on"], told["recovery_codes_left"], told["required"]) == (True, 10, False)
        assert other.get("me/sessions").status_code == 401

    def test_a_wrong_code_leaves_it_off(self, caller):
        secret = data(caller.send("POST", "/api/v1/me/second-factor"))["secret"]
        wrong = code_by(secret, 9)
        answer = caller.send("PATCH", "/api/v1/me/second-factor", f'{{"code": "{wrong}"}}'.encode())
        refused(answer, 403, "wrong_credentials")
        assert data(caller.get("me/second-factor"))["on"] is False

    def test_it_is_switched_off(self, caller):
        with_a_factor(caller)
        data(caller.send("DELETE", "/api/v1/me/second-factor"))
        assert data(caller.get("me/second-factor"))["on"] is False

    def test_staff_who_must_have_one_keep_it(self, shop, settings):
        elias = Caller(shop.accounts["elias"])
        with_a_factor(elias)
        settings.EFI_SECOND_FACTOR = "powers"
        refused(elias.send("DELETE", "/api/v1/me/second-factor"), 409, "factor_required")

    def test_recovery_codes_are_drawn_anew(self, caller, ada):
        refused(caller.send("POST", "/api/v1/me/second-factor/recovery-codes"), 409, "factor_off")
        with_a_factor(caller)
        codes = data(caller.send("POST", "/api/v1/me/second-factor/recovery-codes"))["recovery_codes"]
        assert second_factor.accepts(ada, codes[0])


class TestBeingAskedAgain:
    @pytest.mark.parametrize(("method", "path", "body"), NEEDS_A_RECENT_PASSWORD)
    def test_what_matters_wants_a_recent_password(self, caller, script, method, path, body):
        long_ago(caller, script)
        for one in (caller, script):
            refused(one.send(method, path, body), 403, "reauthentication_needed")

    @pytest.mark.parametrize("who", ["caller", "script"])
    def test_whoever_gives_it_goes_on(self, caller, script, who, request):
        long_ago(caller, script)
        one = request.getfixturevalue(who)
        told = data(confirmed(one))
        assert told["status"] == "confirmed"
        assert one.send("POST", "/api/v1/me/second-factor").status_code == 200

    @pytest.mark.parametrize(("method", "path", "body"), NEEDS_A_RECENT_PASSWORD)
    def test_a_token_is_not_asked_by_being_new(self, caller, method, path, body):
        """Or whoever has taken one would make the next with it, and so on."""
        made = data(caller.send("POST", "/api/v1/me/tokens", b'{"name": "till"}'))
        refused(Caller(token=made["token"]).send(method, path, body), 403, "reauthentication_needed")

    def test_one_door_opens_none_of_the_others(self, caller, script):
        long_ago(caller, script)
        data(confirmed(caller))
        refused(script.send("POST", "/api/v1/me/second-factor"), 403, "reauthentication_needed")

    def test_a_wrong_password_does_not_do(self, caller):
        refused(confirmed(caller, password="wrong"), 403, "wrong_credentials")

    def test_a_code_is_wanted_where_a_factor_is_on(self, caller):
        secret = with_a_factor(caller)
        refused(confirmed(caller), 403, "wrong_credentials")
        code = code_by(secret, 1)
        data(confirmed(caller, code=code))
        refused(confirmed(caller, code=code), 403, "wrong_credentials")

    def test_it_is_tried_five_times_and_no_more(self, caller):
        for _ in range(5):
            confirmed(caller, password="wrong")
        answer = confirmed(caller)
        assert (answer.status_code, "Retry-After" in answer) == (429, True)

    def test_a_session_has_another_key_from_then_on(self, caller):
        before = caller.client.session.session_key
        data(confirmed(caller))
        assert caller.client.session.session_key != before

    def test_a_page_elsewhere_cannot_confirm(self, ada):
        assert confirmed(Caller(ada, csrf=True)).status_code == 403


def test_what_is_kept_of_a_device_is_gone_with_the_person_s_key(caller, ada):
    collection("person_keys").delete_many({})
    assert [one.device for one in sessions.of(ada.pk)] == [None]
