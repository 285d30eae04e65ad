"""Sends traces to OTEL_EXPORTER_OTLP_ENDPOINT; imported only by processes that are traced."""

import os
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, TraceState
from opentelemetry.util.types import Attributes
from pymongo.monitoring import CommandFailedEvent

SHARE = float(os.environ.get("OTEL_TRACES_SAMPLER_ARG") or 1)
"""The part of the traces beginning here that is recorded, from 0 to 1."""


class Joined(Sampler):
    """Drops spans without a parent, such as the relay's polling twice a second and the heartbeat's bells."""

    def __init__(self, others: Sampler) -> None:
        self._others = others

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if kind in (SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER):
            return SamplingResult(Decision.DROP)
        return self._others.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"Joined({self._others.get_description()})"


class Nameless(BatchSpanProcessor):
    """Reduces an exception to its type: its message may hold somebody's name."""

    def on_end(self, span: ReadableSpan) -> None:
        if span.status.description:
            span._status = Status(span.status.status_code, span.status.description.partition(":")[0])
        super().on_end(span)


def start() -> None:
    """Sets up tracing. It must come before the first request and before the first client of a store is made."""
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or "efi"})
    sampler = ParentBased(Joined(TraceIdRatioBased(SHARE)))
    # The one kind of event there would be is an exception, with what it says.
    provider = TracerProvider(resource=resource, sampler=sampler, span_limits=SpanLimits(max_events=0))
    provider.add_span_processor(Nameless(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(request_hook=_without_what_was_asked, excluded_urls="health/,metrics,static/")
    PymongoInstrumentor().instrument(failed_hook=_without_what_was_stored)
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]


def _without_what_was_asked(span: Span, request: HttpRequest) -> None:
    """Takes the query out of the addresses in a span: people type names into a search."""
    for name in ("http.url", "http.target"):
        span.set_attribute(name, request.path)


def _without_what_was_stored(span: Any, failed: CommandFailedEvent) -> None:
    """Keeps only the code of a failed command: MongoDB's message on a duplicate key repeats the key."""
    span.set_status(Status(StatusCode.ERROR, failed.failure.get("codeName", "")))
