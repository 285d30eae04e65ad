"""What people are called, by the actors that the log names."""

from collections.abc import Iterable
from uuid import UUID

from efi.models import User


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """By actor; one that is no account, as the schedule is, by its own word."""
    told = {actor: actor for actor in actors}
    keys = {key: actor for actor in told if (key := _key(actor))}
    for account in User.objects.filter(pk__in=list(keys)):
        told[keys[account.pk]] = account.name or account.email
    return told


def _key(actor: str) -> UUID | None:
    try:
        return UUID(actor)
    except ValueError:
        return None
