"""Records: read models that the admin lists, finds and sorts, and what they need for it."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

from efi.mongo import Document
from efi.projections import Index

LONGEST_SEARCH = 200
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
    """The orders and filters of a record set. Each page of any of them is a short stretch of one index."""

    sorts: Mapping[str, tuple[str, ...]]
    """By column, the fields that it is sorted by."""
    closed: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Filters by fields whose values are known: MongoDB merges up to 200 combinations of them."""
    open: tuple[str, ...] = ()
    """Filters by fields of any value."""

    @property
    def indexes(self) -> tuple[Index, ...]:
        orders = (self.index(column, (lead,)) for lead in ("", *self.open) for column in self.sorts)
        return ([("terms", 1)], *orders)

    def index(self, column: str, filtered: Iterable[str]) -> Index:
        """What holds a list, by this column's order and under these filters, in one piece or a few."""
        lead = [name for name in self.open if name in filtered][:1]
        return [(name, 1) for name in (*lead, *self.closed, *self.sorts[column], "_id")]


def terms(*texts: str) -> list[str]:
    """What a search may begin with: words and their parts, without case and accents."""
    plain = in_order(" ".join(texts))
    return sorted({*plain.split(), *re.findall(r"\w+", plain)})


def words_in(search: str) -> list[str]:
    return [word for part in in_order(search[:LONGEST_SEARCH]).split() if (word := part.strip(string.punctuation))]


def in_order(text: str) -> str:
    """How texts are sorted: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def hiding(*names: str) -> Document:
    """The stage of a view that leaves out what only folds and lists need."""
    return {"$project": dict.fromkeys((*BOOKKEEPING, *names), 0)}
