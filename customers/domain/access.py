"""A customer's access: when they came in, and that its lock was changed."""

from uuid import UUID

from customers.events import PasswordChanged, SignedIn
from efi.domain.aggregate import Aggregate, aggregate
from efi.domain.events import Event


@aggregate("access")
class Access(Aggregate):
    """Apart from the customer, who would otherwise be long before long."""

    @property
    def owner(self) -> UUID | None:
        return self.id

    @property
    def person(self) -> UUID | None:
        return self.id

    def sign_in(self, network: str, device: str) -> None:
        self.record(SignedIn(customer_id=self.identity, network=network, device=device))

    def change_password(self) -> None:
        self.record(PasswordChanged(customer_id=self.identity))

    def evolve(self, event: Event) -> None:
        """Changes nothing: what happens here decides nothing that happens later."""
