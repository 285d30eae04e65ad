"""A record on one page, in panels: figures and facts, short tables of what belongs to it, links to the lists of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.html import format_html

from efi.staff.commands.page import address_of
from efi.staff.records.lists import Found
from efi.staff.records.rows import in_cell

SHEET = "efi/sheet.html"
SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class Few:
    """The first records of a longer list."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Some of what is to be known of a record."""

    title: str
    figure: object = ""
    """What is to be seen first."""
    facts: Sequence[tuple[str, object]] = ()
    few: Few | None = None
    links: Sequence[object] = ()
    wide: bool = False


def panel(
    title: str,
    *facts: tuple[str, object],
    figure: object = "",
    few: Few | None = None,
    links: Iterable[object] = (),
    wide: bool = False,
) -> Panel:
    """Makes a panel whose facts are written as lists write them."""
    said = [(name, in_cell(value)) for name, value in facts]
    return Panel(title=title, figure=figure, facts=said, few=few, links=list(links), wide=wide)


def few(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Few | None:
    """Makes a short table whose cells are written as lists write them; None without rows."""
    written = [[in_cell(value) for value in row] for row in rows]
    return Few(caption=caption, columns=columns, rows=written) if written else None


def first_of_kind(model: type[Model], order: str, **narrowed: object) -> list[Any]:
    """Returns the first of these records, as their list would show them."""
    pages: Any = admin.site.get_model_admin(model)
    found: list[Any] = Found(pages, model._default_manager.filter(**narrowed).order_by(order), "")[0:SHOWN]
    return found


def referred(record: Any, name: str) -> Any:
    """Returns the record that a field refers to; None where it is not there, or not yet."""
    try:
        return getattr(record, name)
    except ObjectDoesNotExist:
        return None


def link_to_record(record: Any, called: object = "") -> object:
    """Returns a link to a record's page; None for none."""
    if record is None:
        return None
    pages: Any = admin.site.get_model_admin(type(record))
    return format_html('<a class="efi-link" href="{}">{}</a>', address_of(pages, "change", record), called or record)


def kept_as(record: Any, identity: str = "") -> Panel:
    """Returns the panel that says when a record changed last, and its id."""
    return panel("Record", ("changed", record.updated_at), ("id", identity or record.pk))
