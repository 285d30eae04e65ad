"""What a command's giver is told, and what a key stands for."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from pymongo.errors import OperationFailure

from catalog.commands.categories import RemoveCategory
from catalog.commands.lots import ReleaseLot
from catalog.commands.products import ApproveProduct, CategoriseProduct, DeactivateProduct, SubmitProduct
from catalog.events import PriceChanged
from efi.domain.errors import Conflict, KeyReused, NotFound, Rejected, Unavailable
from efi.log import epoch
from efi.writing import bus, claims, dispatch
from efi.writing.commands import HANDLERS
from tavern.commands.kegs import DrawPints
from tavern.commands.tabs import OrderRound
from tests.catalog.larder import COMPLIANCE, OLIVES, QUALITY
from tests.efi import audit, faults
from tests.efi.catalogue import category, delivery, listed, olives, product, repricing, supplier
from tests.given import JOAN, MARIA, bbd, elsewhere, say
from tests.tavern import bar

pytestmark = pytest.mark.usefixtures("restarted")

THE_APPEND = 4
"""Which call it is: before it the key is looked for in two places, and left."""


@pytest.fixture(autouse=True)
def the_log_is_known(restarted, monkeypatch):
    """No call is spent on asking which log this is, however slow the machine."""
    monkeypatch.setattr(epoch, "BELIEVED", 3_600)
    epoch.has_changed()


def test_a_receipt_names_what_was_created_and_how_far_its_stream_has_come():
    receipt = say(olives())
    assert receipt.streams == {f"product:{receipt.id}": 1}
    assert (receipt.version, receipt.replayed, receipt.status) == (1, False, "")


def test_a_receipt_of_two_streams_names_the_first_first():
    ordered = bar.round_of(bar.tab(), bar.keg())
    say(ordered)
    say(DrawPints(keg_id=ordered.keg_id, pints=1))
    receipt = say(ordered)
    assert receipt.streams == {f"tab:{ordered.tab_id}": 3, f"keg:{ordered.keg_id}": 4}
    assert (receipt.id, receipt.version) == (ordered.tab_id, 3)


def test_where_a_second_person_is_needed_the_first_is_told_and_told_again():
    received = delivery(product(), supplier())
    say(received)
    release = ReleaseLot(product_id=received.product_id, lot_id=received.lot_id)
    told = [say(release, by=QUALITY, key="K").status for _ in range(2)] + [say(release, by=COMPLIANCE).status]
    assert told == ["pending_approval", "pending_approval", ""]


class TestAKey:
    def test_with_another_body_it_is_refused(self):
        product_id = product()
        say(repricing(product_id, "9.00"), key="K")
        with pytest.raises(KeyReused):
            say(repricing(product_id, "9.50"), key="K")
        assert audit.heads()[f"product:{product_id}"] == 2

    def test_with_a_body_about_another_stream_it_is_refused(self):
        first, second = product("OLI-1"), product("FETA")
        say(repricing(first, "9.00"), key="K")
        with pytest.raises(KeyReused):
            say(repricing(second, "9.00"), key="K")
        assert audit.heads()[f"product:{second}"] == 1

    def test_with_another_create_it_is_refused_even_where_that_would_be_refused_anyway(self):
        say(olives("OLI-1"), key="K")
        say(olives("FETA"))
        with pytest.raises(KeyReused):
            say(olives("FETA"), key="K")

    @pytest.mark.parametrize("again", [{"by": JOAN, "key": "K"}, {"by": MARIA, "key": "L"}, {"by": MARIA}])
    def test_is_its_givers_alone(self, again):
        product_id = product()
        say(repricing(product_id, "9.00"), by=MARIA, key="K")
        say(repricing(product_id, "8.50"))
        assert not say(repricing(product_id, "9.00"), **again).replayed

    def test_is_its_commands_alone(self):
        product_id = product(categories=(category(),))
        for command in (repricing(product_id, "9.00"), SubmitProduct(product_id=product_id)):
            assert not say(command, key="K").replayed

    def test_is_told_the_first_receipt_whatever_came_after(self):
        product_id = product()
        first = say(repricing(product_id, "9.00"), key="K")
        say(repricing(product_id, "8.50"))
        assert say(repricing(product_id, "9.00"), key="K") == replace(first, replayed=True)

    def test_again_counts_nothing_again(self):
        product_id, mezze = product(), category()
        into, out_of = (CategoriseProduct(product_id=product_id, category_ids=ids) for ids in ((mezze,), ()))
        first = say(into, key="K")
        say(out_of)
        assert say(into, key="K") == replace(first, replayed=True)
        audit.the_write_side_agrees()

    def test_is_told_the_first_receipt_where_the_command_would_now_be_refused(self):
        product_id = listed()
        first = say(DeactivateProduct(product_id=product_id), key="K")
        assert say(DeactivateProduct(product_id=product_id), key="K") == replace(first, replayed=True)

    def test_of_a_create_meets_what_it_created(self):
        first = say(olives(), key="K")
        assert say(olives(), key="K") == replace(first, replayed=True)

    def test_of_a_refused_command_is_free(self):
        product_id = product(categories=(category(),))
        with pytest.raises(Rejected):
            say(ApproveProduct(product_id=product_id), by=JOAN, key="K")
        say(SubmitProduct(product_id=product_id))
        assert not say(ApproveProduct(product_id=product_id), by=JOAN, key="K").replayed

    def test_of_a_refused_command_is_free_for_another_body(self):
        shelf = category()
        with pytest.raises(Rejected):
            say(olives("oil"), key="K")
        assert say(olives("OLI-1", categories=(shelf,)), key="K").version == 1

    def test_of_a_no_change_is_free(self):
        product_id = product(price="8.50")
        say(repricing(product_id, "8.50"), key="K")
        say(repricing(product_id, "9.00"))
        assert say(repricing(product_id, "8.50"), key="K").version == 3


def test_a_refusal_changes_nothing():
    shelf = category()
    before = audit.heads()
    with pytest.raises(Rejected):
        say(olives("OLI-1", price="0.00", categories=(shelf,)))
    assert audit.heads() == before
    audit.the_write_side_agrees()


def test_a_refusal_halfway_through_a_transaction_takes_back_what_came_before():
    product_id, mezze = product(), category()
    with pytest.raises(Rejected, match="there is no category"):
        say(CategoriseProduct(product_id=product_id, category_ids=(mezze, OLIVES)))
    audit.the_write_side_agrees()


@pytest.mark.parametrize(
    "command", [repricing(OLIVES, "9.00"), RemoveCategory(category_id=OLIVES)], ids=["product", "category"]
)
def test_what_is_not_there_is_not_found(command):
    with pytest.raises(NotFound):
        say(command)
    assert audit.heads() == {}


def test_a_twin_that_comes_through_between_two_looks_is_told_with_all_its_streams(monkeypatch):
    ordered = bar.round_of(bar.tab(), bar.keg())
    first = say(ordered, key="K")
    looks = iter([SimpleNamespace(find_one=lambda where: None)])
    later = claims.claims()
    monkeypatch.setattr(claims, "claims", lambda: next(looks, later))
    assert say(ordered, key="K") == replace(first, replayed=True)


def test_several_streams_are_not_changed_without_a_transaction(monkeypatch):
    ordered = bar.round_of(bar.tab(), bar.keg())
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
    ordered = bar.round_of(bar.tab(), bar.keg())
    before = audit.heads()
    monkeypatch.setitem(HANDLERS, OrderRound, replace(HANDLERS[OrderRound], handler=broken))
    with pytest.raises(ZeroDivisionError):
        say(ordered)
    audit.the_write_side_agrees()
    assert audit.heads() == before


@pytest.mark.parametrize("arrived", [False, True])
def test_what_cannot_be_known_for_long_is_unavailable_and_its_key_tells_later(arrived, monkeypatch):
    monkeypatch.setattr(dispatch, "DEADLINE", 0)
    product_id = product()
    with faults.outage(THE_APPEND, arrived=arrived, calls=99), pytest.raises(Unavailable):
        say(repricing(product_id, "9.00"), key="K")
    assert say(repricing(product_id, "9.00"), key="K").replayed is arrived
    assert audit.heads()[f"product:{product_id}"] == 2


def test_who_is_never_fast_enough_is_told_of_the_conflict(monkeypatch):
    product_id = product()
    elsewhere(
        f"product:{product_id}",
        PriceChanged(product_id=product_id, old_price=bbd("8.50"), price=bbd("9.00"), reason="-"),
    )
    monkeypatch.setattr(dispatch, "DEADLINE", -1)
    with pytest.raises(Conflict, match="somebody else was faster"):
        say(repricing(product_id, "9.50"))


def test_an_error_that_does_not_pass_is_raised_at_once():
    def broken(seen):
        return len(seen.calls) == 1

    with faults.wire(broken, broken, lambda call: OperationFailure("no", 13)) as wire, pytest.raises(OperationFailure):
        say(repricing(OLIVES, "9.00"))
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
        product()
        assert heard == [("CreateProduct", 1, [1])]

    def test_tells_nothing_of_a_refusal_a_no_change_or_a_repetition(self, heard):
        product_id = say(olives(), key="K").id
        say(olives(), key="K")
        say(repricing(product_id, "8.50"))
        with pytest.raises(Rejected):
            say(DeactivateProduct(product_id=product_id))
        assert len(heard) == 1

    def test_a_receiver_that_fails_is_logged_and_harms_nobody(self, broken_receiver, heard, caplog):
        assert say(olives()).version == 1
        assert len(heard) == 1
        assert "failed on CreateProduct" in caplog.text
