"""Compares a generation that was built with the one that serves, and where they differ with a refold of the log."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from efi.log import event_store
from efi.log.event_store import CODEC
from efi.log.mongo import Document
from efi.operations.rebuilding.scanning import Span
from efi.operations.verification.checks import expected
from efi.operations.verification.checks.expected import Expected, decoded
from efi.operations.verification.checks.ranges import RANGE, snapshot
from efi.reading import catching_up, contributions, failures
from efi.reading.catching_up import NEWEST
from efi.reading.projections import Generation, Rows, Tally, identity_in, streams_of
from efi.runtime.batches import batched

SAMPLE, BATCH, TRIES = 1_000, 500, 5
DELIVERY = {"_rev": 0, "_failed": 0}
"""Fields that depend on how often a document was written, or that a fold has failed, which is counted apart."""
BOOKKEEPING = {"_rev": 0, "_updated_at": 0}
"""Fields of rows and tallies that depend on how many events one write covered."""


def apart(new: Generation, old: Generation, span: Span) -> list[str]:
    """Returns the ids of documents, or facts, within a span that differ between two generations."""
    both = [_sorted(generation.facts, span) for generation in (new, old)]
    found, ours, theirs = list[str](), next(both[0], None), next(both[1], None)
    while ours is not None or theirs is not None:
        if ours is not None and theirs is not None and ours.raw == theirs.raw:
            ours, theirs = next(both[0], None), next(both[1], None)
            continue
        one, other = (decoded(side.raw) if side is not None else None for side in (ours, theirs))
        identity = min(document["_id"] for document in (one, other) if document)
        first, second = ((document if document and document["_id"] == identity else None) for document in (one, other))
        if first != second:
            found.append(identity)
        ours = next(both[0], None) if first else ours
        theirs = next(both[1], None) if second else theirs
    return found


def _sorted(documents: Collection[Document], span: Span) -> Iterator[RawBSONDocument]:
    raw = documents.with_options(codec_options=CODEC.with_options(document_class=RawBSONDocument))
    return iter(raw.find({"_id": span.ids}, DELIVERY).sort("_id"))


def sample(generation: Generation) -> list[str]:
    """Draws ids both from what was built and from the log, so that a document that was left out is found too."""
    built = generation.facts.aggregate([{"$sample": {"size": SAMPLE // 2}}, {"$project": {"_id": 1}}])
    drawn = event_store.commits().aggregate([{"$sample": {"size": SAMPLE // 2}}, {"$project": {"stream": 1}}])
    from_log = {identity_in(one["stream"]) for one in drawn if generation.model.follows(one["stream"])}
    return sorted(from_log | {one["_id"] for one in built})


def differences(generation: Generation, identities: Iterable[str]) -> Iterator[str]:
    """Yields a line for each of these documents that differs from a refold, and for each tally that sums up wrongly."""
    failing = {identity_in(noted["stream"]) for noted in failures.of(generation.name)}
    for some in batched((one for one in identities if one not in failing), RANGE):
        for identity, fields in _wrong(generation, some).items():
            yield f"{generation.model.name} {identity}: {fields}"
    yield from _yields_apart(generation)


def _wrong(generation: Generation, identities: list[str]) -> dict[str, str]:
    """Returns by id how documents differ, after another look at those that a commit may have reached meanwhile."""
    for _ in range(TRIES):
        found = {one: fields for one, fields in _looked_at(generation, identities) if fields}
        if not found:
            break
        identities = list(found)
    return found


def _looked_at(generation: Generation, identities: list[str]) -> Iterator[tuple[str, str]]:
    model = generation.model
    streams = [stream for one in identities for stream in streams_of(model, one)]
    catching_up.catch_up(generation, dict.fromkeys(streams, NEWEST))
    with snapshot() as session:
        stored = {one["_id"]: one for one in generation.facts.find({"_id": {"$in": identities}}, session=session)}
        unread = dict.fromkeys(model.kinds, NEWEST)
        upto = {one: stored[one]["_seen"] if one in stored else unread for one in identities}
        folded = expected.from_log(model, upto, session)
    for identity, due in folded.items():
        fields = _described(stored.get(identity), due)
        yield identity, fields or _rows_apart(generation, {row["_id"]: row for row in due.rows})


def _described(stored: Document | None, due: Expected) -> str:
    """Describes how a document differs.

    One that holds only events of a newer release is not missing: this fold can't read it.
    """
    if stored is None:
        return "is missing" if due.document["_seen"] else ""
    if due.fails:
        return due.fails
    if stored["_seen"] != due.document["_seen"]:
        return f"has seen {stored['_seen']}, and the log holds {due.document['_seen']}"
    return expected.apart(stored, due.document, (*expected.NOTES, "_seen"))


def _rows_apart(generation: Generation, due: Mapping[str, Document]) -> str:
    """Returns which rows differ from what is due, or "" if none does."""
    if not due:
        return ""
    there = {row["_id"]: row for row in generation.stored.find({"_id": {"$in": list(due)}}, BOOKKEEPING)}
    wrong = [identity for identity, row in due.items() if there.get(identity) != row]
    return f"rows {', '.join(wrong)}" if wrong else ""


def _yields_apart(generation: Generation) -> Iterator[str]:
    """Yields a line for each row or tally that differs from what the facts yield."""
    match generation.model:
        case Rows():
            yield from _all_rows_apart(generation)
        case Tally():
            yield from _sums_apart(generation)


def _all_rows_apart(generation: Generation) -> Iterator[str]:
    rows = dict[str, Document]()
    count = 0
    for fact in generation.facts.find():
        rows.update({identity: decoded(row) for identity, row in contributions.of(generation.model, fact).items()})
        if len(rows) >= BATCH:
            count += len(rows)
            yield from filter(None, [_rows_apart(generation, rows)])
            rows.clear()
    yield from filter(None, [_rows_apart(generation, rows)])
    stored = generation.stored.count_documents({})
    if stored != count + len(rows):
        yield f"{generation.model.name}: {stored} rows, not {count + len(rows)}"


def _sums_apart(generation: Generation) -> Iterator[str]:
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fact in generation.facts.find():
        for tally, amounts in contributions.of(generation.model, fact).items():
            sums[tally].update(amounts)
    stored = {tally["_id"]: tally for tally in generation.stored.find({}, BOOKKEEPING)}
    for tally in sorted(sums.keys() | stored.keys()):
        there = {name: amount for name, amount in stored.get(tally, {}).items() if amount and name != "_id"}
        due = {name: amount for name, amount in sums[tally].items() if amount}
        if there != due:
            yield f"{generation.model.name} {tally}: {there}, not {due}"
