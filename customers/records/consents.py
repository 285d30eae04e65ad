"""A row for each time that somebody agreed to something or took it back: the proof that they were asked."""

from collections.abc import Iterator

from customers.events import AccountMerged, ConsentGiven, ConsentWithdrawn, CustomerClosed, CustomerForgotten
from customers.values import Act, ConsentKind
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding

NAME = "consents"
listing = Listing(
    closed={"kind": tuple(ConsentKind), "act": tuple(Act)},
    open=("customer_id",),
    sorts={"at": ("at",)},
)


def empty() -> Document:
    """Returns what was done so far, and the version of each text that is agreed to now."""
    return {"acts": [], "given": {}}


def rows(fact: Document) -> Iterator[Document]:
    for number, act in enumerate(fact["acts"], 1):
        yield {"_id": f"{fact['_id']}:{number}", "customer_id": fact["_id"], "terms": [], **act}


@projects(
    NAME,
    streams=("customer",),
    version=2,
    shape=Rows,
    owner="customer_id",
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding(),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case ConsentGiven():
            fact["given"][event.kind] = event.version
            _enter(fact, commit, Act.GIVEN, event.kind, event.version, event.network_address)
        case ConsentWithdrawn():
            version = fact["given"].pop(event.kind, "")
            _enter(fact, commit, Act.WITHDRAWN, event.kind, version, event.network_address)
        case AccountMerged() | CustomerClosed():
            for kind, version in fact["given"].items():
                _enter(fact, commit, Act.ASKED_ANEW, kind, version, None)
            fact["given"] = {}
        case CustomerForgotten():
            fact.update(acts=[{**act, "network_address": None} for act in fact["acts"]], given={})


def _enter(fact: Document, commit: Commit, act: Act, kind: str, version: str, network_address: str | None) -> None:
    about = {"act": act, "kind": kind, "version": version, "network_address": network_address}
    fact["acts"].append({**about, "at": commit.occurred_at, "by": commit.actor})
