"""Mails: written in the background, claimed before they are sent, sent once, and deleted after."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from uuid import UUID, uuid4

import pytest
from django.core import mail as sent

from efi.accounts import once
from efi.log.event_store import now
from efi.mails import outbox, sending
from efi.mails.folder import Folder
from efi.mails.outbox import MAILS, Mail

pytestmark = pytest.mark.usefixtures("restarted")

ANNA = "anna@people.example"
WORDS = "Your keg is empty.\n\nSee http://efi.example/kegs?a=1&b=2 <soon>."


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """A kind of mail to Anna, who is forgettable, one to nobody's address, and one to nobody at all."""
    outbox.ensure_indexes()
    once.ensure_indexes()
    monkeypatch.setitem(MAILS, "keg", lambda about: Mail(to=ANNA, subject=about, text=WORDS, person=UUID(int=7)))
    monkeypatch.setitem(MAILS, "stranger", lambda about: Mail(to=ANNA, subject=about, text=WORDS))
    monkeypatch.setitem(MAILS, "nobody", lambda about: None)


@pytest.fixture
def no_server(monkeypatch):
    """A mail server that hangs up; the list holds how often it was asked."""
    asked = []

    def hang_up(message, **how):
        asked.append(message)
        raise SMTPServerDisconnected

    monkeypatch.setattr(sending.EmailMultiAlternatives, "send", hang_up)
    return asked


def kept():
    (document,) = outbox.outbox().find()
    return document


def test_a_mail_is_sent_as_text_and_as_html():
    outbox.ask("keg", "Your keg")
    sending.send_mails(now())
    (mail,) = sent.outbox
    (html,) = mail.alternatives
    assert (mail.to, mail.subject, mail.body.startswith(WORDS)) == ([ANNA], "Your keg", True)
    assert '<a href="http://efi.example/kegs?a=1&amp;b=2"' in html.content
    assert "&lt;soon&gt;" in html.content


def test_asking_for_a_mail_writes_none():
    outbox.ask("keg", "Your keg")
    assert (kept()["state"], "to" in kept()) == (outbox.ASKED, False)


def test_what_a_mail_says_is_deleted_once_it_was_sent_and_to_whom_is_kept_sealed():
    outbox.ask("keg", "Your keg")
    sending.send_mails(now())
    assert kept()["state"] == outbox.SENT
    assert "keg is empty" not in str(kept())
    assert ANNA not in str(kept())
    assert (outbox.read(kept(), "to"), outbox.read(kept(), "said")) == ({"to": ANNA}, None)


def test_of_a_mail_to_nobody_who_could_be_forgotten_the_address_goes_too():
    outbox.ask("stranger", "Your code", address=ANNA)
    sending.send_mails(now())
    assert kept().keys() & {"to", "said", "about", "for"} == set()


def test_several_that_send_at_once_send_it_once():
    outbox.ask("keg", "Your keg")
    with ThreadPoolExecutor(6) as six:
        list(six.map(lambda _: sending.send_mails(now()), range(6)))
    sending.send_mails(now())
    assert len(sent.outbox) == 1


def test_a_mail_that_is_asked_for_twice_is_sent_once():
    asked = uuid4()
    for _ in range(2):
        outbox.ask("keg", "Your keg", mail_id=asked)
    sending.send_mails(now())
    assert len(sent.outbox) == 1


def test_a_mail_that_is_sent_again_has_the_id_that_it_had(no_server):
    asked = uuid4()
    outbox.ask("keg", "Your keg", mail_id=asked)
    for minutes in (0, 60):
        sending.send_mails(now() + timedelta(minutes=minutes))
    assert [message.message()["Message-ID"] for message in no_server] == [f"<{asked}@localhost>"] * 2


def test_the_pauses_grow_and_end(no_server):
    outbox.ask("keg", "Your keg")
    pauses, at = [], now()
    while kept()["state"] != outbox.GIVEN_UP:
        sending.send_mails(at)
        pauses.append((kept()["next_at"] - at).total_seconds())
        at = kept()["next_at"]
    assert pauses[:4] == [30, 60, 120, 240]
    assert pauses[:-1] == sorted(pauses[:-1])
    assert len(no_server) == sending.MOST_TRIES
    assert "said" not in kept()


def test_a_mail_that_is_of_no_more_use_is_not_sent(monkeypatch, no_server):
    monkeypatch.setitem(MAILS, "keg", lambda about: Mail(to=ANNA, subject="", text="", good_for=timedelta(minutes=10)))
    outbox.ask("keg", "Your keg")
    sending.send_mails(now())
    sending.send_mails(now() + timedelta(minutes=11))
    assert (kept()["state"], len(no_server)) == (outbox.GIVEN_UP, 1)


def test_a_process_that_dies_over_a_mail_leaves_it_to_another(monkeypatch):
    outbox.ask("keg", "Your keg")
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_write", lambda *_: None)
        sending.send_mails(now())
    sending.send_mails(now())
    assert not sent.outbox
    sending.send_mails(now() + sending.LEASE)
    assert len(sent.outbox) == 1


def test_a_mail_that_cannot_be_written_keeps_no_other_waiting(monkeypatch):
    monkeypatch.setitem(MAILS, "broken", lambda about: 1 / 0)
    for kind in ("broken", "keg"):
        outbox.ask(kind, "Your keg")
    sending.send_mails(now())
    assert len(sent.outbox) == 1


def asked_for(kind="stranger", network="192.0.2.1", address=ANNA):
    outbox.ask(kind, "Your code", address=address, network=network)


def held_back():
    sending.send_mails(now())
    return sum(one["state"] == outbox.HELD_BACK for one in outbox.outbox().find())


def test_an_address_is_sent_three_of_a_kind_an_hour_however_many_a_network_asks_for():
    for kind in ("stranger", "nobody") * 5:
        asked_for(kind)
    assert held_back() == 4
    assert len(sent.outbox) == 3


@pytest.mark.parametrize("another", [{"kind": "keg"}, {"network": "198.51.100.1"}, {"address": "joan@people.example"}])
def test_what_is_asked_for_elsewhere_or_of_another_kind_holds_none_back(another):
    for _ in range(5):
        asked_for()
    asked_for(**another)
    assert held_back() == 2


def test_an_address_is_sent_twenty_of_a_kind_a_day_whoever_asks():
    for number in range(25):
        asked_for(network=f"192.0.2.{number}")
    assert held_back() == 5


def test_mails_of_somebody_who_is_forgotten_are_gone():
    for kind in ("keg", "stranger"):
        outbox.ask(kind, "Your keg")
    sending.send_mails(now())
    outbox.forget(UUID(int=7))
    assert [one["kind"] for one in outbox.outbox().find()] == ["stranger"]


def test_two_of_a_name_are_refused():
    with pytest.raises(ValueError, match="keg"):
        outbox.writes("keg")(lambda about: None)


def test_a_folder_takes_each_mail_as_a_file_that_its_owner_alone_reads(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    for subject in ("Your code", "Your link"):
        made = sending.message(uuid4(), Mail(to=ANNA, subject=subject, text="It is 123456."))
        assert Folder().send_messages([made]) == 1
    files = sorted((tmp_path / "mails").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert all(re.findall(r"\b\d{6}\b", file.read_text()) == ["123456"] * 2 for file in files)
