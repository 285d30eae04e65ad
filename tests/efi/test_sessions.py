"""Sessions: over by idleness or age, ended with the password or the account, and personal only under a key."""

from datetime import timedelta

import pytest
from django.test import Client

from efi.accounts import ended, sessions
from efi.log import mongo
from efi.log.event_store import now
from efi.models import Session, User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ada(store):
    return User.objects.create_user("ada@shop.example", "kalamata olives")


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def comes_in(client):
    return client.get("/api/v1/commands").status_code == 200


@pytest.fixture
def clock(monkeypatch):
    shown = [now()]
    monkeypatch.setattr(sessions, "now", lambda: shown[0])
    return shown


def rested(client, clock, *hours):
    """Comes again after each of these pauses; returns whether each time was let in."""
    came = []
    for pause in hours:
        clock[0] += pause * HOUR
        came.append(comes_in(client))
    return came


def test_an_idle_session_is_over(ada, clock, settings):
    settings.EFI_SESSION = 2, 10
    assert rested(signed_in(ada), clock, 1, 1, 3) == [True, True, False]


def test_a_session_is_over_after_a_time_however_it_is_used(ada, clock, settings):
    settings.EFI_SESSION = 2, 5
    assert rested(signed_in(ada), clock, 1, 2, 1.5, 1) == [True, True, True, False]


def test_the_sessions_of_staff_end_sooner(ada, clock, settings):
    settings.EFI_SESSION, settings.EFI_STAFF_SESSION = (100, 100), (1, 2)
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    ada.refresh_from_db()
    assert rested(signed_in(ada), clock, 0.5, 2) == [True, False]


def test_a_session_that_is_over_does_not_come_back(ada, clock, settings):
    settings.EFI_SESSION = 2, 10
    client = signed_in(ada)
    assert rested(client, clock, 3) == [False]
    clock[0] -= 3 * HOUR
    assert not comes_in(client)


def test_a_new_password_ends_all_sessions(ada):
    client = signed_in(ada)
    ada.set_password("another one")
    ada.save()
    assert not Session.objects.exists()
    assert not comes_in(client)


def test_an_account_that_is_switched_off_has_no_more_sessions(ada):
    client = signed_in(ada)
    ada.is_active = False
    ada.save()
    assert not Session.objects.exists()
    assert not comes_in(client)


def test_to_sign_in_takes_a_new_key(ada):
    client = Client()
    session = client.session
    session["basket"] = 1
    session.save()
    before = client.session.session_key
    client.force_login(ada)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_whoever_signs_in_over_another_s_session_starts_clean(ada):
    client = signed_in(ada)
    session = client.session
    session["of_ada"] = 1
    session.save()
    client.force_login(User.objects.create_user("bob@shop.example"))
    assert "of_ada" not in client.session


def test_device_and_network_are_kept_under_the_person_s_key(ada):
    session = signed_in(ada).session
    sessions.begin(session, ada, "Lynx", "192.0.2.7")
    session.save()
    stored = str(list(mongo.collection("efi_session").find()))
    decoded = str(sessions.SessionStore().decode(Session.objects.get().session_data))
    assert "Lynx" not in stored + decoded
    assert [one.device for one in sessions.of(ada.pk)] == ["Lynx"]


def test_no_list_gives_away_what_opens_a_session(ada):
    client = signed_in(ada)
    assert client.session.session_key not in str(sessions.of(ada.pk))


def test_it_is_written_once_a_minute_that_a_session_was_seen(ada, clock):
    client = signed_in(ada)
    comes_in(client)
    [before] = sessions.of(ada.pk)
    clock[0] += timedelta(seconds=50)
    comes_in(client)
    assert sessions.of(ada.pk) == [before]
    clock[0] += timedelta(seconds=20)
    comes_in(client)
    assert sessions.of(ada.pk)[0].seen_at > before.seen_at


def test_what_has_ended_is_taken_away(ada):
    signed_in(ada)
    Session.objects.update(expire_date=now() - HOUR)
    ended.forget_what_has_ended(now())
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
            "Chrome on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(agent, told):
    assert sessions.device_of(agent) == told
