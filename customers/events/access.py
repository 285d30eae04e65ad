"""That a customer has come in, and that the lock was changed."""

from uuid import UUID

from efi.domain.events import Event, event
from efi.domain.payloads import Personal


@event(person="customer_id")
class SignedIn(Event):
    """The customer has signed in, from a network and with a device."""

    customer_id: UUID
    network: Personal[str]
    device: Personal[str]


@event()
class PasswordChanged(Event):
    """The customer has another password; all sessions and tokens of before are over."""

    customer_id: UUID
