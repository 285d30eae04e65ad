"""Tries a command on what is known of the log, without the database, so that a history is not mostly refusals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

from pymongo import MongoClient
from pymongo.client_session import ClientSession

from efi.domain.context import Context
from efi.domain.errors import Refusal
from efi.log.event_store import Commit
from efi.writing import claims, repository, snapshots
from efi.writing.commands import HANDLERS, Command
from efi.writing.unit import Unit, working
from tests.convergence.baton import here

ANY = UUID(int=0)


@dataclass(frozen=True)
class Order:
    """A command, who gives it, and when."""

    command: Command
    actor: str
    at: datetime


class Free:
    """Claims of which none is taken, and guards that let everything pass."""

    def find_one(self, *args: Any, **options: Any) -> None:
        return None

    def update_one(self, *args: Any, **options: Any) -> SimpleNamespace:
        return SimpleNamespace(matched_count=1)

    insert_one = delete_one = find_one


class Beyond(Exception):
    """A command has reached for more of the database than aggregates, claims and guards."""


class Rehearsed(ClientSession):
    """Stands for the session of a transaction, which a command that carries out another asks for."""

    def __init__(self) -> None:
        """Begins nothing: it is of no client."""

    def __getattribute__(self, name: str) -> Any:
        raise Beyond(name)


REHEARSED = Rehearsed()


checkout = MongoClient._checkout


def checked_out(to: Any, *args: Any) -> Any:
    """Stands before the database: a call within a rehearsal would pass the baton to another giver in the middle of it.

    Raises `Beyond` there.
    """
    if here.rehearses:
        raise Beyond
    return checkout(to, *args)


def would_do(order: Order, log: Mapping[str, list[Commit]]) -> bool:
    """Whether it would be accepted and change something, for all that is known of the log, several aggregates or one."""
    context = Context(command_id=ANY, actor=order.actor, at=order.at, correlation_id=ANY)
    session: Any = REHEARSED if HANDLERS[type(order.command)].transaction else None
    unit = Unit(context=context, session=session, may_remember=False)
    with (
        patch.object(here, "rehearses", True),
        patch.object(unit, "borrow", unit.borrowed.append),
        patch.object(repository, "read", lambda stream, *rest: without_gaps(log.get(stream, ()))),
        patch.object(snapshots, "load", lambda *args: None),
        patch.object(claims, "claims", Free),
        patch.object(claims, "guards", Free),
        working(unit),
    ):
        try:
            HANDLERS[type(order.command)].handler(order.command, unit.context)
        except Refusal:
            return False
        except Beyond:
            return bool(unit.borrowed)  # as far as it came, it would be
    return bool(unit.changed)


def without_gaps(commits: Iterable[Commit]) -> Iterator[Commit]:
    """Up to the first that is not known: of two givers one may die before it tells, or tell after the other."""
    reached = 0
    for commit in sorted(commits, key=lambda one: one.version):
        if commit.version != reached + 1:
            return
        reached = commit.last
        yield commit
