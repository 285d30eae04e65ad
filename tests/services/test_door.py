"""Who sends slowly, sends nothing, takes nothing or sends too much keeps nobody else from being served."""

import contextlib
import http.client
import resource
import select
import socket
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.services.program import Program, eventually
from tests.services.visitor import Visitor

SOON = 5.0
"""Seconds within which people are served whatever others do; mostly it is hundredths of one."""
LATEST = 60.0
COMMAND = "/api/v1/commands/create_category"
LARGE = "GET /static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEAD = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
STAFF, PASSWORD = "staff@efi.example", "olives and figs"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("door") / "data", EFI_DEMO_PASSWORD=PASSWORD)
    program.start()
    yield program
    program.end()


@contextlib.contextmanager
def connections(program):
    """Opens connections to the program, which are closed at the end."""
    with contextlib.ExitStack() as open_ones:

        def connect(said="", takes=0):
            connection = open_ones.enter_context(socket.socket())
            if takes:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
            connection.settimeout(SOON)
            connection.connect(("127.0.0.1", program.port))
            connection.sendall(said.encode())
            return connection

        yield connect


@pytest.fixture
def connect(program):
    with connections(program) as connect:
        yield connect


@pytest.fixture(scope="module")
def crowd(program):
    """All who would hold up others, by what they do, at the same time."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))
    with connections(program) as connect:
        command, form = (HEAD.format(path=path, length=60_000) for path in (COMMAND, "/admin/login/"))
        yield {
            "send nothing": [connect() for _ in range(1_100)],
            "stop in the head": [connect("GET / HTTP/1.1\r\nHost: loc") for _ in range(50)],
            "stop in the body": [connect(command + '{"name": "') for _ in range(20)],
            "trickle": [connect(form) for _ in range(10)],
            "take nothing": [connect(LARGE, takes=4_096) for _ in range(10)],
        }


def asked(program, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=SOON)
    with contextlib.closing(connection):
        connection.request(method, path, body, {name.replace("_", "-"): said for name, said in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()


def is_served(program):
    """Tells whether the shop and the health are answered at once."""
    return {asked(program, path)[0] for path in ("/", "/health/live", "/health/ready", "/admin/login/")} == {200}


def answer_of(connection):
    connection.settimeout(60)
    return connection.recv(65_536)


def is_closed(connection):
    """Tells whether the program has closed a connection, also one of which nothing is read."""
    polled = select.poll()
    polled.register(connection, select.POLLRDHUP)
    return bool(polled.poll(0))


def is_gone(connection):
    """Sends a byte more, to which the kernel says at last that there is nobody any more."""
    with contextlib.suppress(ConnectionError):
        connection.send(b"x")
    return is_closed(connection)


def test_people_are_served_whoever_else_holds_connections(program, crowd):
    assert is_served(program)
    for one in crowd["trickle"]:
        one.sendall(b"x")
    assert is_served(program)


def test_a_body_that_trickles_is_given_up(crowd):
    assert eventually(lambda: all(map(is_gone, crowd["trickle"])), LATEST)


def test_a_body_that_stops_is_given_up_and_its_sender_told(crowd):
    answers = [answer_of(one) for one in crowd["stop in the body"]]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}
    assert all(b"too_slow" in answer for answer in answers)


@pytest.mark.parametrize("what", ["stop in the body", "send nothing", "stop in the head"])
def test_connections_are_closed_of_those_who(crowd, what):
    assert eventually(lambda: all(map(is_closed, crowd[what])), LATEST)


def test_connections_are_closed_of_those_who_take_nothing(crowd):
    assert eventually(lambda: all(map(is_gone, crowd["take nothing"])), LATEST)


def test_more_than_is_taken_is_refused_and_nothing_of_it_is_read(program, connect):
    for path in ("/admin/login/", "/", "/admin/imports/", COMMAND):
        one = connect(HEAD.format(path=path, length=2_000_000_000))
        assert answer_of(one).startswith(b"HTTP/1.1 413"), path


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/imports/", "/products"])
def test_a_body_without_end_is_refused(program, connect, path):
    one = connect(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            one.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
    assert answer_of(one).startswith(b"HTTP/1.1 413")


def test_staff_sign_in_and_send_a_file_of_some_megabytes(program):
    visitor = Visitor(program.port)
    assert visitor.sign_in(STAFF, PASSWORD)
    jar = "; ".join(f"{one.name}={one.value}" for one in visitor._cookies)
    token = next(one.value for one in visitor._cookies if one.name == "csrftoken")
    rows = b"sku\r\n" + b"OLI-1\r\n" * 700_000
    named = b'--x\r\nContent-Disposition: form-data; name="file"; filename="many.csv"\r\n\r\n'
    body = named + rows + b"\r\n--x--\r\n"
    headers = {"Cookie": jar, "X_CSRFToken": token, "Content_Type": "multipart/form-data; boundary=x"}
    assert len(body) > 4_000_000
    assert asked(program, "/admin/imports/?of=products", "POST", body, **headers)[0] == 302


def test_a_large_file_comes_whole(program):
    status, content = asked(program, LARGE.split()[1])
    assert (status, content) == (200, Path(finders.find(LARGE.split()[1].removeprefix("/static/"))).read_bytes())
    assert len(content) > 1024**2


def test_an_export_comes_whole(program):
    visitor = Visitor(program.port)
    assert visitor.sign_in(STAFF, PASSWORD)
    assert visitor.read("/admin/export/product.csv").startswith("\ufeff")
