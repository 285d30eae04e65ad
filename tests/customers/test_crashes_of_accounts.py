"""A process that dies at any call: never an account's row without its customer and its claim, nor one of these alone."""

from uuid import UUID

import pytest

from customers.commands.accounts import AcceptInvitation, ChangePassword, OpenAccount, RegisterCustomer
from customers.events import AccountOpened
from efi.accounts.names import OF_CUSTOMERS
from efi.log import mongo
from efi.models import User
from efi.writing.claims import claims
from tests.convergence.reference import whole_log
from tests.efi.test_crashes import deaths_of

pytestmark = pytest.mark.usefixtures("restarted")


@pytest.fixture(autouse=True)
def no_accounts(restarted, django_db_blocker):
    with django_db_blocker.unblock():
        User.objects.all().delete()
        yield
        User.objects.all().delete()


def opened() -> set[str]:
    """The customers who have an account, as the log says."""
    return {
        str(fact.customer_id) for commit in whole_log() for fact in commit.events if isinstance(fact, AccountOpened)
    }


def rows() -> dict[str, str]:
    """The digest that each row of a customer is called by."""
    found = mongo.collection(User._meta.db_table).find()
    return {str(UUID(str(row["_id"]))): row["email"].removesuffix(OF_CUSTOMERS) for row in found}


def claimed() -> set[str]:
    held = claims().find({"_id": {"$regex": "^email:"}})
    return {claim["_id"].removeprefix("email:") for claim in held}


@pytest.mark.parametrize(("kind", "claims_before"), [(RegisterCustomer, 0), (AcceptInvitation, 1), (OpenAccount, 1)])
def test_row_customer_and_claim_come_to_be_together_or_not_at_all(kind, claims_before):
    """Of a business that staff have entered the address was claimed before."""
    for number, dead in enumerate(deaths_of(kind), start=1):
        assert rows().keys() == opened()
        assert set(rows().values()) <= claimed()
        assert claims_before or len(claimed()) == len(rows())
        dead.carried_out()
        assert len(rows()) == number
    assert number > 5


def test_a_password_is_changed_together_with_the_word_of_it():
    for dead in deaths_of(ChangePassword):
        dead.carried_out()
        assert dead.effects == [("access", ("customers.PasswordChanged",))]
    assert not list(mongo.collection("new_passwords").find())
