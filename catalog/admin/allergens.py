"""Allergens on forms: what the label says is chosen first, so that "none" and "not stated" cannot be mixed up."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from unfold import widgets

from catalog.values import Allergen
from efi.staff.commands.fields import Cleaned, Member, in_words

SAYS = "allergens__says"
UNSAID, NONE, SOME = "", "none", "some"
CHOICES = (
    (UNSAID, "nothing is stated"),
    (NONE, "it contains none of the fourteen"),
    (SOME, "it contains those that are ticked"),
)
TICKED = ("contains", "may_contain", "certified_free", "unstated")


def stated(record: Any) -> Mapping[str, Member]:
    """Asks what the label says of allergens, and which."""
    boxes, choices = widgets.UnfoldAdminCheckboxSelectMultipleWidget, [(one, one.lower()) for one in Allergen]
    says = forms.ChoiceField(
        label="What the label says", choices=CHOICES, required=False, widget=widgets.UnfoldAdminSelectWidget
    )
    ticked = {
        f"allergens__{name}": forms.MultipleChoiceField(
            label=capfirst(in_words(name)), choices=choices, required=False, widget=boxes
        )
        for name in TICKED
    }
    return {
        "allergens": Member(
            name="allergens", fields={SAYS: says, **ticked}, value=_value, initial=_initial, nested=True
        )
    }


def _value(said: Cleaned) -> object:
    """Raises `ValidationError` where what is chosen and what is ticked do not agree."""
    ticked = {name: said[f"allergens__{name}"] for name in TICKED}
    if said[SAYS] == UNSAID:
        if any(ticked.values()):
            raise ValidationError({SAYS: "allergens are ticked below: choose what the label says of them"})
        return None
    if said[SAYS] == NONE and ticked["contains"]:
        raise ValidationError({"allergens__contains": "ticked here, and yet it contains none: which is it?"})
    if said[SAYS] == SOME and not ticked["contains"]:
        raise ValidationError({"allergens__contains": "tick those that it contains, or choose that it contains none"})
    return ticked


def _initial(label: Any) -> dict[str, object]:
    if label is None:
        return {SAYS: UNSAID}
    ticked = {f"allergens__{name}": label[name] for name in TICKED}
    return {SAYS: SOME if label["contains"] else NONE, **ticked}
