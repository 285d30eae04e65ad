"""Processes that work on spans of the log at once, each with a connection to MongoDB of its own."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from efi.log import mongo
from efi.operations.rebuilding.scanning import Span
from efi.reading.projections import READ_MODELS, Generation
from efi.runtime import garbage
from efi.runtime.process import die_with_parent

Found = TypeVar("Found")
Work = Callable[..., Found]
"""Called with one or several generations and a span."""
ShareWork = Callable[..., Iterator[tuple[Span, Any]]]


@contextmanager
def workers(jobs: int) -> Iterator[ShareWork]:
    """Yields a function that has work done on generations for each span, and yields spans with results as they come."""
    if jobs == 1:
        yield _alone
        return
    # Forked, so that each knows the read models that this process knows; at once, before this one has threads.
    pool = ProcessPoolExecutor(jobs, get_context("fork"), _begin)
    pool.submit(int)

    def share(work: Work[Found], given: Iterable[Generation], spans: Iterable[Span]) -> Iterator[tuple[Span, Any]]:
        named = [(generation.model.name, generation.name) for generation in given]
        under_way = {pool.submit(_do, work, named, span): span for span in spans}
        for done in as_completed(under_way):
            yield under_way[done], done.result()

    try:
        yield share
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(work: Work[Found], generations: Iterable[Generation], spans: Iterable[Span]) -> Iterator[tuple[Span, Any]]:
    given = list(generations)
    for span in spans:
        yield span, work(*given, span)


def _begin() -> None:
    """Prepares a forked process: a client does not survive a fork, and the process must end with its parent."""
    mongo.client.cache_clear()
    garbage.collect_seldom()
    die_with_parent()


def _do(work: Work[Found], named: Iterable[tuple[str, str]], span: Span) -> Found:
    return work(*(Generation(READ_MODELS[model], name) for model, name in named), span)
