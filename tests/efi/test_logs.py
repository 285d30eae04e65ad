"""Log lines: one per record, with the request they came from."""

import logging
import sys
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from efi.logs import Line, request_id


def formatted(exc_info=None, **more):
    record = logging.LogRecord("efi", logging.ERROR, __file__, 1, "out of %s", ("olives",), exc_info)
    vars(record).update(more)
    return Line().format(record)


def test_a_traceback_stays_on_the_line_of_its_record():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        line = formatted(exc_info=sys.exc_info())
    assert "\n" not in line
    assert "ValueError: two\\nlines" in line


@pytest.mark.parametrize(("status", "traced"), [(403, False), (404, False), (500, True)])
def test_only_a_fault_of_ours_has_a_traceback(status, traced):
    try:
        raise PermissionDenied("not allowed to read records")
    except PermissionDenied:
        line = formatted(exc_info=sys.exc_info(), status_code=status)
    assert "out of olives" in line
    assert ("Traceback" in line) is traced


def test_a_line_names_its_request():
    token = request_id.set("r-1")
    assert "[r-1] out of olives" in formatted()
    request_id.reset(token)
    assert "[-] out of olives" in formatted()


def test_the_callers_name_for_a_request_comes_back(client):
    assert client.get("/admin/login/", headers={"X-Request-ID": "till-7"})["X-Request-ID"] == "till-7"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "ä"])
def test_a_name_that_would_spoil_the_log_is_replaced(client, given):
    answered = client.get("/admin/login/", headers={"X-Request-ID": given})["X-Request-ID"]
    assert UUID(answered).version == 7
