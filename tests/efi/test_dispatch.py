"""What a command's giver is told, and what a key stands for."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from pymongo.errors import OperationFailure

from efi.domain.errors import Conflict, KeyReused, Malformed, NotFound, Outdated, Rejected, Unavailable
from efi.log import epoch
from efi.writing import bus, claims, dispatch
from efi.writing.commands import HANDLERS
from tavern.commands.cellars import CloseCellar, OpenCellar
from tavern.commands.kegs import ApprovePouring, DrawPints, EmptyKeg, MoveKeg, ProposePouring
from tavern.commands.tabs import OrderRound
from tavern.events import KegRepriced
from tests.efi import audit, faults
from tests.given import JOAN, MARIA, bbd, drawn_by, elsewhere, identity, say
from tests.tavern import bar
from tests.tavern.bar import cellar, empty_keg, keg, repricing, same_cellar, same_price, stout

pytestmark = pytest.mark.usefixtures("restarted")

NOWHERE = identity("nowhere")
THE_APPEND = 4
"""Which call it is: before it the key is looked for in two places, and left."""


@pytest.fixture(autouse=True)
def the_log_is_known(restarted, monkeypatch):
    """No call is spent on asking which log this is, however slow the machine."""
    monkeypatch.setattr(epoch, "BELIEVED", 3_600)
    epoch.has_changed()


def closed_cellar():
    damp = cellar("Damp")
    say(CloseCellar(cellar_id=damp))
    return damp


def look_past_a_key_once(monkeypatch):
    """As where a twin keeps it only afterwards."""
    looks = iter([SimpleNamespace(find_one=lambda where: None)])
    later = claims.claims()
    monkeypatch.setattr(claims, "claims", lambda: next(looks, later))


def test_a_receipt_names_what_was_created_and_how_far_its_stream_has_come():
    receipt = say(stout(cellar_id=cellar()))
    assert receipt.streams == {f"keg:{receipt.id}": 1}
    assert (receipt.version, receipt.replayed, receipt.status) == (1, False, "")


def test_a_receipt_of_two_streams_names_the_first_first():
    ordered = bar.round_of(bar.tab(), keg())
    say(ordered)
    say(DrawPints(keg_id=ordered.keg_id, pints=1))
    receipt = say(ordered)
    assert receipt.streams == {f"tab:{ordered.tab_id}": 3, f"keg:{ordered.keg_id}": 4}
    assert (receipt.id, receipt.version) == (ordered.tab_id, 3)


def test_where_a_second_person_is_needed_the_first_is_told_and_told_again():
    proposed = ProposePouring(keg_id=keg(), reason="it is sour")
    told = [say(proposed, by=JOAN, key="K").status for _ in range(2)]
    approved = ApprovePouring(keg_id=proposed.keg_id, proposal_id=drawn_by(ProposePouring, "K", by=JOAN))
    assert [*told, say(approved, by=MARIA).status] == ["pending_approval", "pending_approval", ""]


class TestAKey:
    def test_with_another_body_it_is_refused(self):
        keg_id = keg()
        say(repricing(keg_id, "9.00"), key="K")
        with pytest.raises(KeyReused):
            say(repricing(keg_id, "9.50"), key="K")
        assert audit.heads()[f"keg:{keg_id}"] == 2

    def test_with_a_body_about_another_stream_it_is_refused(self):
        first, second = keg("Stout"), keg("Porter")
        say(repricing(first, "9.00"), key="K")
        with pytest.raises(KeyReused):
            say(repricing(second, "9.00"), key="K")
        assert audit.heads()[f"keg:{second}"] == 1

    def test_with_another_create_it_is_refused_even_where_that_would_be_refused_anyway(self):
        damp = cellar()
        say(stout("Stout", cellar_id=damp), key="K")
        say(stout("Porter", cellar_id=damp))
        with pytest.raises(KeyReused):
            say(stout("Porter", cellar_id=damp), key="K")

    @pytest.mark.parametrize("again", [{"by": JOAN, "key": "K"}, {"by": MARIA, "key": "L"}, {"by": MARIA}])
    def test_is_its_givers_alone(self, again):
        keg_id = keg()
        say(repricing(keg_id, "9.00"), by=MARIA, key="K")
        say(repricing(keg_id, "8.50"))
        assert not say(repricing(keg_id, "9.00"), **again).replayed

    def test_is_its_commands_alone(self):
        keg_id = keg()
        for command in (repricing(keg_id, "9.00"), DrawPints(keg_id=keg_id, pints=3)):
            assert not say(command, key="K").replayed

    def test_is_told_the_first_receipt_whatever_came_after(self):
        keg_id = keg()
        first = say(repricing(keg_id, "9.00"), key="K")
        say(repricing(keg_id, "8.50"))
        assert say(repricing(keg_id, "9.00"), key="K") == replace(first, replayed=True)

    def test_again_counts_nothing_again(self):
        damp, dry = cellar("Damp"), cellar("Dry")
        keg_id = keg(cellar_id=damp)
        away, back = (MoveKeg(keg_id=keg_id, cellar_id=place) for place in (dry, damp))
        first = say(away, key="K")
        say(back)
        assert say(away, key="K") == replace(first, replayed=True)
        audit.the_write_side_agrees()

    def test_is_told_the_first_receipt_where_the_command_would_now_be_refused(self):
        emptied = EmptyKeg(keg_id=empty_keg())
        first = say(emptied, key="K")
        assert say(emptied, key="K") == replace(first, replayed=True)

    def test_of_a_create_meets_what_it_created(self):
        tapped = stout(cellar_id=cellar())
        first = say(tapped, key="K")
        assert say(tapped, key="K") == replace(first, replayed=True)

    def test_of_a_refused_command_is_free(self):
        keg_id = keg(pints=2)
        with pytest.raises(Rejected):
            say(EmptyKeg(keg_id=keg_id), by=JOAN, key="K")
        say(DrawPints(keg_id=keg_id, pints=2))
        assert not say(EmptyKeg(keg_id=keg_id), by=JOAN, key="K").replayed

    def test_of_a_refused_command_is_free_for_another_body(self):
        with pytest.raises(Rejected):
            say(stout(cellar_id=closed_cellar()), key="K")
        assert say(stout(cellar_id=cellar("Dry")), key="K").version == 1

    @pytest.mark.parametrize("given", [same_price, same_cellar])
    def test_of_a_no_change_is_kept_like_any_other(self, given):
        """Or it would undo what somebody else has done since."""
        unchanging, changing = given(keg_id := keg())
        first = say(unchanging, key="K")
        say(changing, by=JOAN)
        assert say(unchanging, key="K") == replace(first, replayed=True)
        assert (first.replayed, audit.heads()[f"keg:{keg_id}"]) == (False, 2)
        audit.the_write_side_agrees()

    @pytest.mark.parametrize("given", [same_price, same_cellar])
    def test_of_a_no_change_is_refused_with_another_body(self, given):
        unchanging, changing = given(keg())
        say(unchanging, key="K")
        with pytest.raises(KeyReused):
            say(changing, key="K")

    def test_of_a_no_change_is_told_again_where_the_command_would_now_be_refused(self):
        keg_id = keg(pints=2)
        first = say(repricing(keg_id, "8.50"), key="K")
        say(DrawPints(keg_id=keg_id, pints=2))
        say(EmptyKeg(keg_id=keg_id))
        assert say(repricing(keg_id, "8.50"), key="K") == replace(first, replayed=True)

    def test_that_a_dead_process_left_is_kept_too_once_nothing_is_to_change(self):
        keg_id = keg(price="8.50")
        with faults.crash(THE_APPEND, arrived=False), pytest.raises(faults.Crashed):
            say(repricing(keg_id, "9.00"), key="K")
        say(repricing(keg_id, "9.00"), by=JOAN)
        first = say(repricing(keg_id, "9.00"), key="K")
        say(repricing(keg_id, "8.50"), by=JOAN)
        assert say(repricing(keg_id, "9.00"), key="K") == replace(first, replayed=True)
        assert audit.heads()[f"keg:{keg_id}"] == 3

    @pytest.mark.parametrize("given", [same_price, same_cellar])
    def test_of_a_no_change_that_is_kept_between_two_looks_stops_its_twin(self, given, monkeypatch):
        unchanging, changing = given(keg_id := keg())
        first = say(unchanging, key="K")
        say(changing, by=JOAN)
        look_past_a_key_once(monkeypatch)
        assert say(unchanging, key="K") == replace(first, replayed=True)
        assert audit.heads()[f"keg:{keg_id}"] == 2


class TestWhatTheFieldsPromise:
    """Whoever makes a command in Python keeps to its fields as a caller over HTTP does."""

    @pytest.mark.parametrize("pints", [0, -3, 10**9, "many", None])
    def test_is_held_to_whoever_calls(self, pints):
        keg_id = keg()
        with pytest.raises(Malformed, match="/pints") as refused:
            say(DrawPints(keg_id=keg_id, pints=pints))
        assert [fault["pointer"] for fault in refused.value.faults] == ["/pints"]
        assert audit.heads()[f"keg:{keg_id}"] == 1

    def test_is_held_to_in_a_value_that_was_made_without_its_own_check(self):
        price = bbd("9.00")
        object.__setattr__(price, "currency", "CHF")
        with pytest.raises(Malformed, match="/price/currency"):
            say(replace(repricing(keg(), "9.00"), price=price))

    def test_is_what_is_recorded(self):
        say(replace(repricing(keg_id := keg(), "9.00"), reason="  dearer barley "))
        assert audit.facts_of(f"keg:{keg_id}")[-1].reason == "dearer barley"


def test_a_refusal_changes_nothing():
    tapped = stout(cellar_id=closed_cellar())
    before = audit.heads()
    with pytest.raises(Rejected):
        say(tapped)
    assert audit.heads() == before
    audit.the_write_side_agrees()


def test_a_refusal_halfway_through_a_transaction_takes_back_what_came_before():
    """The kegs of both cellars were counted before it was seen that this one was carried out."""
    damp, dry = cellar("Damp"), cellar("Dry")
    keg("Porter", cellar_id=damp)
    keg_id = keg(cellar_id=damp, pints=2)
    say(DrawPints(keg_id=keg_id, pints=2))
    say(EmptyKeg(keg_id=keg_id))
    with pytest.raises(Rejected, match="was carried out"):
        say(MoveKeg(keg_id=keg_id, cellar_id=dry))
    audit.the_write_side_agrees()


@pytest.mark.parametrize("command", [repricing(NOWHERE, "9.00"), CloseCellar(cellar_id=NOWHERE)], ids=["keg", "cellar"])
def test_what_is_not_there_is_not_found(command):
    with pytest.raises(NotFound):
        say(command)
    assert audit.heads() == {}


def test_a_twin_that_comes_through_between_two_looks_is_told_with_all_its_streams(monkeypatch):
    ordered = bar.round_of(bar.tab(), keg())
    first = say(ordered, key="K")
    look_past_a_key_once(monkeypatch)
    assert say(ordered, key="K") == replace(first, replayed=True)


def test_several_streams_are_not_changed_without_a_transaction(monkeypatch):
    ordered = bar.round_of(bar.tab(), keg())
    before = audit.heads()
    monkeypatch.setitem(HANDLERS, OrderRound, replace(HANDLERS[OrderRound], transaction=False))
    with pytest.raises(RuntimeError, match="transaction=True"):
        say(ordered)
    assert audit.heads() == before


def test_a_handler_that_breaks_leaves_nothing(monkeypatch):
    def broken(command, context):
        handler(command, context)
        raise ZeroDivisionError

    handler = HANDLERS[OrderRound].handler
    ordered = bar.round_of(bar.tab(), keg())
    before = audit.heads()
    monkeypatch.setitem(HANDLERS, OrderRound, replace(HANDLERS[OrderRound], handler=broken))
    with pytest.raises(ZeroDivisionError):
        say(ordered)
    audit.the_write_side_agrees()
    assert audit.heads() == before


@pytest.mark.alone
@pytest.mark.parametrize("arrived", [False, True])
def test_what_cannot_be_known_for_long_is_unavailable_and_its_key_tells_later(arrived, monkeypatch):
    monkeypatch.setattr(dispatch, "DEADLINE", 0)
    keg_id = keg()
    with faults.outage(THE_APPEND, arrived=arrived, calls=99), pytest.raises(Unavailable):
        say(repricing(keg_id, "9.00"), key="K")
    assert say(repricing(keg_id, "9.00"), key="K").replayed is arrived
    assert audit.heads()[f"keg:{keg_id}"] == 2


def test_who_is_never_fast_enough_is_told_of_the_conflict(monkeypatch):
    keg_id = keg()
    dearer = KegRepriced(keg_id=keg_id, old_price=bbd("8.50"), price=bbd("9.00"), reason="-")
    elsewhere(f"keg:{keg_id}", dearer)
    monkeypatch.setattr(dispatch, "DEADLINE", -1)
    with pytest.raises(Conflict, match="somebody else was faster"):
        say(repricing(keg_id, "9.50"))


def test_an_error_that_does_not_pass_is_raised_at_once():
    def broken(seen):
        return len(seen.calls) == 1

    with faults.wire(broken, broken, lambda call: OperationFailure("no", 13)) as wire, pytest.raises(OperationFailure):
        say(repricing(NOWHERE, "9.00"))
    assert len(wire.calls) == 1


class TestTheBus:
    @pytest.fixture
    def heard(self):
        news = []

        def hear(sender, receipt, commits, **_):
            news.append((sender.__name__, receipt.version, [commit.last for commit in commits]))

        bus.committed.connect(hear)
        yield news
        bus.committed.disconnect(hear)

    @pytest.fixture
    def broken_receiver(self):
        def break_down(**_):
            raise ZeroDivisionError

        bus.committed.connect(break_down)
        yield
        bus.committed.disconnect(break_down)

    def test_tells_of_what_was_committed(self, heard):
        cellar()
        assert heard == [("OpenCellar", 1, [1])]

    def test_tells_nothing_of_a_refusal_a_no_change_or_a_repetition(self, heard):
        tapped = stout(cellar_id=cellar(), price="8.50")
        keg_id = say(tapped, key="K").id
        say(tapped, key="K")
        say(repricing(keg_id, "8.50"))
        with pytest.raises(Rejected):
            say(EmptyKeg(keg_id=keg_id))
        assert [name for name, *_ in heard] == ["OpenCellar", "TapKeg"]

    def test_a_receiver_that_fails_is_logged_and_harms_nobody(self, broken_receiver, heard, caplog):
        assert say(OpenCellar(name="Damp")).version == 1
        assert len(heard) == 1
        assert "failed on OpenCellar" in caplog.text


class TestWhatItsGiverHasSeen:
    def test_it_is_changed_if_it_is_still_as_seen(self):
        stout = keg()
        version = dispatch.dispatch(DrawPints(keg_id=stout, pints=1), actor=MARIA).version
        assert dispatch.dispatch(DrawPints(keg_id=stout, pints=1), actor=MARIA, if_version=version).version > version

    @pytest.mark.parametrize("of_another_process", [False, True])
    def test_it_is_left_alone_if_it_is_not(self, of_another_process):
        stout = keg()
        seen = say(DrawPints(keg_id=stout, pints=1)).version
        if of_another_process:
            elsewhere(f"keg:{stout}", KegRepriced(keg_id=stout, old_price=bbd("5.00"), price=bbd("6.00"), reason="x"))
        else:
            say(DrawPints(keg_id=stout, pints=1))
        with pytest.raises(Outdated, match=f"you have seen version {seen}"):
            dispatch.dispatch(DrawPints(keg_id=stout, pints=1), actor=MARIA, if_version=seen)

    def test_a_key_that_comes_back_gives_its_receipt_whatever_has_happened_since(self):
        stout = keg()
        seen = say(DrawPints(keg_id=stout, pints=1)).version
        again = [
            dispatch.dispatch(DrawPints(keg_id=stout, pints=1), actor=MARIA, key="K", if_version=seen) for _ in range(2)
        ]
        assert [one.replayed for one in again] == [False, True]
