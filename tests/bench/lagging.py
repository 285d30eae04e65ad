"""How long after its acknowledgement a command's document can be read, with the relay in the web process."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, count

from knox.models import AuthToken

from efi.domain.payloads import dump
from efi.models import User
from efi.reading import generations
from readmodels.product_catalog import NAME
from tests.bench import past
from tests.bench.figures import Figure

ROUNDS, SECONDS, WARMING_UP = 3, 5, 15
A_SECOND = 50
CLIENTS = 4
Moments = dict[str, int]


def figures(port: int) -> Iterator[Figure]:
    token, prices = _token(), count(1)
    _lags(port, token, prices, seconds=WARMING_UP)
    lags = [_lags(port, token, prices) for _ in range(ROUNDS)]
    yield Figure(name="lag_p50_ms", value=statistics.median(_percentile(50, some) for some in lags), unit="ms")
    yield Figure(name="lag_p99_ms", value=statistics.median(_percentile(99, some) for some in lags), unit="ms")


def _lags(port: int, token: str, prices: Iterator[int], seconds: int = SECONDS) -> list[float]:
    """In milliseconds, of every command of one round."""
    with _watched() as shown:
        begin = time.monotonic()
        beats = [begin + number / A_SECOND for number in range(A_SECOND * seconds)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            shares = [beats[number::CLIENTS] for number in range(CLIENTS)]
            given = set(chain(*clients.map(lambda share: _change_prices(port, token, prices, share), shares)))
        acknowledged = _acknowledged(port)
        _await(given, shown)
    return [(shown[change] - acknowledged[change]) / 1e6 for change in given]


def _change_prices(port: int, token: str, prices: Iterator[int], beats: list[float]) -> list[str]:
    """Over one connection; returns the streams with the versions they have reached."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    changes = []
    for beat in beats:
        time.sleep(max(0.0, beat - time.monotonic()))
        changes.append(_change_price(connection, token, next(prices)))
    return changes


def _change_price(connection: http.client.HTTPConnection, token: str, number: int) -> str:
    """Each product comes round but rarely, and moves by less than would have to wait for a second person."""
    product = number * 7 % 10_000
    product_id, price = past.product_id(product), dump(past.price(product, 2 + number % 9))
    body = json.dumps({"product_id": str(product_id), "price": price, "reason": "new crop"})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/commands/change_price", body, headers)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    if answer.status != 200:
        raise RuntimeError(said)
    return f"product:{product_id} {said['data']['version']}"


def _acknowledged(port: int) -> Moments:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/floor/acknowledgements")
    moments: Moments = json.loads(connection.getresponse().read())
    return moments


@contextmanager
def _watched() -> Iterator[Moments]:
    """When the database told that each version of a document can be read, by the same clock."""
    shown: Moments = {}
    done = threading.Event()
    with generations.live(NAME).documents.watch(max_await_time_ms=200) as changes:

        def listen() -> None:
            while not done.is_set():
                if change := changes.try_next():
                    at, document = time.monotonic_ns(), change["fullDocument"]
                    seen = document["_seen"]["product"]
                    shown.setdefault(f"product:{document['_id']} {seen}", at)

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield shown
        finally:
            done.set()
            listener.join()


def _await(given: set[str], shown: Moments) -> None:
    deadline = time.monotonic() + 30
    while given - shown.keys():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(given - shown.keys())} of {len(given)} changes were never shown")
        time.sleep(0.05)


def _token() -> str:
    email = "bench@efi.example"
    user = User.objects.filter(email=email).first() or User.objects.create_superuser(email, "not to be signed in with")
    return str(AuthToken.objects.create(user)[1])


def _percentile(hundredth: int, values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[hundredth - 1]
