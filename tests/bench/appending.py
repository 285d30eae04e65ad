"""How fast commands are acknowledged, with nothing else going on in the process."""

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from uuid import UUID

from bson import ObjectId

from catalog.commands.products import ChangePrice
from efi.domain.values import Money
from efi.log import event_store
from efi.log.mongo import Document, collection
from efi.writing.dispatch import dispatch
from tests.bench import past
from tests.bench.figures import Figure, Measure, alternate

ROUNDS, SECONDS = 7, 1.2
PRODUCTS_A_THREAD = 25
Work = Callable[[], object]


def figures(threads: int) -> Iterator[Figure]:
    rates = {"dispatch": _rate_of(_commands, threads), "insert": _rate_of(_inserts, threads)}
    medians = alternate(rates, ROUNDS)
    yield Figure(name=f"append_{threads}", value=medians["dispatch"], floor=medians["insert"], unit="1/s")


def rate_of_one_thread() -> Measure:
    """What `append_1` measures, beside something else."""
    return _rate_of(_commands, 1)


def prepare() -> None:
    event_store.ensure_indexes()
    past.write(products=8 * PRODUCTS_A_THREAD, prices=0)


def _rate_of(work_of: Callable[[int], Work], threads: int) -> Measure:
    """As many workers as threads, each with work of its own, for a while."""
    works = [work_of(number) for number in range(threads)]
    return lambda: _rate(works)


def _rate(works: list[Work]) -> float:
    done, begun = [0] * len(works), time.perf_counter()

    def run(number: int, work: Work) -> None:
        while time.perf_counter() - begun < SECONDS:
            work()
            done[number] += 1

    workers = [threading.Thread(target=run, args=numbered) for numbered in enumerate(works)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - begun)


def _commands(thread: int) -> Work:
    numbers = count()
    products = [past.product_id(thread * PRODUCTS_A_THREAD + number) for number in range(PRODUCTS_A_THREAD)]
    return lambda: dispatch(_repricing(products, next(numbers)), actor="bench")


def _repricing(products: list[UUID], number: int) -> ChangePrice:
    price = Money(amount=Decimal(100 + number % 50_000) / 100)
    return ChangePrice(product_id=products[number % len(products)], price=price, reason="new crop")


def _inserts(thread: int) -> Work:
    """What a commit of the same command looks like, into a collection with no index but that of `_id`."""
    floor, document = collection("floor"), _a_commit()
    return lambda: floor.insert_one({**document, "_id": ObjectId()})


def _a_commit() -> Document:
    dispatch(_repricing([past.product_id(0)], 1), actor="bench")
    dispatch(_repricing([past.product_id(0)], 2), actor="bench")
    newest = event_store.commits().find_one({"stream": f"product:{past.product_id(0)}"}, sort=[("version", -1)])
    assert newest
    return newest
