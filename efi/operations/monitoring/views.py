"""What the monitor page is made of: a look at what was counted, and tables of its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import cached_property
from prometheus_client import Counter, Histogram

from efi.operations.monitoring import figures, samples
from efi.operations.monitoring.figures import Tally
from efi.operations.monitoring.sparklines import Sparkline

LATELY, NOW = timedelta(minutes=5), timedelta(seconds=3 * samples.PERIOD)
STEPS = 60
QUANTILES = (0.5, 0.95, 0.99)


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

    def quantiles(self, metric: Histogram, label: str) -> list[str]:
        return [seconds(self.lately.quantile(share, metric, label)) for share in QUANTILES]

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
