"""How customers rest, and how two who are the same become one."""

from datetime import timedelta

import pytest

from customers import contract
from customers.commands.addresses import AddAddress
from customers.commands.consents import GiveConsent
from customers.commands.credit import ApproveCredit
from customers.commands.endings import DeactivateCustomer, MergeCustomers, ReactivateCustomer
from customers.commands.people import ChangeContact, DescribeConsumer, RenameCustomer, TagCustomer
from customers.commands.registration import customers
from customers.events import CustomerAccountDeactivated, CustomerAccountReactivated
from customers.values import AddressUse, ConsentKind, ConsumerProfile, CustomerType, PricingTier
from efi.accounts.names import name_of_account
from efi.domain.errors import NotFound, Rejected
from efi.models import User
from tests.customers.folk import (
    ANNA,
    BAY_STREET,
    DOVER,
    HOME,
    NET_30,
    WORK,
    a_business,
    a_person,
    credit_proposed,
    registered,
    with_an_address,
)
from tests.given import MARIA, NOW, identity, say

AWAY = CustomerAccountDeactivated(customer_id=ANNA, reason="away", deactivated_by=MARIA)


def merged(*, primary, other):
    say(MergeCustomers(customer_id=primary, merged_id=other))
    return customers.load(primary), customers.load(other)


class TestResting:
    def test_a_customer_rests_and_comes_back(self, scenario):
        scenario.given(registered())
        scenario.when(DeactivateCustomer(customer_id=ANNA, reason="away"))
        scenario.then(AWAY)
        scenario.when(ReactivateCustomer(customer_id=ANNA))
        scenario.then(CustomerAccountReactivated(customer_id=ANNA, reactivated_by=MARIA))

    def test_neither_happens_twice(self, scenario):
        scenario.given(registered())
        scenario.when(ReactivateCustomer(customer_id=ANNA))
        scenario.refused("customer_status")
        scenario.given(AWAY)
        scenario.when(DeactivateCustomer(customer_id=ANNA, reason="away"))
        scenario.refused("customer_status")

    def test_whoever_rests_does_not_sign_in(self, store):
        anna = a_person()
        User.objects.create_user(name_of_account("anna@efi.example"), id=anna)
        say(DeactivateCustomer(customer_id=anna, reason="away"))
        assert not User.objects.get(pk=anna).is_active
        say(ReactivateCustomer(customer_id=anna))
        assert User.objects.get(pk=anna).is_active


class TestMerging:
    def test_the_one_goes_on_with_the_addresses_of_both(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        with_an_address(anna)
        with_an_address(anne, WORK, DOVER)
        say(AddAddress(customer_id=anne, address_id=identity("same place"), address=BAY_STREET))
        primary, other = merged(primary=anna, other=anne)
        assert list(primary.book.addresses.values()) == [BAY_STREET, DOVER]
        assert (other.closed_into, primary.merged) == (anna, (anne,))

    def test_what_was_said_last_holds(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        old, new = (ConsumerProfile(cultural_preferences=(one,)) for one in ("Levantine", "Bajan"))
        say(DescribeConsumer(customer_id=anna, profile=old), at=NOW)
        say(DescribeConsumer(customer_id=anne, profile=new), at=NOW + timedelta(days=1))
        say(ChangeContact(customer_id=anna, phone="430-1234"), at=NOW + timedelta(days=2))
        say(ChangeContact(customer_id=anne, phone="430-9999"), at=NOW)
        primary, _ = merged(primary=anna, other=anne)
        assert (primary.nature.consumer, primary.reaching.phone.typed) == (new, "430-1234")

    def test_consents_are_asked_anew_and_tags_joined(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        for one in (anna, anne):
            say(GiveConsent(customer_id=one, kind=ConsentKind.MARKETING, version="2026-11"))
        say(TagCustomer(customer_id=anne, tags=("regular",)))
        primary, other = merged(primary=anna, other=anne)
        assert (primary.agreements.given, other.agreements.given, primary.tags) == ({}, {}, ("regular",))

    def test_whoever_is_closed_says_into_whom(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        merged(primary=anna, other=anne)
        with pytest.raises(Rejected, match=str(anna)) as told:
            say(RenameCustomer(customer_id=anne, name="Anne"))
        assert told.value.code == "merged"

    def test_whoever_is_closed_does_not_sign_in(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        User.objects.create_user(name_of_account("anne@efi.example"), id=anne)
        merged(primary=anna, other=anne)
        assert not User.objects.filter(pk=anne).exists()

    def test_nobody_is_merged_with_themselves(self, store):
        with pytest.raises(Rejected) as told:
            say(MergeCustomers(customer_id=a_person(), merged_id=a_person()))
        assert told.value.code == "merged_with_itself"

    def test_the_one_who_can_sign_in_stays(self, store):
        with pytest.raises(Rejected) as told:
            say(MergeCustomers(customer_id=a_business(), merged_id=a_person()))
        assert told.value.code == "keep_the_account"

    def test_a_credit_is_not_closed_by_the_way(self, store):
        other = a_business("Ponente")
        say(ApproveCredit(**credit_proposed(other, "year")))
        with pytest.raises(Rejected) as told:
            say(MergeCustomers(customer_id=a_business(), merged_id=other))
        assert told.value.code == "has_credit"


class TestWhatOthersMayAsk:
    @pytest.fixture(autouse=True)
    def asked(self, monkeypatch):
        """Asks within a command, as other contexts do."""
        monkeypatch.setattr(customers, "must_exist", self.there)

    def there(self, customer_id):
        if not (found := customers.load(customer_id)).version:
            raise NotFound("nobody")
        return found

    def test_what_they_are_and_buy_at(self, store):
        trattoria = a_business()
        assert contract.type_of(trattoria) is CustomerType.FULL_SERVICE_RESTAURANT
        assert contract.tier_of_customer(trattoria) is PricingTier.WHOLESALE
        assert contract.may_buy(trattoria)

    def test_where_they_are(self, store):
        anna = a_person()
        with_an_address(anna)
        assert contract.addresses_of(anna) == {HOME: BAY_STREET}
        assert contract.address_of(anna, WORK) is None
        assert contract.default_address_of(anna, AddressUse.SHIPPING) == HOME

    def test_on_what_credit(self, store):
        trattoria = a_business()
        assert contract.credit_of(trattoria) is None
        say(ApproveCredit(**credit_proposed(trattoria, "year")))
        assert contract.credit_of(trattoria) == NET_30

    def test_whoever_rests_or_was_merged_may_not_buy(self, store):
        anna, anne = a_person("Anna"), a_person("Anne")
        merged(primary=anna, other=anne)
        say(DeactivateCustomer(customer_id=anna, reason="away"))
        assert not contract.may_buy(anna)
        assert not contract.may_buy(anne)

    def test_nobody_is_not_found(self, store):
        with pytest.raises(NotFound):
            contract.may_buy(ANNA)
