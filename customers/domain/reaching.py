"""How a customer is called and reached."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from customers.events import ContactChanged, CustomerRegistered, CustomerRenamed, EmailChanged, EmailProven
from customers.values import ContactMethod, Phone
from efi.domain.errors import Rejected
from efi.domain.payloads import Personal

ReachingFact = CustomerRegistered | CustomerRenamed | ContactChanged | EmailChanged | EmailProven


@dataclass(kw_only=True)
class Reaching:
    """Its verbs return events, which the customer records."""

    name: Personal[str] = None
    email: Personal[str] = None
    has_proven_email: bool = False
    phone: Personal[Phone] = None
    other_phone: Personal[Phone] = None
    role: Personal[str] = None
    preferred: ContactMethod = ContactMethod.EITHER
    contact_since: datetime | None = None

    def rename(self, customer_id: UUID, name: str) -> CustomerRenamed | None:
        return CustomerRenamed(customer_id=customer_id, name=name) if name != self.name else None

    def change_contact(
        self, customer_id: UUID, phone: Phone | None, other_phone: Phone | None, role: str, preferred: ContactMethod
    ) -> ContactChanged | None:
        if preferred is ContactMethod.PHONE and phone is None:
            raise Rejected("whoever is to be called needs a telephone number", code="no_phone")
        if preferred is ContactMethod.EMAIL and self.email is None:
            raise Rejected("whoever is to be written to needs an e-mail address", code="no_email")
        if (phone, other_phone, role or None, preferred) == self._contact:
            return None
        return ContactChanged(
            customer_id=customer_id, phone=phone, other_phone=other_phone, role=role or None, preferred=preferred
        )

    def change_email(self, customer_id: UUID, email: str) -> EmailChanged | None:
        return EmailChanged(customer_id=customer_id, email=email) if email != self.email else None

    def prove_email(self, customer_id: UUID, email: str) -> EmailProven | None:
        proven = (email, True) == (self.email, self.has_proven_email)
        return None if proven else EmailProven(customer_id=customer_id, email=email)

    def evolve(self, event: ReachingFact, moment: datetime | None) -> None:
        match event:
            case CustomerRegistered():
                self.name, self.email = event.name, event.email
            case CustomerRenamed():
                self.name = event.name
            case EmailChanged():
                self.email, self.has_proven_email = event.email, False
            case EmailProven():
                self.email, self.has_proven_email = event.email, True
            case ContactChanged():
                self.phone, self.other_phone, self.role = event.phone, event.other_phone, event.role
                self.preferred, self.contact_since = event.preferred, moment

    @property
    def _contact(self) -> tuple[Phone | None, Phone | None, str | None, ContactMethod]:
        return self.phone, self.other_phone, self.role, self.preferred
