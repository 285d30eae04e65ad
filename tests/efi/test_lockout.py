"""What counts once, and how often one may fail before a door stays shut."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from efi.accounts import lockout, once
from efi.accounts.once import Slots
from efi.delivery import forgetting
from efi.domain.errors import TooMany
from efi.log import keys
from efi.log.event_store import now
from efi.log.keys import digest
from efi.reading import generations
from tests.given import identity, minutes

pytestmark = pytest.mark.usefixtures("restarted")

ANNA, HERE, ELSEWHERE = "anna@people.example", "192.0.2.1", "198.51.100.1"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def indexed(restarted):
    once.ensure_indexes()


def failed(address=ANNA, network=HERE, times=1):
    return [lockout.begin(lockout.SIGN_IN, digest(address), network) for _ in range(times)]


def let_in(address=ANNA, network=HERE):
    try:
        return lockout.begin(lockout.SIGN_IN, digest(address), network)
    except TooMany:
        return None


def taken(lasts=A_MINUTE):
    """The one slot that there is, if nobody has it."""
    [name] = once.slots(Slots(purpose="mails", who="anna", most=1, lasts=lasts))
    return name


def test_of_six_who_take_the_same_at_once_one_has_it():
    with ThreadPoolExecutor(6) as six:
        had = list(six.map(lambda _: taken(), range(6)))
    assert had.count(None) == 5


def test_what_was_taken_is_free_once_its_end_has_passed():
    assert taken(lasts=timedelta(0))
    assert taken()
    assert not taken()


def test_the_store_deletes_what_has_ended():
    assert once.once().index_information()["gone_after_1"]["expireAfterSeconds"] == 0


def test_of_thirty_tries_at_once_exactly_five_are_made():
    with ThreadPoolExecutor(30) as thirty:
        tried = list(thirty.map(lambda _: let_in(), range(30)))
    assert sum(one is not None for one in tried) == 5


def test_a_door_that_is_shut_by_both_limits_is_shut(monkeypatch):
    monkeypatch.setattr(lockout, "FROM_ALL", lockout.FROM_ONE_NETWORK)
    failed(times=5)
    assert not let_in()


def test_a_shut_door_says_when_to_come_again():
    failed(times=5)
    with pytest.raises(TooMany) as refused:
        failed()
    assert 890 < int(refused.value.headers["Retry-After"]) <= 900


def test_whoever_fails_elsewhere_does_not_shut_the_door_here():
    failed(network=ELSEWHERE, times=5)
    assert let_in()
    assert not let_in(network=ELSEWHERE)


def test_whoever_comes_in_has_failed_nothing():
    failed(times=4)
    let_in().succeeded()
    assert len(failed(times=5)) == 5


def test_a_try_that_was_none_counts_for_nothing():
    for _ in range(10):
        failed()[0].was_none()
    assert let_in()


def test_an_address_is_guessed_no_faster_from_many_networks():
    for number in range(10):
        failed(network=f"198.51.100.{number}", times=5)
    assert not let_in(network="203.0.113.9")


def test_a_stranger_with_many_networks_does_not_keep_the_owner_out():
    let_in().succeeded()
    for number in range(10):
        failed(network=f"198.51.100.{number}", times=5)
    assert let_in()


def test_a_reset_opens_the_door():
    for number in range(10):
        failed(network=f"198.51.100.{number}", times=5)
    failed("joan@people.example", times=5)
    lockout.lift(digest(ANNA))
    assert let_in(network="198.51.100.1")
    assert not let_in("joan@people.example")


def test_nothing_of_an_address_is_kept_in_clear_or_after_it_is_forgotten():
    let_in().succeeded()
    failed(times=2)
    kept = str(list(once.once().find()))
    assert ANNA not in kept
    assert HERE not in kept
    keys.forget(identity("Anna"), now(), digests={digest(ANNA)})
    generations.build_missing()
    for at in (now(), now() + minutes(1)):
        forgetting.erase_the_forgotten(at)
    assert not list(once.once().find())
    assert not keys.digests_of(identity("Anna"))


def test_a_failure_ends_by_itself():
    failed(times=5)
    once.once().update_many({}, {"$set": {"gone_after": now()}})
    assert let_in()
