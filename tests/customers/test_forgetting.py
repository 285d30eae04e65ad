"""Being forgotten: at one's own word, or by two members of staff, and with whatever was merged into one."""

import pytest

from customers.claims import claim_of
from customers.commands import forgetting
from customers.commands.emails import ChangeEmail
from customers.commands.endings import MergeCustomers
from customers.commands.forgetting import (
    ApproveForgetting,
    DeclineForgetting,
    ForgetAgain,
    ForgetCustomer,
    may_not_forget_while,
)
from customers.commands.people import RenameCustomer
from customers.commands.registration import customers
from efi.accounts import once
from efi.accounts.names import name_of_account
from efi.delivery import forgetting as delivery
from efi.delivery.forgetting import erase_the_forgotten
from efi.domain.errors import Conflict, NotFound, Rejected
from efi.log import keys
from efi.log.event_store import now
from efi.log.keys import digest
from efi.models import User
from efi.reading import generations
from efi.writing import claims
from efi.writing.dispatch import dispatch
from tests.customers.folk import BEN, a_business, a_person, forgetting_proposed, with_an_address
from tests.customers.visitor import ANNA as ADDRESS
from tests.customers.visitor import code_in, mailed, mails
from tests.efi import audit
from tests.given import JOAN, MARIA, NOW, minutes, restart, say

AN_ORDER = "order EFI-2026-000001 is on its way"


@pytest.fixture
def open_order(monkeypatch):
    monkeypatch.setattr(forgetting, "QUESTIONS", [])
    return may_not_forget_while(lambda customer_id: [AN_ORDER])


def with_a_row(customer_id):
    address = customers.load(customer_id).reaching.email
    User.objects.create_user(name_of_account(address), id=customer_id)
    return customer_id


def asks_to_go(customer_id, **said):
    return dispatch(
        ForgetCustomer(customer_id=customer_id, reason="leaves", **said), actor=str(customer_id), owner=customer_id
    )


def erased():
    """Erases whoever is forgotten, as the schedule does."""
    generations.build_missing()
    for at in (now(), now() + minutes(1)):
        erase_the_forgotten(at)
    assert not list(keys.person_keys().find({"to_erase": {"$exists": True}}))


def is_blank(customer_id):
    restart()
    blank = customers.load(customer_id)
    return blank.forgetting.done and not any(
        (blank.reaching.name, blank.reaching.email, blank.book.addresses, keys.has_key(customer_id))
    )


def test_somebody_is_forgotten_at_their_own_word(store):
    anna = with_a_row(a_person())
    with_an_address(anna)
    asks_to_go(anna)
    assert is_blank(anna)
    assert not User.objects.filter(pk=anna).exists()
    assert claims.claims().find_one({"_id": claim_of("anna@efi.example")}) is None
    audit.the_write_side_agrees()


def test_nobody_has_somebody_else_forgotten(store):
    with pytest.raises(NotFound):
        dispatch(ForgetCustomer(customer_id=a_person(), reason="a joke"), actor="ben", owner=a_person("Ben"))


def test_staff_need_a_second_person(store):
    asked = forgetting_proposed(a_person(), "letter")
    assert not is_blank(asked["customer_id"])
    with pytest.raises(Rejected, match="second person"):
        say(ApproveForgetting(**asked), by=JOAN)
    say(ApproveForgetting(**asked), by=MARIA)
    assert is_blank(asked["customer_id"])


def test_the_second_person_may_say_no(store):
    asked = forgetting_proposed(a_person(), "letter")
    say(DeclineForgetting(**asked))
    with pytest.raises(NotFound):
        say(ApproveForgetting(**asked))
    assert not is_blank(asked["customer_id"])


def test_what_is_open_stands_in_the_way(store, open_order):
    for refused in (lambda: asks_to_go(a_person()), lambda: asks_to_go(a_person(), forced=True)):
        with pytest.raises(Rejected, match=AN_ORDER) as told:
            refused()
        assert told.value.code == "still_open"
    with pytest.raises(Rejected, match=AN_ORDER):
        forgetting_proposed(a_person(), "letter")


def test_what_is_open_of_one_merged_into_them_stands_in_the_way_too(store, monkeypatch):
    anna, anne, annie = (a_person(name) for name in ("Anna", "Anne", "Annie"))
    say(MergeCustomers(customer_id=anne, merged_id=annie))
    say(MergeCustomers(customer_id=anna, merged_id=anne))
    monkeypatch.setattr(forgetting, "QUESTIONS", [lambda customer_id: [AN_ORDER] if customer_id == annie else []])
    with pytest.raises(Rejected, match=AN_ORDER):
        asks_to_go(anna)
    with pytest.raises(Rejected, match=AN_ORDER):
        say(ForgetCustomer(customer_id=anna, reason="asked by letter"))


def test_staff_may_force_it(store, open_order):
    anna = a_person()
    say(ForgetCustomer(customer_id=anna, reason="asked by letter", forced=True), by=JOAN)
    say(ApproveForgetting(customer_id=anna, proposal_id=customers.load(anna).forgetting.proposed.id))
    assert is_blank(anna)


def test_what_has_been_opened_meanwhile_stands_in_the_way_of_the_second_person_too(store, monkeypatch):
    asked = forgetting_proposed(a_person(), "letter")
    monkeypatch.setattr(forgetting, "QUESTIONS", [lambda customer_id: [AN_ORDER]])
    with pytest.raises(Rejected, match=AN_ORDER):
        say(ApproveForgetting(**asked))


def test_whoever_was_merged_into_them_is_forgotten_with_them(store):
    anna, anne = a_person("Anna"), with_a_row(a_person("Anne"))
    say(MergeCustomers(customer_id=anna, merged_id=anne))
    asks_to_go(anna)
    assert is_blank(anna)
    assert is_blank(anne)
    assert not User.objects.filter(pk=anne).exists()
    audit.the_write_side_agrees()


def test_so_is_whoever_was_merged_into_these_before(store):
    anna, anne, annie = (a_person(name) for name in ("Anna", "Anne", "Annie"))
    say(MergeCustomers(customer_id=anne, merged_id=annie))
    say(MergeCustomers(customer_id=anna, merged_id=anne))
    assert customers.load(annie).closed_into == anna
    asks_to_go(anna)
    assert is_blank(annie)
    audit.the_write_side_agrees()


def test_nothing_more_is_said_of_a_forgotten_person(store):
    anna = a_person()
    asks_to_go(anna)
    with pytest.raises(Rejected) as told:
        say(RenameCustomer(customer_id=anna, name="Anna"))
    assert told.value.code == "forgotten"
    restart()
    assert not customers.load(anna).may_buy


def test_their_address_may_be_another_persons_from_then_on(store):
    asks_to_go(a_person())
    claims.claims().insert_one({"_id": claim_of("anna@efi.example")})


def test_whom_a_backup_brought_back_is_forgotten_again(store):
    anna = with_a_row(a_person())
    keys.forget(anna, NOW)
    say(ForgetAgain(customer_id=anna), by="restore")
    assert is_blank(anna)
    assert not User.objects.filter(pk=anna).exists()
    audit.the_write_side_agrees()


def test_nobody_is_forgotten_again_who_never_was(store):
    with pytest.raises(Rejected) as told:
        say(ForgetAgain(customer_id=a_person()))
    assert told.value.code == "never_forgotten"


def test_nothing_is_kept_of_how_often_they_tried_to_come_in_or_were_written_to(visitor):
    visitor.has_account().login()
    visitor.login(password="wrong")
    visitor.post("auth/password/forgot", email=ADDRESS)
    mails()
    assert digest(ADDRESS) in str(list(once.once().find()))
    assert visitor.client.delete("/api/v1/me").status_code == 200
    erased()
    assert digest(ADDRESS) not in str([list(kept.find()) for kept in (once.once(), keys.person_keys())])


def test_nor_at_an_address_of_before(visitor):
    visitor.has_account().login()
    visitor.post("me/email", email="anna@home.example")
    said = {"email": "anna@home.example", "code": code_in(mailed())}
    visitor.client.patch("/api/v1/me/email", said, content_type="application/json")
    visitor.login("anna@home.example")
    assert digest(ADDRESS) in str(list(once.once().find()))
    assert visitor.client.delete("/api/v1/me").status_code == 200
    erased()
    assert digest(ADDRESS) not in str(list(once.once().find()))


def brought_back():
    """Anna, whom a backup knows, and who was forgotten after it was taken."""
    return with_a_row(a_person())


def test_whom_a_restore_has_half_forgotten_the_next_one_forgets(store, monkeypatch):
    anna = brought_back()

    def conflict(*said, **told):
        raise Conflict("somebody else was first")

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "dispatch", conflict)
        with pytest.raises(Conflict):
            delivery.forget_again([anna])
    assert not keys.has_key(anna)
    assert delivery.forget_again([anna]) == 1
    assert is_blank(anna)
    assert not User.objects.filter(pk=anna).exists()
    assert claims.claims().find_one({"_id": claim_of("anna@efi.example")}) is None


def test_whom_a_restore_forgets_goes_with_whoever_was_merged_into_them_addresses_and_all(store):
    anna, trattoria = a_person(), a_business()
    say(ChangeEmail(customer_id=trattoria, email="ada@trattoria.example"))
    say(MergeCustomers(customer_id=anna, merged_id=trattoria))
    delivery.forget_again([anna, trattoria])
    assert is_blank(trattoria)
    assert not list(claims.claims().find({"_id": {"$regex": "^email:"}}))
    audit.the_write_side_agrees()


def test_a_restore_forgets_nobody_who_is_forgotten_in_its_log_or_unknown_to_it(store):
    anna = brought_back()
    assert delivery.forget_again([anna]) == 1
    assert delivery.forget_again([anna, BEN]) == 0
