"""The names of people behind the actors that the log records."""

from collections.abc import Iterable
from uuid import UUID

from efi.models import User


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Returns the name by actor; an actor without an account, such as the schedule, keeps its own word."""
    names = {actor: actor for actor in actors}
    keys = {key: actor for actor in names if (key := _key(actor))}
    for account in User.objects.filter(pk__in=list(keys)):
        names[keys[account.pk]] = account.name or account.email
    return names


def _key(actor: str) -> UUID | None:
    try:
        return UUID(actor)
    except ValueError:
        return None
