"""One line per log record, with the id of the request that it came from."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from uuid_utils.compat import uuid7

from efi.tracing import given as traceparent

request_id: ContextVar[str] = ContextVar("request_id", default="-")
_ACCEPTABLE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_KEPT = "efi.names"


def name_the_request(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the caller's X-Request-ID, or one of ours, goes into every log line and back in the answer.

    So does a `traceparent` (W3C Trace Context).
    """

    def named(request: HttpRequest) -> HttpResponse:
        given, trace = request.headers.get("X-Request-ID", ""), request.headers.get("traceparent", "")
        named_so = request_id.set(given if _ACCEPTABLE.fullmatch(given) else str(uuid7()))
        traced_so = traceparent.set(trace if _TRACEPARENT.fullmatch(trace) else "")
        # Django logs a refusal with its request, after this has returned.
        request.META[_KEPT] = _names()
        try:
            response = answer(request)
            response["X-Request-ID"] = request_id.get()
            if traceparent.get():
                response["traceparent"] = trace
            return response
        finally:
            request_id.reset(named_so)
            traceparent.reset(traced_so)

    return named


class Line(logging.Formatter):
    """A record on one line, its traceback too; a refusal (4xx) has none, as nothing went wrong here."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{names}] {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        record.names = getattr(request, "META", {}).get(_KEPT) or _names()
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return super().format(record).replace("\n", "\\n")


def _names() -> str:
    return f"{request_id.get()} {traceparent.get()}".rstrip()
