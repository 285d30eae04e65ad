"""Counts and times commands by how they end, and makes each a span of its trace."""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar
from uuid import UUID

from efi.domain.errors import Conflict, Refusal, Unavailable
from efi.runtime import tracing
from efi.runtime.metrics import COMMAND_SECONDS, COMMANDS


class Ended(Protocol):
    """The part of a receipt that is counted."""

    @property
    def replayed(self) -> bool: ...


T = TypeVar("T", bound=Ended)


def observed(name: str, correlation_id: UUID, carry_out: Callable[[], T]) -> T:
    """Calls `carry_out` and counts how it ends; returns or raises what it does."""
    began, outcome = time.perf_counter(), "failed"
    so_called = tracing.correlation_id.set(str(correlation_id))
    try:
        with tracing.span(f"command {name}"):
            receipt = carry_out()
        outcome = "replayed" if receipt.replayed else "accepted"
    except (Refusal, Unavailable) as error:
        outcome = _called(error)
        raise
    finally:
        tracing.correlation_id.reset(so_called)
        COMMANDS.labels(name, outcome).inc()
        COMMAND_SECONDS.labels(name).observe(time.perf_counter() - began)
    return receipt


def _called(error: Refusal | Unavailable) -> str:
    if isinstance(error, Unavailable):
        return "unavailable"
    return "conflict" if isinstance(error, Conflict) else "rejected"
