"""The API in process, with no relay and no cache, so that an answer shows what the request itself has done."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from efi.models import User
from efi.reading import generations
from efi.writing.repository import memory
from tests.api.shop import Shop, caught_up, emptied, on_sale, opened_accounts
from tests.catalog.catalogue import category


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


@pytest.fixture
def mezze(shop: Shop) -> UUID:
    return category("Mezze")


@pytest.fixture
def olives(mezze: UUID) -> UUID:
    """On sale for 8.50, and in every list."""
    olives = on_sale("Kalamata olives", "OLI-1", categories=(mezze,))
    caught_up()
    return olives
