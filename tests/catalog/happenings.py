"""What comes to the spring lot of olives after its receipt, by Maria unless it is said otherwise."""

from dataclasses import replace
from uuid import UUID

from catalog.events import (
    AdjustmentProposed,
    ExpiryNoticed,
    LotAdjusted,
    LotDisposed,
    LotExpired,
    LotHeld,
    LotRecalled,
    LotRejected,
    LotWrittenOff,
    ReservationReleased,
    StockAllocated,
    StockRecalled,
)
from catalog.values import NOTICES, Loss, Part, Severity
from tests.catalog.larder import ANNAS_CART, OLIVES, SPRING_LOT
from tests.given import MARIA, bbd, identity

ORDER, COUNT = "EFI-2026-000001", "COUNT-7"
ASKED = identity("an adjustment")
SPRING = {"product_id": OLIVES, "lot_id": SPRING_LOT}


def picked(*parts: tuple[UUID, int], cart: UUID | None = None, reason: str | None = "a later date was asked for"):
    named = tuple(Part(lot_id=lot, quantity=quantity) for lot, quantity in parts)
    about = {"reservation_id": cart, "override_reason": reason}
    return StockAllocated(product_id=OLIVES, reference=ORDER, parts=named, until_sent=False, **about)


def held(reason="a jar was swollen"):
    return LotHeld(**SPRING, reason=reason, held_by=MARIA)


def rejected():
    return LotRejected(**SPRING, reason="the seals leak", rejected_by=MARIA)


def expired(remaining=10):
    return LotExpired(**SPRING, remaining=remaining)


def recalled(remaining, lot: UUID = SPRING_LOT, *, severity=Severity.CRITICAL, by=MARIA):
    return LotRecalled(
        product_id=OLIVES,
        lot_id=lot,
        reason="glass in a jar",
        severity=severity,
        recalled_by=by,
        remaining=remaining,
    )


def all_recalled(by=MARIA):
    return StockRecalled(product_id=OLIVES, reason="glass in a jar", severity=Severity.CRITICAL, recalled_by=by)


def disposed(quantity):
    return LotDisposed(**SPRING, quantity=quantity, reason="not fit to eat", disposed_by=MARIA)


def written_off(quantity, remaining, loss=Loss.DAMAGE, *, asked: UUID | None = None, by: str | None = None):
    about = {"loss": loss, "reason": "a pallet fell", "written_off_by": MARIA, "adjustment_id": asked}
    about["approved_by"] = by
    return LotWrittenOff(**SPRING, quantity=quantity, remaining=remaining, **about)


def adjusted(change, remaining, *, asked: UUID | None = None, by: str | None = None):
    return LotAdjusted(
        **SPRING,
        change=change,
        remaining=remaining,
        reason="counted anew",
        reference=COUNT,
        adjusted_by=MARIA,
        adjustment_id=asked,
        approved_by=by,
    )


def proposed(change, *, by=MARIA, worth: str | None = "8.50", lot: UUID = SPRING_LOT):
    about = {"adjustment_id": ASKED, "reason": "counted anew", "reference": COUNT, "proposed_by": by}
    value = bbd(worth) if worth else None
    return AdjustmentProposed(product_id=OLIVES, lot_id=lot, change=change, unit_value=value, **about)


def loss_proposed(quantity, *, worth="8.50", loss=Loss.DAMAGE):
    about = {"reason": "a pallet fell", "reference": "", "loss": loss}
    return replace(proposed(-quantity, worth=worth), **about)


def given_back(reason, cart: UUID = ANNAS_CART):
    return ReservationReleased(product_id=OLIVES, reservation_id=cart, reason=reason)


def noticed(days, remaining=10, *, best_before):
    return ExpiryNoticed(**SPRING, days=days, level=NOTICES[days], best_before=best_before, remaining=remaining)
