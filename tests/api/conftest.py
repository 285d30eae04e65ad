"""The API in process, with no relay and no cache, so that an answer shows what the request itself has done."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

import catalog.commands
import catalog.upcasters
from efi import generations
from efi.models import User
from efi.repository import memory
from tests.api.shop import Shop, emptied, opened_accounts

assert catalog.commands, catalog.upcasters


@pytest.fixture(scope="module")
def accounts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    yield from accounts_of(django_db_blocker)


def accounts_of(blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    """They outlive a test: only the log and the documents are emptied between two."""
    with blocker.unblock():
        yield opened_accounts()
        User.objects.all().delete()
    memory.forget()
    generations.forget()


@pytest.fixture
def shop(accounts: dict[str, User]) -> Shop:
    """Empty."""
    emptied()
    return Shop(accounts)
