"""The API over real HTTP: the whole way of a price from a command to the shop, and what only a socket can send."""

import http.client
import json
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as live

from efi.log import mongo
from tests.catalog.gallery import drawn
from tests.services.program import Program, eventually
from tests.services.visitor import Visitor

OLIVES = {
    "name": "Kalamata olives",
    "description": "In brine",
    "unit": "370 g jar",
    "country_of_origin": "GR",
    "not_stated": ["allergens", "nutrition"],
    "sku": "OLI-1",
    "price": {"amount": "8.50", "currency": "BBD"},
}


class Script:
    """A program of somebody else that knows nothing but HTTP."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.headers = port, {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, body=None, **headers):
        """The status, the headers and what was said."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = (
            self.headers
            | {"Content-Type": "application/json"}
            | {name.replace("_", "-"): said for name, said in headers.items()}
        )
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, json.loads(content) if content else None

    def give(self, command, body, **headers):
        return self.ask("POST", f"/api/v1/commands/{command}", body, **headers)

    def read(self, path, **headers):
        return self.ask("GET", f"/api/v1/{path}", **headers)

    def raw(self, request: bytes) -> bytes:
        """The answer to whatever one can write to a socket."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire, suppress(ConnectionError):
            wire.sendall(request)
            while part := wire.recv(65_536):
                answer += part
        return answer


def served(folder, database, **environment):
    """The program, with its relay, on a database of its own in the tests' MongoDB."""
    mongo.client().drop_database(database)
    program = Program(folder / "data", MONGODB_URI=live.MONGODB_URI, MONGODB_NAME=database, **environment)
    program.start()
    yield program
    program.end()
    mongo.client().drop_database(database)


@pytest.fixture(scope="module")
def program(tmp_path_factory, mongodb):
    yield from served(tmp_path_factory.mktemp("api"), f"{live.MONGODB_NAME}_api", EFI_DEMO_PASSWORD="olives and figs")


def script_of(program, who):
    return Script(program.port, program.manage("create_token", f"{who}@efi.example"))


@pytest.fixture(scope="module")
def staff(program):
    return script_of(program, "staff")


@pytest.fixture(scope="module")
def approver(program):
    return script_of(program, "approver")


@pytest.fixture(scope="module")
def guest(program):
    return Script(program.port)


@pytest.fixture(scope="module")
def olives(staff, approver):
    """On sale, put there by two people over HTTP."""
    return put_on_sale(staff, approver, mezze_of(staff))


def mezze_of(staff):
    return staff.give("create_category", {"name": "Mezze"})[2]["data"]["id"]


def put_on_sale(staff, approver, shelf, **about):
    """Olives, unless told."""
    status, _, made = staff.give("create_product", {**OLIVES, **about, "category_ids": [shelf]})
    assert status == 201, made
    product = made["data"]["id"]
    staff.give("submit_product", {"product_id": product})
    assert approver.give("approve_product", {"product_id": product})[0] == 200
    return product


def new_price(product_id, amount):
    return {"product_id": product_id, "price": {"amount": amount, "currency": "BBD"}, "reason": "new crop"}


def test_a_new_price_is_in_the_log_at_once_and_then_in_the_shop(staff, approver, guest, olives):
    status, _, receipt = staff.give("change_price", new_price(olives, "9.00"))
    assert status == 200
    version = receipt["data"]["version"]
    (event,) = approver.read(f"streams/product:{olives}?after={version - 1}")[2]["data"]
    assert (event["type"], event["data"]["price"]["amount"]) == ("catalog.PriceChanged", "9.00")
    eventually(lambda: guest.read("products/OLI-1")[2]["data"]["price"]["amount"] == "9.00")


def test_a_new_price_is_seen_at_once_with_its_token(staff, guest, olives):
    for amount in ("9.01", "9.02", "9.03"):
        _, headers, _ = staff.give("change_price", new_price(olives, amount))
        listed = guest.read("products", Consistency_Token=headers["Consistency-Token"])[2]["data"]
        assert [product["price"]["amount"] for product in listed] == [amount]


def test_an_answer_is_known_to_be_fresh_while_the_relay_runs(guest, olives):
    def fresh():
        meta = guest.read("products")[2]["meta"]
        return not meta["stale"] and datetime.now(UTC) - datetime.fromisoformat(meta["as_of"]) < timedelta(seconds=10)

    assert eventually(fresh)


def test_what_has_not_changed_is_not_sent_again(guest, olives):
    _, headers, _ = guest.read("products/OLI-1")
    status, again, content = guest.read("products/OLI-1", If_None_Match=headers["ETag"])
    assert (status, content, again["ETag"]) == (304, None, headers["ETag"])
    assert again["As-Of"]


def test_a_head_has_no_body(guest, olives):
    status, headers, content = guest.ask("HEAD", "/api/v1/products")
    assert (status, content) == (200, None)
    assert headers["ETag"]


def test_the_same_key_gives_the_first_answer_again(staff, olives):
    first, again = (staff.give("change_price", new_price(olives, "9.10"), Idempotency_Key="k-1") for _ in range(2))
    assert first[2] == again[2]
    assert (first[1].get("Idempotent-Replayed"), again[1]["Idempotent-Replayed"]) == (None, "true")


def test_a_person_with_a_session_gives_a_command(program, staff, olives):
    person = Visitor(program.port)
    assert person.sign_in("staff@efi.example", "olives and figs")
    cookies = {cookie.name: cookie.value for cookie in person._cookies}
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    browser = Script(program.port)
    status, _, receipt = browser.give(
        "change_price", new_price(olives, "9.20"), Cookie=jar, X_CSRFToken=cookies["csrftoken"]
    )
    assert (status, receipt["data"]["id"]) == (200, olives)
    assert browser.give("change_price", new_price(olives, "9.30"), Cookie=jar)[0] == 403


def test_a_request_id_is_answered_and_logged(program, guest):
    _, headers, said = guest.read("products/none", X_Request_ID="till-7")
    assert (headers["X-Request-ID"], said["request_id"]) == ("till-7", "till-7")
    assert eventually(lambda: "[till-7] Not Found: /api/v1/products/none" in program.said())


def test_the_page_of_the_documentation_finds_all_it_needs(guest):
    connection = http.client.HTTPConnection("127.0.0.1", guest.port, timeout=10)
    connection.request("GET", "/api/v1/docs")
    page = connection.getresponse().read().decode()
    needed = [part.partition('"')[0] for part in page.split('src="')[1:]]
    assert needed
    for address in needed:
        connection.request("GET", address)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True), address
    connection.close()


GET = b"GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
POST = b"POST /api/v1/commands/change_price HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
ODD = {
    "a length that is none": POST + b"Content-Type: application/json\r\nContent-Length: abc\r\n\r\n{}",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n{}",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "no host": b"GET /api/v1/products HTTP/1.1\r\nConnection: close\r\n\r\n",
    "a foreign host": b"GET /api/v1/products HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "a header without a name": GET + b": x\r\n\r\n",
    "a header that never ends": GET + b"X: " + b"x" * 2_000_000 + b"\r\n\r\n",
    "a header that is not text": GET + b"Consistency-Token: \xff\xfe\r\n\r\n",
    "an address that never ends": b"GET /api/v1/products/" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address that is not text": b"GET /api/v1/products/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address with a line in it": GET.replace(b"products", b"products/%0d%0aX:y") + b"\r\n",
    "a token that is not text": GET.replace(b"products", b"commands") + b"Authorization: Bearer \xff\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x00\xa5\x01\x00\x00",
}


def test_a_body_in_chunks_is_taken_as_any_other(staff):
    signed = f"Content-Type: application/json\r\nAuthorization: {staff.headers['Authorization']}\r\n".encode()
    chunks = b'Transfer-Encoding: chunked\r\n\r\n12\r\n{"name":"Antipasti\r\n2\r\n"}\r\n0\r\n\r\n'
    assert staff.raw(POST.replace(b"change_price", b"create_category") + signed + chunks).startswith(b"HTTP/1.1 201")


def test_a_picture_in_chunks_is_kept_as_any_other(staff):
    picture = drawn("olive", size=(700, 400)).getvalue()
    connection = http.client.HTTPConnection("127.0.0.1", staff.port, timeout=10)
    pieces = (picture[at : at + 100] for at in range(0, len(picture), 100))
    sent = staff.headers | {"Content-Type": "image/png", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/api/v1/pictures", pieces, sent, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["data"]["width"]) == (201, 700)
    connection.close()


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_dash(guest):
    answer = guest.raw(GET.replace(b"/products", b"/nothing") + b"X_Request_ID: forged\r\n\r\n")
    assert b"forged" not in answer


@pytest.mark.parametrize("request_", ODD.values(), ids=ODD.keys())
def test_what_no_client_would_send_is_refused_and_does_no_harm(guest, request_):
    answer = guest.raw(request_)
    # A server may close on a client that is still talking, and its answer is lost.
    assert answer[:10] in (b"HTTP/1.1 4", b"" if len(request_) > 100_000 else None)
    assert guest.ask("GET", "/health/ready")[0] == 200
