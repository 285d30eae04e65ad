"""A guest of the tavern gives commands on their own tab, and on nobody else's; its staff on any."""

import pytest

from efi.http.permissions import AT_DOORS, OWNERS, given_by_name
from efi.log import event_store
from efi.models import User
from efi.reading import generations
from efi.writing.commands import HANDLERS
from tavern.records import rounds, tabs
from tests.api.shop import Caller, caught_up, problem, token_for
from tests.tavern import bar

SHAPES = [tabs.NAME, rounds.NAME]


@pytest.fixture
def keg(shop):
    return bar.keg()


@pytest.fixture
def guests(shop):
    """Two people without any permission."""
    return [User.objects.get_or_create(email=f"{name}@tavern.example")[0] for name in ("ada", "bob")]


def by(guest):
    return Caller(token=token_for(guest))


def opened_by(guest, whose=None, **headers):
    body = {"guest_id": str((whose or guest).pk), "name": "Ada", "lapses_at": "2100-01-01T00:00:00Z"}
    return by(guest).give("open_tab", body, **headers)


def ordered_by(caller, tab, keg, **headers):
    return caller.give("order_round", {"tab_id": tab, "keg_id": str(keg), "pints": 2}, **headers)


@pytest.fixture
def adas(guests, keg):
    """A tab with a round on it."""
    tab = opened_by(guests[0]).json()["data"]["id"]
    assert ordered_by(by(guests[0]), tab, keg).status_code == 200
    caught_up()
    return tab


def commits():
    return event_store.commits().count_documents({})


def test_a_guest_orders_on_their_own_tab(guests, keg, adas):
    assert ordered_by(by(guests[0]), adas, keg).json()["data"]["id"] == adas


def test_another_s_tab_is_answered_as_one_that_is_not_there(guests, keg, adas):
    before, nothing = commits(), str(keg)
    refused, missing = (ordered_by(by(guests[1]), tab, keg) for tab in (adas, nothing))
    assert refused.status_code == missing.status_code == 404
    said = [{name: value for name, value in problem(one).items() if name != "request_id"} for one in (refused, missing)]
    assert str(said[0]).replace(adas, nothing) == str(said[1])
    assert commits() == before


def test_another_s_idempotency_key_opens_nothing(guests, keg, adas):
    assert ordered_by(by(guests[0]), adas, keg, idempotency_key="K").status_code == 200
    assert ordered_by(by(guests[1]), adas, keg, idempotency_key="K").status_code == 404
    assert ordered_by(by(guests[0]), adas, keg, idempotency_key="K")["Idempotent-Replayed"] == "true"


def test_a_tab_is_opened_for_oneself_alone(guests):
    before = commits()
    refused = opened_by(guests[1], guests[0])
    assert (refused.status_code, problem(refused)["code"]) == (409, "not_yours")
    assert commits() == before


def test_staff_with_the_permission_order_on_any_tab(shop, keg, adas):
    assert ordered_by(shop.elias, adas, keg).status_code == 200


def test_guests_are_told_of_their_commands_and_may_give_no_other(guests, adas):
    listed = {one["name"] for one in by(guests[0]).get("commands").json()["data"]}
    assert {"open_tab", "order_round"} <= listed == {HANDLERS[kind].name for kind in OWNERS - AT_DOORS}
    for name in {handled.name for handled in given_by_name()} - listed:
        assert by(guests[0]).give(name, {}).status_code == 403


def test_whoever_is_not_signed_in_orders_nothing(shop, keg, adas):
    assert ordered_by(shop.guest, adas, keg).status_code == 401


@pytest.mark.parametrize("name", SHAPES)
def test_a_guest_s_documents_are_found_through_the_guest_alone(guests, adas, name):
    ada, bob = (generations.live(name).of(guest.pk) for guest in guests)
    assert ada.count({}) == len(ada.find({})) == 1
    assert bob.count({}) == len(bob.find({})) == 0
    with pytest.raises(LookupError):
        generations.live(name).documents.find_one()
