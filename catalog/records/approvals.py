"""What of the catalogue waits for a second person: products, prices, labels, reinstatements, releases, adjustments."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

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
    LotWrittenOff,
    PriceChanged,
    PriceDeclined,
    PriceProposed,
    ProductApproved,
    ProductCreated,
    ProductDeclined,
    ProductDescribed,
    ProductDiscontinued,
    ProductRecalled,
    ProductReinstated,
    ProductSubmitted,
    ReinstatementDeclined,
    ReinstatementProposed,
    shelf,
)
from catalog.values import Allergens, Label, Nutrition
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.domain.values import moved
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.approvals import answered, ask, asks


class Kind(StrEnum):
    """What a second person is asked about."""

    PRODUCT = "product"
    PRICE = "price"
    LABEL = "label"
    REINSTATEMENT = "reinstatement"
    RELEASE = "release"
    ADJUSTMENT = "adjustment"


OF_A_PRODUCT = Kind.PRODUCT, Kind.PRICE, Kind.LABEL, Kind.REINSTATEMENT
OF_A_LOT = Kind.RELEASE, Kind.ADJUSTMENT


def empty() -> Document:
    """Returns what rows are told with, before anything is known: `lots` says what an adjustment would leave."""
    return {"sku": "", "name": "", "label": "", "batches": {}, **shelf.empty()}


def shown(fact: Document, asked: Document) -> Document:
    """Returns what a row says besides what was asked: its product and lot as they are called now."""
    lot_id = asked["ids"].get("lot_id")
    batch = fact["batches"].get(lot_id)
    subject = {"subject": f"{fact['sku']} {fact['name']}" + (f", lot {batch}" if batch else "")}
    if asked["kind"] != Kind.ADJUSTMENT:
        return subject
    units, change = fact["lots"][lot_id]["remaining"], asked["about"]["change"]
    return {**subject, "before": f"{units} units", "after": f"{units + change} units"}


@asks(kinds=Kind, streams=("product", "stock"), version=6, empty=empty, shown=shown)
def fold(fact: Document, event: Event, commit: Commit) -> None:
    match event:
        case ProductCreated():
            fact.update(sku=event.sku, name=event.name, label=_in_words(event))
        case ProductDescribed():
            fact.update(name=event.name, label=_in_words(event))
        case ProductSubmitted():
            ask(fact, Kind.PRODUCT, commit, event.submitted_by, _ids(event), before="a draft", after="on sale")
        case ProductApproved() | ProductDeclined():
            answered(fact, Kind.PRODUCT)
        case PriceProposed():
            ids, about = _ids(event, "proposal_id"), {"before": str(event.old_price), "reason": event.reason}
            ask(fact, Kind.PRICE, commit, event.proposed_by, ids, after=_moved(event), **about)
        case PriceChanged() | PriceDeclined():
            answered(fact, Kind.PRICE)
        case LabelProposed():
            ids, label = _ids(event, "proposal_id"), _in_words(event.label)
            old, new = _but(label, fact["label"]), _but(fact["label"], label)
            ask(fact, Kind.LABEL, commit, event.proposed_by, ids, before=old, after=new)
        case LabelApproved():
            fact["label"] = _in_words(event.label)
            answered(fact, Kind.LABEL)
        case LabelDeclined():
            answered(fact, Kind.LABEL)
        case ReinstatementProposed():
            by, ids, why = event.proposed_by, _ids(event, "proposal_id"), event.reason
            ask(fact, Kind.REINSTATEMENT, commit, by, ids, before="discontinued", after="on sale", reason=why)
        case ReinstatementDeclined() | ProductReinstated():
            answered(fact, Kind.REINSTATEMENT)
        case ProductDiscontinued() | ProductRecalled():
            answered(fact, *OF_A_PRODUCT)
        case LotReceived():
            fact["batches"][str(event.lot_id)] = event.batch_number
        case LotApproved():
            lot, ids, held = _record(event), _ids(event, "lot_id"), "in quarantine"
            ask(fact, Kind.RELEASE, commit, event.approved_by, ids, record=lot, before=held, after="on sale")
        case LotReleased() | LotHeld():
            answered(fact, Kind.RELEASE, record=_record(event))
        case LotExpired() | LotRejected() | LotRecalled():
            answered(fact, *OF_A_LOT, record=_record(event))
        case LotDisposed():
            answered(fact, Kind.ADJUSTMENT, record=_record(event))
            fact["batches"].pop(str(event.lot_id), None)
        case AdjustmentProposed():
            lot, ids, why = (
                _record(event),
                _ids(event, "lot_id", "adjustment_id"),
                f"{event.reason} ({event.loss or event.reference})",
            )
            ask(fact, Kind.ADJUSTMENT, commit, event.proposed_by, ids, record=lot, reason=why, change=event.change)
        case AdjustmentDeclined():
            answered(fact, Kind.ADJUSTMENT, record=_record(event))
        case LotAdjusted() | LotWrittenOff() if event.adjustment_id:
            answered(fact, Kind.ADJUSTMENT, record=_record(event))
    shelf.fold(fact, event)


def _ids(event: Event, *names: str) -> dict[str, str]:
    """Returns what the commands that answer ask for: the product's id, and these of the event."""
    return {name: str(getattr(event, name)) for name in ("product_id", *names)}


def _record(event: Any) -> str:
    """Returns the id of the record of the lot that an event is about."""
    return f"{event.product_id}:{event.lot_id}"


def _in_words(label: Label | ProductCreated | ProductDescribed) -> str:
    """Returns what is stated of allergens and nutrition, a line for each figure or list."""
    stated = [*_stated("allergens", label.allergens), *_stated("nutrition", label.nutrition)]
    return "\n".join([*stated, *(f"{what}: said to be unknown" for what in label.not_stated)]) or "nothing is stated"


def _moved(event: PriceProposed) -> str:
    return f"{event.price} ({moved(event.old_price, event.price)})"


def _but(known: str, told: str) -> str:
    """Returns the lines that are told and not known."""
    return "\n".join(line for line in told.splitlines() if line not in known.splitlines())


def _stated(what: str, value: Allergens | Nutrition | None) -> Iterator[str]:
    for name, figure in dump(value).items() if value else ():
        if name == "unstated" and not figure:
            continue
        told = ", ".join(figure) if isinstance(figure, list) else figure
        yield f"{what} {name.replace('_', ' ')}: {told or 'none'}"
