"""Second factors: codes by the clock and codes for recovery, each of use once, whoever is how fast."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django_otp.oath import hotp

from efi.accounts import ended, second_factor, tokens
from efi.log import mongo
from efi.models import User
from tests.efi.crowd import at_once

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Stands still at ten seconds after noon, until somebody sets it."""
    shown = [AT]
    monkeypatch.setattr(second_factor, "now", lambda: shown[0])
    return shown


@pytest.fixture
def maria(store):
    return User.objects.create_user("maria@efi.example")


@pytest.fixture
def app(maria):
    """What shows Maria her codes: a function of how many steps away from now."""
    secret = base64.b32decode(second_factor.begin(maria))

    def code(steps=0):
        return f"{hotp(secret, int(second_factor.now().timestamp()) // 30 + steps):06d}"

    return code


@pytest.fixture
def recovery(maria, app):
    return second_factor.switch_on(maria, app())


def later(clock, seconds):
    clock[0] += timedelta(seconds=seconds)


def six_at_once(maria, code):
    return at_once([lambda: second_factor.accepts(maria, code)] * 6)


def test_a_factor_is_on_once_a_code_of_it_was_given(maria, app):
    assert not second_factor.is_on(maria)
    assert second_factor.switch_on(maria, "000000" if app() != "000000" else "000001") is None
    assert not second_factor.is_on(maria)
    assert len(second_factor.switch_on(maria, app())) == second_factor.RECOVERY_CODES
    assert second_factor.is_on(maria)


def test_what_was_begun_is_shown_again_for_half_an_hour(maria, clock):
    secret = second_factor.begin(maria)
    later(clock, 60)
    assert second_factor.begin(maria) == secret
    later(clock, 1800)
    assert second_factor.begin(maria) != secret


def test_what_was_begun_too_long_ago_is_not_switched_on(maria, app, clock):
    later(clock, 1860)
    assert second_factor.switch_on(maria, app()) is None


def test_the_code_that_switched_it_on_is_used_up(maria, app, recovery):
    assert not second_factor.accepts(maria, app())


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_clock_may_be_off_by_a_step(maria, app, recovery, clock, away):
    later(clock, 90)
    assert second_factor.accepts(maria, app(away))


@pytest.mark.parametrize("away", [-2, 2])
def test_a_clock_may_not_be_off_by_two(maria, app, recovery, clock, away):
    later(clock, 120)
    assert not second_factor.accepts(maria, app(away))


def test_of_six_at_once_with_one_code_one_comes_in(maria, app, recovery, clock):
    later(clock, 60)
    assert sorted(six_at_once(maria, app())) == [False] * 5 + [True]


def test_of_six_at_once_with_one_recovery_code_one_comes_in(maria, recovery):
    assert sorted(six_at_once(maria, recovery[3])) == [False] * 5 + [True]
    assert second_factor.recovery_codes_left(maria) == second_factor.RECOVERY_CODES - 1
    assert not second_factor.accepts(maria, recovery[3])


def test_a_code_before_the_one_that_was_used_is_used_up_too(maria, app, recovery, clock):
    later(clock, 120)
    assert second_factor.accepts(maria, app())
    assert not second_factor.accepts(maria, app(-1))


def test_codes_are_typed_as_one_likes(maria, app, recovery, clock):
    later(clock, 60)
    assert second_factor.accepts(maria, f" {app()[:3]} {app()[3:]} ")
    assert second_factor.accepts(maria, recovery[0].upper().replace("-", " "))


@pytest.mark.parametrize("typed", ["", "1", "１２３４５６", "12345x", "\0", "ä" * 500])
def test_what_is_no_code_is_refused(maria, recovery, typed):
    assert not second_factor.accepts(maria, typed)


def test_a_code_is_of_no_use_to_another(maria, recovery):
    joan = User.objects.create_user("joan@efi.example")
    assert not second_factor.accepts(joan, recovery[0])


def test_new_recovery_codes_replace_those_before(maria, recovery):
    [new, *_] = second_factor.new_recovery_codes(maria)
    assert not second_factor.accepts(maria, recovery[0])
    assert second_factor.accepts(maria, new)


def test_neither_the_secret_nor_a_code_lies_in_the_store(maria, recovery):
    secret = second_factor.begin(maria)
    stored = str(list(mongo.collection("second_factors").find()))
    assert secret not in stored
    assert not [code for code in recovery if code in stored or code.replace("-", "") in stored]


def test_once_removed_no_code_is_taken(maria, app, recovery, clock):
    second_factor.remove(maria.pk)
    later(clock, 60)
    assert not second_factor.is_on(maria)
    assert not second_factor.accepts(maria, app())
    assert not second_factor.accepts(maria, recovery[0])


def test_the_picture_is_an_svg_without_a_script(maria):
    drawn = second_factor.picture(second_factor.uri("maria@efi.example", second_factor.begin(maria)))
    assert drawn.startswith("<svg")
    assert "script" not in drawn


class TestOnTheCommandLine:
    def test_it_is_set_up(self, maria, app, monkeypatch, capsys):
        monkeypatch.setattr("builtins.input", lambda asked: app())
        call_command("second_factor", "maria@efi.example")
        shown = capsys.readouterr().out.split()
        assert second_factor.begin(maria) not in shown
        assert second_factor.accepts(maria, shown[-1])

    def test_a_wrong_code_leaves_it_off(self, maria, monkeypatch):
        monkeypatch.setattr("builtins.input", lambda asked: "x")
        with pytest.raises(CommandError, match="not its code"):
            call_command("second_factor", "maria@efi.example")
        assert not second_factor.is_on(maria)

    def test_it_is_taken_away_with_all_that_is_signed_in(self, maria, recovery):
        tokens.make(maria, "cron")
        call_command("second_factor", "Maria@efi.example", remove=True)
        assert not second_factor.is_on(maria)
        assert tokens.of(maria.pk) == []

    def test_there_is_none_for_nobody(self, store):
        with pytest.raises(CommandError, match="there is no account"):
            call_command("second_factor", "nobody@efi.example")


def test_nothing_is_left_of_somebody_who_is_forgotten(maria, recovery):
    tokens.make(maria, "cron")
    ended.erase(maria.pk)
    assert not second_factor.factors().find_one()
    assert not tokens.notes().find_one()
    assert tokens.of(maria.pk) == []
