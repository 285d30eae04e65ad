"""Draws commands from what their fields say they take, so that a command registered tomorrow is given too."""

import re
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import AwareDatetime, ValidationError
from pydantic.fields import FieldInfo

from efi.domain import payloads
from efi.log.event_store import Commit
from efi.writing.commands import HANDLERS, Command
from tests.convergence.rehearsal import Order, would_do
from tests.registered import brought

ACTORS = ("ana", "ben", "cy")
KINDS, DRAWS = 8, 8
"""How many kinds of command are tried, and each how often, for one that is likely to be accepted."""
FRESH = 0.2
"""How often a field that names something is given what is not known yet, as where the caller draws the id."""
SAME_THING = 0.85
"""How often the other ids of a command have been seen together with its first."""
SAID = 0.7
"""How often a command says what it may leave out."""
USUAL = 0.8
"""How often it is the first of a few words, such as the currency of most prices."""
ALL_THERE_ARE, MOST_THERE_ARE = 0.2, 5
"""How often several ids are all that are known, in any order, as far as these are few."""
SAME_AGAIN = 0.5
"""How often it is the first there was, so that much comes of it."""
THEME, MAKES_NEW = 8, 0.5
"""How much likelier are the commands of the one module that a history is about, and those that make something new."""
CONTEXTS = tuple(brought("histories"))
"""What each context says of its own."""
ALSO_CALLED: dict[str, str] = {field: name for one in CONTEXTS for field, name in one.ALSO_CALLED.items()}
"""Fields that name by another word what events call otherwise."""
BEYOND: frozenset[str] = frozenset(name for one in CONTEXTS for name in getattr(one, "BEYOND", ()))
"""Commands and events that no history holds, as they need more than the log."""
WORDS = cache(lambda: ("", "a note", *(word for one in CONTEXTS for word in one.words())))
OPENINGS: tuple[tuple[type[Command], ...], ...] = ((), *(opening for one in CONTEXTS for opening in one.OPENINGS))
"""What leads to where much can happen, and would seldom come about."""
PATIENCE = 30
"""How often a command of an opening is drawn."""
Metadata = tuple[object, ...]
Bounds = tuple[Any, ...]
Likely = Callable[[Order, Mapping[str, list[Commit]]], bool]


class Undrawable(Exception):
    """A command has a field that this module cannot fill."""


class Clock:
    """The time of a history. It goes on by leaps, and now and then a little back, as clocks do."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.moment = datetime(2026, 1, 5, rng.randrange(24), tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def go_on(self) -> None:
        minutes = self.rng.choices((0, 0.01, 10, 120, 1500), (2, 3, 4, 3, 2))[0]
        self.moment += timedelta(minutes=minutes) if self.rng.random() < 0.95 else timedelta(seconds=-2)


class Known:
    """What a history has brought up: its commits, and its ids by the names of their fields and by what they came with."""

    def __init__(self) -> None:
        self.log: dict[str, list[Commit]] = defaultdict(list)
        self.ids: dict[str, list[UUID]] = defaultdict(list)
        self.together: dict[UUID, dict[str, list[UUID]]] = defaultdict(lambda: defaultdict(list))

    def learn(self, commits: Iterable[Commit]) -> None:
        for commit in commits:
            self.log[commit.stream].append(commit)
            for event in commit.events:
                named = {name: value for name, value in vars(event).items() if isinstance(value, UUID)}
                self._learn(named)
                gone = f"{type(event).__name__.removesuffix('Removed').lower()}_id"
                if type(event).__name__.endswith("Removed") and gone in named:
                    self.ids[gone].remove(named[gone])

    def _learn(self, named: dict[str, UUID]) -> None:
        first = _subject(named)
        for name, identity in named.items():
            for ids in (self.ids[name], self.together[first][name]) if first else ():
                if identity not in ids:
                    ids.append(identity)


class Drawer:
    """Draws commands for one history: rather what was seldom given yet, and seldom what will be refused."""

    def __init__(
        self,
        rng: Random,
        known: Known,
        clock: Clock,
        *,
        likely: Likely = would_do,
        wanted: type[Command] | None = None,
    ) -> None:
        self.rng, self.known, self.clock, self.likely = rng, known, clock, likely
        drawn = rng.choice(sorted({kind.__module__ for kind in HANDLERS}))
        self.theme = wanted.__module__ if wanted else drawn
        self.given: Counter[type[Command]] = Counter()
        self.vain: Counter[type[Command]] = Counter()
        leading = [opening for opening in OPENINGS if wanted in opening]
        self.opening = list(rng.choice(leading or OPENINGS))

    def order(self) -> Order:
        likely = (order for order in self._orders() if self.likely(order, self.known.log))
        order = next(likely, None) or self._draw(self.rng.choice(list(HANDLERS)))
        self.given[type(order.command)] += 1
        return order

    def _orders(self) -> Iterator[Order]:
        """Several of one kind after the other, or what is hard to meet would hardly ever come."""
        while self.opening:
            kind = self.opening.pop(0)
            yield from (self._draw(kind) for _ in range(PATIENCE))
        for kind in self.rng.choices(list(HANDLERS), list(map(self._weight, HANDLERS)), k=KINDS):
            for _ in range(DRAWS):
                yield self._draw(kind)
            self.vain[kind] += 1

    def _weight(self, kind: type[Command]) -> float:
        liked = (THEME if kind.__module__ == self.theme else 1) * (MAKES_NEW if HANDLERS[kind].creates else 1)
        return liked / (1 + self.given[kind]) ** 3 / (1 + self.vain[kind])

    def _draw(self, kind: type[Command]) -> Order:
        at = self.clock.moment if self.rng.random() < 0.9 else self.clock.moment.replace(hour=0)
        return Order(payloads.load(kind, self._fill(kind)), self.rng.choice(ACTORS), at)

    def _fill(self, kind: Any, subject: UUID | None = None) -> dict[str, Any]:
        """Ids first: the first of them says what it is about, unless it is a part of what is about something."""
        filled: dict[str, Any] = {}
        for field in sorted(fields(kind), key=lambda field: not field.name.endswith("_id")):
            try:
                filled[field.name] = self._value(field.name, _hints(kind)[field.name], (), subject or _subject(filled))
            except Undrawable as error:
                raise Undrawable(f"{kind.__name__}.{field.name}: {error}; teach {__name__}") from None
        return filled

    def _value(self, name: str, hint: Any, metadata: Metadata, subject: UUID | None) -> Any:
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            if examples := [one for told in inner[1:] for one in getattr(told, "examples", None) or ()]:
                return self.rng.choice(examples)
            return self._value(name, inner[0], (*metadata, *_demands(inner[1:])), subject)
        if origin in (Union, types.UnionType):
            left_out = self._knows_no(name, inner) or (types.NoneType in inner and self.rng.random() > SAID)
            some = [one for one in inner if one is not types.NoneType]
            return self._value(name, types.NoneType if left_out else self.rng.choice(some), metadata, subject)
        if origin is Literal:
            return inner[0] if self.rng.random() < USUAL else self.rng.choice(inner)
        if origin in (tuple, list, frozenset):
            one = name.removesuffix("s")
            fewest = max((getattr(demand, "min_length", None) or 0 for demand in _demands(metadata)), default=0)
            known = self.known.ids[one]
            if UUID in inner and len(known) >= fewest and self.rng.random() < ALL_THERE_ARE:
                return self.rng.sample(known, len(known))[: max(fewest, MOST_THERE_ARE)]
            length = fewest if self._knows_no(one, inner) else max(fewest, self.rng.choice((0, 1, 1, 1, 2)))
            return [self._value(one, inner[0], (), subject) for _ in range(length)]
        if isinstance(hint, type) and is_dataclass(hint):
            return self._valid(hint, subject)
        return self._plain(name, hint, metadata, subject)

    def _valid(self, kind: type, subject: UUID | None) -> Any:
        """Its fields may not go together, and are drawn again until they do."""
        for _ in range(50):
            with suppress(ValidationError):
                return payloads.load(kind, self._fill(kind, subject))
        raise Undrawable(f"no {kind.__name__} is valid")

    def _plain(self, name: str, hint: Any, metadata: Metadata, subject: UUID | None) -> Any:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self.rng.choice(list(hint))
        match hint:
            case types.NoneType:
                return None
            case _ if hint is UUID:
                return self._identity(ALSO_CALLED.get(name, name), subject)
            case _ if hint is bool:
                return self.rng.random() < 0.5
            case _ if hint is int:
                signed = any((getattr(demand, "ge", None) or 0) < 0 for demand in metadata)
                most = min(
                    (most for demand in metadata if (most := getattr(demand, "le", None)) is not None), default=900
                )
                drawn = (-5, -1, 1, 8, 900, 900) if signed else (1, 1, 2, 3, 5, 8)
                return self.rng.choice([number for number in drawn if number <= most])
            case _ if hint is Decimal:
                return Decimal(self.rng.randint(1, 999)).scaleb(-2)
            case _ if hint in (datetime, AwareDatetime):
                return self.clock.moment + timedelta(minutes=self.rng.choice((1, 30, 600)))
            case _ if hint is date:
                return self.clock.moment.date() + timedelta(days=self.rng.randint(0, 4))
            case _ if hint is str:
                return self._text(metadata)
        raise Undrawable(f"there is no drawing a {hint}")

    def _identity(self, name: str, subject: UUID | None) -> UUID:
        known = self.known.ids[name]
        if subject and self.rng.random() < SAME_THING and subject in self.known.together:
            known = self.known.together[subject][name] or known
        if not known or self.rng.random() < FRESH / len(known):
            return UUID(int=self.rng.getrandbits(128), version=4)
        return known[0] if self.rng.random() < SAME_AGAIN else self.rng.choice(known)

    def _knows_no(self, name: str, hints: tuple[Any, ...]) -> bool:
        return UUID in hints and not self.known.ids[ALSO_CALLED.get(name, name)]

    def _text(self, metadata: Metadata) -> str:
        fitting = _fitting(tuple(map(_bounds, metadata)))
        if not fitting:
            raise Undrawable(f"none of WORDS fits {metadata}")
        return self.rng.choice(fitting)


def _subject(filled: Mapping[str, object]) -> UUID | None:
    """What a command or an event is about: its first id."""
    return next((value for value in filled.values() if isinstance(value, UUID)), None)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _demands(metadata: Metadata) -> Iterator[object]:
    """Pydantic's constraints, of which `Field` holds several."""
    for demand in metadata:
        yield from demand.metadata if isinstance(demand, FieldInfo) else [demand]


def _bounds(demand: object) -> Bounds:
    """Returns the pattern and the lengths that pydantic's constraint asks for, each None where it does not."""
    return tuple(getattr(demand, name, None) for name in ("pattern", "min_length", "max_length"))


@cache
def _fitting(bounds: tuple[Bounds, ...]) -> list[str]:
    return [word for word in WORDS() if all(_fits(word, *each) for each in bounds)]


def _fits(word: str, pattern: str | None, shortest: int | None, longest: int | None) -> bool:
    fits = not pattern or re.search(pattern, word)
    return bool(fits) and (shortest or 0) <= len(word) <= (longest or len(word))
