"""A process that dies, or is cut off from its database, at any call by which a command writes.

The commands of the tavern die and are cut off at every call, readings too.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from pytest_django import DjangoDbBlocker

from efi.accounts.names import OF_CUSTOMERS
from efi.models import User
from efi.writing.commands import HANDLERS, Command
from tests.api.shop import caught_up, emptied
from tests.efi import audit, faults
from tests.efi.scenarios import Played, scenarios
from tests.given import restart, say
from tests.tavern.bar import keg, same_cellar, same_price

EVERY_KIND = pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: HANDLERS[kind].name)
FEWEST = {faults.all_calls: 3, faults.writes: 2}
"""Calls of any command with a key: to load, to leave the key, to append."""
BREAKS = {faults.all_calls: [(1, False), (1, True), (2, False), (2, True)], faults.writes: [(1, False), (2, True)]}
"""How many calls in a row break, and whether they arrive: the driver tries most calls twice by itself."""


@pytest.fixture
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every read model, empty. To make their indexes for each command anew would take as long as all its deaths."""
    with django_db_blocker.unblock():
        User.objects.filter(email__endswith=OF_CUSTOMERS).delete()
        emptied()
        restart()
        yield
    restart()


def test_every_kind_of_command_has_a_scenario():
    assert HANDLERS.keys() - scenarios().keys() == set()


@EVERY_KIND
def test_a_command_whose_process_dies_is_whole_or_not_there_and_is_then_done_once(kind, filled):
    keg("Bystander")
    whole = Played(kind, "WHOLE").carried_out()
    deaths = [
        is_whole_or_not_there(dead, whole) + is_done_once(dead, whole) for dead in deaths_of(kind, those_of(kind))
    ]
    assert len(deaths) > FEWEST[those_of(kind)]
    audit.the_write_side_agrees()
    caught_up()
    caught_up()  # and once more for what reactions have done
    audit.the_documents_agree()


@EVERY_KIND
def test_a_command_cut_off_from_the_database_is_done_once_all_the_same(kind, restarted):
    whole = Played(kind, "WHOLE").carried_out()
    survivors = [is_done_once(cut_off, whole) for cut_off in outages_of(kind, those_of(kind))]
    assert len(survivors) >= FEWEST[those_of(kind)] * len(BREAKS[those_of(kind)])
    audit.the_write_side_agrees()


@pytest.mark.parametrize("given", [same_price, same_cellar])
def test_a_no_change_whose_process_dies_is_kept_once_it_was_told(given, restarted):
    for number, arrived in each_call():
        unchanging, changing = given(keg_id := keg(f"Stout {number} {arrived}"))
        with faults.crash(number, arrived=arrived) as wire, suppress(faults.Crashed):
            say(unchanging, key=f"K {number} {arrived}")
        restart()
        told = say(unchanging, key=f"K {number} {arrived}")
        say(changing)
        assert say(unchanging, key=f"K {number} {arrived}") == replace(told, replayed=True)
        assert audit.heads()[f"keg:{keg_id}"] == 2
        if not wire.broke:
            break
    assert number > FEWEST[faults.all_calls]
    audit.the_write_side_agrees()


def each_call() -> Iterator[tuple[int, bool]]:
    """Its number, and whether it arrives."""
    return ((number, arrived) for number in count(1) for arrived in (False, True))


def those_of(kind: type[Command]) -> faults.Calls:
    return faults.all_calls if kind.__module__.startswith("tavern.") else faults.writes


def deaths_of(kind: type[Command], among: faults.Calls = faults.all_calls) -> Iterator[Played]:
    """The command, dead before its first call, after that has arrived, after its second has, and so on, until it lives."""
    for number in count():
        played = Played(kind, f"{number}")
        with faults.crash(number or 1, arrived=number > 0, among=among) as wire, suppress(faults.Crashed):
            played.carried_out()
        if not wire.broke:
            return
        restart()
        yield played


def outages_of(kind: type[Command], among: faults.Calls) -> Iterator[Played]:
    """The command, cut off at each of its calls; the process lives and has to come through by itself."""
    for number in count(1):
        for breaks, arrived in BREAKS[among]:
            played = Played(kind, f"{breaks}-{number}-{'ARRIVED' if arrived else 'LOST'}")
            with faults.outage(number, arrived=arrived, calls=breaks, among=among) as wire:
                played.carried_out()
            if not wire.broke:
                return
            yield played


def is_whole_or_not_there(dead: Played, whole: Played) -> list[str]:
    assert dead.effects in ([], whole.effects)
    audit.the_write_side_agrees()
    return [dead.suffix]


def is_done_once(dead: Played, whole: Played) -> list[str]:
    receipt = dead.carried_out().receipt
    assert dead.effects == whole.effects
    assert receipt.streams == dead.reached
    assert replace(dead.carried_out().receipt, replayed=receipt.replayed) == receipt
    return [dead.suffix]
