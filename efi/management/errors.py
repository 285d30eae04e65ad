"""Turns exceptions into the errors that a management command prints."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from pymongo.errors import PyMongoError

from efi.domain.errors import Refusal
from efi.reading.followers import Outage
from efi.runtime.masking import masked


@contextmanager
def told(otherwise: str, also: type[Exception] = PyMongoError) -> Iterator[None]:
    """Raises `CommandError` for a refusal, and for an error of MongoDB or of `also` behind the words of `otherwise`."""
    try:
        yield
    except (Refusal, Outage) as refusal:
        raise CommandError(str(refusal)) from None
    except (PyMongoError, also) as error:
        raise CommandError(masked(f"{otherwise}: {error}")) from error
