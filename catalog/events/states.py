"""Which status a product has after an event, and which state a lot: for aggregates and documents alike."""

from collections.abc import Mapping

from catalog.events.lots import (
    LotApproved,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotReceived,
    LotRejected,
    LotReleased,
)
from catalog.events.products import (
    ProductApproved,
    ProductCreated,
    ProductDeactivated,
    ProductDeclined,
    ProductDiscontinued,
    ProductOffered,
    ProductReactivated,
    ProductRecalled,
    ProductReinstated,
    ProductSubmitted,
)
from catalog.values import SELLABLE, LotState, Offer, Status
from efi.domain.events import Event

PRODUCT_BECOMES: Mapping[type[Event], Status] = {
    ProductCreated: Status.DRAFT,
    ProductSubmitted: Status.PENDING_APPROVAL,
    ProductDeclined: Status.DRAFT,
    ProductDeactivated: Status.INACTIVE,
    ProductDiscontinued: Status.DISCONTINUED,
    ProductRecalled: Status.RECALLED,
}
LOT_BECOMES: Mapping[type[Event], LotState] = {
    LotReceived: LotState.QUARANTINE,
    LotApproved: LotState.APPROVED_ONCE,
    LotReleased: LotState.ON_SALE,
    LotHeld: LotState.QUARANTINE,
    LotExpired: LotState.EXPIRED,
    LotRejected: LotState.REJECTED,
    LotRecalled: LotState.RECALLED,
    LotDisposed: LotState.DISPOSED,
}


def status_after(event: Event, status: Status, offer: Offer) -> Status:
    """Returns the status of a product that had this status, and was offered like this, before the event."""
    match event:
        case ProductApproved() | ProductReactivated() | ProductReinstated():
            return Status(offer)
        case ProductOffered() if status in SELLABLE:
            return Status(event.offer)
    return PRODUCT_BECOMES.get(type(event), status)
