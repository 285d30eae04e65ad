"""How late documents follow the log, and what becomes of bells: measured, and told in the traces of what they show."""

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
    """After documents were written: `news` are the commits that they show since. `began` is in nanoseconds.

    What is folded without a bell, by a sweep or a rebuild, is not late.
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
    """While one is answered."""
    outcome, before = "unanswered", _answering.set(True)
    try:
        yield
        outcome = "answered"
    finally:
        _answering.reset(before)
        BELLS.labels(plain(follower), outcome).inc()


def plain(follower: str) -> str:
    """Its name without what is drawn anew for each generation."""
    return DRAWN.sub("", follower)
