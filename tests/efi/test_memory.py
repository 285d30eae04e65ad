"""What a process holds in memory saves it a reading, and decides nothing that the log would decide otherwise."""

from dataclasses import replace

import pytest

from efi.domain.errors import Rejected
from efi.log import epoch
from efi.writing import repository
from efi.writing.commands import HANDLERS
from efi.writing.repository import memory
from tavern.commands.kegs import ApprovePouring, DrawPints, MoveKeg, kegs
from tavern.events import KegMoved, KegRepriced, PintsDrawn, PouringProposed
from tests.efi import audit, faults
from tests.given import JOAN, MARIA, bbd, elsewhere, identity, say
from tests.tavern.bar import cellar, keg, repricing

pytestmark = pytest.mark.usefixtures("restarted")


@pytest.fixture(autouse=True)
def the_log_is_known(restarted, monkeypatch):
    """No call is spent on asking which log this is, however slow the machine."""
    monkeypatch.setattr(epoch, "BELIEVED", 3_600)
    epoch.has_changed()


@pytest.fixture
def held():
    """A full keg, at 8.50, and as it is in memory."""
    keg_id = keg(pints=88, price="8.50")
    assert memory._held[f"keg:{keg_id}"].version == audit.heads()[f"keg:{keg_id}"]
    return keg_id


def drawing(keg_id, pints):
    return DrawPints(keg_id=keg_id, pints=pints)


def repriced_elsewhere(keg_id, *, old, price):
    change = KegRepriced(keg_id=keg_id, old_price=bbd(old), price=bbd(price), reason="elsewhere")
    elsewhere(f"keg:{keg_id}", change)


def test_a_held_aggregate_is_not_read_again(held):
    with faults.crash(99, arrived=True) as wire:
        say(repricing(held, "9.00"))
    assert wire.calls == ["insert"]


def test_a_command_refused_from_memory_is_decided_on_the_log(held):
    proposed = PouringProposed(keg_id=held, proposal_id=identity("pouring"), reason="it is sour", proposed_by=JOAN)
    elsewhere(f"keg:{held}", proposed)
    assert say(ApprovePouring(keg_id=held, proposal_id=proposed.proposal_id), by=MARIA).version == 3


def test_a_no_change_from_memory_is_decided_on_the_log(held):
    say(repricing(held, "9.00"))
    repriced_elsewhere(held, old="9.00", price="10.00")
    receipt = say(repricing(held, "9.00"))
    assert receipt.version == audit.heads()[f"keg:{held}"] == 4


def test_an_acceptance_from_memory_is_decided_on_the_log(held):
    repriced_elsewhere(held, old="8.50", price="9.00")
    say(repricing(held, "10.00"))
    assert audit.facts_of(f"keg:{held}")[-1].old_price == bbd("9.00")


def test_a_refusal_stands_where_the_log_says_the_same(held):
    say(drawing(held, 88))
    with pytest.raises(Rejected, match="0 pints of Stout are left"):
        say(drawing(held, 1))
    assert audit.heads()[f"keg:{held}"] == 2


def test_a_no_change_is_told_the_head_and_appends_nothing(held):
    receipt = say(repricing(held, "8.50"))
    assert receipt.streams == {f"keg:{held}": 1}
    assert audit.heads()[f"keg:{held}"] == 1


def test_what_a_refused_command_had_recorded_is_not_remembered(held, monkeypatch):
    def refusing(command, context):
        handled.handler(command, context)
        raise Rejected("it is sour")

    handled = HANDLERS[DrawPints]
    with monkeypatch.context() as planted:
        planted.setitem(HANDLERS, DrawPints, replace(handled, handler=refusing))
        with pytest.raises(Rejected, match="it is sour"):
            say(drawing(held, 5))
    say(drawing(held, 3))
    assert audit.facts_of(f"keg:{held}")[1:] == [PintsDrawn(keg_id=held, pints=3, tab_id=None)]


def test_what_a_transaction_changes_is_read_from_the_log(held):
    damp, dry = kegs.load(held).place, cellar("Dry")
    elsewhere(f"keg:{held}", KegMoved(keg_id=held, old_cellar_id=damp, cellar_id=dry))
    say(MoveKeg(keg_id=held, cellar_id=cellar("Cold")))
    assert audit.heads()[f"keg:{held}"] == 3
    assert audit.facts_of(f"keg:{held}")[-1].old_cellar_id == dry


def test_a_process_without_the_aggregate_reads_the_log(held):
    repriced_elsewhere(held, old="8.50", price="9.00")
    memory.forget()
    assert kegs.load(held).price == bbd("9.00")


def test_memory_lets_go_of_what_was_held_longest(monkeypatch):
    monkeypatch.setattr(repository, "MOST_HELD", 2)
    damp = cellar()
    _, porter, perry = (keg(name, cellar_id=damp) for name in ("Stout", "Porter", "Perry"))
    assert list(memory._held) == [f"keg:{porter}", f"keg:{perry}"]


def test_pints_drawn_elsewhere_are_seen_before_others_are_drawn_from_memory(held):
    elsewhere(f"keg:{held}", PintsDrawn(keg_id=held, pints=88, tab_id=None))
    with pytest.raises(Rejected, match="0 pints of Stout are left"):
        say(drawing(held, 1))
