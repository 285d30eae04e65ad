"""Holds what is stored against the reference, document by document."""

from collections import Counter
from collections.abc import Callable, Iterable

from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Fold, Generation, Journal, Tally
from tests.convergence import reference
from tests.convergence.reference import Documents

REVISION = frozenset({"_rev"})
"""How often a document was written: the delivery's affair."""
REVISION_AND_MOMENT = REVISION | {"_updated_at"}
"""A row's or tally's moment is that of the write that last changed it: what lies in one pass is one write, and none where
it changed there and back. Only what a fold and a fact say of themselves is the log's."""


def differences(generation: Generation, log: list[Commit], counts: Counter[str]) -> list[str]:
    """One line for each document that is not what it must be; counts those that it looked at."""
    model = generation.model
    facts = reference.facts(model, log)
    kept = {key: {**fact, "_new": []} for key, fact in facts.items()} if isinstance(model, Journal) else facts
    found = _apart(f"{model.name} facts", generation.facts.find(), kept, REVISION, counts)
    if not isinstance(model, Fold):
        wanted, stored = reference.documents(model, facts), list(generation.stored.find())
        shown = _standing if isinstance(model, Tally) else None
        found += _apart(model.name, stored, wanted, REVISION_AND_MOMENT, counts, shown)
        moments = {commit.recorded_at for commit in log if model.follows(commit.stream)}
        found += [
            f"{model.name} {one['_id']}: moved at no commit" for one in stored if one["_updated_at"] not in moments
        ]
    return found


def _apart(
    name: str,
    stored: Iterable[Document],
    wanted: Documents,
    left_out: frozenset[str],
    counts: Counter[str],
    shown: Callable[[Document], Document | None] | None = None,
) -> list[str]:
    there = {}
    for document in stored:
        if document["_rev"] < 1:
            return [f"{name} {document['_id']}: revision {document['_rev']}"]
        there[document["_id"]] = {field: value for field, value in document.items() if field not in left_out}
    due = {
        identity: {field: value for field, value in reference.as_read(document).items() if field not in left_out}
        for identity, document in wanted.items()
    }
    if shown:
        there, due = ({key: kept for key, one in side.items() if (kept := shown(one))} for side in (there, due))
    counts["documents"] += len(due)
    counts[f"documents of {name}"] += len(due)
    both = sorted(there.keys() | due.keys())
    return [_line(f"{name} {key}", there.get(key), due.get(key)) for key in both if there.get(key) != due.get(key)]


def _standing(tally: Document) -> Document | None:
    """A tally that stands at 0 is as good as none."""
    amounts = {name: amount for name, amount in tally.items() if name == "_id" or amount}
    return amounts if len(amounts) > 1 else None


def _line(name: str, there: Document | None, due: Document | None) -> str:
    if there is None or due is None:
        return f"{name}: {'is missing' if due else 'should not be there'}"
    fields = sorted(field for field in there.keys() | due.keys() if there.get(field) != due.get(field))
    return f"{name}: " + "; ".join(f"{field} is {there.get(field)!r}, not {due.get(field)!r}" for field in fields)
