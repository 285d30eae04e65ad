"""Log records on one line each, as text or as JSON, with the id of the request that they belong to."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar

import orjson
from django.http import HttpRequest, HttpResponse
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor
from uuid_utils.compat import uuid7

from efi.runtime import tracing
from efi.runtime.masking import masked

request_id: ContextVar[str] = ContextVar("request_id", default="-")
_ACCEPTABLE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_KEPT = "efi.names"


def name_the_request(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Puts the caller's X-Request-ID, or a new id, into every log line and into the answer; does so with `traceparent`.

    The latter is that of W3C Trace Context. A value that is malformed is taken as not given.
    """

    def named(request: HttpRequest) -> HttpResponse:
        caller_id, trace = request.headers.get("X-Request-ID", ""), request.headers.get("traceparent", "")
        named_so = request_id.set(caller_id if _ACCEPTABLE.fullmatch(caller_id) else str(uuid7()))
        traced_so = tracing.given.set(trace if _TRACEPARENT.fullmatch(trace) else "")
        # Django logs a refusal with its request, after this has returned.
        request.META[_KEPT] = _names()
        try:
            response = answer(request)
            response["X-Request-ID"] = request_id.get()
            if tracing.given.get():
                response["traceparent"] = trace
            return response
        finally:
            request_id.reset(named_so)
            tracing.given.reset(traced_so)

    return named


class Line(logging.Formatter):
    """Formats a record as one line of text, with its traceback unless it is about a refusal (4xx)."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{names}] {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        names = _names_of(record)
        record.names = f"{names['request_id']} {names.get('traceparent', '')}".rstrip()
        if _is_refusal(record):
            record.exc_info = record.exc_text = None
        return masked(super().format(record)).replace("\n", "\\n")


class Json(ProcessorFormatter):
    """Formats a record as one line of JSON."""

    def __init__(self) -> None:
        about: list[Processor] = [
            add_log_level,
            add_logger_name,
            TimeStamper(fmt="iso", utc=True),
            _with_its_names,
            format_exc_info,
        ]
        last: list[Processor] = [
            ProcessorFormatter.remove_processors_meta,
            _without_what_is_private,
            JSONRenderer(_dumped),
        ]
        super().__init__(processors=last, foreign_pre_chain=about)


def _with_its_names(_: object, __: str, entry: EventDict) -> EventDict:
    record = entry["_record"]
    if _is_refusal(record):
        entry.pop("exc_info", None)
    return {**entry, **_names_of(record)}


def _without_what_is_private(_: object, __: str, entry: EventDict) -> EventDict:
    return {name: masked(value) if isinstance(value, str) else value for name, value in entry.items()}


def _dumped(entry: EventDict, **_: object) -> str:
    return orjson.dumps(entry, default=str).decode()


def _is_refusal(record: logging.LogRecord) -> bool:
    return bool(getattr(record, "status_code", 500) < 500)


def _names_of(record: logging.LogRecord) -> dict[str, str]:
    """Returns the ids of the request that a record is about, which may be over by now, or else of the present one."""
    request = getattr(record, "request", None)
    ids: dict[str, str] = getattr(request, "META", {}).get(_KEPT) or _names()
    return ids


def _names() -> dict[str, str]:
    """Returns the present ids. A command has a correlation id of its own if the caller's request id is not a UUID."""
    named = request_id.get()
    trace = {"traceparent": kept} if (kept := tracing.carried()) else {}
    return {"request_id": named, "correlation_id": tracing.correlation_id.get() or named, **trace}
