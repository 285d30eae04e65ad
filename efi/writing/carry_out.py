"""`carry_out`, by which a handler gives another command within its own: one transaction, all or nothing."""

from uuid import UUID

from efi.domain.errors import Refusal
from efi.writing.commands import HANDLERS, Command, checked
from efi.writing.unit import current


def carry_out(command: Command, name: str) -> UUID:
    """Carries out a command within the one at work, and returns the id of what it creates or is about.

    Its giver, time and correlation are the outer one's, its cause is the outer one, and its id is made of the outer
    one's and `name`, which no other command that is carried out by it may have. Its streams are in the outer receipt.
    What it refuses is refused as a whole: the `Refusal` says in `about` which id it was about, and may not be caught.
    The outer command is to be handled with `transaction=True`, and may not change a stream by turns with it.
    """
    unit, handled = current(), HANDLERS[type(command)]
    context = unit.context.carrying_out(name)
    command = checked(command, context.at)
    if not unit.session:
        raise RuntimeError("a command that carries out another is to be handled with transaction=True")
    if context.command_id in unit.carried_out:
        raise RuntimeError(f"two commands are carried out as {name!r}")
    unit.carried_out[context.command_id] = handled.hash_of(command)
    subject: UUID = context.new_id() if handled.creates else getattr(command, handled.subject)
    with unit.in_the_name_of(context):
        try:
            handled.handler(command, context)
        except Refusal as refusal:
            unit.refused, refusal.about = True, refusal.about or subject
            raise
    return subject
