"""Staff at the admin, each with what their groups or their own permissions allow."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from catalog.models import Product
from efi.http.permissions import ensure_groups
from efi.models import User
from efi.reading import generations
from efi.writing.repository import memory
from tests.api.shop import caught_up, emptied
from tests.catalog import catalogue
from tests.permissions import permissions

ROLES = {
    "superuser": (),
    "approver": ("approvers",),
    "reporter": ("reporting staff",),
    "buyer": ("catalogue staff",),
    "keeper": ("customer staff",),
}


@pytest.fixture
def shop(django_db_setup: None) -> Iterator[None]:
    """Every read model, empty, and the groups. To make their indexes for each test anew would take most of its time."""
    emptied()
    ensure_groups()
    yield
    memory.forget()
    generations.forget()


@pytest.fixture
def visitor(shop: None) -> Callable[[str], Client]:
    """Signs somebody in, as one of the roles, or as staff of no group."""

    def sign_in(role: str) -> Client:
        account = User.objects.create_user(f"{role}@efi.example", "olives", is_staff=True, name=role.capitalize())
        account.is_superuser = role == "superuser"
        account.save()
        account.groups.set(Group.objects.filter(name__in=ROLES.get(role, ())))
        client = Client(raise_request_exception=True)
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def staff(visitor: Callable[[str], Client]) -> Client:
    return visitor("superuser")


@pytest.fixture
def holder(shop: None) -> Callable[..., Client]:
    """Signs somebody in who may read all of the records of all contexts, and has these permissions besides."""

    def sign_in(*held: str) -> Client:
        name = "-".join(one.partition(".")[2] for one in held)[:60] or "nothing"
        account = User.objects.create_user(f"{name}@efi.example", "olives", is_staff=True, name="Nadia")
        seen = Permission.objects.filter(codename__in=("read_records", "see_personal"))
        account.user_permissions.add(*seen, *permissions(held))
        client = Client(raise_request_exception=True)
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def olives(shop: None) -> Product:
    """In a category and on sale, with a lot of them from a supplier."""
    mezze = catalogue.category("Mezze")
    listed = catalogue.listed(category_id=catalogue.category("Olives", below=mezze))
    catalogue.stocked(listed, catalogue.supplier(), 10)
    caught_up()
    return Product.objects.get(pk=str(listed))
