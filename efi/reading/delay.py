"""Measures how late documents follow the log and what becomes of bells, and records both in traces."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from efi.log.mongo import Document
from efi.runtime import tracing
from efi.runtime.metrics import BELLS, HANDLED, observe_delay

_answering: ContextVar[bool] = ContextVar("answering", default=False)
DRAWN = re.compile(r"_[0-9a-f]{8}$")


def tell(read_model: str, news: Sequence[Document], began: int) -> None:
    """Measures how late documents show these commits; `began`, in nanoseconds, is when the folding began.

    Only counts while a bell is being answered: what a sweep or a rebuild folds is not late.
    """
    if not _answering.get():
        return
    if news:
        HANDLED.labels(read_model).inc(len(news))
        observe_delay(read_model, max(raw["recorded_at"] for raw in news))
    if tracing.ON:
        for raw in news:
            tracing.tell(raw["meta"].get("traceparent"), f"fold {read_model}", began, stream=raw["stream"])


@contextmanager
def bell(follower: str) -> Iterator[None]:
    """Counts one bell of a follower, by whether the block answers it without an exception."""
    outcome, before = "unanswered", _answering.set(True)
    try:
        yield
        outcome = "answered"
    finally:
        _answering.reset(before)
        BELLS.labels(plain(follower), outcome).inc()


def plain(follower: str) -> str:
    """Returns a follower's name without the part that is drawn for each generation."""
    return DRAWN.sub("", follower)
