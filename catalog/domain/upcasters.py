"""Lifts stored events of older schemas to today's."""

from collections.abc import Iterable

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


@upcasts("catalog.StockAllocated", schema=2)
def not_to_come_back(payload: Payload) -> Payload:
    """Adds that the units stay sold: up to schema 2 none came back."""
    return {**payload, "until_sent": False}


@upcasts("catalog.StockReserved", schema=1)
def by_staff(payload: Payload) -> Payload:
    """Adds that no cart holds them: in schema 1 staff alone reserved, for there were no carts."""
    return {**payload, "for_cart": False}


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


@upcasts("catalog.ProductCreated", schema=2)
@upcasts("catalog.ProductDescribed", schema=2)
def state_of_fourteen(payload: Payload) -> Payload:
    """Lifts allergens from the nine that were asked for to the fourteen; of the others nothing was stated.

    Some mean crustaceans alone by shellfish: what contains it is taken to contain molluscs too, and what does not, or
    is certified to be free of it, states nothing of molluscs.
    """
    stated = payload["allergens"]
    return {**payload, "allergens": _of_fourteen(stated) if stated else None}


@upcasts("catalog.LabelProposed", schema=1)
@upcasts("catalog.LabelApproved", schema=1)
def label_of_fourteen(payload: Payload) -> Payload:
    """Lifts the allergens of a label from the nine to the fourteen."""
    return {**payload, "label": state_of_fourteen(payload["label"])}


def _of_fourteen(stated: Payload) -> Payload:
    contains, may_contain = (_named(stated[name], "CRUSTACEANS", "MOLLUSCS") for name in ("contains", "may_contain"))
    free = _named(stated.get("certified_free", ()), "CRUSTACEANS")
    asked = {*contains, *may_contain}
    not_asked = [one for one in ("CELERY", "MUSTARD", "SULPHITES", "LUPIN", "MOLLUSCS") if one not in asked]
    return {"contains": contains, "may_contain": may_contain, "certified_free": free, "unstated": not_asked}


def _named(allergens: Iterable[str], *shellfish: str) -> list[str]:
    return [now for one in allergens for now in (shellfish if one == "SHELLFISH" else (one,))]
