"""Commands on kegs."""

from uuid import UUID

from efi.domain.context import Context
from efi.domain.fields import Name, Reason
from efi.domain.values import Money
from efi.writing.claims import count, take
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository
from tavern.commands.cellars import cellars, kegs_in
from tavern.commands.fields import Pints, Stars
from tavern.domain.keg import Keg
from tavern.domain.tasting import Tasting

kegs = Repository(Keg)
tastings = Repository(Tasting)


@command
class TapKeg(Command):
    """Taps a full keg in a cellar, under a name that no other keg has or ever had."""

    cellar_id: UUID
    name: Name
    pints: Pints
    price: Money


@handles(TapKeg, transaction=True, creates=True)
def tap_keg(command: TapKeg, context: Context) -> None:
    cellars.must_exist(command.cellar_id).must_be_open()
    with kegs.new(context.new_id()) as keg:
        keg.tap(command.cellar_id, name=command.name, pints=command.pints, price=command.price)
    take(f"keg:{command.name}", f"keg {command.name} is taken")
    count(kegs_in(command.cellar_id), 1)


@command
class RepriceKeg(Command):
    """Sets what a pint costs from now on, and says why."""

    keg_id: Subject
    price: Money
    reason: Reason


@handles(RepriceKeg)
def reprice_keg(command: RepriceKeg, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.reprice(command.price, command.reason)


@command
class MoveKeg(Command):
    """Carries a keg into another cellar."""

    keg_id: Subject
    cellar_id: UUID


@handles(MoveKeg, transaction=True)
def move_keg(command: MoveKeg, context: Context) -> None:
    cellars.must_exist(command.cellar_id).must_be_open()
    with kegs.existing(command.keg_id) as keg:
        count(kegs_in(keg.place), -1)
        count(kegs_in(command.cellar_id), 1)
        keg.move(command.cellar_id)


@command
class DrawPints(Command):
    """Draws pints, for a tab or for nobody in particular."""

    keg_id: Subject
    pints: Pints
    tab_id: UUID | None = None


@handles(DrawPints)
def draw_pints(command: DrawPints, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.draw(command.pints, command.tab_id)


@command
class ProposePouring(Command):
    """Proposes to pour away what is left in a keg. A second person is to agree."""

    keg_id: Subject
    reason: Reason


@handles(ProposePouring)
def propose_pouring(command: ProposePouring, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.propose_pouring(context.new_id(), command.reason, context.actor)


@command
class ApprovePouring(Command):
    """Agrees, as the second person, to pour away what is left in a keg."""

    keg_id: Subject
    proposal_id: UUID


@handles(ApprovePouring)
def approve_pouring(command: ApprovePouring, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.approve_pouring(command.proposal_id, context.actor)


@command
class DeclinePouring(Command):
    """Says, as the second person, that what is left in a keg stays there."""

    keg_id: Subject
    proposal_id: UUID
    reason: Reason


@handles(DeclinePouring)
def decline_pouring(command: DeclinePouring, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.decline_pouring(command.proposal_id, command.reason, context.actor)


@command
class EmptyKeg(Command):
    """Carries an empty keg out of its cellar, for good."""

    keg_id: Subject


@handles(EmptyKeg, transaction=True)
def empty_keg(command: EmptyKeg, context: Context) -> None:
    with kegs.existing(command.keg_id) as keg:
        keg.empty()
        count(kegs_in(keg.place), -1)


@command
class TasteKeg(Command):
    """Says how good a guest finds what is in a keg, once."""

    keg_id: Subject
    guest_id: UUID
    stars: Stars


@handles(TasteKeg, transaction=True)
def taste_keg(command: TasteKeg, context: Context) -> None:
    kegs.must_exist(command.keg_id)
    with tastings.opened(command.keg_id) as tasting:
        tasting.taste(command.guest_id, command.stars)
