"""The address that a customer signs in by: one customer's alone, whoever asks, and told to nobody by its claim."""

import pytest

from customers import mails
from customers.claims import claim_of
from customers.commands.emails import ChangeEmail, ProveEmail
from customers.commands.endings import MergeCustomers
from customers.commands.registration import customers
from customers.events import EmailChanged, EmailProven
from efi.accounts.names import name_of_account
from efi.domain.errors import Malformed, Rejected
from efi.log import event_store
from efi.models import User
from efi.operations.verification.checks.claims import claims as checked
from efi.writing import claims
from tests.customers.folk import a_business, a_person
from tests.customers.scenarios import with_another_proven_address
from tests.efi import audit
from tests.given import elsewhere, restart, say

OLD, NEW = "anna@efi.example", "anna@home.example"


def held():
    return {one["_id"] for one in claims.claims().find() if one["_id"].startswith("email:")}


def differences():
    return [one.what for one in checked(lambda number: None)]


def test_the_old_address_is_given_back(store):
    trattoria = a_business()
    for email in (OLD, NEW):
        say(ChangeEmail(customer_id=trattoria, email=email))
    assert held() == {claim_of(NEW)}
    assert differences() == []
    audit.the_write_side_agrees()


def test_the_address_of_whoever_was_merged_into_another_is_free(store):
    anna, anne = a_person("Anna"), a_person("Anne")
    User.objects.create_user(name_of_account("anne@efi.example"), id=anne)
    say(MergeCustomers(customer_id=anna, merged_id=anne))
    assert held() == {claim_of(OLD)}
    assert not User.objects.filter(pk=anne).exists()
    assert differences() == []
    audit.the_write_side_agrees()


@pytest.mark.parametrize(("command", "proven"), [(ChangeEmail, False), (ProveEmail, True)])
def test_it_goes_over_to_the_one_who_stays_where_that_one_has_none(store, command, proven):
    trattoria, other = a_business(), a_business("Ponente")
    say(command(customer_id=other, email=NEW))
    say(MergeCustomers(customer_id=trattoria, merged_id=other))
    reaching = customers.load(trattoria).reaching
    assert (reaching.email, reaching.has_proven_email) == (NEW, proven)
    assert held() == {claim_of(NEW)}
    assert differences() == []
    audit.the_write_side_agrees()


@pytest.mark.parametrize("command", [ChangeEmail, ProveEmail])
def test_staff_give_nobody_who_has_an_account_another_address_to_sign_in_by(store, command):
    anna = a_person()
    User.objects.create_user(name_of_account(OLD), id=anna)
    with pytest.raises(Rejected, match="themselves") as told:
        say(command(customer_id=anna, email=NEW))
    assert told.value.code == "has_account"
    assert customers.load(anna).reaching.email == OLD
    assert User.objects.get(pk=anna).email == name_of_account(OLD)
    assert held() == {claim_of(OLD)}


def test_the_row_is_called_by_the_new_one(store):
    moved = with_another_proven_address("Alleyne")
    User.objects.create_user(name_of_account("anna-alleyne@efi.example"), id=moved.customer_id)
    say(moved)
    assert User.objects.get(pk=moved.customer_id).email == name_of_account("anna-alleyne@elsewhere.example")


def test_the_last_that_was_proven_is_told_of_a_move_whatever_staff_entered_since(store):
    moved = with_another_proven_address("Alleyne")
    elsewhere(f"customer:{moved.customer_id}", EmailChanged(customer_id=moved.customer_id, email=NEW))
    restart()
    say(moved)
    proven = list(event_store.read(f"customer:{moved.customer_id}"))[-1]
    mail = mails.word_to_the_address_before(proven.events[0], proven)
    assert (mail.to, mail.person) == ("anna-alleyne@efi.example", moved.customer_id)


def test_what_staff_enter_is_still_to_be_proven(store):
    trattoria = a_business()
    say(ChangeEmail(customer_id=trattoria, email=NEW))
    assert not customers.load(trattoria).reaching.has_proven_email
    say(ProveEmail(customer_id=trattoria, email=NEW))
    assert customers.load(trattoria).reaching.has_proven_email
    assert differences() == []


@pytest.mark.parametrize("typed", ["ben@efi.example", "BEN@EFI.example", " Ben@efi.EXAMPLE "])
def test_nobody_takes_anothers_whatever_its_case(store, typed):
    a_person("Ben")
    with pytest.raises(Rejected) as told:
        say(ChangeEmail(customer_id=a_business(), email=typed))
    assert told.value.code == "taken"


def test_the_same_address_again_changes_nothing(store):
    trattoria = a_business()
    for _ in range(2):
        say(ProveEmail(customer_id=trattoria, email=OLD))
    assert held() == {claim_of(OLD)}
    assert isinstance(list(event_store.read(f"customer:{trattoria}"))[-1].events[-1], EmailProven)
    assert customers.load(trattoria).version == 5


@pytest.mark.parametrize("typed", ["anna", "a@b", "anna@x.example, ben@x.example", '"a b"@x.example'])
def test_what_is_no_address_is_refused(store, typed):
    with pytest.raises(Malformed):
        say(ChangeEmail(customer_id=a_business(), email=typed))


def test_claims_tell_nobody_whose_they_are(store):
    a_person()
    assert not any("anna" in claim for claim in held())


def test_verify_finds_a_claim_that_is_missing_and_one_that_nobody_holds(store):
    a_person()
    claims.claims().delete_one({"_id": claim_of("anna@efi.example")})
    claims.claims().insert_one({"_id": claim_of(NEW), "command_id": a_person()})
    restart()
    assert set(differences()) == {claim_of("anna@efi.example"), claim_of(NEW)}
