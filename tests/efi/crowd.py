"""Many at once, as in a shop's busiest second."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from efi.domain.errors import Refusal
from efi.writing.commands import Receipt

Call = Callable[[], Any]


def at_once(calls: Sequence[Call]) -> list[Any]:
    """What each of the calls returned, or how it was refused; none begins before all are ready."""
    ready = Barrier(len(calls))

    def call(one: Call) -> Any:
        ready.wait(timeout=10)
        try:
            return one()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def receipts(outcomes: Sequence[Any]) -> list[Receipt]:
    return [outcome for outcome in outcomes if isinstance(outcome, Receipt)]


def refusals(outcomes: Sequence[Any]) -> list[str]:
    """Their codes."""
    return [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
