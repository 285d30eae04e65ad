"""What a command says where it could not do what it was told."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from pymongo.errors import PyMongoError

from efi.domain.errors import Refusal
from efi.reading.followers import Outage


@contextmanager
def told(otherwise: str, also: type[Exception] = PyMongoError) -> Iterator[None]:
    """A refusal as it is; a failure of MongoDB, or of this kind, behind what that means for who asked."""
    try:
        yield
    except (Refusal, Outage) as refusal:
        raise CommandError(str(refusal)) from None
    except (PyMongoError, also) as error:
        raise CommandError(f"{otherwise}: {error}") from error
