"""What of a product was recalled: why, since when, and which batches; a part of the fold of its document."""

from catalog.events import LotRecalled, LotReceived, StockRecalled
from efi.domain.events import Event
from efi.domain.values import business_day
from efi.log.event_store import Commit
from efi.log.mongo import Document

ADVICE = (
    "Do not eat it, and do not pass it on. Bring it back or tell us that you have it: "
    "we give you your money back, however long ago you bought it."
)
"""What those are to do who have some (docs/domain.md#status)."""


def empty() -> Document:
    """Returns the fields that `fold` keeps; `batches` also of lots that are gone, as these are recalled too."""
    return {"batches": {}, "recalls": []}


def fold(document: Document, event: Event, commit: Commit) -> None:
    """Takes an event of the stock into the notices: one for each reason, as one reason recalls several batches."""
    match event:
        case LotReceived():
            said = {"batch_number": event.batch_number, "best_before": event.best_before.isoformat()}
            document["batches"][str(event.lot_id)] = said
        case LotRecalled():
            _notice(document, event, commit)["batches"].append(document["batches"][str(event.lot_id)])
        case StockRecalled():
            _notice(document, event, commit)["all_batches"] = True


def _notice(document: Document, event: LotRecalled | StockRecalled, commit: Commit) -> Document:
    """Returns the notice that gives this reason, a new one where none does."""
    since = business_day(commit.occurred_at).isoformat()
    new = {"reason": event.reason, "since": since, "all_batches": False, "batches": []}
    found: Document = next((one for one in document["recalls"] if one["reason"] == event.reason), new)
    if found is new:
        document["recalls"].append(new)
    return found
