"""Commands on what a customer agrees to."""

from customers.commands.fields import NetworkAddress, Version
from customers.commands.registration import customers
from customers.values import ConsentKind
from efi.domain.context import Context
from efi.writing.commands import Command, Subject, command, handles


@command
class GiveConsent(Command):
    """Agrees to the present version of a text, as nobody does in another's place."""

    customer_id: Subject
    kind: ConsentKind
    version: Version
    network_address: NetworkAddress = ""


@handles(GiveConsent)
def give_consent(command: GiveConsent, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.give_consent(command.kind, command.version, command.network_address)


@command
class WithdrawConsent(Command):
    """Takes back what was agreed to."""

    customer_id: Subject
    kind: ConsentKind
    network_address: NetworkAddress = ""


@handles(WithdrawConsent)
def withdraw_consent(command: WithdrawConsent, context: Context) -> None:
    with customers.existing(command.customer_id) as customer:
        customer.withdraw_consent(command.kind, command.network_address)
