"""How fast an import drafts products: a file of the demo's, each time under other SKUs, through the whole engine."""

import csv
import io
from collections.abc import Iterator
from itertools import count
from uuid import UUID

from django.conf import settings

from catalog.commands.categories import CreateCategory
from catalog.commands.suppliers import RegisterSupplier
from catalog.imports.products import PRODUCTS
from efi.imports import runs, working
from efi.imports.importer import Outcome
from efi.models import User
from efi.writing.dispatch import dispatch
from tests.bench import appending
from tests.bench.figures import Figure, alternate

ROUNDS, ROWS = 7, 2_000
DEMO = settings.BASE_DIR / "demo" / "northwind"


def figures() -> Iterator[Figure]:
    appending.prepare()
    account = User.objects.filter(email="buyer@efi.example").first()
    account = account or User.objects.create_superuser("buyer@efi.example", "olives")
    for row in _demo("categories.csv"):
        dispatch(CreateCategory(name=row["name"], slug=row["slug"]), actor="bench")
    for row in _demo("suppliers.csv"):
        dispatch(RegisterSupplier(code=row["code"], name=row["name"], country=row["country"]), actor="bench")
    numbers = count()
    measures = {"import": lambda: _rate(account, next(numbers)), "append_1": appending.rate_of_one_thread()}
    medians = alternate(measures, ROUNDS)
    yield Figure(name="import", value=medians["import"], floor=medians["append_1"], unit="1/s")


def _rate(account: User, number: int) -> float:
    """Products drafted in a second, from when the checked file is run; without reorder points, one command each."""
    run = runs.begin(PRODUCTS, f"{number}.csv", [_file(number)], account)
    _carry_on(run)
    runs.have_run(run, account)
    _carry_on(run)
    done = runs.existing(run)
    assert done["results"][Outcome.NEW] == ROWS
    return float(ROWS / done["worked"])


def _carry_on(run: UUID) -> None:
    taken = working.take_up(run)
    assert taken
    working.carry_on(taken)


def _file(number: int) -> bytes:
    rows, file = _demo("products.csv"), io.StringIO()
    writer = csv.DictWriter(file, [name for name in rows[0] if name != "reorder_point"], extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**rows[each % len(rows)], "sku": f"IMP-{number}-{each:05}"} for each in range(ROWS))
    return file.getvalue().encode()


def _demo(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
