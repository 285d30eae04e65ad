"""Whether a customer can sign in, and whether they may."""

from dataclasses import dataclass
from uuid import UUID

from customers.events import (
    AccountOpened,
    CustomerAccountDeactivated,
    CustomerAccountReactivated,
    CustomerInvited,
    ResetOffered,
)
from efi.domain.errors import Rejected

AccountFact = AccountOpened | CustomerInvited | ResetOffered | CustomerAccountDeactivated | CustomerAccountReactivated


@dataclass(kw_only=True)
class Account:
    """Its verbs return events, which the customer records."""

    is_open: bool = False
    invited: bool = False
    active: bool = True

    def open(self, customer_id: UUID) -> AccountOpened:
        self._must_not_be_open()
        return AccountOpened(customer_id=customer_id)

    def invite(self, customer_id: UUID, email: str) -> CustomerInvited:
        """Invites the customer to open an account; once more if the mail did not come, or to another address."""
        self._must_not_be_open()
        self.must_be_active()
        return CustomerInvited(customer_id=customer_id, email=email)

    def offer_reset(self, customer_id: UUID) -> ResetOffered:
        """Offers a link to another password to whoever can sign in."""
        if not self.is_open:
            raise Rejected("this customer has no account", code="no_account")
        self.must_be_active()
        return ResetOffered(customer_id=customer_id)

    def deactivate(self, customer_id: UUID, reason: str, by: str) -> CustomerAccountDeactivated:
        if not self.active:
            raise Rejected("this customer is inactive already", code="customer_status")
        return CustomerAccountDeactivated(customer_id=customer_id, reason=reason, deactivated_by=by)

    def reactivate(self, customer_id: UUID, by: str) -> CustomerAccountReactivated:
        if self.active:
            raise Rejected("this customer is active already", code="customer_status")
        return CustomerAccountReactivated(customer_id=customer_id, reactivated_by=by)

    def must_be_active(self) -> None:
        if not self.active:
            raise Rejected("this customer is inactive", code="customer_status")

    def evolve(self, event: AccountFact) -> None:
        match event:
            case CustomerInvited():
                self.invited = True
            case AccountOpened():
                self.is_open = True
            case CustomerAccountDeactivated():
                self.active = False
            case CustomerAccountReactivated():
                self.active = True

    def _must_not_be_open(self) -> None:
        if self.is_open:
            raise Rejected("this customer has an account already", code="has_account")
