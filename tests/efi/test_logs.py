"""Log lines: one per record, with the request they came from."""

import json
import logging
import sys
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from efi.domain.errors import Rejected
from efi.runtime.logs import Json, Line, request_id
from efi.writing.command_metrics import observed


def formatted(exc_info=None, formatter=Line, **more):
    record = logging.LogRecord("efi", logging.ERROR, __file__, 1, "out of %s", ("olives",), exc_info)
    vars(record).update(more)
    return formatter().format(record)


def as_json(exc_info=None, **more):
    return json.loads(formatted(exc_info, Json, **more))


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


class TestJson:
    def test_a_record_is_an_object_on_one_line(self):
        try:
            raise ValueError("two\nlines")
        except ValueError:
            text = formatted(sys.exc_info(), Json)
        said = json.loads(text)
        assert "\n" not in text
        assert (said["event"], said["level"], said["logger"]) == ("out of olives", "error", "efi")
        assert said["exception"].endswith("ValueError: two\nlines")
        assert said["timestamp"].endswith("Z")

    def test_a_refusal_has_no_traceback(self):
        try:
            raise PermissionDenied("not allowed to read records")
        except PermissionDenied:
            said = as_json(sys.exc_info(), status_code=403)
        assert "exception" not in said

    def test_it_names_its_request_and_what_it_belongs_to(self):
        token = request_id.set("r-1")
        assert (as_json()["request_id"], as_json()["correlation_id"]) == ("r-1", "r-1")
        request_id.reset(token)

    def test_what_a_command_says_belongs_to_that_command(self):
        correlation, said = uuid4(), []

        def carry_out():
            said.append(as_json())
            raise Rejected("no")

        with pytest.raises(Rejected):
            observed("press_olives", correlation, carry_out)
        assert said[0]["correlation_id"] == str(correlation)
        assert as_json()["correlation_id"] == "-"


@pytest.mark.parametrize("formatter", [Line, Json])
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('dup key: { email: "maria.k+shop@shop.example" }', "maria"),
        ("cannot reach mongodb://efi:olives-1987@db.example/efi", "olives-1987"),
        ("sent Authorization: Bearer abcdef0123456789", "abcdef"),
        ("{'password': 'olives-1987'}", "olives-1987"),
        ("EFI_ALERT_SECRET=olives-1987", "olives-1987"),
    ],
)
def test_what_is_secret_or_somebodys_is_not_written_down(formatter, said, kept):
    try:
        raise ValueError(said)
    except ValueError:
        text = formatted(sys.exc_info(), formatter, msg=said, args=())
    assert kept not in text
