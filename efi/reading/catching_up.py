"""Brings documents up to date: reads what they have not seen, folds it, and writes it if nobody else has meanwhile."""

import logging
import random
import time
from collections.abc import Iterable, Mapping

from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, NetworkTimeout, PyMongoError
from pymongo.read_concern import ReadConcern

from efi.log import event_store
from efi.log.mongo import Document, client, is_of_documents, is_too_much, lost_a_race
from efi.reading import contributions, delay, failures
from efi.reading.folding import Care, Folded, FoldFailed, fold_stream
from efi.reading.projections import Fold, Generation, identity_in

NEWEST = 2**62
"""The version in a bell that asks for whatever there is."""
A_PASS, A_FEW = 1_000, 50
"""How many events one pass folds and writes, about, as commits are taken whole; and once the store took too long."""
ABORTS_BEFORE_SPLIT = 3
MOST_SAID, MOST_NAMED = 300, 3
"""Characters of an error, and streams, that a line tells of."""
logger = logging.getLogger(__name__)


class ReadLess(Exception):
    """The log was read up to less than a bell's version; reading again will help."""


class CannotBeKept(Exception):
    """MongoDB refuses what one commit makes of a document, or of what it yields."""


def catch_up(generation: Generation, bells: Mapping[str, int]) -> None:
    """Brings the documents that these streams feed up to date, at least to the versions named.

    May run anywhere, and any number of times at once. A long stream is folded in several passes, each of which writes
    how far it came. A fold that fails is noted, and so is what the store refuses to keep of one stream; what stands
    aside is left out. Raises PyMongo's errors where the store is away, and `ReadLess` if the log does not show yet what
    a bell named.
    """
    _catch_up(generation, bells, Care(A_PASS))


def retry(generation: Generation, streams: Iterable[str]) -> None:
    """Folds streams up to their heads although they stand aside; what fails again is noted again."""
    _catch_up(generation, dict.fromkeys(streams, NEWEST), Care(A_PASS, retrying=True))


def _catch_up(generation: Generation, bells: Mapping[str, int], care: Care) -> None:
    aborts = 0
    while True:
        try:
            if _once(generation, bells, care):
                return
        except ReadLess:
            raise
        except FoldFailed as failure:
            failures.note(generation, failure.stream, failure.version, failure.__cause__)
            care.limits[failure.stream] = failure.version
        except Exception as error:
            if isinstance(error, PyMongoError) and lost_a_race(error):
                aborts += 1
                time.sleep(random.uniform(0, 0.002 * 2 ** min(aborts, 5)))
            elif isinstance(error, NetworkTimeout):
                if care.most <= A_FEW:
                    raise
                care.most = A_FEW
            elif not care.closely and not is_too_much(error):
                _look_closer(generation, bells, care, error)
            elif isinstance(error, PyMongoError) and not is_of_documents(error):
                raise
            elif len(bells) == 1:
                _take_less(generation, bells, care, error)
            else:
                return _halves(generation, bells, care)
        if aborts >= ABORTS_BEFORE_SPLIT:
            if len(bells) > 1:
                return _halves(generation, bells, care)
            care.most, aborts = _less(care.most), 0


def _look_closer(generation: Generation, bells: Mapping[str, int], care: Care, error: Exception) -> None:
    """Has each commit's outcome checked: perhaps a fold has made what cannot be kept, or what yields nothing."""
    some = ", ".join(list(bells)[:MOST_NAMED])
    logger.warning("%s looks closer at %d streams (%s) after %s", generation.name, len(bells), some, said(error))
    care.closely = True


def _take_less(generation: Generation, bells: Mapping[str, int], care: Care, error: Exception) -> None:
    """Makes the next pass of the only stream smaller; a commit that fails alone is noted as failing.

    Where the store refuses it the note says so; a defect, of what a fact yields perhaps, is noted as what it is.
    """
    if care.most > 1:
        care.most = _less(care.most)
        return
    [stream] = bells
    identity, kind = identity_in(stream), stream.partition(":")[0]
    version = _load(generation, [identity], None)[identity]["_seen"].get(kind, 0) + 1
    if care.limits.get(stream) == version:
        # Not even a document that says so can be written.
        care.done.add(stream)
    else:
        is_the_stores = isinstance(error, PyMongoError)
        failures.note(generation, stream, version, CannotBeKept(said(error)) if is_the_stores else error)
        care.limits[stream] = version


def _less(most: int) -> int:
    return max(1, most // 4)


def said(error: Exception) -> str:
    """Returns an error in a line; MongoDB's own words repeat all that was to be written."""
    return f"{type(error).__name__}: {error}"[:MOST_SAID].partition("\n")[0]


def _halves(generation: Generation, bells: Mapping[str, int], care: Care) -> None:
    rung = list(bells.items())
    _catch_up(generation, dict(rung[::2]), care)
    _catch_up(generation, dict(rung[1::2]), care)


def _once(generation: Generation, bells: Mapping[str, int], care: Care) -> bool:
    """Makes one pass; returns False if more is to be folded, or if somebody else has written one of the documents."""
    began = time.time_ns()
    if isinstance(generation.model, Fold):
        folded = _fold_unseen(generation, bells, care, None)
        if not _write_documents(generation, folded):
            return False
    else:
        with client().start_session() as session, session.start_transaction(ReadConcern("snapshot")):
            folded = _fold_unseen(generation, bells, care, session)
            _write_facts(generation, folded, session)
    failures.forget(generation.name, [stream for one in folded for stream in one.healed])
    delay.measure(generation.model.name, [news for one in folded for news in one.news], began)
    care.done |= bells.keys() - care.cut
    care.most = min(A_PASS, 2 * care.most)
    return not care.cut


def _fold_unseen(
    generation: Generation, bells: Mapping[str, int], care: Care, session: ClientSession | None
) -> list[Folded]:
    model = generation.model
    documents = _load(generation, {identity_in(stream) for stream in bells}, session)
    seen = {stream: documents[identity_in(stream)]["_seen"].get(stream.partition(":")[0], 0) for stream in bells}
    left = seen.keys() - care.done
    behind = {stream: version for stream, version in seen.items() if version < bells[stream] and stream in left}
    if not care.retrying:
        behind = _without_those_aside(generation, documents, behind)
    unseen, care.cut = event_store.read_some(behind, care.most) if behind else ({}, set())
    _must_reach(bells, behind.keys() - care.cut, unseen)
    folded: dict[str, Folded] = {}
    for stream, raws in unseen.items():
        document = documents[identity_in(stream)]
        one = folded.get(document["_id"]) or Folded(document, contributions.of(model, document))
        if fold_stream(model, one, stream, raws, care):
            folded[document["_id"]] = one
    return list(folded.values())


def _without_those_aside(
    generation: Generation, documents: Mapping[str, Document], behind: dict[str, int]
) -> dict[str, int]:
    """Leaves out streams that stand aside. Only those are looked up whose documents say that they have failed."""
    failed = [
        stream for stream in behind if stream.partition(":")[0] in documents[identity_in(stream)].get("_failed", ())
    ]
    aside = failures.aside(generation.name, failed) if failed else ()
    return {stream: version for stream, version in behind.items() if stream not in aside}


def _must_reach(bells: Mapping[str, int], behind: Iterable[str], unseen: Mapping[str, list[Document]]) -> None:
    for stream in behind:
        last = unseen[stream][-1] if stream in unseen else {"version": 0, "count": 1}
        if last["version"] + last["count"] - 1 < bells[stream] < NEWEST:
            raise ReadLess(f"{stream} below {bells[stream]}")


def _load(generation: Generation, identities: Iterable[str], session: ClientSession | None) -> dict[str, Document]:
    found = generation.facts.find({"_id": {"$in": list(identities)}}, session=session)
    documents = {document["_id"]: document for document in found}
    for identity in identities:
        if identity not in documents:
            documents[identity] = {"_id": identity, "_seen": {}, "_rev": 0, **generation.model.empty()}
    return documents


def _write_documents(generation: Generation, folded: list[Folded]) -> bool:
    """Inserts new documents, and replaces others if they are still at the revision that was read.

    Returns whether all were written. Nothing is ever upserted or deleted.
    """
    writes = [_write(one.document) for one in folded]
    if not writes:
        return True
    try:
        outcome = generation.stored.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        if lost_a_race(error):
            return False
        raise
    return outcome.matched_count + outcome.inserted_count == len(writes)


def _write(document: Document) -> InsertOne[Document] | ReplaceOne[Document]:
    read, document["_rev"] = document["_rev"], document["_rev"] + 1
    return ReplaceOne({"_id": document["_id"], "_rev": read}, document) if read else InsertOne(document)


def _write_facts(generation: Generation, folded: list[Folded], session: ClientSession) -> None:
    """Writes facts, and in the same transaction the change in what they yield."""
    if not folded:
        return
    facts = [_write(one.document) for one in folded]
    changes = [write for one in folded for write in contributions.changes(generation.model, one.document, one.before)]
    generation.facts.bulk_write(facts, ordered=False, session=session)
    if changes:
        generation.stored.bulk_write(changes, ordered=False, session=session)
