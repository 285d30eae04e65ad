"""What a product is, how far it has come, and how it is offered."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from catalog.values.labels import Label
from efi.domain.texts import with_plain_line_ends

Sku = Annotated[str, Field(max_length=64)]


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
ENDED = frozenset({Status.DISCONTINUED, Status.RECALLED})
"""What is no longer sold: for good what is recalled, and what is discontinued unless two people bring it back."""


class StorageZone(StrEnum):
    """How a product is kept on its way and in the warehouse."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


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
class TemperatureRange:
    """The degrees Celsius between which a product is kept."""

    low: Annotated[int, Field(ge=-60, le=40)]
    high: Annotated[int, Field(ge=-40, le=60)]

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"{self.low} is not below {self.high}")


@dataclass(frozen=True, kw_only=True)
class Description(Label):
    """All that is said of a product but its price and its place (docs/domain.md#products)."""

    name: str
    short_description: str = ""
    description: str
    brand: str = ""
    unit: str
    weight_grams: int | None = None
    country_of_origin: str
    region_of_origin: str = ""
    ingredients: str = ""
    storage_zone: StorageZone = StorageZone.AMBIENT
    temperature: TemperatureRange | None = None
    shelf_life_days: int | None = None
    certifications: tuple[Certification, ...] = ()
    tags: tuple[str, ...] = ()
    premium: bool = False
    authentication: str = ""
    age_restricted: bool = False

    @property
    def label(self) -> Label:
        """Returns what the label alone states."""
        return Label(**{one.name: getattr(self, one.name) for one in fields(Label)})

    @property
    def unproven(self) -> bool:
        """Returns whether it claims to be premium without its region of origin and what that is known by."""
        return self.premium and not (self.region_of_origin and self.authentication)

    @property
    def missing(self) -> Iterator[str]:
        """Yields the names of what has to be said before the product goes on sale."""
        if not self.description:
            yield "description"
        yield from self.label.missing


def description_in(said: object) -> Description:
    """Returns the description in a command or an event that has all its fields under the same names."""
    return Description(**{one.name: _read(getattr(said, one.name)) for one in fields(Description)})


def _read(said: Any) -> Any:
    """Returns a text with plain line ends, as commands have them by now."""
    return with_plain_line_ends(said) if type(said) is str else said
