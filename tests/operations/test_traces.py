"""One trace from a request through its commit and its bell to the documents that show it, as a collector is sent it."""

import subprocess
import sys
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.operations.receivers import receiving
from tests.services.program import ROOT, Program, eventually
from tests.services.test_api import script_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
GIVEN = f"00-{TRACE}-b7ad6b7169203331-01"
STEPS = {
    "POST api/v1/commands/<str:name>",
    "command create_category",
    "efi.insert",
    "bell",
    "fold categories",
    "efi.find",
}


@pytest.fixture(scope="module")
def collector():
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def program(collector, tmp_path_factory):
    traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    program = Program(tmp_path_factory.mktemp("traces") / "data", **traced)
    program.start()
    yield program
    program.end()


@pytest.fixture(scope="module")
def script(program):
    return script_of(program, "staff")


def spans(collector):
    for _, _, body in collector.sent:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            yield from (span for scope in resource.scope_spans for span in scope.spans)


def in_trace(collector, trace):
    return {span.name for span in spans(collector) if span.trace_id.hex() == trace}


def test_a_trace_goes_from_the_request_to_the_document(collector, script):
    status, headers, _ = script.give("create_category", {"name": f"Mezze {uuid4()}"}, traceparent=GIVEN)
    assert (status, headers["traceparent"]) == (201, GIVEN)
    eventually(lambda: in_trace(collector, TRACE) >= STEPS)


def test_the_parts_of_a_trace_hang_together(collector, script):
    script.give("create_category", {"name": f"Mezze {uuid4()}"})
    [whole] = eventually(lambda: [one for one in traces(collector) if is_whole(one)])
    assert [span.name for span in whole if not span.parent_span_id] == ["POST api/v1/commands/<str:name>"]


def is_whole(trace):
    """From the request to the fold, and nothing hangs below a part that has not come."""
    ids = {span.span_id for span in trace} | {b""}
    complete = {span.name for span in trace} >= {"command create_category", "bell", "fold categories"}
    return complete and all(span.parent_span_id in ids for span in trace)


def traces(collector):
    """But for the one that was given."""
    found = {}
    for span in spans(collector):
        found.setdefault(span.trace_id.hex(), []).append(span)
    return [whole for trace, whole in found.items() if trace != TRACE]


def test_what_belongs_to_no_request_is_not_sent(collector, script):
    begin = {span.name for span in spans(collector) if not span.parent_span_id}
    assert begin
    assert not [name for name in begin if name.startswith(("efi.", "admin.", "run/"))]


def test_nothing_that_people_typed_is_sent(collector, script):
    script.read("search/suggest?q=maria%40shop.example")
    eventually(lambda: [span for span in spans(collector) if "search/suggest" in span.name])
    assert not [one for one in collector.sent if b"maria" in one[2]]


def test_nothing_that_a_refusal_says_is_sent(collector, script):
    assert script.give("rename_category", {"category_id": str(uuid4()), "name": "Maria"})[0] == 404
    failed = eventually(lambda: [one for one in spans(collector) if one.name == "command rename_category"])
    assert [(one.status.code, one.status.message, len(one.events)) for one in failed] == [(2, "NotFound", 0)]


def test_without_a_collector_nothing_that_would_send_is_even_loaded():
    code = "import django; django.setup(); import sys; print({'efi.runtime.tracer', 'opentelemetry.exporter'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
