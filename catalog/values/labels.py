"""What the label of a product states."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from efi.domain.values import figures

MOST_ENERGY = 4_000
Grams = Annotated[Decimal, figures("a number of grams"), Field(ge=0, le=100, decimal_places=2)]
Energy = Annotated[int, Field(ge=0, le=MOST_ENERGY)]


class Allergen(StrEnum):
    """What a label must name: the fourteen of Regulation (EU) 1169/2011, Annex II, in its order."""

    GLUTEN = "GLUTEN"
    CRUSTACEANS = "CRUSTACEANS"
    EGGS = "EGGS"
    FISH = "FISH"
    PEANUTS = "PEANUTS"
    SOY = "SOY"
    DAIRY = "DAIRY"
    NUTS = "NUTS"
    CELERY = "CELERY"
    MUSTARD = "MUSTARD"
    SESAME = "SESAME"
    SULPHITES = "SULPHITES"
    LUPIN = "LUPIN"
    MOLLUSCS = "MOLLUSCS"


@dataclass(frozen=True, kw_only=True)
class Allergens:
    """What the label states. A product without one is "not stated", which is not "free of".

    `unstated` are those that it says nothing of, such as a label of before all fourteen were asked for.
    """

    contains: tuple[Allergen, ...] = ()
    may_contain: tuple[Allergen, ...] = ()
    certified_free: tuple[Allergen, ...] = ()
    unstated: tuple[Allergen, ...] = ()

    def __post_init__(self) -> None:
        """Puts each list in one order, each allergen once: named otherwise it is the same statement."""
        for one in fields(self):
            object.__setattr__(self, one.name, tuple(named for named in Allergen if named in getattr(self, one.name)))

    @property
    def contradicted(self) -> list[Allergen]:
        """Returns what it is certified to be free of or says nothing of, and yet contains or may contain."""
        named = {*self.contains, *self.may_contain}
        both = set(self.certified_free) & set(self.unstated)
        return [one for one in (*self.certified_free, *self.unstated) if one in named or one in both]


class Measure(StrEnum):
    """What nutrition is stated for."""

    GRAMS = "100 g"
    MILLILITRES = "100 ml"


@dataclass(frozen=True, kw_only=True)
class Nutrition:
    """The declaration that Regulation (EU) 1169/2011, article 30, asks for: energy, and grams of each."""

    per: Measure = Measure.GRAMS
    energy_kj: Energy
    energy_kcal: Energy
    fat: Grams
    saturates: Grams
    carbohydrate: Grams
    sugars: Grams
    protein: Grams
    salt: Grams

    def __post_init__(self) -> None:
        if self.saturates > self.fat or self.sugars > self.carbohydrate:
            raise ValueError("a part is more than the whole: saturates are of the fat, sugars of the carbohydrate")


class NotStated(StrEnum):
    """What a product is knowingly sold without, as with goods whose maker does not say it."""

    ALLERGENS = "allergens"
    NUTRITION = "nutrition"


@dataclass(frozen=True, kw_only=True)
class Label:
    """What an allergic or ill person goes by. It changes only when two people have looked at it."""

    allergens: Allergens | None = None
    nutrition: Nutrition | None = None
    not_stated: tuple[NotStated, ...] = ()

    @property
    def missing(self) -> Iterator[str]:
        """Returns what is neither stated nor marked as not stated."""
        return (what for what, stated in self._said if stated is None and what not in self.not_stated)

    @property
    def stated_after_all(self) -> list[str]:
        """Returns what is marked as not stated, and stated."""
        return [what for what, stated in self._said if stated is not None and what in self.not_stated]

    @property
    def _said(self) -> tuple[tuple[NotStated, object], ...]:
        return (NotStated.ALLERGENS, self.allergens), (NotStated.NUTRITION, self.nutrition)
