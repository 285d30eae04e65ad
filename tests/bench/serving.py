"""How the program serves, started as `make run` starts it, with a catalogue of ten thousand products."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bson import json_util
from django.conf import settings
from django.test import RequestFactory

from efi.http.answers import read_model
from efi.log import event_store
from efi.log.mongo import Document
from efi.reading import generations
from readmodels import categories, facets, product_catalog, product_queries
from readmodels.product_list import ProductList
from tests.bench import cached, lagging, past, visitors
from tests.bench.figures import Figure, alternate
from tests.bench.settings import FINDS
from tests.bench.visitors import Request
from tests.services.program import Program

PRODUCTS = 10_000
ROUNDS, SECONDS = 21, 0.5
PAGES, DETAILS = 2, 50
CLIENTS, TYPING = 8, 2.0
RATES = {"list", "detail", "list_304", "shop_page"}
COUNTED = "category,country,storage,in_stock"
SECOND_WORDS = ("1", "42", "chosen", "bridgetown", "department", "bench-09")
SEARCHES = {"search", "suggest_p95_ms"}
LAGS = {"lag_p50_ms", "lag_p99_ms"}
ROWS = RATES | SEARCHES | LAGS | cached.ROWS | {"memory_mb"}
SHOP: list[Request] = [("/", {}), ("/products", {})]
NARROWED: tuple[dict[str, str], ...] = (
    {},
    {},
    {"category": past.department(1)},
    {"category": past.shelf(5), "in_stock": "true"},
)


def figures(wanted: set[str], folder: Path) -> Iterator[Figure]:
    event_store.ensure_indexes()
    past.write(PRODUCTS, prices=1)
    generations.build_missing()
    environment = {
        "MONGODB_URI": settings.MONGODB_URI,
        "MONGODB_NAME": settings.MONGODB_NAME,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }
    program = Program(folder, **environment)
    try:
        program.start()
        if wanted & RATES:
            yield from _rates(program.port)
        if wanted & cached.ROWS:
            yield from cached.figures(program.port, list(_pages(program.port)), folder, environment)
        if wanted & SEARCHES:
            yield from _searches(program.port)
        if wanted & LAGS:
            yield from lagging.figures(program.port)
        pids = [program.process.pid, program.children()["web"]]
        yield Figure(name="memory_mb", value=sum(map(_megabytes, pids)), unit="MB")
    finally:
        program.end()


def _rates(port: int) -> Iterator[Figure]:
    pages, keys = list(_pages(port)), list(_keys())
    known = [(path, {"If-None-Match": _answer(port, path)[1]}) for path, _ in pages]
    details: list[Request] = [(f"/api/v1/products/{key.get('_id') or key['keys']}", {}) for key in keys]
    _tell("list", [_find(path) for path, _ in pages])
    _tell("detail", keys)
    measures = {
        "list": lambda: visitors.rate(port, pages, SECONDS),
        "list floor": lambda: visitors.rate(port, _floors("list", len(pages)), SECONDS),
        "list_304": lambda: visitors.rate(port, known, SECONDS, status=304),
        "detail": lambda: visitors.rate(port, details, SECONDS),
        "shop_page": lambda: visitors.rate(port, SHOP, SECONDS),
        "detail floor": lambda: visitors.rate(port, _floors("detail", len(details)), SECONDS),
    }
    medians = alternate(measures, ROUNDS)
    yield Figure(name="list", value=medians["list"], floor=medians["list floor"], unit="1/s")
    yield Figure(name="detail", value=medians["detail"], floor=medians["detail floor"], unit="1/s")
    yield Figure(name="list_304", value=medians["list_304"], floor=medians["list"], unit="1/s")
    yield Figure(name="shop_page", value=medians["shop_page"], floor=medians["list"], unit="1/s")


def _searches(port: int) -> Iterator[Figure]:
    asked = [f"/api/v1/products?{urlencode({'q': words, 'facets': COUNTED})}" for words in _words()]
    typed: list[Request] = [(f"/api/v1/search/suggest?{urlencode({'q': text})}", {}) for text in _as_typed()]
    _tell("search", list(map(_search, asked)))
    measures = {
        "search": lambda: visitors.rate(port, [(path, {}) for path in asked], 2 * SECONDS),
        "search floor": lambda: visitors.rate(port, _floors("search", len(asked)), 2 * SECONDS),
        "suggest": lambda: visitors.slowest(port, typed, TYPING, clients=CLIENTS),
    }
    medians = alternate(measures, ROUNDS // 3)
    yield Figure(name="search", value=medians["search"], floor=medians["search floor"], unit="1/s")
    yield Figure(name="suggest_p95_ms", value=medians["suggest"], unit="ms")


def _words() -> Iterator[str]:
    """Two words each: of names, numbers, descriptions and categories."""
    for number, goods in enumerate(past.GOODS):
        yield f"{goods.split()[0]} {SECOND_WORDS[number % len(SECOND_WORDS)]}"


def _as_typed() -> Iterator[str]:
    """Letter by letter."""
    for goods in past.GOODS:
        yield from (goods[: number + 1] for number in range(len(goods)))


def _search(path: str) -> Document:
    """The pipelines of the program's own view."""
    listing = _listing(path)
    pipelines = {"rows": [*listing.found, *product_queries.cut(listing.sort, listing.limit, product_catalog.LISTED)]}
    return {**pipelines, "counts": facets.counting(listing.matching()), "hint": product_queries.hinted(listing.index())}


def _pages(port: int) -> Iterator[Request]:
    """The first pages of several lists, each found by the link on the one before it."""
    for sort in product_catalog.SORTS:
        for narrowed in NARROWED:
            path = f"/api/v1/products?{urlencode({**narrowed, 'sort': sort})}"
            for _ in range(PAGES):
                yield path, {}
                path = _answer(port, path)[0]["links"]["next"]


def _find(path: str) -> Document:
    """What the program's own view looks for."""
    listing = _listing(path)
    return {"where": listing.where, "sort": listing.sort, "limit": listing.limit + 1}


def _listing(path: str) -> ProductList:
    request = RequestFactory().get(path)
    (products, tree), fresh = read_model(request, product_catalog.NAME, categories.TREE)
    return ProductList(request.GET, products, categories.tree_of(tree, fresh))


def _keys() -> Iterator[Document]:
    """Some are asked for by id, some by SKU."""
    for number in range(0, PRODUCTS, PRODUCTS // DETAILS):
        by = {"keys": past.sku(number)} if number % 3 else {"_id": str(past.product_id(number))}
        yield {**by, "visible": True}


def _tell(row: str, finds: list[Document]) -> None:
    """The floor of a row what it is to find."""
    FINDS.with_suffix(f".{row}").write_text(json_util.dumps(finds))


def _floors(name: str, many: int) -> list[Request]:
    return [(f"/floor/{name}/{number}", {}) for number in range(many)]


def _answer(port: int, path: str) -> tuple[Document, str]:
    """With its ETag."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    return json.loads(answer.read()), answer.headers["ETag"]


def _megabytes(pid: int) -> float:
    """A process's share of the machine's memory, which Linux tells in kilobytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no Pss of {pid}")
