"""Commands on tabs."""

from uuid import UUID

from efi.domain.context import Context
from efi.domain.fields import Moment, Name
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository
from tavern.commands.fields import Pints
from tavern.commands.kegs import kegs
from tavern.domain.tab import Tab

tabs = Repository(Tab)


@command
class OpenTab(Command):
    """Lets a guest drink now and pay later."""

    guest_id: UUID
    name: Name
    lapses_at: Moment


@handles(OpenTab, creates=True)
def open_tab(command: OpenTab, context: Context) -> None:
    with tabs.new(context.new_id()) as tab:
        tab.open(command.guest_id, name=command.name, lapses_at=command.lapses_at)


@command
class OrderRound(Command):
    """Draws a round of pints from one keg, and adds it to a tab."""

    tab_id: Subject
    keg_id: UUID
    pints: Pints


@handles(OrderRound, transaction=True)
def order_round(command: OrderRound, context: Context) -> None:
    with tabs.existing(command.tab_id) as tab, kegs.existing(command.keg_id) as keg:
        keg.draw(command.pints, command.tab_id)
        tab.add(command.keg_id, command.pints, keg.asked_price, context.at)


@command
class SettleTab(Command):
    """Ends a tab: its guest has paid."""

    tab_id: Subject


@handles(SettleTab)
def settle_tab(command: SettleTab, context: Context) -> None:
    with tabs.existing(command.tab_id) as tab:
        tab.settle()


@command
class LapseTab(Command):
    """Ends a tab whose time is over; given by the clock."""

    tab_id: Subject


@handles(LapseTab)
def lapse_tab(command: LapseTab, context: Context) -> None:
    with tabs.existing(command.tab_id) as tab:
        tab.lapse(context.at)
