"""As many customers as one likes, put straight into the read model that staff list."""

from uuid import UUID, uuid5

from customers.events import AccountOpened, AddressAdded, ContactChanged, CustomerRegistered, EmailProven
from customers.records import customers
from customers.values import Address, ContactMethod, CustomerType, Parish, phone_of
from efi.domain.events import Event
from tests.catalog.shelves import put

SPACE = UUID(int=14)
KINDS, PARISHES = tuple(CustomerType), tuple(Parish)


def fill_customers(number: int) -> None:
    """Everybody has a number, an address and a telephone of their own; half of them an account."""
    put(customers.NAME, {uuid5(SPACE, str(at)): known(at, uuid5(SPACE, str(at))) for at in range(number)})


def known(at: int, customer_id: UUID) -> list[Event]:
    email = f"customer-{at:06}@efi.example"
    address = Address(street=f"{at % 500} Bay Street", city="Bridgetown", parish=PARISHES[at % len(PARISHES)])
    facts: list[Event] = [
        CustomerRegistered(customer_id=customer_id, type=KINDS[at % len(KINDS)], name=f"Customer {at}", email=email),
        AddressAdded(customer_id=customer_id, address_id=uuid5(customer_id, "home"), address=address, country="BB"),
        ContactChanged(
            customer_id=customer_id,
            phone=phone_of(f"430-{at % 10_000:04}"),
            other_phone=None,
            role=None,
            preferred=ContactMethod.EITHER,
        ),
    ]
    if at % 2:
        facts += [EmailProven(customer_id=customer_id, email=email), AccountOpened(customer_id=customer_id)]
    return facts
