"""Values of the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from efi.domain.fields import LONGEST_NAME
from efi.domain.values import Amount

MOST_ENERGY = 4_000

Sku = Annotated[str, Field(max_length=64)]
NAME_OF_A_PICTURE = "^[0-9a-f]{2}/[0-9a-f]{64}$"
PictureName = Annotated[str, Field(pattern=NAME_OF_A_PICTURE)]
"""Where a picture is kept: made of a hash of its bytes."""


class Allergen(StrEnum):
    """The allergens that a label must name."""

    GLUTEN = "GLUTEN"
    DAIRY = "DAIRY"
    NUTS = "NUTS"
    PEANUTS = "PEANUTS"
    SOY = "SOY"
    EGGS = "EGGS"
    FISH = "FISH"
    SHELLFISH = "SHELLFISH"
    SESAME = "SESAME"


class StorageZone(StrEnum):
    """How a product is kept on its way and in the warehouse."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class Status(StrEnum):
    """Where a product stands between a draft and its end."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    ACTIVE = "active"
    SEASONAL = "seasonal"
    LIMITED_EDITION = "limited_edition"
    INACTIVE = "inactive"
    DISCONTINUED = "discontinued"
    RECALLED = "recalled"


class Offer(StrEnum):
    """How a product is offered while it is on sale: the status that it has then."""

    REGULAR = "active"
    SEASONAL = "seasonal"
    LIMITED_EDITION = "limited_edition"


SELLABLE = frozenset({Status.ACTIVE, Status.SEASONAL, Status.LIMITED_EDITION})
VISIBLE = SELLABLE | {Status.DISCONTINUED}


class Certification(StrEnum):
    """What a product is certified as."""

    ORGANIC = "ORGANIC"
    FAIR_TRADE = "FAIR_TRADE"
    ISO_22000 = "ISO_22000"
    HALAL = "HALAL"
    KOSHER = "KOSHER"
    PDO = "PDO"
    PGI = "PGI"
    HACCP = "HACCP"


@dataclass(frozen=True, kw_only=True)
class Allergens:
    """What the label states. A product without one is "not stated", which is not "free of"."""

    contains: tuple[Allergen, ...] = ()
    may_contain: tuple[Allergen, ...] = ()
    certified_free: tuple[Allergen, ...] = ()

    def __post_init__(self) -> None:
        """In whatever order they were named, and however often, it is the same statement."""
        for name in ("contains", "may_contain", "certified_free"):
            object.__setattr__(self, name, tuple(one for one in Allergen if one in getattr(self, name)))

    @property
    def contradicted(self) -> list[Allergen]:
        """What it is certified to be free of, and yet holds or may hold."""
        return [one for one in self.certified_free if one in self.contains or one in self.may_contain]


Grams = Annotated[Amount, Field(ge=0, le=100, decimal_places=2)]
Energy = Annotated[int, Field(ge=0, le=MOST_ENERGY)]


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
        """What is neither stated nor marked as not stated."""
        return (what for what, stated in self._said if stated is None and what not in self.not_stated)

    @property
    def stated_after_all(self) -> list[str]:
        """What is marked as not stated, and stated."""
        return [what for what, stated in self._said if stated is not None and what in self.not_stated]

    @property
    def _said(self) -> tuple[tuple[NotStated, object], ...]:
        return (NotStated.ALLERGENS, self.allergens), (NotStated.NUTRITION, self.nutrition)


@dataclass(frozen=True, kw_only=True)
class TemperatureRange:
    """The degrees Celsius between which a product is kept."""

    low: Annotated[int, Field(ge=-60, le=40)]
    high: Annotated[int, Field(ge=-40, le=60)]

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"{self.low} is not below {self.high}")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that has been kept: `name` is where, and the pixels are those of its largest size."""

    name: PictureName
    alt: Annotated[str, Field(max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f]*$")] = ""
    width: Annotated[int, Field(ge=1, le=100_000)]
    height: Annotated[int, Field(ge=1, le=100_000)]


class Severity(StrEnum):
    """How much harm the goods of a recalled lot may do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Loss(StrEnum):
    """How goods come to be written off."""

    DAMAGE = "damage"
    THEFT = "theft"


class Level(StrEnum):
    """How pressing a notice is."""

    INFO = "info"
    WARN = "warn"
    CRITICAL = "critical"


NOTICES = {30: Level.INFO, 14: Level.WARN, 7: Level.CRITICAL}
"""Days before its best-before at which a lot is brought to notice (docs/domain.md#lots)."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many units of one lot."""

    lot_id: UUID
    quantity: int
