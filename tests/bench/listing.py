"""How long a page of the admin's product list takes, of few products and of many."""

import statistics
import time
from collections.abc import Iterator
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

ROWS = {"admin_list_ms"}
FEW, MANY = 1_000, 100_000
ROUNDS = 12
PAGES = (
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


def figures() -> Iterator[Figure]:
    """By the slowest of twenty pages, from the request to the last byte; the floor is that of the few."""
    event_store.ensure_indexes()
    call_command("migrate", verbosity=0)
    generations.build_missing()
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("bench@efi.example"))
    few, many = (_slowest(client, number) for number in (FEW, MANY))
    yield Figure(name="admin_list_ms", value=many, floor=few, unit="ms")


def _slowest(client: Client, number: int) -> float:
    foods = [uuid5(SPACE, f"food {at}") for at in range(number)]
    put(
        products.NAME,
        {food: [*listed(at, food, SUPPLIER), *lot_of(at, food, SUPPLIER)] for at, food in enumerate(foods)},
    )
    for page in PAGES:
        _milliseconds(client, page)
    taken = [_milliseconds(client, page) for _ in range(ROUNDS) for page in PAGES]
    return statistics.quantiles(taken, n=20)[-1]


def _milliseconds(client: Client, page: str) -> float:
    begun = time.perf_counter()
    answer = client.get(f"/admin/catalog/product/{page}")
    taken = (time.perf_counter() - begun) * 1_000
    if answer.status_code != 200 or b"SKU-" not in answer.content:
        raise RuntimeError(f"{page}: {answer.status_code}, or nothing found")
    return taken
