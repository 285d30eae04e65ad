"""A command over two streams, which the shop does not have yet."""

from uuid import UUID

from catalog.commands.products import products
from efi.domain.context import Context
from efi.writing.commands import Command, Subject, command


@command
class Swap(Command):
    """Gives each of two products the other's price."""

    first_id: Subject
    second_id: UUID


def swap(command: Swap, context: Context) -> None:
    with products.existing(command.first_id) as first, products.existing(command.second_id) as second:
        prices = first.price, second.price
        first.change_price(prices[1], "swapped", proposal_id=context.new_id(), by=context.actor)
        second.change_price(prices[0], "swapped", proposal_id=context.new_id(), by=context.actor)
