"""What a product is, as its label and its page say it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from uuid import UUID

from catalog.values import Certification, Label, StorageZone, TemperatureRange


@dataclass(frozen=True, kw_only=True)
class LabelProposal:
    """A label that waits for a second person."""

    id: UUID
    label: Label
    by: str


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
        return Label(**{one.name: getattr(self, one.name) for one in fields(Label)})

    @property
    def unproven(self) -> bool:
        """A premium product says from which region it is, and by what that is known."""
        return self.premium and not (self.region_of_origin and self.authentication)

    @property
    def missing(self) -> Iterator[str]:
        """What has to be said before it goes on sale."""
        if not self.description:
            yield "description"
        yield from self.label.missing


def description_in(said: object) -> Description:
    """Of a command or an event that says all of it, each under the description's own name."""
    return Description(**{one.name: getattr(said, one.name) for one in fields(Description)})
