"""Who has looked at whom: each time that a member of staff opens a page of a customer, which stays noted."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from pymongo.collection import Collection

from efi.accounts.held import taken_away
from efi.log.event_store import now
from efi.log.mongo import Document, collection
from efi.staff.accounts import names_of

LAST = 6
EVERYBODY = "list"
"""Whom somebody has looked at who took a list out."""


def looks() -> Collection[Document]:
    """Returns the collection, to which entries are added and nothing else is done."""
    return collection("looks")


def note_a_look(request: HttpRequest, customer_id: str) -> None:
    """Notes that somebody opened a page of a customer; once for each page."""
    asking: Any = request.user
    noted = request.META.setdefault("efi.looked_at", set())
    if customer_id not in noted:
        noted.add(customer_id)
        _ensure_index(looks().full_name)
        looks().insert_one({"whom": customer_id, "who": str(asking.pk), "at": now()})


def note_an_export(request: HttpRequest) -> None:
    """Notes that somebody took a whole list of customers out as a file."""
    asking: Any = request.user
    looks().insert_one({"whom": EVERYBODY, "who": str(asking.pk), "at": now()})


def last_looks(customer_id: UUID) -> list[tuple[datetime, str]]:
    """Returns when a customer was looked at lately, and by whom."""
    found = list(looks().find({"whom": str(customer_id)}).sort("at", -1).limit(LAST))
    names = names_of({one["who"] for one in found})
    return [(one["at"], names[one["who"]]) for one in found]


@cache
def _ensure_index(name: str) -> None:
    looks().create_index([("whom", 1), ("at", -1)])


@taken_away("looks")
def looked_at(person: UUID) -> list[datetime]:
    """Returns when members of staff have looked at somebody."""
    return [one["at"] for one in looks().find({"whom": str(person)}).sort("at", 1)]
