"""For each of the tavern's commands one that will be carried out, and what has to be there for it."""

from efi.writing.commands import Command
from tavern.commands.cellars import CloseCellar, OpenCellar
from tavern.commands.kegs import (
    ApprovePouring,
    DeclinePouring,
    DrawPints,
    EmptyKeg,
    MoveKeg,
    ProposePouring,
    RepriceKeg,
    TapKeg,
    TasteKeg,
)
from tavern.commands.tabs import LapseTab, OpenTab, OrderFlight, OrderRound, SettleTab
from tests.efi.scenarios import scenario
from tests.given import NOW, minutes, say
from tests.tavern import bar


@scenario(OpenCellar)
def under_the_stairs(suffix: str) -> Command:
    return OpenCellar(name=f"Under the stairs {suffix}")


@scenario(CloseCellar)
def left_by_its_last_keg(suffix: str) -> Command:
    left = bar.cellar(f"Damp {suffix}")
    keg_id = bar.keg(f"Stout {suffix}", cellar_id=left)
    say(MoveKeg(keg_id=keg_id, cellar_id=bar.cellar(f"Dry {suffix}")))
    return CloseCellar(cellar_id=left)


@scenario(TapKeg)
def of_stout(suffix: str) -> Command:
    return bar.stout(f"Stout {suffix}", cellar_id=bar.cellar(suffix))


@scenario(RepriceKeg)
def for_more(suffix: str) -> Command:
    return bar.repricing(bar.keg(f"Stout {suffix}"), "9.00")


@scenario(MoveKeg)
def into_another_cellar(suffix: str) -> Command:
    return MoveKeg(keg_id=bar.keg(f"Stout {suffix}"), cellar_id=bar.cellar(f"Dry {suffix}"))


@scenario(DrawPints)
def of_a_full_keg(suffix: str) -> Command:
    return DrawPints(keg_id=bar.keg(f"Stout {suffix}"), pints=3)


@scenario(ProposePouring)
def of_what_is_sour(suffix: str) -> Command:
    return ProposePouring(keg_id=bar.keg(f"Stout {suffix}"), reason="it is sour")


@scenario(ApprovePouring)
def that_another_has_proposed(suffix: str) -> Command:
    return ApprovePouring(**bar.proposed(bar.keg(f"Stout {suffix}"), f"proposal {suffix}"))


@scenario(DeclinePouring)
def of_what_is_meant_to_be_sour(suffix: str) -> Command:
    return DeclinePouring(**bar.proposed(bar.keg(f"Stout {suffix}"), f"proposal {suffix}"), reason="it is meant to be")


@scenario(EmptyKeg)
def with_nothing_left(suffix: str) -> Command:
    return EmptyKeg(keg_id=bar.empty_keg(f"Stout {suffix}"))


@scenario(TasteKeg)
def by_a_guest(suffix: str) -> Command:
    return TasteKeg(keg_id=bar.keg(f"Stout {suffix}"), guest_id=bar.ADA, stars=4)


@scenario(OpenTab)
def for_a_guest(suffix: str) -> Command:
    return bar.opening(f"Ada {suffix}")


@scenario(OrderRound)
def from_a_keg(suffix: str) -> Command:
    return bar.round_of(bar.tab(f"Ada {suffix}"), bar.keg(f"Stout {suffix}"))


@scenario(OrderFlight)
def from_two_kegs(suffix: str) -> Command:
    keg_ids = bar.keg(f"Stout {suffix}"), bar.keg(f"Porter {suffix}")
    return OrderFlight(tab_id=bar.tab(f"Ada {suffix}"), keg_ids=keg_ids)


@scenario(SettleTab)
def of_one_round(suffix: str) -> Command:
    ordered = bar.round_of(bar.tab(f"Ada {suffix}"), bar.keg(f"Stout {suffix}"))
    say(ordered)
    return SettleTab(tab_id=ordered.tab_id)


@scenario(LapseTab)
def that_was_opened_long_ago(suffix: str) -> Command:
    long_ago = bar.opening(f"Ada {suffix}", lapses_at=NOW - minutes(30))
    return LapseTab(tab_id=say(long_ago, at=NOW - minutes(90)).id)
