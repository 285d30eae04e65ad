"""What waits for a second person, and the commands by which one says yes or no."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from uuid import UUID

from catalog.events import (
    AdjustmentDeclined,
    AdjustmentProposed,
    LabelApproved,
    LabelDeclined,
    LabelProposed,
    LotAdjusted,
    LotApproved,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotRejected,
    LotReleased,
    PriceChanged,
    PriceDeclined,
    PriceProposed,
    ProductApproved,
    ProductCreated,
    ProductDeclined,
    ProductDescribed,
    ProductDiscontinued,
    ProductRecalled,
    ProductSubmitted,
    shelf,
)
from catalog.values import Allergens, Label, Nutrition
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.texts import in_order, terms
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import Rows, projects
from efi.reading.records import Listing, hiding


class Kind(StrEnum):
    """What a second person is asked about."""

    PRODUCT = "product"
    PRICE = "price"
    LABEL = "label"
    RELEASE = "release"
    ADJUSTMENT = "adjustment"


ENDED_BY: Mapping[Kind, tuple[str, str]] = {
    Kind.PRODUCT: ("approve_product", "decline_product"),
    Kind.PRICE: ("approve_price", "decline_price"),
    Kind.LABEL: ("approve_label", "decline_label"),
    Kind.RELEASE: ("release_lot", "hold_lot"),
    Kind.ADJUSTMENT: ("approve_adjustment", "decline_adjustment"),
}
"""The commands by which a second person says yes and no."""
NAME = "approval_records"
listing = Listing(
    closed={"kind": tuple(Kind)},
    open=("product_id",),
    sorts={"since": ("since",), "subject": ("subject_order",)},
)


def empty() -> Document:
    """Each stream's own questions; `lots` says how many units an adjustment would leave."""
    return {"sku": "", "name": "", "label": "", "of_product": {}, "of_lots": {}, "batches": {}, **shelf.empty()}


def rows(fact: Document) -> Iterator[Document]:
    """One for each question, with the ids that its commands ask for."""
    for key, asked in (fact["of_product"] | fact["of_lots"]).items():
        approve, decline = ENDED_BY[asked["kind"]]
        batch = fact["batches"].get(asked["lot_id"])
        subject = f"{fact['sku']} {fact['name']}" + (f", lot {batch}" if batch else "")
        about = {"subject": subject, "subject_order": in_order(subject), "terms": terms(subject)}
        row = {"_id": f"{fact['_id']}:{key}", "product_id": fact["_id"], **about, **asked}
        if asked["kind"] == Kind.ADJUSTMENT:
            units = fact["lots"][asked["lot_id"]]["remaining"]
            row |= {"before": f"{units} units", "after": f"{units + asked['change']} units"}
        yield {**row, "approve": approve, "decline": decline}


@projects(
    NAME,
    streams=("product", "stock"),
    version=2,
    shape=Rows,
    empty=empty,
    rows=rows,
    indexes=listing.indexes,
    view=(hiding("subject_order", "change"),),
)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    of_product, of_lots = fact["of_product"], fact["of_lots"]
    match event:
        case ProductCreated():
            fact.update(sku=event.sku, name=event.name, label=_in_words(event))
        case ProductDescribed():
            fact.update(name=event.name, label=_in_words(event))
        case ProductSubmitted():
            draft = {"before": "a draft", "after": "on sale"}
            of_product["product"] = _asked(Kind.PRODUCT, commit, event.submitted_by, **draft)
        case ProductApproved() | ProductDeclined():
            of_product.pop("product", None)
        case PriceProposed():
            prices = {"before": str(event.old_price), "after": str(event.price)}
            why = {"reason": event.reason, "proposal_id": event.proposal_id}
            of_product["price"] = _asked(Kind.PRICE, commit, event.proposed_by, **prices, **why)
        case PriceChanged() | PriceDeclined():
            of_product.pop("price", None)
        case LabelProposed():
            labels = {"before": fact["label"], "after": _in_words(event.label)}
            why = {"proposal_id": event.proposal_id}
            of_product["label"] = _asked(Kind.LABEL, commit, event.proposed_by, **labels, **why)
        case LabelApproved():
            fact["label"] = _in_words(event.label)
            of_product.pop("label", None)
        case LabelDeclined():
            of_product.pop("label", None)
        case ProductDiscontinued() | ProductRecalled():
            of_product.clear()
        case LotReceived():
            fact["batches"][str(event.lot_id)] = event.batch_number
        case LotApproved():
            lot = {"lot_id": event.lot_id, "before": "in quarantine", "after": "on sale"}
            of_lots[_release(event)] = _asked(Kind.RELEASE, commit, event.approved_by, **lot)
        case LotReleased() | LotHeld():
            of_lots.pop(_release(event), None)
        case LotExpired() | LotRejected() | LotRecalled():
            of_lots.pop(_release(event), None)
            of_lots.pop(_adjustment(event), None)
        case LotDisposed():
            fact["batches"].pop(str(event.lot_id), None)
        case AdjustmentProposed():
            why = {"change": event.change, "reason": f"{event.reason} ({event.reference})"}
            ids = {"lot_id": event.lot_id, "adjustment_id": event.adjustment_id}
            of_lots[_adjustment(event)] = _asked(Kind.ADJUSTMENT, commit, event.proposed_by, **ids, **why)
        case AdjustmentDeclined():
            of_lots.pop(_adjustment(event))
        case LotAdjusted() if event.adjustment_id:
            of_lots.pop(_adjustment(event))
    shelf.fold(fact, event)


def _asked(kind: Kind, commit: Commit, by: str, **about: object) -> Document:
    ids = dict.fromkeys(("lot_id", "adjustment_id", "proposal_id"))
    said = {name: str(value) if isinstance(value, UUID) else value for name, value in about.items()}
    nothing = {"before": "", "after": "", "reason": ""}
    return {"kind": kind, "asked_by": by, "since": commit.occurred_at, **ids, **nothing, **said}


def _in_words(label: Label | ProductCreated | ProductDescribed) -> str:
    """What is stated of allergens and nutrition, a line for each figure or list."""
    stated = [*_stated("allergens", label.allergens), *_stated("nutrition", label.nutrition)]
    return "\n".join([*stated, *(f"{what}: said to be unknown" for what in label.not_stated)]) or "nothing is stated"


def _stated(what: str, value: Allergens | Nutrition | None) -> Iterator[str]:
    for name, figure in dump(value).items() if value else ():
        told = ", ".join(figure) if isinstance(figure, list) else figure
        yield f"{what} {name.replace('_', ' ')}: {told or 'none'}"


def _release(event: LotApproved | LotReleased | LotHeld | LotExpired | LotRejected | LotRecalled) -> str:
    return f"release:{event.lot_id}"


def _adjustment(
    event: AdjustmentProposed | AdjustmentDeclined | LotAdjusted | LotExpired | LotRejected | LotRecalled,
) -> str:
    return f"adjustment:{event.lot_id}"
