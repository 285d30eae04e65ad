"""How those are forgotten once more whom a backup has brought back."""

from uuid import UUID

from customers.commands.forgetting import ForgetAgain
from customers.commands.registration import customers
from efi.delivery.forgetting import forgotten_by


@forgotten_by
def forget_again(person: UUID) -> ForgetAgain | None:
    """Returns the command that forgets a customer whom a backup has brought back, unless its log has them forgotten."""
    customer = customers.load(person)
    return ForgetAgain(customer_id=person) if customer.version and not customer.forgetting.done else None
