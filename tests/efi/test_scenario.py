"""Given, when, then for any context: facts find their streams, and no outcome goes unseen."""

from dataclasses import dataclass

import pytest

from catalog.events import CategoryRenamed, LotReleased, PriceDeclined
from efi.domain.events import Event
from tavern.commands.kegs import ApprovePouring, ProposePouring
from tavern.events import KegTapped, KegTasted, PintsDrawn, PouringProposed
from tests.given import JOAN, MARIA, bbd, identity
from tests.scenario import InMemory, Scenario, stream_that_holds

STOUT, PROPOSAL, OLIVES = identity("stout"), identity("proposal"), identity("olives")
TAPPED = KegTapped(keg_id=STOUT, cellar_id=identity("cellar"), name="Stout", pints=88, price=bbd("8.50"))
PROPOSED = PouringProposed(keg_id=STOUT, proposal_id=PROPOSAL, reason="it is sour", proposed_by=MARIA)


@pytest.mark.parametrize(
    ("fact", "stream"),
    [
        (PintsDrawn(keg_id=STOUT, pints=2, tab_id=identity("ada")), f"keg:{STOUT}"),
        (KegTasted(keg_id=STOUT, guest_id=identity("ada"), stars=5), f"tasting:{STOUT}"),
        (PriceDeclined(product_id=OLIVES, proposal_id=PROPOSAL, reason="", declined_by=JOAN), f"product:{OLIVES}"),
        (LotReleased(product_id=OLIVES, lot_id=identity("lot"), approved_by=(MARIA, JOAN)), f"stock:{OLIVES}"),
        (CategoryRenamed(category_id=identity("mezze"), name="Mezze"), "categories"),
    ],
)
def test_a_fact_is_in_the_stream_of_the_aggregate_that_it_is_of(fact, stream):
    assert stream_that_holds(fact) == stream


def test_a_fact_of_no_aggregate_needs_its_stream_named(scenario):
    @dataclass(frozen=True, kw_only=True)
    class Whispered(Event):
        """Nobody recorded it."""

    with pytest.raises(LookupError, match="Whispered is of no aggregate: name its stream"):
        scenario.given(Whispered())


def test_what_one_person_proposed_waits_for_another(scenario):
    scenario.given(TAPPED)
    scenario.when(ProposePouring(keg_id=STOUT, reason="it is sour"), makes=PROPOSAL)
    scenario.then(PROPOSED)


def test_whoever_proposed_cannot_agree(scenario):
    scenario.given(TAPPED, PROPOSED)
    scenario.when(ApprovePouring(keg_id=STOUT, proposal_id=PROPOSAL), by=MARIA)
    scenario.refused("second_person_needed")


def test_a_proposal_that_has_ended_is_not_found(scenario):
    scenario.given(TAPPED, PROPOSED)
    scenario.done(ApprovePouring(keg_id=STOUT, proposal_id=PROPOSAL), by=JOAN)
    scenario.when(ApprovePouring(keg_id=STOUT, proposal_id=PROPOSAL), by=JOAN)
    scenario.refused("not_found")


def test_other_events_than_the_ones_that_came_are_told(monkeypatch):
    scenario = Scenario(InMemory(monkeypatch))
    scenario.given(TAPPED)
    scenario.when(ProposePouring(keg_id=STOUT, reason="it is sour"), makes=PROPOSAL)
    assert not scenario.looked_at
    with pytest.raises(AssertionError):
        scenario.then_nothing()
