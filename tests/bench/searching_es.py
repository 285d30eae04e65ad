"""How long a faceted search takes among a hundred thousand products, by Elasticsearch, where one can be started."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from efi.log import event_store
from efi.reading import generations
from readmodels import product_catalog
from readmodels.search import elastic, feed
from tests.bench import past, visitors
from tests.bench.figures import Figure
from tests.bench.visitors import Request
from tests.catalog.shelves import put
from tests.services.program import Program, eventually
from tests.services.servers import Elasticsearch

ROWS = {"search_es_p95_ms"}
PRODUCTS = 100_000
CLIENTS, WARM, SECONDS = 8, 20.0, 10.0
"""Java compiles what it runs often, and takes its time for it."""
COUNTED = "category,country,storage,in_stock"
SECOND_WORDS = ("1", "42", "chosen", "bridgetown", "department", "bench-09", "ship", "7")


def figures(folder: Path) -> Iterator[Figure]:
    """Raises `Missing` where there is no Elasticsearch to be had."""
    server = Elasticsearch(folder / "elasticsearch")
    server.start()
    settings.ELASTICSEARCH_URL = server.uri
    elastic.forget()
    try:
        _fill()
        yield from _searches(folder, server)
    finally:
        settings.ELASTICSEARCH_URL = ""
        server.stop()


def _fill() -> None:
    event_store.ensure_indexes()
    past.write(0, prices=0)
    generations.build_missing()
    put(product_catalog.NAME, {past.product_id(number): past.of_product(number) for number in range(PRODUCTS)})
    feed.fill(generations.live(product_catalog.NAME))


def _searches(folder: Path, server: Elasticsearch) -> Iterator[Figure]:
    program = Program(
        folder / "searched",
        MONGODB_URI=settings.MONGODB_URI,
        MONGODB_NAME=settings.MONGODB_NAME,
        DJANGO_SETTINGS_MODULE=settings.SETTINGS_MODULE,
        ELASTICSEARCH_URL=server.uri,
    )
    try:
        program.start()
        asked: list[Request] = [(_address(words), {}) for words in _words()]
        eventually(lambda: _engine(program.port, asked[0][0]) == "elasticsearch")
        visitors.slowest(program.port, asked, WARM, clients=CLIENTS)
        value = visitors.slowest(program.port, asked, SECONDS, clients=CLIENTS)
        if _engine(program.port, asked[0][0]) != "elasticsearch":
            raise RuntimeError("MongoDB has answered")
        yield Figure(name="search_es_p95_ms", value=value, unit="ms")
    finally:
        program.end()


def _words() -> Iterator[str]:
    """Two words each: of names, numbers, descriptions and categories."""
    for goods in past.GOODS:
        for second in SECOND_WORDS:
            yield f"{goods.split()[0]} {second}"


def _address(words: str) -> str:
    return f"/api/v1/products?{urlencode({'q': words, 'facets': COUNTED})}"


def _engine(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    return str(json.loads(connection.getresponse().read())["meta"]["search"])
