"""Commands that share a transaction: each leaves what it would have left alone, or none leaves anything."""

from uuid import uuid4

import pytest

from efi.domain.errors import Rejected
from efi.log import event_store
from efi.log.mongo import collection
from efi.writing.batch_dispatch import Apart, Order, dispatch_together
from efi.writing.dispatch import dispatch
from efi.writing.repository import memory
from tavern.commands.cellars import CloseCellar, kegs_in
from tavern.commands.kegs import kegs
from tests.given import MARIA, bbd, say
from tests.tavern.bar import cellar, keg, repricing, stout

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture(autouse=True)
def nothing_remembered():
    memory.forget()


@pytest.fixture
def damp():
    """A cellar with nothing in it."""
    return cellar("Damp")


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


def test_each_leaves_what_it_leaves_alone(damp):
    tapped = [stout(f"Stout {n}", cellar_id=damp) for n in range(3)]
    before = {name: list(collection(name).find()) for name in ("commits", "claims", "guards")}
    alone(*tapped)
    left = kept()
    for name, documents in before.items():
        collection(name).delete_many({})
        collection(name).insert_many(documents)
    memory.forget()
    together(*tapped)
    assert kept() == left


def test_their_receipts_are_those_of_their_keys(damp):
    tapped = stout("Stout", cellar_id=damp), stout("Porter", cellar_id=damp)
    made, again = together(*tapped), alone(*tapped)
    assert [(one.id, one.version, one.streams) for one in made] == [(one.id, one.version, one.streams) for one in again]
    assert [one.replayed for one in again] == [True, True]


def test_one_that_is_refused_takes_all_with_it(damp):
    closed = cellar("Dry")
    say(CloseCellar(cellar_id=closed))
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=closed))


def test_a_claim_that_is_taken_takes_all_with_it(damp):
    keg("Porter")
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=damp))


def test_two_that_claim_the_same_take_all_with_them(damp):
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Stout", cellar_id=damp))


def test_a_guard_that_is_not_there_takes_all_with_it(damp):
    uncounted = cellar("Dry")
    collection("guards").delete_one({"_id": kegs_in(uncounted)})
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=uncounted))


def test_a_key_that_was_used_before_takes_all_with_it(damp):
    alone(stout("Stout", cellar_id=damp))
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=damp))


def test_one_that_changes_nothing_takes_all_with_it():
    first, second = keg("Stout"), keg("Porter")
    say(repricing(first, "9.00"))
    assert nothing_left(*(repricing(one, "9.00") for one in (second, first)))


def test_two_on_the_same_stream_take_all_with_them():
    keg_id = keg()
    assert nothing_left(*(repricing(keg_id, price) for price in ("8.60", "8.70")))


def test_what_they_count_is_counted(damp):
    together(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=damp))
    with pytest.raises(Rejected, match="2 kegs lie in"):
        say(CloseCellar(cellar_id=damp))


def test_a_stream_that_they_look_at_must_be_there(damp):
    assert nothing_left(stout("Stout", cellar_id=damp), stout("Porter", cellar_id=uuid4()))


def test_they_are_remembered(damp):
    [receipt] = together(stout(cellar_id=damp, price="8.50"))
    assert memory.take(f"keg:{receipt.id}").version == event_store.head(f"keg:{receipt.id}")
    assert kegs.load(receipt.id).price == bbd("8.50")
