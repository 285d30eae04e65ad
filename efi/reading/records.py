"""Records: read models that the admin lists, finds and sorts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bson import Decimal128
from django.db import models

from efi.domain.values import Money
from efi.log.mongo import Document
from efi.reading.projections import Index

BOOKKEEPING = ("_seen", "_failed", "_rev", "terms")


class Record(models.Model):
    """A row of a view. The database itself refuses to save it."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=80)
    updated_at = models.DateTimeField(db_column="_updated_at")

    class Meta:
        abstract = True
        managed = False
        default_permissions = ()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The orders and filters of a list of records. Each page of any of them is a short range of one index."""

    sorts: Mapping[str, tuple[str, ...]]
    """The fields that a list is sorted by, by column."""
    closed: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Filters by fields whose values are known: MongoDB merges up to 200 combinations of them."""
    open: tuple[str, ...] = ()
    """Filters by fields of any value."""

    @property
    def indexes(self) -> tuple[Index, ...]:
        orders = (self.index(column, (lead,)) for lead in ("", *self.open) for column in self.sorts)
        return ([("terms", 1)], *orders)

    def index(self, column: str, filtered: Iterable[str]) -> Index:
        """Returns the index in which a list with this order and these filters is one range, or a few."""
        lead = [name for name in self.open if name in filtered][:1]
        return [(name, 1) for name in (*lead, *self.closed, *self.sorts[column], "_id")]


def price_of(money: Money) -> Document:
    """Returns the fields under which a record keeps its price: MongoDB can sort and add them."""
    return {"price": Decimal128(money.amount), "currency": money.currency}


def hiding(*names: str) -> Document:
    """Returns the stage of a view that leaves out what only folds and lists need."""
    return {"$project": dict.fromkeys((*BOOKKEEPING, *names), 0)}


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """Returns the values of an enumeration with what pages call each, as a Django field takes them."""
    return [(value.value, value.replace("_", " ")) for value in values]
