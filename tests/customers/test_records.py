"""What is listed of customers, and found, and what they see of themselves; and nothing once they are forgotten."""

from uuid import uuid4

import pytest

from customers.commands.addresses import ChangeAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.commands.credit import ApproveCredit
from customers.commands.emails import ChangeEmail
from customers.commands.endings import MergeCustomers
from customers.commands.forgetting import ForgetCustomer
from customers.commands.people import AddNote, ChangeContact, RenameCustomer, RetypeCustomer, TagCustomer
from customers.models import Consent, Customer
from customers.records import consents, customers, profiles
from customers.values import AddressUse, ConsentKind, CustomerType, Standing
from efi.delivery.forgetting import erase
from efi.domain.errors import NotFound
from efi.domain.texts import words_in
from efi.log import event_store
from efi.reading import generations
from efi.staff.models import Approval
from efi.staff.records.lists import _begins
from efi.writing.dispatch import dispatch
from tests.customers.folk import (
    DOVER,
    HOME,
    NET_30,
    WORK,
    a_business,
    a_person,
    credit_proposed,
    forgetting_proposed,
    with_an_address,
)
from tests.efi import audit
from tests.given import say

MARKETING, TERMS = ConsentKind.MARKETING, ConsentKind.TERMS


@pytest.fixture
def built(store):
    generations.forget()
    generations.build_missing()


def caught_up():
    for generation in generations.of_this_process():
        generations.sweep(generation)


def record(customer_id):
    caught_up()
    return Customer.objects.get(pk=str(customer_id))


def profile(customer_id):
    caught_up()
    return generations.live(profiles.NAME).of(customer_id).one(str(customer_id))


def found_by(search):
    caught_up()
    where = [{"terms": {"$elemMatch": _begins(word)}} for word in words_in(search)]
    return {one["_id"] for one in generations.live(customers.NAME).stored.find({"$and": where})}


def test_a_business_is_called_by_its_own_name(built):
    assert record(a_business()).called == "Trattoria Levante"
    assert record(a_person()).called == "Anna"


@pytest.mark.parametrize(
    "search",
    [
        "trattoria",
        "levante ada",
        "ADA Lev",
        "430-1234",
        "(246) 430-1234",
        "4301234",
        "+12464301234",
        "246 430",
        "bay street",
        "bridge 12",
        "saint michael",
        "orders@trattoria.example",
        "trattoria.example",
        "regular",
    ],
)
def test_a_customer_is_found_by_any_words_in_any_order(built, search):
    trattoria = a_business()
    say(ChangeEmail(customer_id=trattoria, email="orders@trattoria.example"))
    say(TagCustomer(customer_id=trattoria, tags=("regular",)))
    say(ChangeContact(customer_id=trattoria, phone="246 430 1234"))
    a_person()
    assert found_by(search) == {str(trattoria)}


def test_two_words_of_two_people_find_neither(built):
    a_person("Anna")
    a_person("Ben")
    assert found_by("anna ben") == set()


def test_an_address_that_was_left_finds_nobody_any_more(built):
    anna = a_person()
    with_an_address(anna)
    assert found_by("bay")
    say(ChangeAddress(customer_id=anna, address_id=HOME, address=DOVER))
    assert found_by("bay") == set()
    assert found_by("dover christ")


def test_a_record_says_what_waits_and_what_was_granted(built):
    trattoria = a_business()
    asked = credit_proposed(trattoria, "year")
    assert record(trattoria).credit_proposal_id == str(asked["proposal_id"])
    say(ApproveCredit(**asked))
    granted = record(trattoria)
    assert (granted.credit_proposal_id, granted.credit_days, granted.credit_limit) == (None, 30, NET_30.limit.amount)


def test_what_waits_for_a_second_person_names_nobody(built):
    asked = forgetting_proposed(a_person(), "letter")
    credit_proposed(a_business(), "year")
    caught_up()
    rows = list(Approval.objects.filter(context="customers"))
    assert {(row.kind, row.before) for row in rows} == {("forgetting", "known"), ("credit", "no credit")}
    assert not any(word in row.subject for row in rows for word in ("Anna", "Trattoria"))
    assert {row.ids["proposal_id"] for row in rows} >= {str(asked["proposal_id"])}


def test_a_profile_is_its_owners_alone(built):
    anna, ben = a_person("Anna"), a_person("Ben")
    assert profile(anna)["email"] == "anna@efi.example"
    with pytest.raises(NotFound):
        generations.live(profiles.NAME).of(ben).one(str(anna))


def test_a_profile_says_which_address_is_taken(built):
    anna = a_person()
    with_an_address(anna)
    with_an_address(anna, WORK, DOVER)
    assert profile(anna)["defaults"] == {AddressUse.SHIPPING: str(HOME), AddressUse.BILLING: str(HOME)}


def test_each_consent_is_proof_of_what_was_asked_when(built):
    anna = a_person()
    for kind in (MARKETING, TERMS):
        say(GiveConsent(customer_id=anna, kind=kind, version="2026-11", network_address="192.0.2.7"))
    say(WithdrawConsent(customer_id=anna, kind=MARKETING))
    say(MergeCustomers(customer_id=anna, merged_id=a_person("Anne")))
    caught_up()
    told = [(one.kind, one.act, one.network_address) for one in Consent.objects.order_by("id")]
    assert told == [
        ("marketing", "given", "192.0.2.7"),
        ("terms", "given", "192.0.2.7"),
        ("marketing", "withdrawn", None),
        ("terms", "asked_anew", None),
    ]
    assert profile(anna)["consents"] == {}


def test_nothing_of_a_forgotten_person_is_shown(built):
    anna = a_person("Anna")
    with_an_address(anna)
    say(ChangeContact(customer_id=anna, phone="246 430 1234"))
    say(RenameCustomer(customer_id=anna, name="Anna Brathwaite"))
    say(AddNote(customer_id=anna, text="Anna calls before she comes."))
    say(TagCustomer(customer_id=anna, tags=("anna-the-regular",)))
    say(RetypeCustomer(customer_id=anna, type=CustomerType.INDIGENOUS_FOODIE, reason="Anna stays"))
    say(GiveConsent(customer_id=anna, kind=TERMS, version="2026-11", network_address="192.0.2.7"))
    caught_up()
    dispatch(ForgetCustomer(customer_id=anna, reason="leaves"), actor=str(anna), owner=anna)
    erase(anna)
    for name in (customers.NAME, profiles.NAME, consents.NAME):
        generation = generations.live(name)
        text = repr([*generation.stored.find(), *generation.facts.find()])
        for personal in ("Anna", "anna", "Brathwaite", "430", "Bay Street", "192.0.2.7"):
            assert personal not in text, (name, personal)
    forgotten = record(anna)
    assert (forgotten.standing, forgotten.type) == (Standing.FORGOTTEN, CustomerType.INDIGENOUS_FOODIE)


def test_who_is_forgotten_is_blank_by_the_event_alone_before_anything_is_folded_anew(built):
    anna = a_person("Anna")
    say(GiveConsent(customer_id=anna, kind=TERMS, version="2026-11", network_address="192.0.2.7"))
    caught_up()
    dispatch(ForgetCustomer(customer_id=anna, reason="leaves"), actor=str(anna), owner=anna)
    caught_up()
    for name in (customers.NAME, profiles.NAME, consents.NAME):
        text = repr([*generations.live(name).stored.find(), *generations.live(name).facts.find()])
        assert not any(personal in text for personal in ("Anna", "anna@", "192.0.2.7")), name


def test_nothing_of_a_forgotten_person_can_be_read_in_the_log(built):
    anna = a_person("Anna")
    say(RetypeCustomer(customer_id=anna, type=CustomerType.INDIGENOUS_FOODIE, reason="Anna stays"))
    say(TagCustomer(customer_id=anna, tags=("anna-the-regular",)))
    stored = repr(list(event_store.commits().find()))
    assert "anna" not in stored.lower()
    dispatch(ForgetCustomer(customer_id=anna, reason="leaves"), actor=str(anna), owner=anna)
    assert "anna" not in repr(audit.facts_of(f"customer:{anna}")).lower()


def test_whoever_was_never_there_has_no_profile(built):
    caught_up()
    with pytest.raises(NotFound):
        generations.live(profiles.NAME).of(uuid4()).one("x")
