"""What was measured, what was wanted, and how both are shown."""

import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

Measure = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row. A floor is what the least that could do the same came to, in the same run."""

    name: str
    value: float
    unit: str
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a row is to come to: a ratio of at least or of at most, a value of at most."""

    what: str
    ratio: float | None = None
    growth: float | None = None
    value: float | None = None

    def met_by(self, figure: Figure) -> bool:
        enough = self.ratio is None or (figure.ratio is not None and figure.ratio >= self.ratio)
        steady = self.growth is None or (figure.ratio is not None and figure.ratio <= self.growth)
        return enough and steady and (self.value is None or figure.value <= self.value)

    def __str__(self) -> str:
        limits = {"ratio ≥ ": self.ratio, "≤ ": self.value, "ratio ≤ ": self.growth}
        return ", ".join(f"{sign}{limit:g}" for sign, limit in limits.items() if limit is not None)


GOALS = {
    "append_1": Goal(ratio=0.7, what="commands acknowledged, 1 thread; floor: a bare insert_one of an equal document"),
    "append_8": Goal(ratio=0.5, what="the same with 8 threads on different products"),
    "append_personal": Goal(ratio=0.9, what="a command with six personal fields; floor: the same in clear"),
    "forget_s": Goal(
        value=2, what="until no document shows a forgotten person, of 500 streams; the wait for the schedule included"
    ),
    "import": Goal(ratio=0.5, what="products drafted from a file, with the import's progress kept; floor: append_1"),
    "catch_up": Goal(ratio=0.5, what="events folded into product_catalog; floor: finished documents upserted in bulk"),
    "rebuild": Goal(ratio=5, what="events rebuilt into product_catalog, until it serves; floor: distributed"),
    "list": Goal(ratio=0.6, what="pages of 24 products; floor: a plain Django view with the same find and orjson"),
    "detail": Goal(ratio=0.6, what="one product; floor: likewise"),
    "list_304": Goal(ratio=1.5, what="pages the client has already; floor: list"),
    "list_cached": Goal(ratio=4, what="the first page of the catalogue from Redis, where there is one; floor: list"),
    "profile": Goal(ratio=0.6, what="one's own profile; floor: a plain Django view, a session and the same find"),
    "sign_in": Goal(value=15, what="a sign-in besides the hashing of the password; floor: the hashing"),
    "shop_page": Goal(ratio=0.4, what="the shop's front page and its list of all products, rendered; floor: list"),
    "search": Goal(ratio=0.6, what="two words with facets, never kept; floor: a plain Django view, the same pipelines"),
    "suggest_p95_ms": Goal(value=50, what="what a search box offers as one types, 8 clients at once"),
    "search_es_p95_ms": Goal(
        value=100, what="a faceted search over 100,000 products, Elasticsearch, 8 clients at once"
    ),
    "lag_p50_ms": Goal(value=5, what="from a command's acknowledgement to its document, at 50 commands/s"),
    "lag_p99_ms": Goal(value=30, what="the same, the slowest of a hundred"),
    "admin_list_ms": Goal(
        value=400, growth=1.5, what="p95 of the admin's product list at 100,000 products; floor: at 1,000"
    ),
    "customers_list_ms": Goal(
        value=400, growth=1.5, what="p95 of staff's list of customers at 200,000 customers; floor: at 1,000"
    ),
    "distributed": Goal(
        ratio=3,
        what="events through relay, RabbitMQ and two workers into product_catalog, exact at the end; "
        "floor: bare Celery tasks of one upsert each",
    ),
    "distributed_lag_p50_ms": Goal(value=15, what="lag_p50_ms through RabbitMQ, with a worker for what people watch"),
    "distributed_lag_p99_ms": Goal(value=60, what="the same, the slowest of a hundred"),
    "idle_cpu_percent": Goal(value=1, what="of a core, a relay and a worker with nothing to do, together"),
    "memory_mb": Goal(value=250, what="all Python processes after the above, proportional set size"),
}


def alternate(measures: Mapping[str, Measure], rounds: int) -> dict[str, float]:
    """The median of each, measured in turns: whatever else the machine does falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return {name: statistics.median(values) for name, values in taken.items()}


def show(figures: Iterable[Figure]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="EFI: speed", title_justify="left")
    for heading in ("name", "value", "unit", "floor", "ratio", "goal", ""):
        table.add_column(heading, justify="right" if heading in ("value", "floor", "ratio") else "left", no_wrap=True)
    table.add_column("what")
    for one in figures:
        goal, numbers = GOALS[one.name], (_short(one.value), one.unit, _short(one.floor), _short(one.ratio))
        verdict = "[green]met[/]" if goal.met_by(one) else "[bold red]missed[/]"
        table.add_row(one.name, *numbers, str(goal), verdict, goal.what)
    Console(width=170).print(table)


def write(figures: Iterable[Figure], file: Path) -> None:
    rows = [{**asdict(one), "ratio": one.ratio} for one in figures]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if number >= 100 else f"{number:.2f}"
