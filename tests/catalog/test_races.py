"""Commands on the catalogue that meet: what each promises holds for whoever comes second."""

from collections import Counter
from functools import partial

import pytest

from catalog.commands.categories import MoveCategory
from efi.writing.repository import memory
from tests.catalog.catalogue import category, delivery, product, supplier
from tests.efi import audit
from tests.efi.crowd import at_once, receipts, refusals
from tests.given import say


@pytest.fixture(autouse=True)
def an_empty_log(store):
    memory.forget()


def test_two_categories_do_not_move_below_one_another():
    mezze, olive = category("Mezze"), category("Olives")
    outcomes = at_once(
        [partial(say, MoveCategory(category_id=a, parent_id=b)) for a, b in ((mezze, olive), (olive, mezze))]
    )
    assert len(receipts(outcomes)) == 1
    assert refusals(outcomes) == ["category_cycle"]


def test_a_batch_of_a_supplier_is_received_once():
    products, trattoria = [product(f"OLI-{number}") for number in range(8)], supplier()
    outcomes = at_once([partial(say, delivery(one, trattoria, batch="SPRING")) for one in products])
    assert len(receipts(outcomes)) == 1
    assert Counter(refusals(outcomes)) == {"taken": 7}
    audit.the_write_side_agrees()
