"""How late documents follow the log, and what becomes of bells: measured, and noted in the traces of what they show."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from efi.log.mongo import Document
from efi.reading.generation_names import undrawn
from efi.runtime import tracing
from efi.runtime.metrics import BELLS, HANDLED, observe_delay

_answering: ContextVar[bool] = ContextVar("answering", default=False)


def measure(read_model: str, news: Sequence[Document], began: int) -> None:
    """Measures documents that were just written: `news` are the commits that they show since, `began` in nanoseconds.

    What is folded without a bell, by a sweep or a rebuild, is not late and not measured.
    """
    if not _answering.get():
        return
    if news:
        HANDLED.labels(read_model).inc(len(news))
        observe_delay(read_model, max(raw["recorded_at"] for raw in news))
    if tracing.ON:
        for raw in news:
            tracing.add_span(raw["meta"].get("traceparent"), f"fold {read_model}", began, stream=raw["stream"])


@contextmanager
def bell(follower: str) -> Iterator[None]:
    """Counts a bell by whether it was answered, and has what is written meanwhile measured."""
    outcome, before = "unanswered", _answering.set(True)
    try:
        yield
        outcome = "answered"
    finally:
        _answering.reset(before)
        BELLS.labels(undrawn(follower), outcome).inc()
