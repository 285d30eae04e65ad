"""Whether an address is known: neither answer, headers nor time tells, at any door.

Known and unknown addresses take turns, two hundred of each at most, and the medians are compared. It is enough if they
are nearer after fifty than half of what is allowed. What others do on the same machine makes noise, so that a door is
measured up to three times: one that tells would fail each time.
"""

import re
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter

import pytest
from django.http import HttpResponse

from customers.commands.accounts import SIGN_UP, OfferReset
from efi.accounts import codes, once
from efi.models import User
from tests.customers.visitor import ANNA, ANOTHER, BEN, PASSWORD, Visitor, mailed
from tests.given import say

FEWEST, PAIRS, TRIES = 50, 200, 3
NEAR, SHARE = 0.005, 0.05
DRAWN = count()
INSIDE: list[Visitor] = []
DRAWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SAME = ("Content-Type", "Cache-Control", "Vary", "WWW-Authenticate", "Content-Language")


def sign_in(address: str) -> HttpResponse:
    return Visitor(place()).login(address, "wrong")


def sign_in_on_a_page(address: str) -> HttpResponse:
    return Visitor(place()).client.post("/account/sign-in", {"email": address, "password": "wrong"})


def sign_in_of_staff(address: str) -> HttpResponse:
    return Visitor(place()).client.post("/admin/login/", {"username": address, "password": "wrong"})


def sign_up(address: str) -> HttpResponse:
    return Visitor(place()).register(address, ANOTHER)


def sign_up_on_a_page(address: str) -> HttpResponse:
    form = {"name": "Anna", "email": address, "password": ANOTHER}
    return Visitor(place()).client.post("/account/sign-up", form)


def prove(address: str) -> HttpResponse:
    network = place()
    codes.ask(SIGN_UP, address, network=network)
    return Visitor(network).verify("000000", address)


def forget(address: str) -> HttpResponse:
    return Visitor(place()).post("auth/password/forgot", email=address)


def forget_on_a_page(address: str) -> HttpResponse:
    return Visitor(place()).client.post("/account/forgotten", {"email": address})


def move(address: str) -> HttpResponse:
    """By somebody who is signed in, to an address that may be another's."""
    return INSIDE[0].client.post(
        "/api/v1/me/email", {"email": address}, content_type="application/json", REMOTE_ADDR=place()
    )


DOORS = [
    sign_in,
    sign_in_on_a_page,
    sign_in_of_staff,
    sign_up,
    sign_up_on_a_page,
    prove,
    forget,
    forget_on_a_page,
    move,
]


def place() -> str:
    """A network that has failed nothing yet."""
    number = next(DRAWN)
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


def measured(door: Callable[[str], HttpResponse]) -> tuple[list[float], list[float]]:
    """Returns what the door took for known addresses and for unknown ones, in seconds."""
    known: list[float] = []
    unknown: list[float] = []
    once.once().delete_many({})
    for number in range(PAIRS):
        if number % 20 == 0:
            once.once().delete_many({})
        for address, times in ((ANNA, known), (f"nobody-{number}@people.example", unknown))[:: 1 if number % 2 else -1]:
            begun = perf_counter()
            door(address)
            times.append(perf_counter() - begun)
        if len(known) == FEWEST and difference(known, unknown) <= allowed(unknown) / 2:
            break
    return known, unknown


def difference(known: list[float], unknown: list[float]) -> float:
    return abs(median(known) - median(unknown))


def allowed(unknown: list[float]) -> float:
    return max(NEAR, SHARE * median(unknown))


@pytest.fixture
def anna(visitor):
    visitor.has_account()
    INSIDE[:] = [Visitor().has_account(BEN)]
    INSIDE[0].login(BEN)
    User.objects.create_user("staff@people.example", PASSWORD, is_staff=True)


@pytest.mark.alone
@pytest.mark.parametrize("door", DOORS)
def test_a_known_address_and_an_unknown_one_take_as_long(anna, door):
    for _ in range(TRIES):
        known, unknown = measured(door)
        if difference(known, unknown) <= allowed(unknown):
            return
    told = f"{1000 * median(known):.1f} ms for a known address, {1000 * median(unknown):.1f} for another"
    pytest.fail(f"{door.__name__}: {told}")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("known", [ANNA, "staff@people.example"])
def test_a_known_address_and_an_unknown_one_are_answered_alike(anna, door, known):
    one, other = door(known), door("nobody@people.example")
    assert one.status_code == other.status_code
    assert [one.headers.get(name) for name in SAME] == [other.headers.get(name) for name in SAME]
    assert one.headers.keys() == other.headers.keys()
    assert one.cookies.keys() == other.cookies.keys()
    assert words(one, known) == words(other, "nobody@people.example")


def words(answer: HttpResponse, address: str) -> str:
    """What an answer says, without what was typed in and what is drawn each time."""
    if answer.headers["Content-Type"].endswith("json"):
        return DRAWN_ID.sub("", answer.content.decode())
    page = answer.content.decode().replace(address, "")
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.alone
def test_a_door_that_tells_is_noticed(anna, monkeypatch):
    """As it would be if no password were hashed for an address that nobody has."""
    monkeypatch.setattr(User, "set_password", lambda *_: None)
    monkeypatch.setattr(User, "check_password", lambda account, password: slow())

    def slow() -> bool:
        begun = perf_counter()
        while perf_counter() - begun < 2 * NEAR:
            pass
        return False

    known, unknown = measured(sign_in)
    assert median(known) - median(unknown) > allowed(unknown)


def test_links_that_staff_offer_tell_nobody_else(anna):
    """A code that was sent, a link, and none at all: what is wrong is said of each alike."""
    say(OfferReset(customer_id=User.objects.exclude(is_staff=True).first().pk))
    mailed()
    answers = [Visitor().post("auth/password/reset", token=token, password=ANOTHER) for token in ("x", "y" * 43)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "link_is_over")}
