"""The address that a customer signs in by: one customer's alone, whoever asks, and told to nobody by its claim."""

import pytest

from customers.claims import claim_of
from customers.commands.emails import ChangeEmail, ProveEmail
from customers.commands.registration import customers
from efi.accounts.names import name_of_account
from efi.domain.errors import Malformed, Rejected
from efi.models import User
from efi.operations.verification.checks.claims import claims as checked
from efi.writing import claims
from tests.customers.folk import a_person
from tests.efi import audit
from tests.given import restart, say

NEW = "anna@home.example"


def held():
    return {one["_id"] for one in claims.claims().find() if one["_id"].startswith("email:")}


def differences():
    return [one.what for one in checked(lambda number: None)]


def test_the_old_address_is_given_back(store):
    anna = a_person()
    say(ChangeEmail(customer_id=anna, email=NEW))
    assert held() == {claim_of(NEW)}
    assert differences() == []
    audit.the_write_side_agrees()


def test_the_row_is_called_by_the_new_one(store):
    anna = a_person()
    User.objects.create_user(name_of_account("anna@efi.example"), id=anna)
    say(ProveEmail(customer_id=anna, email=NEW))
    assert User.objects.get(pk=anna).email == name_of_account(NEW)


def test_what_staff_enter_is_still_to_be_proven(store):
    anna = a_person()
    say(ChangeEmail(customer_id=anna, email=NEW))
    assert not customers.load(anna).reaching.has_proven_email
    say(ProveEmail(customer_id=anna, email=NEW))
    assert customers.load(anna).reaching.has_proven_email
    assert differences() == []


@pytest.mark.parametrize("typed", ["ben@efi.example", "BEN@EFI.example", " Ben@efi.EXAMPLE "])
def test_nobody_takes_anothers_whatever_its_case(store, typed):
    a_person("Ben")
    with pytest.raises(Rejected) as told:
        say(ChangeEmail(customer_id=a_person("Anna"), email=typed))
    assert told.value.code == "taken"


def test_the_same_address_again_changes_nothing(store):
    anna = a_person()
    say(ProveEmail(customer_id=anna, email="anna@efi.example"))
    assert held() == {claim_of("anna@efi.example")}
    assert customers.load(anna).version == 3


@pytest.mark.parametrize("typed", ["anna", "a@b", "anna@x.example, ben@x.example", '"a b"@x.example'])
def test_what_is_no_address_is_refused(store, typed):
    with pytest.raises(Malformed):
        say(ChangeEmail(customer_id=a_person(), email=typed))


def test_claims_tell_nobody_whose_they_are(store):
    a_person()
    assert not any("anna" in claim for claim in held())


def test_verify_finds_a_claim_that_is_missing_and_one_that_nobody_holds(store):
    a_person()
    claims.claims().delete_one({"_id": claim_of("anna@efi.example")})
    claims.claims().insert_one({"_id": claim_of(NEW), "command_id": a_person()})
    restart()
    assert set(differences()) == {claim_of("anna@efi.example"), claim_of(NEW)}
