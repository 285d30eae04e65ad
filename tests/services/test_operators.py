"""What operators see where web, relay, worker and beat run apart, each as on a machine of its own."""

import kombu
import pytest

from efi.runtime import metrics
from tests.operations.receivers import receiving
from tests.operations.test_monitor import cells, row
from tests.operations.test_traces import GIVEN, TRACE, in_trace
from tests.services.fleet import Part, manage, started
from tests.services.program import Program, eventually
from tests.services.test_api import script_of
from tests.services.visitor import Visitor

PASSWORD, TOKEN = "kalamata-1", "prometheus-may-look"
STEPS = {"command create_category", "bell", "run/efi.tasks.catch_up", "fold categories"}


class Shown:
    """The monitor page, as an operator's browser is given it."""

    def __init__(self, program):
        self.visitor = Visitor(program.port)
        assert self.visitor.sign_in("staff@efi.example", PASSWORD)

    @property
    def content(self):
        return self.visitor.read("/admin/operations/monitor").encode()

    def fires(self, title):
        return row(self, title)[1] == "firing"


@pytest.fixture
def collector():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def program(rabbitmq, collector, tmp_path):
    own = {"BROKER_URL": rabbitmq.uri, "EFI_DEMO_PASSWORD": PASSWORD, "EFI_METRICS_TOKEN": TOKEN}
    traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    program = Program(tmp_path / "web", **own, **traced)
    program.start()
    yield program
    program.end()


@pytest.fixture
def others(program, tmp_path):
    """Relay, worker and beat, with nothing in common with the web process but its stores and contexts."""
    shared = {name: program.environment[name] for name in program.environment if name.startswith(("BROKER", "OTEL"))}
    shared |= {"MONGODB_URI": (program.data / "mongodb-uri").read_text(), "EFI_DEMO_DATA": "no"}
    shared["DJANGO_SETTINGS_MODULE"] = "efi.settings"
    with started(*(Part(tmp_path / name, shared, *manage(name)) for name in ("relay", "worker", "beat"))):
        yield


def give_up(rabbitmq):
    with kombu.Connection(rabbitmq.uri) as connection:
        kombu.Producer(connection.default_channel).publish({}, exchange="", routing_key="efi.dead")


def test_one_page_and_one_trace_tell_of_all_of_them(rabbitmq, collector, program, others):
    script, shown = script_of(program, "staff"), Shown(program)
    assert script.give("create_category", {"name": "Mezze"}, traceparent=GIVEN)[0] == 201
    eventually(lambda: in_trace(collector, TRACE) >= STEPS)
    eventually(lambda: cells(shown, metrics.DELAY, "categories"))
    eventually(lambda: cells(shown, metrics.COMMANDS, "create_category", "accepted") == ["1"])
    eventually(lambda: cells(shown, metrics.RELAY_BEHIND, "urgent"))
    eventually(lambda: cells(shown, metrics.QUEUE_DEPTH, "categories") == ["0"])
    eventually(lambda: cells(shown, metrics.DEAD_LETTERS) == ["0"])
    give_up(rabbitmq)
    eventually(lambda: shown.fires("Messages were given up dead_letters"))
    eventually(lambda: cells(shown, metrics.DEAD_LETTERS) == ["1"])
