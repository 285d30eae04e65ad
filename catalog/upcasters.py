"""Lifts stored events of older schemas to today's."""

from efi.events import upcasts
from efi.payloads import Payload


@upcasts("catalog.PriceChanged", schema=1)
def give_a_reason(payload: Payload) -> Payload:
    """Schema 1 did not ask why a price was changed."""
    return {**payload, "reason": "not stated"}


@upcasts("catalog.StockAllocated", schema=1)
def in_its_turn(payload: Payload) -> Payload:
    """Schema 1 knew no order but that of best-before."""
    return {**payload, "override_reason": None}
