"""Log lines: one per record, with the request they came from."""

import logging
import sys
from uuid import UUID

import pytest

from efi.logs import Line, request_id


def formatted(**fields):
    record = logging.LogRecord("efi", logging.ERROR, __file__, 1, "out of %s", ("olives",), fields.get("exc_info"))
    return Line().format(record)


def test_a_traceback_stays_on_the_line_of_its_record():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        line = formatted(exc_info=sys.exc_info())
    assert "\n" not in line
    assert "ValueError: two\\nlines" in line


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
