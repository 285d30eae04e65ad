"""Customers at the admin: who may see what is personal, who has looked, and what a second person is shown."""

import csv
import io

import pytest
from django.test import Client

from customers.admin.looks import EVERYBODY, looks
from customers.commands.accounts import InviteCustomer, OfferReset
from customers.commands.consents import GiveConsent
from customers.commands.forgetting import ForgetCustomer
from customers.commands.people import AddNote, ChangeContact, DescribeTraits
from customers.values import ConsentKind, Expat, Residency
from efi.accounts.held import all_on
from efi.delivery.forgetting import erase
from efi.models import User
from efi.writing.commands import HANDLERS
from efi.writing.dispatch import dispatch
from tests.admin.pages import form_in, links_of, sent
from tests.admin.test_second_person import read
from tests.api.shop import caught_up
from tests.customers.folk import (
    a_business,
    a_person,
    credit_proposed,
    forgetting_proposed,
    opening,
    with_an_address,
)
from tests.given import say
from tests.permissions import permissions

pytestmark = pytest.mark.django_db
LIST = "/admin/customers/customer/"
PERSONAL = ("Anna", "anna@", "430-1234", "+12464301234", "Bay Street", "calls before", "192.0.2.7", "work permit")


@pytest.fixture
def anna(shop):
    looks().delete_many({})
    customer_id = a_person("Anna")
    with_an_address(customer_id)
    say(ChangeContact(customer_id=customer_id, phone="430-1234"))
    say(AddNote(customer_id=customer_id, text="She calls before she comes."))
    say(DescribeTraits(customer_id=customer_id, traits=Expat(country="GB", residency=Residency.WORK_PERMIT, months=18)))
    say(GiveConsent(customer_id=customer_id, kind=ConsentKind.TERMS, version="2026-11", network_address="192.0.2.7"))
    caught_up()
    return customer_id


@pytest.fixture
def keeper(visitor):
    return visitor("keeper")


@pytest.fixture
def approver(visitor):
    return visitor("approver")


def page_of(customer_id, which="change"):
    return f"{LIST}{customer_id}/{which}/"


def told(page):
    return [personal for personal in PERSONAL if personal.lower() in page.lower()]


class TestWhatIsPersonal:
    def test_is_shown_to_customer_staff(self, keeper, anna):
        assert told(read(keeper.get(LIST))) == ["Anna", "anna@", "+12464301234"]
        page = read(keeper.get(page_of(anna)))
        assert set(told(page)) == set(PERSONAL) - {"192.0.2.7"}
        assert "192.0.2.7" in read(keeper.get("/admin/customers/consent/"))
        assert "Anna" in read(keeper.get(page_of(anna, "history")))

    @pytest.mark.parametrize("page", [LIST, "/admin/customers/consent/", "/admin/", "/admin/staff/approval/"])
    def test_is_masked_for_all_others(self, approver, anna, page):
        forgetting_proposed(anna, "letter")
        caught_up()
        assert told(read(approver.get(page))) == []

    def test_is_masked_on_the_page_of_a_customer_too(self, approver, anna):
        page = read(approver.get(page_of(anna)))
        assert told(page) == []
        assert "expat" in page.lower()

    @pytest.mark.parametrize("which", ["history", "document", "as-of/1"])
    def test_whoever_does_not_see_it_sees_nothing_of_the_past(self, approver, keeper, anna, which):
        address = page_of(anna, which)
        assert approver.get(address).status_code == 403
        assert keeper.get(address).status_code == 200
        assert address not in links_of(approver.get(page_of(anna)))

    def test_nor_through_what_waits(self, approver, anna):
        forgetting_proposed(anna, "letter")
        caught_up()
        assert approver.get(f"/admin/staff/approval/forgetting_3A{anna}/history/").status_code == 403
        assert told(read(approver.get(f"/admin/staff/approval/forgetting_3A{anna}/change/"))) == []

    def test_nobody_is_found_by_what_one_may_not_see(self, approver, keeper, anna):
        a_person("Ben")
        caught_up()
        assert len(keeper.get(f"{LIST}?q=anna").context["rows"]) == 1
        assert len(approver.get(f"{LIST}?q=anna").context["rows"]) == 2

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_an_export_masks_it(self, approver, anna, form):
        answer = approver.get(f"/admin/export/customer.{form}")
        content = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert not any(personal.encode() in content for personal in PERSONAL)

    def test_an_export_of_customer_staff_has_it(self, keeper, anna):
        content = b"".join(keeper.get("/admin/export/customer.csv").streaming_content).decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(content))
        assert row["email"] == "anna@efi.example"

    def test_what_forms_choose_from_names_nobody(self, approver, keeper, anna):
        assert told(keeper.get("/admin/found/customer/?term=anna").content.decode()) == ["Anna"]
        assert told(approver.get("/admin/found/customer/?term=anna").content.decode()) == []

    def test_nobody_is_given_a_form_by_its_address_that_their_page_does_not_offer(self, shop, anna):
        clerk = User.objects.create_user("clerk@efi.example", "olives", is_staff=True, name="Carl")
        clerk.user_permissions.add(*permissions(["customers.read_records", HANDLERS[ChangeContact].permission]))
        client = Client()
        client.force_login(clerk)
        assert "give/change_contact" not in read(client.get(page_of(anna)))
        assert client.get(page_of(anna, "give/change_contact")).status_code == 403

    def test_whoever_may_read_no_customers_sees_none(self, visitor, anna):
        assert visitor("buyer").get(LIST).status_code == 403


class TestLooks:
    def test_each_look_at_a_person_is_noted_and_shown(self, keeper, anna):
        keeper.get(page_of(anna))
        keeper.get(page_of(anna, "history"))
        assert [one["whom"] for one in looks().find()] == [str(anna)] * 2
        assert "Who looked" in read(keeper.get(page_of(anna)))
        assert read(keeper.get(page_of(anna))).count("Keeper") >= 2

    def test_they_are_among_what_a_person_takes_away(self, keeper, anna):
        keeper.get(page_of(anna))
        assert len(all_on(anna)["looks"]) == 1

    def test_whoever_takes_a_list_out_is_noted(self, keeper, approver, anna):
        for caller in (keeper, approver):
            list(caller.get("/admin/export/customer.csv").streaming_content)
        assert [one["whom"] for one in looks().find()] == [EVERYBODY]

    def test_who_sees_nothing_personal_has_not_looked(self, approver, anna):
        approver.get(page_of(anna))
        assert looks().count_documents({}) == 0

    def test_a_list_is_no_look_at_anybody(self, keeper, anna):
        keeper.get(LIST)
        assert looks().count_documents({}) == 0


class TestSecondPersons:
    def test_a_credit_is_shown_beside_what_holds(self, approver, shop):
        credit_proposed(a_business(), "year")
        caught_up()
        [row] = approver.get("/admin/staff/approval/?kind__exact=credit").context["rows"]
        page = read(approver.get(row["address"]))
        assert "Limit none → BBD 5000.00" in page
        assert "Days none → 30" in page

    def test_what_is_still_open_is_told_to_who_agrees_to_forget(self, approver, anna, monkeypatch):
        forgetting_proposed(anna, "letter")
        monkeypatch.setattr("customers.commands.forgetting.QUESTIONS", [lambda _: ["order 7 is on its way"]])
        caught_up()
        assert "order 7 is on its way" in read(approver.get(f"/admin/staff/approval/forgetting_3A{anna}/change/"))


class TestForgotten:
    def test_nothing_of_them_is_shown_any_more(self, keeper, anna):
        dispatch(ForgetCustomer(customer_id=anna, reason="leaves"), actor=str(anna), owner=anna)
        erase(anna)
        for which in ("change", "history", "document"):
            answer = keeper.get(page_of(anna, which))
            assert answer.status_code == 200
            assert told(read(answer)) == []
        assert "forgotten" in read(keeper.get(page_of(anna)))


class TestForms:
    def test_a_business_account_is_opened(self, keeper, shop):
        form = f"{LIST}give/open_business/"
        answer = keeper.post(form, sent(form_in(keeper.get(form)), opening()))
        assert answer.status_code == 302
        assert "Trattoria Levante" in read(keeper.get(answer["Location"]))

    def test_a_business_is_invited_and_whoever_has_an_account_is_offered_a_link(self, keeper, anna):
        trattoria = a_business()
        caught_up()
        form = page_of(trattoria, "give/invite_customer")
        order = InviteCustomer(customer_id=trattoria, email="orders@trattoria.example")
        assert keeper.post(form, sent(form_in(keeper.get(form)), order)).status_code == 302
        assert "orders@trattoria.example" in read(keeper.get(page_of(trattoria)))
        assert "give/offer_reset" not in read(keeper.get(page_of(trattoria)))
        assert "give/invite_customer" not in read(keeper.get(page_of(anna)))
        form = page_of(anna, "give/offer_reset")
        assert keeper.post(form, sent(form_in(keeper.get(form)), OfferReset(customer_id=anna))).status_code == 302

    def test_a_parish_is_chosen_by_its_name(self, keeper, anna):
        page = read(keeper.get(page_of(anna, "give/add_address")))
        assert "Christ Church" in page
        assert "BB-01" not in page

    def test_a_form_asks_what_is_asked_of_the_type(self, keeper, anna):
        form = form_in(keeper.get(page_of(anna, "give/describe_traits")))
        assert {"traits__residency", "traits__months"} <= form.fields.keys()
        assert "traits__stay_days" not in form.fields
        assert form["traits__months"].value() == 18

    def test_a_fault_stands_beside_its_field(self, keeper, anna):
        address = page_of(anna, "give/add_address")
        filled = sent(form_in(keeper.get(address)), None) | {
            "address__street": "12 Bay Street",
            "address__city": "Bridgetown",
            "address__country": "BB",
        }
        assert "address__parish" in form_in(keeper.post(address, filled)).errors
