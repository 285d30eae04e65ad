"""Django's rows within a command's transaction: an account comes to be with its customer, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection
from pymongo.errors import PyMongoError

from efi.writing.unit import current


@contextmanager
def in_the_transaction() -> Iterator[None]:
    """Has rows be read and written in the transaction of the command at work.

    Raises PyMongo's errors instead of Django's, by which `dispatch` knows whether to try again.
    """
    rows: Any = connection
    rows.ensure_connection()
    outer, rows.session = rows.session, current().session
    try:
        yield
    except DatabaseError as error:
        if isinstance(error.__cause__, PyMongoError):
            raise error.__cause__ from error
        raise
    finally:
        rows.session = outer
