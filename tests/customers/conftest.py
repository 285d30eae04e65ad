"""An empty log, nobody's account, and a visitor at the door."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from efi.accounts import codes, links, new_passwords, once
from efi.mails import outbox
from efi.models import User
from tests.customers.visitor import Visitor
from tests.efi.conftest import documents, restarted

__all__ = ["documents", "restarted"]


@pytest.fixture
def nobody(restarted: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Nobody has an account."""
    for kept in (codes, links, new_passwords, once, outbox):
        kept.ensure_indexes()
    with django_db_blocker.unblock():
        User.objects.all().delete()
        yield
        User.objects.all().delete()


@pytest.fixture
def visitor(nobody: None) -> Visitor:
    return Visitor()
