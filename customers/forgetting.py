"""How those are forgotten once more whom a backup has brought back."""

from uuid import UUID

from customers.commands.forgetting import ForgetAgain
from efi.delivery.forgetting import forgotten_by


@forgotten_by
def forget_again(person: UUID) -> ForgetAgain:
    """Returns the command that forgets a customer for whom there is no key any more."""
    return ForgetAgain(customer_id=person)
