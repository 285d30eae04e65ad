"""Lifts stored events of older schemas to today's."""

from efi.domain.events import upcasts
from efi.domain.payloads import Payload


@upcasts("tavern.KegRepriced", schema=1)
def give_a_reason(payload: Payload) -> Payload:
    """Adds what schema 1 did not ask for: why a price was changed."""
    return {**payload, "reason": "not stated"}
