"""Commands on cellars."""

from uuid import UUID

from efi.domain.context import Context
from efi.domain.fields import Name
from efi.writing.claims import drop_guard, guard, raise_guard
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository
from tavern.domain.cellar import Cellar

cellars = Repository(Cellar)


@command
class OpenCellar(Command):
    """Opens a cellar, with no kegs in it yet."""

    name: Name


@handles(OpenCellar, transaction=True, creates=True)
def open_cellar(command: OpenCellar, context: Context) -> None:
    with cellars.new(context.new_id()) as cellar:
        cellar.open(command.name)
        raise_guard(kegs_in(cellar.identity))


@command
class CloseCellar(Command):
    """Closes a cellar for good. It must be empty."""

    cellar_id: Subject


@handles(CloseCellar, transaction=True)
def close_cellar(command: CloseCellar, context: Context) -> None:
    with cellars.existing(command.cellar_id) as cellar:
        name = kegs_in(command.cellar_id)
        cellar.close((guard(name) or {"count": 0})["count"])
        drop_guard(name)


def kegs_in(cellar_id: UUID) -> str:
    """Returns the name of the guard that counts the kegs in a cellar."""
    return f"cellar:{cellar_id}"
