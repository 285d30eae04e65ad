"""Operators see which mails were sent; to whom is shown to those alone who may see it."""

from uuid import UUID

import pytest

from efi.log.event_store import now
from efi.mails import outbox, sending
from efi.mails.outbox import MAILS, Mail

pytestmark = pytest.mark.django_db
PAGE = "/admin/operations/mails/"
ANNA = "anna@people.example"


@pytest.fixture
def sent(shop, monkeypatch):
    monkeypatch.setitem(
        MAILS, "mail_of_kegs", lambda about: Mail(to=ANNA, subject="Keg", text="Empty.", person=UUID(int=7))
    )
    outbox.ask("mail_of_kegs", "keg")
    sending.send_mails(now())
    outbox.ask("mail_of_kegs", "another")


def test_operators_see_what_was_sent_and_not_to_whom(sent, holder):
    page = holder("efi.operate").get(PAGE).content.decode()
    assert page.count("<td>of kegs</td>") == 2
    assert "<td>sent</td>" in page
    assert "<td>to be written</td>" in page
    assert ANNA not in page


def test_whoever_may_see_recipients_sees_them_and_no_bodies(sent, holder):
    page = holder("efi.operate", "efi.see_recipients").get(PAGE).content.decode()
    assert ANNA in page
    assert "Empty." not in page


def test_others_do_not_see_the_page(sent, holder):
    assert holder("efi.see_recipients").get(PAGE).status_code == 403
