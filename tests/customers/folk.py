"""Customers made by commands, as staff and they themselves make them."""

from uuid import UUID, uuid4

from customers.claims import claim_of
from customers.commands.addresses import AddAddress
from customers.commands.credit import ProposeCredit
from customers.commands.forgetting import ForgetCustomer
from customers.commands.registration import OpenBusiness, customers
from customers.events import AccountOpened, CustomerRegistered, EmailProven
from customers.values import Address, CreditTerms, CustomerType, Licence, Parish
from efi.domain.context import Context
from efi.domain.events import Event
from efi.log import event_store
from efi.writing import claims
from tests.given import JOAN, NOW, bbd, identity, say

ANNA, BEN = identity("anna"), identity("ben")
HOME, WORK = identity("home"), identity("work")
BAY_STREET = Address(street="12 Bay Street", city="Bridgetown", parish=Parish.SAINT_MICHAEL)
DOVER = Address(street="3 Dover Road", city="Oistins", parish=Parish.CHRIST_CHURCH, postal_code="BB15000")
NET_7 = CreditTerms(days=7, limit=bbd("2000.00"))
NET_30 = CreditTerms(days=30, limit=bbd("5000.00"))
TRATTORIA = Licence(business_name="Trattoria Levante", tax_id="1000000000000", licence="F-17")


def registered(
    customer_id: UUID = ANNA, kind: CustomerType = CustomerType.EXPAT, *, name: str = "Anna", email: str | None = None
) -> CustomerRegistered:
    return CustomerRegistered(customer_id=customer_id, type=kind, name=name, email=email)


def a_person(name: str = "Anna", kind: CustomerType = CustomerType.EXPAT) -> UUID:
    """Somebody who has signed up, as far as the log knows."""
    customer_id, address = identity(name), f"{name.lower().replace(' ', '-')}@efi.example"
    facts: tuple[Event, ...] = (
        registered(customer_id, kind, name=name, email=address),
        EmailProven(customer_id=customer_id, email=address),
        AccountOpened(customer_id=customer_id),
    )
    if not event_store.head(f"customer:{customer_id}"):
        drawn = uuid4()
        context = Context(command_id=drawn, actor=str(customer_id), at=NOW, correlation_id=drawn)
        claims.claims().insert_one({"_id": claim_of(address), "command_id": drawn})
        event_store.append(event_store.commit_of(f"customer:{customer_id}", 0, facts, context, ""))
    return customer_id


def opening(name: str = "Trattoria Levante", kind: CustomerType = CustomerType.FULL_SERVICE_RESTAURANT) -> OpenBusiness:
    licence = Licence(business_name=name, tax_id="1000000000000", licence="F-17")
    return OpenBusiness(type=kind, name="Ada", licence=licence, phone="430-1234", address=BAY_STREET)


def a_business(name: str = "Trattoria Levante", kind: CustomerType = CustomerType.FULL_SERVICE_RESTAURANT) -> UUID:
    return say(opening(name, kind)).id


def with_an_address(customer_id: UUID, address_id: UUID = HOME, address: Address = BAY_STREET) -> UUID:
    if address_id not in customers.load(customer_id).book.addresses:
        say(AddAddress(customer_id=customer_id, address_id=address_id, address=address))
    return address_id


def credit_proposed(customer_id: UUID, key: str, terms: CreditTerms = NET_30) -> dict[str, UUID]:
    """Joan proposes credit; by the ids that its answer names."""
    say(ProposeCredit(customer_id=customer_id, terms=terms, reason="a good year"), by=JOAN, key=key)
    proposed = customers.load(customer_id).credit.proposed
    assert proposed
    return {"customer_id": customer_id, "proposal_id": proposed.id}


def forgetting_proposed(customer_id: UUID, key: str) -> dict[str, UUID]:
    say(ForgetCustomer(customer_id=customer_id, reason="asked by letter"), by=JOAN, key=key)
    proposed = customers.load(customer_id).forgetting.proposed
    assert proposed
    return {"customer_id": customer_id, "proposal_id": proposed.id}
