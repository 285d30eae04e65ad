"""What the monitor page tells, as tables of words and curves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from prometheus_client import Counter, Gauge, Histogram

from efi import metrics
from efi.operations import figures, samples
from efi.operations.figures import Tally
from efi.operations.sparklines import Sparkline
from efi.projections import READ_MODELS

LATELY, NOW = timedelta(minutes=5), timedelta(seconds=3 * samples.PERIOD)
STEPS = 60
MOST_ROUTES = 20
QUANTILES = (0.5, 0.95, 0.99)
ENDINGS = ("accepted", "rejected", "conflict", "replayed", "unavailable", "failed")


@dataclass(frozen=True)
class Span:
    """How far back the curves go, and how fine the slots are that they are made of."""

    name: str
    length: timedelta
    seconds: int


HOUR = Span("hour", timedelta(hours=1), samples.PERIOD)
SPANS = {span.name: span for span in (HOUR, Span("day", timedelta(hours=24), samples.COARSE))}


@dataclass(frozen=True)
class Row:
    """One thing, its figures in the panel's order of columns, and one of them over time."""

    name: str
    cells: Sequence[str]
    line: Sparkline


@dataclass(frozen=True)
class Panel:
    """A table of the page; `curve` says what its rows' lines show."""

    title: str
    columns: Sequence[str]
    curve: str
    rows: Sequence[Row]


class View:
    """What was counted by a moment: in the last five minutes, and over a span."""

    def __init__(self, at: datetime, span: Span) -> None:
        self.at, self.span = at, span

    @cached_property
    def lately(self) -> Tally:
        return Tally(samples.read(self.at - LATELY))

    @cached_property
    def present(self) -> Tally:
        """What is measured anew every ten seconds, and not counted."""
        return Tally(samples.read(self.at - NOW))

    @cached_property
    def steps(self) -> list[Tally | None]:
        since = self.at - self.span.length
        return figures.steps(samples.read(since, self.span.seconds), since, self.span.length / STEPS, STEPS)

    def line(self, of: Callable[[Tally], float | None], told: Callable[[float], str]) -> Sparkline:
        return Sparkline([of(tally) if tally else None for tally in self.steps], told, self.span.name)

    def quantiles(self, metric: Histogram, label: str, shares: Iterable[float] = QUANTILES) -> list[str]:
        return [seconds(self.lately.quantile(share, metric, label)) for share in shares]

    def rate(self, metric: Counter, *labels: str) -> str:
        return f"{self.lately.count(metric, *labels) / (LATELY / timedelta(minutes=1)):,.1f}"


def seconds(value: float | None) -> str:
    """As people say it: 4.2 ms, 1.5 s, 3 min."""
    if value is None:
        return "–"
    if value < 1:
        return f"{1000 * value:.{0 if value >= 0.1 else 1}f} ms"
    return f"{value:.1f} s" if value < 120 else f"{value / 60:.0f} min"


def per_cent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "–"


def plain(value: float) -> str:
    return f"{value:,.0f}"


def all_of(view: View) -> list[Panel]:
    return [_delays(view), _standing(view), _commands(view), _routes(view), _cache(view), _others(view)]


def _delays(view: View) -> Panel:
    """Of all read models first."""

    def row(name: str) -> Row:
        tally, label = view.lately, () if name == "" else (name,)
        handled, failed = tally.count(metrics.HANDLED, *label), tally.count(metrics.FAILURES, *label)
        cells = [
            *view.quantiles(metrics.DELAY, name),
            view.rate(metrics.HANDLED, *label),
            per_cent(failed, handled + failed),
            seconds(_highest(view.present, metrics.UPDATE_DELAY, label)),
            *(plain(_highest(view.present, gauge, label) or 0) for gauge in (metrics.QUARANTINED, metrics.DRIFT)),
        ]
        return Row(name or "all", cells, view.line(lambda step: step.quantile(0.95, metrics.DELAY, name), seconds))

    columns = ("p50", "p95", "p99", "commits a minute", "failed", "update delay", "stand aside", "differences")
    return Panel("From an event to its document", columns, "p95", [row(name) for name in ("", *READ_MODELS)])


def _highest(tally: Tally, metric: Gauge, labels: tuple[str, ...]) -> float | None:
    return max((n for found, n in tally.gauges(metric).items() if found[: len(labels)] == labels), default=None)


def _standing(view: View) -> Panel:
    rows = [
        *_gauge_rows(view, metrics.UPDATE_DELAY, "{}, update delay", seconds, but=READ_MODELS),
        *_gauge_rows(view, metrics.RELAY_BEHIND, "relay {}, behind", seconds),
        *_gauge_rows(view, metrics.QUEUE_DEPTH, "queue {}, waiting", plain),
        *_gauge_rows(view, metrics.DEAD_LETTERS, "given up", plain),
        *_gauge_rows(view, metrics.BREAKER, "{} is left alone", plain),
    ]
    return Panel("Relays, queues and engines", ("now",), "highest", rows)


def _gauge_rows(
    view: View, metric: Gauge, title: str, told: Callable[[float], str], but: Iterable[str] = ()
) -> Iterator[Row]:
    for labels, value in sorted(view.present.gauges(metric).items()):
        if not labels or labels[0] not in but:
            line = view.line(lambda step, found=labels: step.gauges(metric).get(found), told)  # type: ignore[misc]
            yield Row(title.format(*labels), [told(value)], line)


def _commands(view: View) -> Panel:
    names = sorted({name for name, _ in view.lately.counts(metrics.COMMANDS)})

    def row(name: str) -> Row:
        about = (name,) if name else ()
        ended = [_ended(view.lately, about, ending) for ending in ENDINGS]
        cells = [*map(plain, ended), *view.quantiles(metrics.COMMAND_SECONDS, name)]
        return Row(name or "all", cells, view.line(lambda step: step.count(metrics.COMMANDS, *about), plain))

    return Panel("Commands", (*ENDINGS, "p50", "p95", "p99"), "how many", [row(name) for name in ("", *names)])


def _ended(tally: Tally, about: tuple[str, ...], ending: str) -> float:
    found = tally.counts(metrics.COMMANDS).items()
    return sum(n for (name, outcome), n in found if outcome == ending and about in ((), (name,)))


def _routes(view: View) -> Panel:
    asked: dict[str, float] = {}
    for (route, _, _), n in view.lately.counts(metrics.REQUESTS).items():
        asked[route] = asked.get(route, 0) + n
    most = sorted(asked, key=lambda route: (-asked[route], route))[:MOST_ROUTES]

    def row(route: str) -> Row:
        about = (route,) if route else ()
        cells = [view.rate(metrics.REQUESTS, *about), *(_answered(view.lately, about, by) for by in ("4", "5"))]
        cells += view.quantiles(metrics.REQUEST_SECONDS, route)
        return Row(route or "all", cells, view.line(lambda step: step.count(metrics.REQUESTS, *about), plain))

    columns = ("a minute", "4xx", "5xx", "p50", "p95", "p99")
    return Panel("HTTP by route", columns, "how many", [row(route) for route in ("", *most)])


def _answered(tally: Tally, about: tuple[str, ...], by: str) -> str:
    found = tally.counts(metrics.REQUESTS).items()
    return plain(sum(n for (route, _, status), n in found if status.startswith(by) and about in ((), (route,))))


def _cache(view: View) -> Panel:
    kinds = sorted({kind for kind, _ in view.lately.counts(metrics.CACHE_READS)})

    def row(kind: str) -> Row:
        about = (kind,) if kind else ()
        hit, miss, past = (_read(view.lately, about, outcome) for outcome in ("hit", "miss", "past"))
        line = view.line(lambda step: _hit_share(step, about), lambda value: f"{value:.0f} %")
        return Row(kind or "all", [plain(hit), plain(miss), plain(past), per_cent(hit, hit + miss)], line)

    rows = [row(kind) for kind in ("", *kinds)]
    return Panel("Cache", ("hits", "misses", "past it", "hit ratio"), "hit ratio", rows)


def _read(tally: Tally, about: tuple[str, ...], wanted: str) -> float:
    found = tally.counts(metrics.CACHE_READS).items()
    return sum(n for (kind, outcome), n in found if outcome == wanted and about in ((), (kind,)))


def _hit_share(tally: Tally, about: tuple[str, ...]) -> float | None:
    hit, miss = (_read(tally, about, outcome) for outcome in ("hit", "miss"))
    return 100 * hit / (hit + miss) if hit + miss else None


def _others(view: View) -> Panel:
    """What is only counted, by its labels."""
    told = ((metrics.SEARCHES, "search"), (metrics.LETTERS, "letters"), (metrics.BELLS, "bells"))
    rows = [row for counter, name in told for row in _counted(view, counter, name)]
    return Panel("Searches, letters and bells", ("a minute",), "how many", rows)


def _counted(view: View, counter: Counter, name: str) -> Iterator[Row]:
    for labels in sorted(view.lately.counts(counter)):
        line = view.line(lambda step, found=labels: step.count(counter, *found), plain)  # type: ignore[misc]
        yield Row(f"{name}, {', '.join(labels)}", [view.rate(counter, *labels)], line)
