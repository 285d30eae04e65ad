"""What the monitor page tells, as tables of words and curves."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import Counter, Gauge

from efi.operations.monitoring.figures import Tally
from efi.operations.monitoring.views import Panel, Row, View, per_cent, plain, seconds
from efi.reading.projections import READ_MODELS
from efi.runtime import metrics

MOST_ROUTES = 20
ENDINGS = ("accepted", "rejected", "conflict", "replayed", "unavailable", "failed")


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
        ended = [_ended(view.lately, metrics.COMMANDS, about, ending) for ending in ENDINGS]
        cells = [*map(plain, ended), *view.quantiles(metrics.COMMAND_SECONDS, name)]
        return Row(name or "all", cells, view.line(lambda step: step.count(metrics.COMMANDS, *about), plain))

    return Panel("Commands", (*ENDINGS, "p50", "p95", "p99"), "how many", [row(name) for name in ("", *names)])


def _routes(view: View) -> Panel:
    asked: dict[str, float] = {}
    for (route, _, _), n in view.lately.counts(metrics.REQUESTS).items():
        asked[route] = asked.get(route, 0) + n
    most = sorted(asked, key=lambda route: (-asked[route], route))[:MOST_ROUTES]

    def row(route: str) -> Row:
        about = (route,) if route else ()
        failed = (plain(_ended(view.lately, metrics.REQUESTS, about, digit)) for digit in "45")
        cells = [view.rate(metrics.REQUESTS, *about), *failed, *view.quantiles(metrics.REQUEST_SECONDS, route)]
        return Row(route or "all", cells, view.line(lambda step: step.count(metrics.REQUESTS, *about), plain))

    columns = ("a minute", "4xx", "5xx", "p50", "p95", "p99")
    return Panel("HTTP by route", columns, "how many", [row(route) for route in ("", *most)])


def _ended(tally: Tally, metric: Counter, about: tuple[str, ...], ending: str) -> float:
    """Of those about this, or of all, what has ended so: by the outcome, or the first digit of the status."""
    found = tally.counts(metric).items()
    return sum(n for (first, *_, last), n in found if last.startswith(ending) and about in ((), (first,)))


def _cache(view: View) -> Panel:
    kinds = sorted({kind for kind, _ in view.lately.counts(metrics.CACHE_READS)})

    def row(kind: str) -> Row:
        about = (kind,) if kind else ()
        hit, miss, past = (_ended(view.lately, metrics.CACHE_READS, about, how) for how in ("hit", "miss", "past"))
        line = view.line(lambda step: _hit_share(step, about), lambda value: f"{value:.0f} %")
        return Row(kind or "all", [plain(hit), plain(miss), plain(past), per_cent(hit, hit + miss)], line)

    rows = [row(kind) for kind in ("", *kinds)]
    return Panel("Cache", ("hits", "misses", "past it", "hit ratio"), "hit ratio", rows)


def _hit_share(tally: Tally, about: tuple[str, ...]) -> float | None:
    hit, miss = (_ended(tally, metrics.CACHE_READS, about, how) for how in ("hit", "miss"))
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
