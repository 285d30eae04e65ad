"""Compares documents and facts with the log: how far each has read, and whether it is what a refold makes."""

import time
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from efi.log import event_store
from efi.log.mongo import Document
from efi.operations.verification.checks import healing
from efi.operations.verification.checks.expected import NOTES, apart, from_log
from efi.operations.verification.checks.ranges import RANGE, Looked, Sample, Standing, snapshot, standings
from efi.operations.verification.drift import Difference
from efi.reading import failures
from efi.reading.projections import Generation, identity_in, stream_for
from efi.runtime.batches import batched

CATCHES_UP_IN = 5.0
"""Seconds that a document may be behind its streams while commands go on."""
LOOKS_EVERY = 0.1
MOST_SUSPECTS = 1_000


class Reading:
    """Checks how far documents have read; one that is behind or ahead is looked at again before it is reported."""

    def __init__(self, generation: Generation, sample: Sample | None, looked: Looked) -> None:
        self.generation, self.sample, self.looked = generation, sample, looked
        self.patience = CATCHES_UP_IN

    def differences(self) -> Iterator[Difference]:
        suspects: dict[str, Standing] = {}
        for standing in standings(self.generation):
            self.looked(1)
            if self.sample:
                self.sample.take(standing.identity)
            if standing.heads != standing.seen:
                suspects[standing.identity] = standing
            if len(suspects) == MOST_SUSPECTS:
                yield from self._look_again(suspects)
                suspects.clear()
        yield from self._look_again(suspects)

    def _look_again(self, suspects: dict[str, Standing]) -> Iterator[Difference]:
        """Waits for suspects to reach the heads as these were: later commands are no reason to wait on.

        Yields the others.
        """
        until = time.monotonic() + self.patience
        failing = {identity_in(noted["stream"]) for noted in failures.of(self.generation.name)}
        while suspects:
            found = self.generation.facts.find({"_id": {"$in": list(suspects)}}, {"_seen": 1})
            seen = {fact["_id"]: fact["_seen"] for fact in found}
            for identity, standing in list(suspects.items()):
                standing.seen = seen.get(identity, {})
                if not _behind(standing) and not self._ahead(standing):
                    del suspects[identity]
            if not suspects.keys() - failing or time.monotonic() > until:
                break
            time.sleep(LOOKS_EVERY)
        self.patience = max(0.0, until - time.monotonic())
        for standing in suspects.values():
            yield from self._named(standing)

    def _ahead(self, standing: Standing) -> dict[str, int]:
        """Returns, by kind, the present head of each stream of which a document has seen more than the log holds.

        The heads are read after the document, so that a commit made meanwhile is not taken for such a case.
        """
        more = [kind for kind, version in standing.seen.items() if version > standing.heads.get(kind, 0)]
        streams = {kind: stream_for(kind, standing.identity) for kind in more}
        heads = {kind: event_store.head(stream) for kind, stream in streams.items()}
        return {kind: head for kind, head in heads.items() if standing.seen[kind] > head}

    def _named(self, standing: Standing) -> Iterator[Difference]:
        heal = partial(healing.heal_document, self.generation, standing.identity)
        name, what = self.generation.model.name, standing.identity
        for kind, head in self._ahead(standing).items():
            said = f"has seen {standing.seen[kind]} of {stream_for(kind, standing.identity)}, which ends at {head}"
            yield Difference(check="ahead", read_model=name, what=what, said=said, heal=heal)
        for kind, head in _behind(standing).items():
            stream = stream_for(kind, standing.identity)
            said = f"has seen {standing.seen.get(kind, 0)} of {stream}, which is at {head}"
            noted = failures.failures().find_one({"_id": f"{self.generation.name} {stream}"})
            if noted:
                said += f": its fold fails at {noted['version']} with {noted['error']}"
                yield Difference(check="failing", read_model=name, what=what, said=said)
            else:
                yield Difference(check="heads", read_model=name, what=what, said=said, heal=heal)


def _behind(standing: Standing) -> dict[str, int]:
    return {kind: head for kind, head in standing.heads.items() if standing.seen.get(kind, 0) < head}


def contents(generation: Generation, identities: Collection[str] | None, looked: Looked) -> Iterator[Difference]:
    """Yields documents that differ from a refold of the log up to where they have read.

    Commands may go on meanwhile.
    """
    for some in batched(_identities(generation) if identities is None else identities, RANGE):
        yield from _contents(generation, some)
        looked(len(some))


def _identities(generation: Generation) -> Iterable[str]:
    return (fact["_id"] for fact in generation.facts.find({}, {"_id": 1}).sort("_id", 1))


def _contents(generation: Generation, identities: list[str]) -> Iterator[Difference]:
    with snapshot() as session:
        stored = list(generation.facts.find({"_id": {"$in": identities}}, session=session))
        wanted = from_log(generation.model, {fact["_id"]: fact["_seen"] for fact in stored}, session)
        wrong = [(fact, _said(fact, wanted[fact["_id"]].document, wanted[fact["_id"]].fails)) for fact in stored]
    for fact, said in wrong:
        if said:
            heal = None if wanted[fact["_id"]].fails else partial(healing.heal_document, generation, fact["_id"])
            name = generation.model.name
            yield Difference(check="documents", read_model=name, what=fact["_id"], said=said, heal=heal)


def _said(stored: Document, wanted: Document, fails: str) -> str:
    """Describes how a document differs.

    Leaves out that it has seen more than the log holds, which `Reading` reports.
    """
    return fails or apart(stored, wanted, (*NOTES, "_seen") if _within(wanted, stored) else NOTES)


def _within(wanted: Document, stored: Document) -> bool:
    return all(wanted["_seen"].get(kind, 0) <= version for kind, version in stored["_seen"].items())
