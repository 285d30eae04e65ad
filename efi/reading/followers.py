"""Followers: whatever is told of commits by bells, such as each generation of a read model."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Event

from pymongo.errors import PyMongoError

from efi.log import event_store
from efi.reading import catching_up, delay, freshness, generations, progress
from efi.reading.catching_up import ReadLess, said
from efi.reading.projections import Generation, identity_in

LONGEST_WAIT = 2.0
"""Seconds between two looks at a store that is away."""
TRIES_AT_READING = 20
Bells = Mapping[str, int]
Hook = Callable[[Generation, Collection[str]], None]
logger = logging.getLogger(__name__)


class Outage(Exception):
    """A store that a follower writes to does not answer. Callers wait and try again; nothing is skipped."""


class Unknown(LookupError):
    """There is no follower of that name here: its generation belongs to another release, or is gone."""


@dataclass(frozen=True, kw_only=True)
class Follower:
    """`answer` brings what it feeds up to date, at least to the versions named; safe at any time, any number at once.

    It raises PyMongo's errors, `ReadLess` and `Outage` for what is to be waited out.
    """

    name: str
    """The name of its queue, and of its entry in `freshness`."""
    kinds: tuple[str, ...]
    answer: Callable[[Bells], None]
    lane: str = "others"
    """Followers of one lane share a relay, and without a broker they wait for each other."""
    sweep: Callable[[], object] | None = None
    """Catches up what no bell has told it of; without one a sweep rings it for every stream."""

    def heard(self, bells: Bells) -> Bells:
        return {stream: version for stream, version in bells.items() if stream.partition(":")[0] in self.kinds}


FOLLOWERS: list[Callable[[], Iterable[Follower]]] = []
AFTER: list[Hook] = []


def follows(of_now: Callable[[], Iterable[Follower]]) -> Callable[[], Iterable[Follower]]:
    """Registers a function that returns the followers that there are at the time of the call."""
    FOLLOWERS.append(of_now)
    return of_now


def after_catching_up(hook: Hook) -> Hook:
    """Registers what is told of documents that a bell has named, whether or not they changed. It must not raise."""
    AFTER.append(hook)
    return hook


def followers(lane: str | None = None) -> list[Follower]:
    """Returns the followers that this process has code for, of one lane or of all."""
    all_of_them = chain(_of_read_models(), *(of_now() for of_now in FOLLOWERS))
    return [one for one in all_of_them if lane in (None, one.lane)]


def lanes() -> list[str]:
    return sorted({one.lane for one in followers()})


def named(name: str) -> Follower:
    """Returns the follower of a name; raises `Unknown` if there is none even after the pointers were read again."""
    found = {one.name: one for one in followers()}
    if name not in found:
        generations.forget()
        found = {one.name: one for one in followers()}
    if name not in found:
        raise Unknown(name)
    return found[name]


def answer(name: str, bells: Bells) -> None:
    """Has the follower of a name answer bells. Raises `Unknown`, and what the follower raises."""
    hear(named(name), bells)


def hear(one: Follower, bells: Bells) -> None:
    """Has a follower answer those of the bells that concern it. Raises what it raises."""
    if heard := one.heard(bells):
        with delay.bell(one.name):
            one.answer(heard)


def sweep(follower: Follower) -> None:
    """Catches up whatever bells may have missed; after it, all that was outstanding before it is done."""
    before = freshness.present()
    (follower.sweep or partial(_ring_all, follower))()
    progress.clear(follower.name, before)


def patiently(work: Callable[[], object], stop: Event) -> None:
    """Repeats work until it succeeds or `stop` is set, with pauses while a store does not answer.

    Gives up only on `ReadLess`, after several tries: the next sweep finds it.
    """
    tries = 0
    while not stop.is_set():
        try:
            work()
            return
        except ReadLess as error:
            if tries >= TRIES_AT_READING:
                logger.error("gave up on %s, which the next sweep will find", error)
                return
            logger.debug("reading again: %s", error)
        except (PyMongoError, Outage) as error:
            logger.warning("a store does not answer, waiting: %s", said(error))
        tries += 1
        stop.wait(min(LONGEST_WAIT, 0.1 * 2 ** min(tries // 5, 5)))


def heads(kinds: Iterable[str]) -> Iterator[dict[str, int]]:
    """Yields the streams of these kinds with their versions, a hundred at a time."""
    event_store.settle()
    yield from generations.bells_of(event_store.heads(kinds))


def of_generation(generation: Generation) -> Follower:
    return Follower(
        name=generation.name,
        kinds=generation.model.kinds,
        answer=partial(_catch_up, generation),
        lane=generation.model.lane,
        sweep=partial(generations.sweep, generation, _catch_up),
    )


def _of_read_models() -> Iterator[Follower]:
    return map(of_generation, generations.of_this_process())


def _catch_up(generation: Generation, bells: Bells) -> None:
    catching_up.catch_up(generation, bells)
    run_hooks(generation, {identity_in(stream) for stream in bells})


def run_hooks(generation: Generation, identities: Collection[str]) -> None:
    """Tells what is registered `after_catching_up` that these documents may have been written."""
    for hook in AFTER:
        hook(generation, identities)


def _ring_all(follower: Follower) -> None:
    for batch in heads(follower.kinds):
        follower.answer(batch)
