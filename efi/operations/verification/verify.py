"""Finds what differs from the log, heals it if asked to, and stores the outcome."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pymongo.collection import Collection as Stored
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from efi.domain.errors import NotFound
from efi.log import event_store
from efi.log.mongo import Document, collection
from efi.operations.verification.checks import claims, contributions, documents, log, mirrored
from efi.operations.verification.checks.ranges import Looked, Sample
from efi.operations.verification.drift import CannotCheck, Difference, NotHealed
from efi.reading import generations, mirrors
from efi.reading.followers import Outage
from efi.reading.projections import READ_MODELS, Fold, Generation, Tally
from efi.runtime.metrics import DRIFT

SAMPLE = 1_000
LOG, CLAIMS = "log", "claims"
MOST_EXAMPLES = 10
UNAUTHORIZED, SNAPSHOT_TOO_OLD = 13, 239


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A difference, and whether it was healed."""

    difference: Difference
    healed: bool = False
    why_not: str = ""
    """Why it is not healed although it should be."""


@dataclass(kw_only=True)
class Verified:
    """The outcome for one subject: a read model, the log, or claims and guards."""

    name: str
    at: datetime
    looked: Counter[str] = field(default_factory=Counter)
    """How many things were looked at, by check."""
    found: Counter[str] = field(default_factory=Counter)
    """How many differences, by check."""
    healed: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    """What could not be looked at, and why."""

    @property
    def left(self) -> int:
        return self.found.total() - self.healed.total()

    @property
    def drift(self) -> int:
        """Returns how many differences are left, without documents whose fold fails: these are counted as failures."""
        return self.left - self.found["failing"]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to verify and how. `sample`: how many documents or streams are looked into; None for all."""

    sample: int | None = SAMPLE
    heal: bool = False
    tell: Callable[[Finding], object] = lambda finding: None
    progress: Callable[[str, str, int], object] = lambda subject, check, more: None


def verifications() -> Stored[Document]:
    """Returns the collection with a document per subject: when it was last verified and what was found."""
    return collection("verifications")


def subjects() -> list[str]:
    return [*READ_MODELS, LOG, CLAIMS]


def verify(name: str, order: Order) -> Verified:
    """Verifies one subject, calls `order.tell` for each difference as it is found, and stores the outcome.

    Raises `NotFound` for a subject that does not exist, and `CannotCheck` if MongoDB does not let it read.
    """
    if name not in subjects():
        raise NotFound(f"there is nothing called {name[:100]} to verify; there are {', '.join(subjects())}")
    outcome = Verified(name=name, at=event_store.now())
    try:
        for difference in _differences(outcome, order):
            order.tell(_taken(outcome, difference, order))
        _keep(outcome, order)
    except PyMongoError as error:
        raise CannotCheck(f"{name} cannot be verified: {_why(error)}") from error
    return outcome


def _differences(outcome: Verified, order: Order) -> Iterator[Difference]:
    for differences in _checks(outcome, order):
        try:
            yield from differences
        except (CannotCheck, Outage) as error:
            outcome.unchecked.append(str(error))


def _checks(outcome: Verified, order: Order) -> Iterator[Iterable[Difference]]:
    """Yields the checks of a subject one after the other: what one heals is whole before the next builds on it."""
    sample = Sample(order.sample) if order.sample else None
    chosen = sample.kept if sample else None

    def looked(check: str) -> Looked:
        return partial(_look, outcome, order, check)

    match outcome.name:
        case "log":
            yield log.streams(sample, looked("streams"))
            yield log.commits(chosen, looked("commits"))
        case "claims":
            yield claims.claims(looked("claims"))
            yield claims.guards(looked("guards"))
        case name:
            generation = _generation(name)
            yield documents.Reading(generation, sample, looked("heads")).differences()
            yield documents.contents(generation, chosen, looked("documents"))
            yield from _made_of_facts(generation, chosen, looked)
            yield from (mirrored.copies(mirror, generation, chosen) for mirror in mirrors.of(name))


def _look(outcome: Verified, order: Order, check: str, more: int) -> None:
    outcome.looked[check] += more
    order.progress(outcome.name, check, more)


def _generation(name: str) -> Generation:
    try:
        return generations.live(name)
    except LookupError as error:
        raise CannotCheck(f"{name} has no documents of this version of its fold yet") from error


def _made_of_facts(
    generation: Generation, chosen: Collection[str] | None, looked: Callable[[str], Looked]
) -> Iterator[Iterable[Difference]]:
    match generation.model:
        case Fold():
            return
        case Tally():
            yield contributions.tallies(generation, looked("tallies"))
        case _:
            yield contributions.rows(generation, chosen, looked("facts"))


def _taken(outcome: Verified, difference: Difference, order: Order) -> Finding:
    outcome.found[difference.check] += 1
    if len(outcome.examples) < MOST_EXAMPLES:
        outcome.examples.append(str(difference))
    if not order.heal:
        return Finding(difference=difference)
    if difference.heal is None:
        return Finding(difference=difference, why_not="cannot be healed: it needs a person")
    try:
        difference.heal()
    except (NotHealed, Outage) as error:
        return Finding(difference=difference, why_not=str(error))
    outcome.healed[difference.check] += 1
    return Finding(difference=difference, healed=True)


def _keep(outcome: Verified, order: Order) -> None:
    kept = {
        "at": outcome.at,
        "sample": order.sample,
        "checked": dict(outcome.looked),
        "differences": outcome.left,
        "drift": outcome.drift,
        "healed": outcome.healed.total(),
        "examples": outcome.examples,
        "unchecked": outcome.unchecked,
    }
    verifications().replace_one({"_id": outcome.name}, kept, upsert=True)
    DRIFT.labels(outcome.name).set(outcome.drift)


def _why(error: PyMongoError) -> str:
    if isinstance(error, ConnectionFailure):
        return "MongoDB does not answer"
    if isinstance(error, OperationFailure) and error.code == UNAUTHORIZED:
        return "MongoDB does not permit it"
    if isinstance(error, OperationFailure) and error.code == SNAPSHOT_TOO_OLD:
        return "it took longer than MongoDB keeps a moment: raise its minSnapshotHistoryWindowInSeconds"
    return f"MongoDB says {error}"[:300]
