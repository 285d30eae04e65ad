"""How long a page of the admin's lists takes: of products and of customers, of few and of many."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid5

from django.core.management import call_command
from django.test import Client

from catalog.records import products
from efi.log import event_store
from efi.models import User
from efi.reading import generations
from tests.bench.figures import Figure
from tests.bench.past import SPACE, SUPPLIER
from tests.catalog.shelves import listed, lot_of, put
from tests.customers.crowd import fill_customers

ROWS = {"admin_list_ms", "customers_list_ms"}
FEW = 1_000
ROUNDS = 12
Fill = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list of the admin: how it is filled, with how many at most, and the pages of it that are asked for."""

    address: str
    fill: Fill
    many: int
    shows: bytes
    """What is on every page that shows something."""
    pages: tuple[str, ...]


def fill_products(number: int) -> None:
    foods = [uuid5(SPACE, f"food {at}") for at in range(number)]
    put(
        products.NAME,
        {food: [*listed(at, food, SUPPLIER), *lot_of(at, food, SUPPLIER)] for at, food in enumerate(foods)},
    )


PRODUCT_PAGES = (
    "",
    "?p=7",
    "?o=5",
    "?o=-7.1",
    "?status__exact=active",
    "?status__exact=active&country=GR&o=-5",
    "?in_stock__exact=1&storage_zone__exact=frozen",
    "?q=food+number+12",
    "?q=SKU-0001",
)


CUSTOMER_PAGES = (
    "",
    "?p=7",
    "?o=-7",
    "?standing__exact=active",
    "?standing__exact=active&type__exact=tourist&o=-7",
    "?has_account__exact=1&tier__exact=retail",
    "?q=customer+12",
    "?q=12+bay+street",
    "?q=street+bridgetown+customer",
    "?q=customer-0001",
    "?q=430-00",
)
LISTS = {
    "admin_list_ms": Listed(
        address="/admin/catalog/product/", fill=fill_products, many=100_000, shows=b"SKU-", pages=PRODUCT_PAGES
    ),
    "customers_list_ms": Listed(
        address="/admin/customers/customer/",
        fill=fill_customers,
        many=200_000,
        shows=b"Customer ",
        pages=CUSTOMER_PAGES,
    ),
}


def figures(wanted: set[str]) -> Iterator[Figure]:
    """By the slowest of twenty pages, from the request to the last byte; the floor is that of the few."""
    event_store.ensure_indexes()
    call_command("migrate", verbosity=0)
    generations.build_missing()
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("bench@efi.example"))
    for name in sorted(ROWS & wanted):
        few, many = (_slowest(client, LISTS[name], number) for number in (FEW, LISTS[name].many))
        yield Figure(name=name, value=many, floor=few, unit="ms")


def _slowest(client: Client, shown: Listed, number: int) -> float:
    shown.fill(number)
    for page in shown.pages:
        _milliseconds(client, shown, page)
    taken = [_milliseconds(client, shown, page) for _ in range(ROUNDS) for page in shown.pages]
    return statistics.quantiles(taken, n=20)[-1]


def _milliseconds(client: Client, shown: Listed, page: str) -> float:
    begun = time.perf_counter()
    answer = client.get(shown.address + page)
    taken = (time.perf_counter() - begun) * 1_000
    if answer.status_code != 200 or shown.shows not in answer.content:
        raise RuntimeError(f"{page}: {answer.status_code}, or nothing found")
    return taken
