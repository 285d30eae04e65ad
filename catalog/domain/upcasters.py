"""Lifts stored events of older schemas to today's."""

from efi.domain.events import upcasts
from efi.domain.payloads import Payload


@upcasts("catalog.PriceChanged", schema=1)
def give_a_reason(payload: Payload) -> Payload:
    """Adds a reason, "not stated": schema 1 did not ask why a price was changed."""
    return {**payload, "reason": "not stated"}


@upcasts("catalog.StockAllocated", schema=1)
def in_its_turn(payload: Payload) -> Payload:
    """Adds that no reason was given to sell out of turn: schema 1 knew no order but that of best-before."""
    return {**payload, "override_reason": None}


@upcasts("catalog.PriceChanged", schema=2)
def name_the_proposal(payload: Payload) -> Payload:
    """Adds that no proposal was approved: in schema 2 every price was changed at once."""
    return {**payload, "proposal_id": None}


@upcasts("catalog.LotWrittenOff", schema=1)
def name_who_agreed(payload: Payload) -> Payload:
    """Adds that nobody was asked: in schema 1 whatever was lost was written off at once."""
    return {**payload, "adjustment_id": None, "approved_by": None}


@upcasts("catalog.AdjustmentProposed", schema=1)
def tell_losses(payload: Payload) -> Payload:
    """Adds that nothing was lost: in schema 1 only counts waited for a second person."""
    return {**payload, "loss": None}


@upcasts("catalog.ProductCreated", schema=1)
@upcasts("catalog.ProductDescribed", schema=1)
def describe_in_full(payload: Payload) -> Payload:
    """Adds what schema 1 did not ask: it let a product be sold without saying what is in it."""
    unsaid = {"short_description": "", "brand": "", "region_of_origin": "", "ingredients": "", "authentication": ""}
    nothing: Payload = {"weight_grams": None, "temperature": None, "nutrition": None, "certifications": [], "tags": []}
    not_stated = ["nutrition"] if payload["allergens"] else ["allergens", "nutrition"]
    flags = {"premium": False, "age_restricted": False, "not_stated": not_stated}
    return {**payload, **unsaid, **nothing, **flags}
