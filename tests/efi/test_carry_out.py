"""A command that carries out others within its own: one transaction, all or nothing, told as one."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest

from efi.domain.context import Context
from efi.domain.errors import KeyReused, Malformed, Rejected
from efi.log import event_store
from efi.writing.carry_out import carry_out
from efi.writing.commands import HANDLERS, Command, Subject, command, handles
from efi.writing.dispatch import dispatch
from tavern.commands.kegs import DrawPints, kegs
from tavern.commands.tabs import OrderFlight, tabs
from tests.efi import audit
from tests.efi.crowd import at_once, receipts, refusals
from tests.given import MARIA, say
from tests.tavern import bar

pytestmark = pytest.mark.usefixtures("restarted")


@command
class Spill(Command):
    """Draws pints and carries out the drawing of more; for the tests alone."""

    tab_id: Subject
    keg_id: UUID


@pytest.fixture
def spilling():
    """Handles `Spill` in the way that a test gives."""

    def spill(handler, *, transaction=True):
        handles(Spill, transaction=transaction)(handler)

    yield spill
    HANDLERS.pop(Spill, None)


def flight(tab_id, *keg_ids):
    return OrderFlight(tab_id=tab_id, keg_ids=keg_ids)


def commits_of(stream):
    return list(event_store.read(stream))


def test_the_receipt_is_of_the_command_itself_and_names_all_that_was_written():
    tab_id, stout, porter = bar.tab(), bar.keg("Stout"), bar.keg("Porter")
    receipt = say(flight(tab_id, stout, porter))
    assert (receipt.id, receipt.version) == (tab_id, 3)
    assert list(receipt.streams.items()) == [(f"tab:{tab_id}", 3), (f"keg:{stout}", 2), (f"keg:{porter}", 2)]


def test_what_is_carried_out_is_a_command_of_its_own_that_the_outer_one_has_caused():
    tab_id, stout = bar.tab(), bar.keg("Stout")
    say(flight(tab_id, stout))
    outer, inner = commits_of(f"tab:{tab_id}")[-1], commits_of(f"keg:{stout}")[-1]
    assert inner.causation_id == outer.command_id != inner.command_id
    assert (inner.actor, inner.correlation_id) == (outer.actor, outer.correlation_id)
    assert inner.occurred_at == outer.occurred_at
    assert outer.causation_id is None


def test_the_same_again_from_one_stream_is_a_commit_each():
    tab_id, stout = bar.tab(), bar.keg("Stout", pints=5)
    receipt = say(flight(tab_id, stout, stout))
    assert [commit.version for commit in commits_of(f"keg:{stout}")] == [1, 2, 3]
    assert receipt.streams[f"keg:{stout}"] == 3
    audit.the_write_side_agrees()


def test_what_it_refuses_is_refused_as_a_whole_and_says_what_it_was_about():
    tab_id, stout, dregs = bar.tab(), bar.keg("Stout"), bar.empty_keg("Dregs")
    before = audit.heads()
    with pytest.raises(Rejected) as refused:
        say(flight(tab_id, stout, dregs))
    assert (refused.value.code, refused.value.about) == ("too_few_pints", dregs)
    assert audit.heads() == before
    audit.the_write_side_agrees()


def test_what_it_carries_out_is_held_to_its_fields(spilling):
    def spill(spilled: Spill, context: Context) -> None:
        carry_out(DrawPints(keg_id=spilled.keg_id, pints=0), "spill")

    spilling(spill, transaction=True)
    with pytest.raises(Malformed, match="/pints"):
        say(Spill(tab_id=bar.tab(), keg_id=bar.keg()))


def test_a_refusal_of_the_command_itself_is_about_nothing_else():
    tab_id = bar.tab()
    with pytest.raises(Rejected) as refused:
        say(flight(tab_id, bar.keg("Stout")), at=bar.CLOSING_TIME)
    assert (refused.value.code, refused.value.about) == ("tab_over", None)


class TestAKey:
    def test_is_told_the_first_receipt_with_all_its_streams(self):
        order = flight(bar.tab(), bar.keg("Stout"), bar.keg("Porter"))
        first = say(order, key="K")
        assert say(order, key="K") == replace(first, replayed=True)
        audit.the_write_side_agrees()

    def test_is_told_the_first_receipt_where_only_what_was_carried_out_has_left_something(self, spilling):
        def draw(command: Spill, context: Context) -> None:
            carry_out(DrawPints(keg_id=command.keg_id, pints=1), "draw")

        spilling(draw)
        spill = Spill(tab_id=bar.tab(), keg_id=bar.keg("Stout"))
        first = say(spill, key="K")
        assert first.streams == {f"keg:{spill.keg_id}": 2}
        assert say(spill, key="K") == replace(first, replayed=True)

    def test_is_not_taken_for_another_because_of_the_body_of_what_was_carried_out(self):
        tab_id, stout = bar.tab(), bar.keg("Stout")
        say(flight(tab_id, stout), key="K")
        with pytest.raises(KeyReused):
            say(flight(tab_id, stout, stout), key="K")

    def test_from_eight_at_once_is_carried_out_once(self):
        order = flight(bar.tab(), bar.keg("Stout"), bar.keg("Porter"))
        outcomes = at_once([partial(say, order, key="K")] * 8)
        first = replace(outcomes[0], replayed=False)
        assert [replace(one, replayed=False) for one in outcomes] == [first] * 8
        assert Counter(one.replayed for one in receipts(outcomes)) == {True: 7, False: 1}
        audit.the_write_side_agrees()


def test_twelve_who_order_the_last_ten_pints_at_once_get_exactly_ten():
    stout = bar.keg("Stout", pints=10)
    orders = [flight(bar.tab(f"Guest {number}"), stout) for number in range(12)]
    outcomes = at_once([partial(say, order) for order in orders])
    assert len(receipts(outcomes)) == 10
    assert refusals(outcomes) == ["too_few_pints"] * 2
    assert sum(fact.pints for fact in audit.facts_of(f"keg:{stout}")[1:]) == 10
    audit.the_write_side_agrees()


def test_a_guest_may_have_drawn_what_nobody_owns_by_ordering_on_their_own_tab():
    tab_id, stout = bar.tab(), bar.keg("Stout")
    receipt = dispatch(flight(tab_id, stout), actor="ada", at=bar.NOW, owner=bar.ADA)
    assert receipt.streams[f"keg:{stout}"] == 2


class TestMistakesOfTheProgrammer:
    def draw(self, command, name="draw"):
        carry_out(DrawPints(keg_id=command.keg_id, pints=1), name)

    def spilt(self):
        stout = bar.keg("Stout")
        return Spill(tab_id=bar.tab(), keg_id=stout), f"keg:{stout}"

    def test_nothing_is_carried_out_without_a_transaction(self, spilling):
        spilling(lambda command, context: self.draw(command), transaction=False)
        with pytest.raises(RuntimeError, match="transaction=True"):
            say(self.spilt()[0])

    def test_no_two_are_carried_out_under_one_name(self, spilling):
        def twice(command: Spill, context: Context) -> None:
            self.draw(command)
            self.draw(command)

        spilling(twice)
        spill, stream = self.spilt()
        with pytest.raises(RuntimeError, match="two commands are carried out as 'draw'"):
            say(spill)
        assert audit.heads()[stream] == 1

    def test_no_two_take_turns_at_one_stream(self, spilling):
        def by_turns(command: Spill, context: Context) -> None:
            with kegs.existing(command.keg_id) as keg:
                keg.draw(1)
                self.draw(command)
                keg.draw(1)

        spilling(by_turns)
        spill, stream = self.spilt()
        with pytest.raises(RuntimeError, match="take turns"):
            say(spill)
        assert audit.heads()[stream] == 1

    def test_a_refusal_that_is_caught_is_no_change(self, spilling):
        def carries_on(command: Spill, context: Context) -> None:
            with suppress(Rejected):
                carry_out(DrawPints(keg_id=command.keg_id, pints=99), "draw")

        spilling(carries_on)
        with pytest.raises(RuntimeError, match="refused"):
            say(self.spilt()[0])

    def test_a_refusal_that_is_caught_leaves_nothing(self, spilling):
        def goes_on(command: Spill, context: Context) -> None:
            try:
                carry_out(DrawPints(keg_id=command.keg_id, pints=99), "draw")
            except Rejected:
                with tabs.existing(command.tab_id) as tab:
                    tab.settle()

        spilling(goes_on)
        spill, _stream = self.spilt()
        with pytest.raises(RuntimeError, match="refused"):
            say(spill)
        assert audit.heads()[f"tab:{spill.tab_id}"] == 1


def test_ids_of_a_command_are_told_apart_by_name():
    first = Context(command_id=UUID(int=1), actor=MARIA, at=bar.NOW, correlation_id=UUID(int=1))
    drawn = {first.new_id(), first.new_id("payment"), first.carrying_out("payment").command_id}
    assert len(drawn) == 3
    assert first.new_id("payment") == first.new_id("payment")
