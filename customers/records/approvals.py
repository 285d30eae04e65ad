"""What of the customers waits for a second person: credit, and that somebody be forgotten. It names nobody."""

from enum import StrEnum

from customers.events import (
    CreditDeclined,
    CreditGranted,
    CreditProposed,
    CreditWithdrawn,
    CustomerClosed,
    CustomerForgotten,
    CustomerRegistered,
    CustomerRetyped,
    ForgettingDeclined,
    ForgettingProposed,
)
from customers.values import CreditTerms
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.approvals import answered, ask, asks


class Kind(StrEnum):
    """What a second person is asked about."""

    CREDIT = "credit"
    FORGETTING = "forgetting"


def empty() -> Document:
    """Returns what is known of a customer at first."""
    return {"type": "", "credit": ""}


def shown(fact: Document, asked: Document) -> Document:
    """Returns what a row says besides: what kind of customer it is about, by no name."""
    return {"subject": f"{fact['type'].replace('_', ' ')} {fact['_id'][-12:]}"}


@asks(kinds=Kind, streams=("customer",), version=1, empty=empty, shown=shown)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case CustomerRegistered() | CustomerRetyped():
            fact["type"] = event.type
        case CreditProposed():
            ids = {"customer_id": str(event.customer_id), "proposal_id": str(event.proposal_id)}
            told = {
                "before": fact["credit"] or "no credit",
                "after": in_words(event.terms),
                "reason": event.reason or "",
            }
            ask(fact, Kind.CREDIT, commit, event.proposed_by, ids, **told)
        case CreditGranted():
            fact["credit"] = in_words(event.terms)
            answered(fact, Kind.CREDIT)
        case CreditWithdrawn():
            fact["credit"] = ""
            answered(fact, Kind.CREDIT)
        case CreditDeclined():
            answered(fact, Kind.CREDIT)
        case ForgettingProposed():
            ids = {"customer_id": str(event.customer_id), "proposal_id": str(event.proposal_id)}
            after = "forgotten, though something is open" if event.forced else "forgotten"
            ask(
                fact,
                Kind.FORGETTING,
                commit,
                event.proposed_by,
                ids,
                before="known",
                after=after,
                reason=event.reason or "",
            )
        case ForgettingDeclined():
            answered(fact, Kind.FORGETTING)
        case CustomerClosed() | CustomerForgotten():
            answered(fact, Kind.CREDIT, Kind.FORGETTING)


def in_words(terms: CreditTerms) -> str:
    """Returns terms of credit as staff read them."""
    return f"{terms.limit} at most, paid within {terms.days} days"
