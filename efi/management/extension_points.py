"""The page of extension points: each registry, the function that fills it, and the apps that have done so."""

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from efi.accounts import held, obliged
from efi.contexts import contexts
from efi.delivery import due, forgetting, reactions, schedule
from efi.domain import aggregate, events, payloads
from efi.http import cache, hot_reads, permissions
from efi.imports import kinds, trades
from efi.log import epoch, keys
from efi.mails import of_accounts, outbox
from efi.mails.events import mails_on
from efi.reading import approvals, followers, mirrors, projections
from efi.staff import decisions, marks, references, site, tiles
from efi.staff.commands import fields, forms
from efi.staff.records import exports
from efi.writing import claims, commands

HEAD = """\
# Extension points

Where a context adds to the kernel. All modules of an app whose configuration is an `efi.contexts.ContextConfig` are
imported at start: whatever a module registers is registered, and nothing lists the modules. What has no function yet is
added to by hand, by `append`, `extend` or a key.

Sections of the admin's sidebar, addresses, which of them take files, demo accounts and demo data are attributes of the
app's configuration, in its `apps.py`; its pages in the admin are registered as Django does it. The last column names
the apps that have added something; `-` stands where none has, or where only words are kept, which tell of no app.

This page is made by `make docs` from the registries themselves.

| registry | what is registered, and how | by |
|---|---|---|
"""


@dataclass(frozen=True)
class Point:
    """A registry, and the function or decorator that fills it."""

    name: str
    registry: Iterable[Any]
    fill: Callable[..., Any] | None = None
    holds: str = ""
    """What is registered, where no function says so."""
    also: Callable[..., Any] | None = None
    """Another function that fills it."""

    @property
    def told(self) -> str:
        """Returns what is registered, after the name of what does it."""
        return " ".join(map(self._told_of, filter(None, (self.fill, self.also)))) or self.holds

    def _told_of(self, fill: Callable[..., Any]) -> str:
        said = " ".join((inspect.getdoc(fill) or "").partition("\n\n")[0].split())
        return f"`{fill.__module__}.{fill.__name__}`: {self.holds or said}"


POINTS = (
    Point("AGGREGATES", aggregate.AGGREGATES, aggregate.aggregate),
    Point("EVENTS", events.EVENTS, events.event),
    Point("UPCASTERS", events.UPCASTERS, events.upcasts),
    Point("PATTERNS", payloads.PATTERNS, payloads.told_as),
    Point("TAGS", payloads.TAGS, payloads.tells_apart),
    Point("HANDLERS", commands.HANDLERS, commands.handles),
    Point("CLAIMED", claims.CLAIMED, claims.claimed),
    Point("HELD", claims.HELD, claims.held),
    Point("COUNTED", claims.COUNTED, claims.counted),
    Point("RENAMED", claims.RENAMED, claims.renamed),
    Point("FORGETS", epoch.FORGETS, epoch.forgets),
    Point("READ_MODELS", projections.READ_MODELS, projections.projects),
    Point("ASKING", approvals.ASKING, approvals.asks),
    Point("FOLLOWERS", followers.FOLLOWERS, followers.follows),
    Point("AFTER", followers.AFTER, followers.after_catching_up),
    Point("MIRRORS", mirrors.MIRRORS, holds="Stores that hold a read model's documents once more, each a `Mirror`."),
    Point("POWERS", obliged.POWERS, obliged.requires_second_factor),
    Point("TAKEN_AWAY", held.TAKEN_AWAY, held.taken_away),
    Point("REACTIONS", reactions.REACTIONS, reactions.reacts),
    Point("ADDRESSES", of_accounts.ADDRESSES, of_accounts.knows_addresses),
    Point("MAILS", outbox.MAILS, outbox.writes, also=mails_on),
    Point("JOBS", schedule.JOBS, schedule.every, also=due.when_due),
    Point("HELD_OF_PEOPLE", keys.HELD_OF_PEOPLE, holds="What lets go of all else that a process holds of people."),
    Point("ERASERS", forgetting.ERASERS, forgetting.erases),
    Point("FORGOTTEN_BY", forgetting.FORGOTTEN_BY, forgetting.forgotten_by),
    Point("GRANTS", permissions.GRANTS, permissions.grant),
    Point("OWNERS", permissions.OWNERS, permissions.grant_to_owners),
    Point("AT_DOORS", permissions.AT_DOORS, permissions.keep_to_doors),
    Point("REPLACED", permissions.REPLACED, permissions.replaces),
    Point("FED", cache.FED, hot_reads.serve),
    Point("KINDS", kinds.KINDS, kinds.register, "Registers a kind of files that can be imported, with its page."),
    Point("PARTS", trades.PARTS, trades.brings),
    Point("PAGES", site.PAGES, holds="Pages of the admin that are of no record, each a `Page`."),
    Point("TILES", tiles.TILES, tiles.tile),
    Point("DECISIONS", decisions.DECISIONS, decisions.decided_by),
    Point("EXPORTS", exports.EXPORTS, holds="How a kind of record is written to a file, as an `Export`."),
    Point("REFERRED", references.REFERRED, references.refers),
    Point("REFUSED_AT", forms.REFUSED_AT, forms.refused_at),
    Point("SUPPLIED_BY", forms.SUPPLIED_BY, forms.supplied_by),
    Point("SAID", fields.SAID, fields.say),
    Point("LOOKS", marks.LOOKS, marks.show_as),
)


def text() -> str:
    """Returns the whole page."""
    rows = (f"| `{point.name}` | {point.told} | {', '.join(_apps_behind(point.registry)) or '-'} |" for point in POINTS)
    return HEAD + "\n".join(rows) + "\n"


def _apps_behind(registry: Iterable[Any]) -> list[str]:
    """Returns the apps whose classes, functions and permissions a registry holds; words tell of none."""
    there = {app.label for app in contexts()}
    entries = registry.items() if isinstance(registry, Mapping) else registry
    behind = [there & set(_named(entry)) for entry in entries]
    return sorted(set().union(*(apps - {"efi"} or apps for apps in behind)))


def _named(thing: Any) -> Iterator[str]:
    """Yields the first words of the modules, and of the dotted names, that an entry is made of."""
    if isinstance(thing, type) or inspect.isroutine(thing):
        yield thing.__module__.partition(".")[0]
    elif isinstance(thing, str):
        yield thing.partition(".")[0] if "." in thing else ""
    elif isinstance(thing, tuple | list | set):
        for part in thing:
            yield from _named(part)
    elif is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from _named(getattr(thing, field.name))
