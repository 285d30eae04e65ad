"""Pages of a list by the sort keys of the last row, so that what is inserted meanwhile moves nothing."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.encoding import escape_uri_path

from efi.http.problems import BadInput
from efi.log.mongo import Document
from efi.reading.projections import Owned

Sort = Sequence[tuple[str, int]]
SIGNER = signing.Signer(salt="cursor")
LONGEST_CURSOR = 4_000
USUAL_KEY = 200
MOST_ROWS = 100
USUAL_ROWS = 24


def limit_in(given: str | None) -> int:
    """Returns how many rows a page has: 1 to 100, 24 by default; raises `BadInput` for anything else."""
    if given is None:
        return USUAL_ROWS
    if not given.isascii() or not given.isdigit() or len(given) > 3 or not 1 <= int(given) <= MOST_ROWS:
        raise BadInput(f"limit is 1 to {MOST_ROWS}", code="limit")
    return int(given)


def cursor_behind(row: Document, sort: Sort, query: str) -> str:
    return cursor_of([_value(row, name) for name, _ in sort], sort, query)


def cursor_of(values: Sequence[Any], sort: Sort, query: str, way: str = "") -> str:
    """Returns a signed cursor that is good for this query alone; a long one is compressed to fit into an address.

    `values`: those that the last row is sorted by. `way`: how it was found, where there are several.
    """
    told = [_digest(query, sort), list(map(_plain, values)), *([way] if way else [])]
    return SIGNER.sign_object(told, compress=len(str(values)) > USUAL_KEY)


def way_of(cursor: str | None, sort: Sort, query: str) -> str:
    return "" if cursor is None else _opened(cursor, _digest(query, sort))[1]


def values_of(cursor: str | None, sort: Sort, query: str) -> list[Any]:
    """Returns what the last row was sorted by; nothing before the first page."""
    return [] if cursor is None else _opened(cursor, _digest(query, sort))[0]


def behind(cursor: str | None, sort: Sort, query: str) -> Document:
    """Returns the condition that a row comes after the cursor's in this order."""
    values = values_of(cursor, sort, query)
    if not values:
        return {}
    steps = []
    for at, (name, direction) in enumerate(sort):
        equal = {earlier: values[i] for i, (earlier, _) in enumerate(sort[:at])}
        steps.append({**equal, name: {"$gt" if direction > 0 else "$lt": values[at]}})
    return {"$or": steps}


def page_of(
    whose: Owned, where: Document, sort: Sort, *, query: str, cursor: str | None, limit: int
) -> tuple[list[Document], str]:
    """Returns a page of an owner's documents, and the cursor of the next, which is good for this owner alone, or ""."""
    asked = repr((whose.owner, query))
    rows = whose.find({"$and": [where, behind(cursor, sort, asked)]}, sort=sort, limit=limit + 1)
    return rows[:limit], cursor_behind(rows[limit - 1], sort, asked) if len(rows) > limit else ""


def next_page(request: HttpRequest, cursor: str) -> str:
    return f"{escape_uri_path(request.path)}?{urlencode({**dict(request.GET.lists()), 'cursor': cursor}, doseq=True)}"


def _digest(query: str, sort: Sort) -> str:
    return hashlib.blake2b(repr((query, list(sort))).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=1_000)
def _opened(cursor: str, query: str) -> tuple[list[Any], str]:
    try:
        made_for, values, *way = SIGNER.unsign_object(cursor[:LONGEST_CURSOR])
    except (signing.BadSignature, ValueError) as error:
        raise BadInput("the cursor is not one of ours", code="cursor") from error
    if made_for != query:
        raise BadInput("the cursor belongs to another query", code="cursor")
    return [_rich(value) for value in values], "".join(way)


def _value(row: Document, name: str) -> Any:
    for step in name.split("."):
        row = row[step]
    return row


def _plain(value: Any) -> Any:
    return {"at": value.isoformat()} if hasattr(value, "isoformat") else value


def _rich(value: Any) -> Any:
    return parse_datetime(value["at"]) if isinstance(value, dict) else value
