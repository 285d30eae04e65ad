"""What Redis is worth: the first page of the catalogue, found there by a program that has one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench import visitors
from tests.bench.figures import Figure, alternate
from tests.bench.visitors import Request
from tests.services.program import Program
from tests.services.server import Missing
from tests.services.servers import Redis

ROWS = {"list_cached"}
ROUNDS, SECONDS = 21, 0.5
FIRST: list[Request] = [("/api/v1/products", {})]


def figures(port: int, pages: Sequence[Request], folder: Path, environment: Mapping[str, str]) -> Iterator[Figure]:
    """Beside a program without one, which the floor is asked of, at `port`; nothing where there is no Redis."""
    redis = Redis(folder / "redis")
    try:
        redis.start()
    except Missing:
        if os.environ.get("SERVICES") == "required":
            raise
        return
    cached = Program(folder / "cached", **environment, REDIS_URL=redis.uri)
    try:
        cached.start()
        measures = {
            "list": lambda: visitors.rate(port, pages, SECONDS),
            "list_cached": lambda: visitors.rate(cached.port, FIRST, SECONDS),
        }
        medians = alternate(measures, ROUNDS)
        yield Figure(name="list_cached", value=medians["list_cached"], floor=medians["list"], unit="1/s")
    finally:
        cached.end()
        redis.stop()
