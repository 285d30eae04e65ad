"""The rows of a list of records, whose cells are drawn in one loop of a template."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Field
from unfold.templatetags.unfold_list import result_headers
from unfold.widgets import CHECKBOX_CLASSES

from efi.staff import moments
from efi.staff.commands.page import address_of

BOXES, LEADING = "action_checkbox", "efi-lead"
SECOND_LINE = 3
"""Columns that a phone shows in the second line of a row, unless its pages name others."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a list shows of each record, and whether it leads to the record's page."""

    name: str
    label: str
    shown: Callable[[Any], object]
    leads: bool
    place: str
    """Where a phone shows it: left or right in the first line of a row, in the second, or nowhere."""


def table_of(pages: Any, changes: ChangeList) -> dict[str, Any]:
    """Returns the context of the template that draws the rows."""
    headers = list(result_headers(changes))
    named = zip(changes.list_display, headers, strict=True)
    labels = {shown: str(header["text"]) for shown, header in named if shown != BOXES}
    places = _places(pages, changes, list(labels))
    columns = [_column(pages, shown, label, places[shown]) for shown, label in labels.items()]
    return {
        "result_headers": headers,
        "num_sorted_fields": sum(bool(header.get("sorted")) for header in headers),
        "boxes": " ".join(CHECKBOX_CLASSES) if BOXES in changes.list_display else "",
        "rows": list(_rows(pages, changes, columns)),
    }


def in_cell(value: object) -> object:
    """Returns a value as lists and pages of records show it."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moments.moment(value)
        case date():
            return moments.day(value)
    return value


def _rows(pages: Any, changes: ChangeList, columns: list[Column]) -> Iterator[dict[str, Any]]:
    come_back = f"?{changes.preserved_filters}" if changes.preserved_filters else ""
    for record in changes.result_list:
        cells = [(column, in_cell(column.shown(record))) for column in columns]
        yield {"record": record, "address": address_of(pages, "change", record) + come_back, "cells": cells}


def _places(pages: Any, changes: ChangeList, shown: list[Any]) -> dict[Any, str]:
    leading = changes.list_display_links or shown[:1]
    second = pages.second_line or [one for one in shown if one not in leading][:SECOND_LINE]

    def place(one: Any) -> str:
        if one in leading:
            return LEADING
        if one == pages.figure:
            return "efi-right"
        return "efi-second" if one in second or callable(one) else "efi-wide-only"

    return {one: place(one) for one in shown}


def _column(pages: Any, shown: Any, label: str, place: str) -> Column:
    name = shown if isinstance(shown, str) else shown.__name__
    return Column(name=name, label=label, shown=_way_to(pages, shown), leads=place == LEADING, place=place)


def _way_to(pages: Any, shown: Any) -> Callable[[Any], object]:
    if callable(shown):
        return shown  # type: ignore[no-any-return]
    fields: dict[str, Field[Any, Any]] = {field.name: field for field in pages.opts.fields}
    if shown not in fields:
        return getattr(pages, shown)  # type: ignore[no-any-return]
    called = dict(fields[shown].flatchoices)
    return lambda record: called.get(value := getattr(record, shown), value) if called else getattr(record, shown)
