"""A customer: who buys."""

from uuid import UUID

from customers.events import AccountOpened, CustomerForgotten, CustomerRegistered, EmailProven
from customers.values import CustomerType
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.errors import Rejected
from efi.domain.events import Event
from efi.domain.payloads import Personal


@aggregate("customer")
class Customer(Aggregate):
    """A person or a business that buys from us. Once forgotten, it stays blank."""

    type: CustomerType | None = None
    name: Personal[str] = None
    email: Personal[str] = None
    has_proven_email: bool = False
    has_account: bool = False
    forgotten: bool = False

    @property
    def owner(self) -> UUID | None:
        return self.id

    @property
    def person(self) -> UUID | None:
        return self.id

    def register(self, *, kind: CustomerType, name: str, email: str | None) -> None:
        self.record(CustomerRegistered(customer_id=self.identity, type=kind, name=name, email=email))

    def prove_email(self, email: str) -> None:
        self._must_be_known()
        if (email, True) != (self.email, self.has_proven_email):
            self.record(EmailProven(customer_id=self.identity, email=email))

    def open_account(self) -> None:
        self._must_be_known()
        if self.has_account:
            raise Rejected("this customer has an account already", code="has_account")
        self.record(AccountOpened(customer_id=self.identity))

    def evolve(self, event: Event) -> None:
        match event:
            case CustomerRegistered():
                self.type, self.name, self.email = event.type, event.name, event.email
            case EmailProven():
                self.email, self.has_proven_email = event.email, True
            case AccountOpened():
                self.has_account = True
            case CustomerForgotten():
                self.name = self.email = None
                self.has_account, self.forgotten = False, True

    def _must_be_known(self) -> None:
        if self.forgotten:
            raise Rejected("this customer is forgotten", code="forgotten")
