"""Compares rows, journals and tallies with the facts that they are made of."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pymongo.client_session import ClientSession

from efi.log.mongo import Document
from efi.operations.verification.checks import healing
from efi.operations.verification.checks.expected import apart, decoded, from_log
from efi.operations.verification.checks.healing import OWN
from efi.operations.verification.checks.ranges import RANGE, Looked, parts, snapshot
from efi.operations.verification.drift import CannotCheck, Difference
from efi.reading import contributions
from efi.reading.projections import Generation, Journal, Rows
from efi.runtime.batches import batched


def rows(generation: Generation, identities: Collection[str] | None, looked: Looked) -> Iterator[Difference]:
    """Yields rows that differ from what their facts yield.

    If all facts are looked at, also rows that no fact yields.
    """
    everything = (fact["_id"] for fact in generation.facts.find({}, {"_id": 1}).sort("_id", 1))
    for some in batched(everything if identities is None else identities, RANGE):
        yield from _due_rows(generation, some)
        looked(len(some))
    if identities is None or isinstance(generation.model, Rows):
        yield from _stray_rows(generation)


def due(generation: Generation, fact: Document, session: ClientSession) -> Mapping[str, Document]:
    """Returns the rows that a fact should have, by id.

    A journal's are all that its stream has added up to where the fact has read.
    """
    if isinstance(generation.model, Journal):
        expected = from_log(generation.model, {fact["_id"]: fact["_seen"]}, session)[fact["_id"]]
        return {row["_id"]: row for row in expected.rows}
    return {key: decoded(row) for key, row in contributions.of(generation.model, fact).items()}


def _due_rows(generation: Generation, identities: list[str]) -> Iterator[Difference]:
    with snapshot() as session:
        for fact in list(generation.facts.find({"_id": {"$in": identities}}, session=session)):
            yield from _rows_of(generation, fact, session)


def _rows_of(generation: Generation, fact: Document, session: ClientSession) -> Iterator[Difference]:
    name = generation.model.name
    try:
        wanted = due(generation, fact, session)
    except Exception as error:  # noqa: BLE001 - whatever a fold's last step raises is told
        yield Difference(check="rows", read_model=name, what=fact["_id"], said=f"cannot be made of its fact: {error!r}")
        return
    heal = partial(healing.heal_rows, generation, fact["_id"], partial(due, generation))
    for some in batched(wanted, RANGE):
        there = {row["_id"]: row for row in generation.stored.find({"_id": {"$in": some}}, session=session)}
        for key in some:
            said = apart(there[key], wanted[key], OWN) if key in there else "is missing"
            if said:
                yield Difference(check="rows", read_model=name, what=key, said=said, heal=heal)


def _stray_rows(generation: Generation) -> Iterator[Difference]:
    for comes in parts(generation.stored.estimated_document_count()):
        with snapshot() as session:
            yielded = {key for key in _yielded(generation, session) if comes(key)}
            own = dict.fromkeys(OWN, 1)
            stray = [
                row
                for row in generation.stored.find({}, own, session=session)
                if comes(row["_id"]) and row["_id"] not in yielded
            ]
        for row in stray:
            heal = partial(healing.drop_row, generation, row)
            name, said = generation.model.name, "should not be there: no fact yields it"
            yield Difference(check="rows", read_model=name, what=row["_id"], said=said, heal=heal)


def _yielded(generation: Generation, session: ClientSession) -> Iterator[str]:
    for some in batched(generation.facts.find({}, session=session), RANGE):
        if isinstance(generation.model, Journal):
            upto = {fact["_id"]: fact["_seen"] for fact in some}
            for expected in from_log(generation.model, upto, session).values():
                yield from (row["_id"] for row in expected.rows)
        else:
            for fact in some:
                yield from _of(generation, fact)


def _of(generation: Generation, fact: Document) -> Mapping[str, Any]:
    """Returns what a fact yields; raises `CannotCheck` if it cannot be told, as no row can be called stray then."""
    try:
        yielded: Mapping[str, Any] = contributions.of(generation.model, fact)
    except Exception as error:
        raise CannotCheck(
            f"{generation.model.name}: nothing can be made of the fact {fact['_id']}: {error!r}"
        ) from error
    return yielded


Sums = dict[str, dict[str, int]]


def tallies(generation: Generation, looked: Looked) -> Iterator[Difference]:
    """Yields tallies that differ from the sum of what all facts contribute, as of one moment."""
    for comes in parts(generation.stored.estimated_document_count()):
        with snapshot() as session:
            sums, moments = _sums(generation, comes, session)
            stored = [one for one in generation.stored.find({}, session=session) if comes(one["_id"])]
        looked(len(stored))
        for one in stored:
            wanted = sums.pop(one["_id"], {})
            if said := apart(_standing(one), _standing(wanted), OWN):
                yield _wrong_tally(generation, one["_id"], one, wanted, said)
        for key, wanted in sums.items():
            if _standing(wanted):
                made = {**wanted, "_updated_at": moments[key]}
                yield _wrong_tally(generation, key, None, made, f"is missing: {_standing(wanted)}")


def _wrong_tally(generation: Generation, key: str, stored: Document | None, due: Document, said: str) -> Difference:
    heal = partial(healing.set_tally, generation, key, stored, due)
    return Difference(check="tallies", read_model=generation.model.name, what=key, said=said, heal=heal)


def _sums(generation: Generation, comes: Any, session: ClientSession) -> tuple[Sums, dict[str, datetime]]:
    sums: Sums = defaultdict(lambda: defaultdict(int))
    moments: dict[str, datetime] = {}
    for fact in generation.facts.find({}, session=session):
        for key, amounts in _of(generation, fact).items():
            if comes(key):
                moments[key] = max(fact["_updated_at"], moments.get(key, fact["_updated_at"]))
                for name, amount in amounts.items():
                    sums[key][name] += amount
    return sums, moments


def _standing(tally: Document) -> Document:
    """Returns a tally without its id and its zeros: an amount of 0 is as good as none."""
    shown = {name: int(value) if isinstance(value, int) else value for name, value in tally.items() if name != "_id"}
    return {name: value for name, value in shown.items() if value}
