"""Commands on tabs."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from efi.domain.context import Context
from efi.domain.fields import Moment, Name
from efi.writing.carry_out import carry_out
from efi.writing.commands import Command, Subject, command, handles
from efi.writing.repository import Repository
from tavern.commands.fields import Pints
from tavern.commands.kegs import DrawPints, kegs
from tavern.domain.tab import Tab

tabs = Repository(Tab)
MOST_IN_A_FLIGHT = 6


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
    with tabs.existing(command.tab_id) as tab:
        tab.add(command.keg_id, command.pints, kegs.must_exist(command.keg_id).asked_price, context.at)
    carry_out(DrawPints(keg_id=command.keg_id, pints=command.pints, tab_id=command.tab_id), "draw")


@command
class OrderFlight(Command):
    """Draws a pint from each of several kegs, and adds them to a tab."""

    tab_id: Subject
    keg_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_IN_A_FLIGHT)]


@handles(OrderFlight, transaction=True)
def order_flight(command: OrderFlight, context: Context) -> None:
    with tabs.existing(command.tab_id) as tab:
        for keg_id in command.keg_ids:
            tab.add(keg_id, 1, kegs.must_exist(keg_id).asked_price, context.at)
    for place, keg_id in enumerate(command.keg_ids):
        carry_out(DrawPints(keg_id=keg_id, pints=1, tab_id=command.tab_id), f"draw {place}")


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
