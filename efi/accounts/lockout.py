"""Lock-out: how often one may fail at a door, such as signing in, before it stays shut for a while.

A try takes its slot before it is made, so that thirty at once are no more than five. What an address has failed is
counted for each network that asks, and more slowly for all networks together, so that no stranger keeps the owner out:
networks from which they came in lately are let by. An address that nobody has is counted like any other.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from efi.accounts import once
from efi.accounts.once import Slots
from efi.delivery.forgetting import erases
from efi.domain.errors import TooMany
from efi.log.event_store import now
from efi.log.keys import digest, digests_of

SIGN_IN, PROOF = "sign_ins", "proofs"
"""The doors."""


@dataclass(frozen=True)
class Limit:
    """How many failures there may be within a time."""

    most: int
    lasts: timedelta


FROM_ONE_NETWORK = Limit(5, timedelta(minutes=15))
FROM_ALL = Limit(50, timedelta(days=1))
KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Try:
    """A try that is being made: a failure, unless it is said to be none."""

    door: str
    address: str
    network: str
    slots: tuple[str, ...]

    def succeeded(self) -> None:
        """Forgets what has failed from this network, which is known for a while from here on."""
        once.exchange(
            self.slots,
            [f"{self.door}:{self.address}:{self.network}:"],
            f"{self.door}_from",
            f"{self.address}:{self.network}",
            lasts=KNOWN_FOR,
        )

    def was_none(self) -> None:
        """Gives the slots back: nothing was guessed, as when a code is still asked for."""
        once.give_back(*self.slots)


def begin(door: str, who: str, network: str) -> Try:
    """Begins a try at a door for the digest of an address; raises `TooMany` where there were too many failures."""
    place = digest(network)
    narrow, wide = once.slots(
        Slots(purpose=door, who=f"{who}:{place}", most=FROM_ONE_NETWORK.most, lasts=FROM_ONE_NETWORK.lasts),
        Slots(purpose=f"{door}_of_all", who=who, most=FROM_ALL.most, lasts=FROM_ALL.lasts),
    )
    taken = tuple(name for name in (narrow, wide) if name)
    if not narrow:
        once.give_back(*taken)
        raise _too_many(door, FROM_ONE_NETWORK, door, f"{who}:{place}")
    if not wide and not once.is_taken(f"{door}_from", f"{who}:{place}"):
        once.give_back(*taken)
        raise _too_many(door, FROM_ALL, f"{door}_of_all", who)
    return Try(door=door, address=who, network=place, slots=taken)


def lift(who: str) -> None:
    """Forgets all failures of an address, as its owner has shown to be there: they have reset the password."""
    once.give_back_all(*(f"{door}{kind}:{who}:" for door in (SIGN_IN, PROOF) for kind in ("", "_of_all")))


def forget(who: str) -> None:
    """Deletes whatever is kept of an address here."""
    lift(who)
    once.give_back_all(*(f"{door}_from:{who}:" for door in (SIGN_IN, PROOF)))


@erases
def forget_failures(person: UUID) -> None:
    for known_as in digests_of(person):
        forget(known_as)


def _too_many(kind: str, limit: Limit, purpose: str, who: str) -> TooMany:
    seconds = math.ceil((once.first_free(purpose, who) - now()).total_seconds())
    return TooMany(kind, limit.most, int(limit.lasts.total_seconds()), max(1, seconds))
