"""How second persons decide: by which commands, and what they are shown before they say yes or no."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from efi.reading import approvals
from efi.reading.records import Record
from efi.staff.accounts import names_of
from efi.staff.commands.verbs import Told, Verb, always, that_has
from efi.staff.models import Approval
from efi.writing.commands import Command


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of what a second person decides on: as it is, and as it would be."""

    name: str
    before: str = ""
    after: str = ""
    said: str = ""
    """What else is to be known of it, such as how far a price moves."""

    @property
    def stays(self) -> bool:
        return self.before == self.after


def as_asked(approval: Approval) -> Iterator[Part]:
    """Yields the one part that whoever asked has told."""
    yield Part(name=approval.kind, before=approval.before, after=approval.after)


Compares = Callable[[Approval], Iterable[Part]]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """How a second person decides on what waits of one kind, what it is about, and what it would change."""

    record: type[Record]
    yes: Verb
    no: Verb
    compares: Compares


DECISIONS: dict[str, Decision] = {}
"""By the kind of what waits."""


def decided_by(
    kind: str, record: type[Record], *, yes: type[Command], no: type[Command], compares: Compares = as_asked
) -> None:
    """Registers the commands by which a second person agrees or not to what waits of this kind on such records.

    `compares` returns the parts of what it is about, those that would change and those that stay.
    """
    fits = that_has("kind", kind)
    agree = Verb(command=yes, icon="check", fits=fits, asked_by=asker_of, tells=told, in_row=always)
    refuse = Verb(command=no, icon="close", fits=fits, tells=told, in_row=always)
    DECISIONS[kind] = Decision(record=record, yes=agree, no=refuse, compares=compares)


def changes_of(approval: Approval) -> str:
    """Returns the HTML of what would change, each part beside what it is now; what stays is folded away."""
    parts = list(DECISIONS[approval.kind].compares(approval))
    changed, same = [one for one in parts if not one.stays], [one for one in parts if one.stays]
    return render_to_string("efi/changes.html", {"changed": changed, "same": same})


def told(approval: Approval) -> Told:
    """Returns all that somebody is to know who agrees, or does not."""
    who = names_of([approval.asked_by])[approval.asked_by]
    why = (("why", approval.reason),) if approval.reason else ()
    return (("what changes", changes_of(approval)), *why, ("asked for by", who), ("since", approval.since))


def asker_of(approval: Approval) -> str:
    return approval.asker or approval.asked_by


def who_asked(kind: str) -> Callable[[Any], str]:
    """Returns what names the actor who has asked for what of this kind waits on a record; "" where nothing does."""

    def asked_by(record: Any) -> str:
        waiting = _that_waits(kind, record)
        return waiting.asked_by if waiting else ""

    return asked_by


def what_waits(kind: str) -> Callable[[Any], Told]:
    """Returns what tells, on the page of a record, what of this kind waits on it."""

    def tells(record: Any) -> Told:
        waiting = _that_waits(kind, record)
        return told(waiting) if waiting else ()

    return tells


def waiting_on(record: Record) -> list[tuple[Approval, str]]:
    """Returns what waits on a record or on a part of it, the oldest first, each with the address of its page."""
    found = list(Approval.objects.filter(Q(record=record.pk) | Q(subject_id=record.pk)).order_by("since"))
    names = names_of({one.asked_by for one in found})
    for one in found:
        one.asked_by = names[one.asked_by]
    return [(one, reverse("admin:staff_approval_change", args=[quote(one.pk)])) for one in found]


def _that_waits(kind: str, record: Any) -> Approval | None:
    return Approval.objects.filter(pk=approvals.key(kind, record.pk)).first()
