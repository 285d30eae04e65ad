"""Traces that join a request, its commit and the folds after it; none is made without OTEL_EXPORTER_OTLP_ENDPOINT."""

import os
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar

ON = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
given: ContextVar[str] = ContextVar("traceparent", default="")
"""The `traceparent` (W3C Trace Context) that came with a request; it is passed on even if nothing is traced."""
correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""The correlation id of the command that is being carried out."""

if ON:
    # A start without traces is not to wait for these.
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    CONTEXT = TraceContextTextMapPropagator()
    TRACER = trace.get_tracer("efi")


def carried() -> str | None:
    """Returns the present `traceparent`, by which another process can continue the trace."""
    carrier: dict[str, str] = {}
    if ON:
        CONTEXT.inject(carrier)
    return carrier.get("traceparent") or given.get() or None


def span(name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """Opens a span of the present trace, or begins a trace."""
    if not ON:
        return nullcontext()
    # What an exception says may be somebody's name.
    return TRACER.start_as_current_span(name, attributes=attributes, record_exception=False)


def continued(traceparent: str | None, name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """Opens a span of the trace that `traceparent` names; does nothing if there is none."""
    if not ON or not traceparent:
        return nullcontext()
    context = CONTEXT.extract({"traceparent": traceparent})
    return TRACER.start_as_current_span(name, context=context, attributes=attributes, record_exception=False)


def add_span(traceparent: str | None, name: str, began: int, **attributes: str | int) -> None:
    """Records a span that ends now and began at `began`, in nanoseconds, in the trace that `traceparent` names."""
    if ON and traceparent:
        context = CONTEXT.extract({"traceparent": traceparent})
        TRACER.start_span(name, context=context, attributes=attributes, start_time=began).end()
