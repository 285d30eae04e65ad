"""What the tests of customers share: an empty log, nobody's account, and a visitor at the door."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from customers.commands import endings
from efi.accounts import codes, links, new_passwords, once
from efi.http import rate_limits
from efi.mails import outbox
from efi.models import User
from tests.customers.visitor import Visitor
from tests.efi.conftest import documents, restarted
from tests.scenario import InMemory

__all__ = ["documents", "restarted"]


@pytest.fixture
def scenario(scenario, monkeypatch):
    """In memory there are no rows of accounts either."""
    if isinstance(scenario.write_side, InMemory):
        monkeypatch.setattr(endings, "set_active", lambda customer_id, *, active: None)
    return scenario


@pytest.fixture
def nobody(restarted: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Nobody has an account, and nobody has tried anything lately."""
    for kept in (codes, links, new_passwords, once, outbox):
        kept.ensure_indexes()
    rate_limits._own.cache_clear()
    with django_db_blocker.unblock():
        User.objects.all().delete()
        yield
        User.objects.all().delete()


@pytest.fixture
def visitor(nobody: None) -> Visitor:
    return Visitor()
