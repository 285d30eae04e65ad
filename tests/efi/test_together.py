"""Commands that share a transaction: each leaves what it would have left alone, or none leaves anything."""

from uuid import uuid4

import pytest

from catalog.commands.categories import RemoveCategory
from catalog.commands.lots import SetReorderPoint
from catalog.commands.products import ChangePrice, CreateProduct, products
from efi.domain.errors import Rejected
from efi.log import event_store
from efi.log.mongo import collection
from efi.writing.batch_dispatch import Apart, Order, dispatch_together
from efi.writing.dispatch import dispatch
from efi.writing.repository import memory
from tests.efi.catalogue import category, olives, product, supplier
from tests.given import MARIA, bbd, say

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture(autouse=True)
def nothing_remembered():
    memory.forget()


def orders(*commands):
    return [Order(command=command, actor=MARIA, key=f"row {number}") for number, command in enumerate(commands)]


def together(*commands):
    return dispatch_together(orders(*commands))


def alone(*commands):
    return [dispatch(one.command, actor=one.actor, key=one.key) for one in orders(*commands)]


def kept():
    """All that a command leaves, without what differs by the moment."""
    commits = collection("commits").find({}, {"_id": 0, "occurred_at": 0, "recorded_at": 0}).sort("stream", 1)
    claims, guards = (list(collection(name).find().sort("_id", 1)) for name in ("claims", "guards"))
    return list(commits), claims, guards


def nothing_left(*commands):
    before = kept()
    with pytest.raises(Apart):
        together(*commands)
    return kept() == before


def test_each_leaves_what_it_leaves_alone():
    mezze = category()
    drafts = [olives(f"OLI-{n}", categories=(mezze,)) for n in range(3)]
    before = {name: list(collection(name).find()) for name in ("commits", "claims", "guards")}
    alone(*drafts)
    left = kept()
    for name, documents in before.items():
        collection(name).delete_many({})
        collection(name).insert_many(documents)
    memory.forget()
    together(*drafts)
    assert kept() == left


def test_their_receipts_are_those_of_their_keys():
    made = together(olives("OLI-1"), olives("OLI-2"))
    again = alone(olives("OLI-1"), olives("OLI-2"))
    assert [(one.id, one.version, one.streams) for one in made] == [(one.id, one.version, one.streams) for one in again]
    assert [one.replayed for one in again] == [True, True]


def test_one_that_is_refused_takes_all_with_it():
    assert nothing_left(olives("OLI-1"), olives("OLI-2", price="0.00"))


def test_a_claim_that_is_taken_takes_all_with_it():
    product("OLI-2")
    assert nothing_left(olives("OLI-1"), olives("OLI-2"))


def test_two_that_claim_the_same_take_all_with_them():
    assert nothing_left(olives("OLI-1"), olives("OLI-1"))


def test_a_guard_that_is_not_there_takes_all_with_it():
    assert nothing_left(olives("OLI-1"), olives("OLI-2", categories=(uuid4(),)))


def test_a_key_that_was_used_before_takes_all_with_it():
    alone(olives("OLI-1"))
    assert nothing_left(olives("OLI-1"), olives("OLI-2"))


def test_one_that_changes_nothing_takes_all_with_it():
    first, second = product("OLI-1"), product("OLI-2")
    say(SetReorderPoint(product_id=first, quantity=5))
    assert nothing_left(*(SetReorderPoint(product_id=one, quantity=5) for one in (second, first)))


def test_two_on_the_same_stream_take_all_with_them():
    olives_id = product("OLI-1")
    changes = [ChangePrice(product_id=olives_id, price=bbd(price), reason="crop") for price in ("8.60", "8.70")]
    assert nothing_left(*changes)


def test_what_they_count_is_counted():
    mezze = category()
    together(olives("OLI-1", categories=(mezze,)), olives("OLI-2", categories=(mezze,)))
    with pytest.raises(Rejected, match="it has 2"):
        say(RemoveCategory(category_id=mezze))


def test_a_stream_that_they_look_at_must_be_there():
    seen = CreateProduct(**{**vars(olives("OLI-1")), "supplier_id": supplier()})
    unseen = CreateProduct(**{**vars(olives("OLI-2")), "supplier_id": uuid4()})
    assert nothing_left(seen, unseen)


def test_they_are_remembered():
    [receipt] = together(olives("OLI-1"))
    assert memory.take(f"product:{receipt.id}").version == event_store.head(f"product:{receipt.id}")
    assert products.load(receipt.id).price == bbd("8.50")
