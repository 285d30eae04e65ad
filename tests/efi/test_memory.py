"""What a process holds in memory saves it a reading, and decides nothing that the log would decide otherwise."""

import pytest

from catalog.commands.products import CategoriseProduct, DeactivateProduct, products
from catalog.commands.stock import ExtendReservation
from catalog.events import PriceChanged, ProductCategorised, ProductReactivated, ReservationExtended, StockReserved
from efi.domain.errors import Rejected
from efi.writing import repository
from efi.writing.repository import memory
from tests.efi import audit, faults
from tests.efi.catalogue import category, listed, product, repricing, reservation, stocked, supplier
from tests.given import NOW, bbd, elsewhere, minutes, say

pytestmark = pytest.mark.usefixtures("restarted")


@pytest.fixture
def held():
    """On sale, at 8.50, and as it is in memory."""
    product_id = listed()
    assert memory._held[f"product:{product_id}"].version == audit.heads()[f"product:{product_id}"]
    return product_id


def repriced_elsewhere(product_id, *, old, price):
    change = PriceChanged(product_id=product_id, old_price=bbd(old), price=bbd(price), reason="elsewhere")
    elsewhere(f"product:{product_id}", change)


def test_a_held_aggregate_is_not_read_again(held):
    with faults.crash(99, arrived=True) as wire:
        say(repricing(held, "9.00"))
    assert wire.calls == ["insert"]


def test_a_command_refused_from_memory_is_decided_on_the_log(held):
    say(DeactivateProduct(product_id=held))
    elsewhere(f"product:{held}", ProductReactivated(product_id=held))
    assert say(DeactivateProduct(product_id=held)).version == 6


def test_a_no_change_from_memory_is_decided_on_the_log(held):
    say(repricing(held, "9.00"))
    repriced_elsewhere(held, old="9.00", price="10.00")
    receipt = say(repricing(held, "9.00"))
    assert receipt.version == audit.heads()[f"product:{held}"] == 6


def test_an_acceptance_from_memory_is_decided_on_the_log(held):
    repriced_elsewhere(held, old="8.50", price="9.00")
    say(repricing(held, "10.00"))
    assert audit.facts_of(f"product:{held}")[-1].old_price == bbd("9.00")


def test_a_refusal_stands_where_the_log_says_the_same(held):
    say(DeactivateProduct(product_id=held))
    with pytest.raises(Rejected, match="inactive"):
        say(DeactivateProduct(product_id=held))
    assert audit.heads()[f"product:{held}"] == 4


def test_a_no_change_is_told_the_head_and_appends_nothing(held):
    receipt = say(repricing(held, "8.50"))
    assert receipt.streams == {f"product:{held}": 3}
    assert audit.heads()[f"product:{held}"] == 3


def test_what_a_refused_command_had_recorded_is_not_remembered(held):
    """It had found a reservation lapsed, by a clock that is ahead of the others."""
    stocked(held, supplier(), 1)
    annas = reservation(held, "anna's cart", 1, until=NOW + minutes(5))
    say(annas)
    with pytest.raises(Rejected):
        say(reservation(held, "ben's cart", 2, until=NOW + minutes(60)), at=NOW + minutes(10))
    longer = ExtendReservation(product_id=held, reservation_id=annas.reservation_id, expires_at=NOW + minutes(30))
    say(longer, at=NOW + minutes(1))
    assert [type(fact) for fact in audit.facts_of(f"stock:{held}")][-2:] == [StockReserved, ReservationExtended]


def test_what_a_transaction_changes_is_read_from_the_log(held):
    elsewhere(f"product:{held}", ProductCategorised(product_id=held, category_ids=()))
    shelf = category("Gifts")
    say(CategoriseProduct(product_id=held, category_ids=(shelf,)))
    assert audit.heads()[f"product:{held}"] == 5


def test_a_process_without_the_aggregate_reads_the_log(held):
    repriced_elsewhere(held, old="8.50", price="9.00")
    memory.forget()
    assert products.load(held).price == bbd("9.00")


def test_memory_lets_go_of_what_was_held_longest(monkeypatch):
    monkeypatch.setattr(repository, "MOST_HELD", 2)
    _, feta, chai = product("OLI-1"), product("FETA"), product("CHAI")
    assert list(memory._held) == [f"product:{feta}", f"product:{chai}"]


def test_a_reservation_elsewhere_is_seen_before_one_from_memory_is_accepted(held):
    stocked(held, supplier(), 1)
    taken = reservation(held, "anna's cart", 1)
    elsewhere(f"stock:{held}", StockReserved(**vars(taken)))
    with pytest.raises(Rejected, match="1 asked for, 0 available"):
        say(reservation(held, "ben's cart", 1))
