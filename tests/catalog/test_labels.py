"""What labels of before state today: the nine allergens that were asked for, among the fourteen that are."""

from typing import Any

import pytest
from pydantic import ValidationError

from catalog.values import Allergen, Allergens, Nutrition
from efi.domain.events import lift
from efi.domain.payloads import load
from efi.running.registrations import example

NEVER_ASKED = (Allergen.CELERY, Allergen.MUSTARD, Allergen.SULPHITES, Allergen.LUPIN)


def of_before(**stated: list[str]) -> Allergens:
    """A label as schema 2 of its event has it."""
    nothing: dict[str, list[str]] = {"contains": [], "may_contain": [], "certified_free": []}
    event: Any = lift(
        "catalog.ProductCreated", 2, example("catalog.ProductCreated", 2) | {"allergens": nothing | stated}
    )
    allergens: Allergens = event.allergens
    return allergens


def test_a_label_names_the_fourteen_of_annex_ii():
    assert len(Allergen) == 14


def test_what_was_stated_still_is_and_of_what_was_never_asked_nothing_is_stated():
    label = of_before(contains=["DAIRY"], may_contain=["NUTS"], certified_free=["GLUTEN"])
    assert (label.contains, label.may_contain) == ((Allergen.DAIRY,), (Allergen.NUTS,))
    assert label.certified_free == (Allergen.GLUTEN,)
    assert set(NEVER_ASKED) <= set(label.unstated)


@pytest.mark.parametrize("how", ["contains", "may_contain"])
def test_what_has_shellfish_may_have_either_kind(how):
    label = of_before(**{how: ["SHELLFISH"]})
    assert getattr(label, how) == (Allergen.CRUSTACEANS, Allergen.MOLLUSCS)
    assert label.unstated == NEVER_ASKED


def test_a_certificate_without_shellfish_says_nothing_of_molluscs():
    label = of_before(certified_free=["SHELLFISH"])
    assert label.certified_free == (Allergen.CRUSTACEANS,)
    assert label.unstated == (*NEVER_ASKED, Allergen.MOLLUSCS)


def test_what_stated_nothing_states_nothing():
    payload = example("catalog.ProductCreated", 2) | {"allergens": None}
    assert lift("catalog.ProductCreated", 2, payload).allergens is None


@pytest.mark.parametrize("event", ["LabelProposed", "LabelApproved"])
def test_a_label_that_waits_or_was_agreed_to_is_lifted_too(event):
    lifted: Any = lift(f"catalog.{event}", 1, example(f"catalog.{event}", 1))
    assert lifted.label.allergens.unstated == (*NEVER_ASKED, Allergen.MOLLUSCS)


STATED = {"per": "100 g", "energy_kj": 0, "energy_kcal": 0, "saturates": "0", "sugars": "0"}
PARTS = ("fat", "carbohydrate", "protein", "salt")


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_a_hundred_grams_weighs_more(part):
    of_all = STATED | dict.fromkeys(PARTS, "0")
    load(Nutrition, of_all | {part: "100"})
    with pytest.raises(ValidationError):
        load(Nutrition, of_all | {part: "100.01"})
