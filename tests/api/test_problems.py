"""Refusals: each a problem document of a known kind, with a page that explains it."""

import errno
from urllib.parse import urlsplit

import pytest

from catalog.api import AvailabilityViewSet
from efi.domain.errors import Conflict, Outdated
from efi.http.bodies import UNREAD
from efi.http.problems import KINDS, VersionMissing
from tests.api.shop import Caller, drafted, problem, refused
from tests.catalog.catalogue import category

COMMAND = "/api/v1/commands/create_category"
FULL = OSError(errno.ENOSPC, "No space left on device")
ABSENT = "00000000-0000-0000-0000-000000000000"


def failing(error):
    def fail(*_, **__):
        raise error

    return fail


@pytest.fixture
def every_kind(shop, monkeypatch, settings):
    """One refusal of each kind there is, by its name."""
    category("Mezze")
    shop.maria.give("create_category", {"name": "Dips"}, idempotency_key="k-1")
    refusals = {
        "bad-input": shop.maria.give("create_category", {}),
        "not-signed-in": shop.guest.get("commands"),
        "not-allowed": shop.rita.give("create_category", {"name": "Dips"}),
        "not-found": shop.guest.get("products/OLI-1"),
        "method-not-allowed": shop.guest.client.put("/api/v1/products"),
        "not-acceptable": shop.guest.get("products", accept="text/html"),
        "rejected": shop.maria.give("create_category", {"name": "Mezze"}),
        "too-large": shop.maria.send("POST", COMMAND, b" " * 3_000_000),
        "too-slow": shop.maria.client.post(COMMAND, **{UNREAD: ("too-slow", "the rest of the body did not come")}),
        "unsupported-media-type": shop.maria.send("POST", COMMAND, b"{}", "text/plain"),
        "key-reused": shop.maria.give("create_category", {"name": "Cheese"}, idempotency_key="k-1"),
    }
    for name, error in (
        ("conflict", Conflict("somebody else was faster")),
        ("outdated", Outdated("it has changed since")),
        ("if-match-missing", VersionMissing("send an If-Match")),
        ("internal", ValueError("spilt secrets")),
        ("disk-full", FULL),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(AvailabilityViewSet, "retrieve", failing(error))
            refusals[name] = shop.guest.get(f"products/{ABSENT}/availability")
    settings.LIMITS = {**settings.LIMITS, "reads": "0/minute"}
    return {**refusals, "too-many": shop.guest.get("products")}


def test_every_refusal_says_what_it_is_in_the_same_words(every_kind):
    for name, refusal in every_kind.items():
        said = problem(refusal)
        assert urlsplit(said["type"]).path == f"/problems/{name}"
        assert (said["title"], said["status"]) == (KINDS[name].title, KINDS[name].status)
        assert said["instance"].startswith("/api/v1/")
        assert said["request_id"] == refusal["X-Request-ID"]
        assert said["detail"]


def test_every_kind_of_problem_but_an_outage_can_happen_here(every_kind):
    assert KINDS.keys() - every_kind.keys() == {"unavailable"}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_problem_has_a_page_that_explains_it(shop, name):
    page = shop.guest.client.get(f"/problems/{name}")
    assert page.status_code == 200
    assert KINDS[name].title in page.content.decode()
    assert str(KINDS[name].status) in page.content.decode()


def test_a_problem_that_there_is_not_has_no_page(shop):
    assert shop.guest.client.get("/problems/spilt-milk").status_code == 404


def test_what_went_wrong_here_is_not_told_to_everybody(every_kind):
    assert b"secrets" not in every_kind["internal"].content


def test_a_method_that_an_address_does_not_know_is_answered_with_those_it_does(shop):
    for method, address, allowed in (
        ("POST", "/api/v1/products", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", f"/api/v1/products/{ABSENT}", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/api/v1/categories", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/api/v1/commands", {"GET", "HEAD", "OPTIONS"}),
        ("GET", COMMAND, {"POST", "OPTIONS"}),
        ("POST", "/health/live", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/api/v1/products", {"GET", "HEAD", "OPTIONS"}),
    ):
        refusal = shop.elias.send(method, address)
        refused(refusal, 405, "method_not_allowed")
        assert set(refusal["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", ";;;", "é"])
def test_who_takes_no_json_gets_a_problem(shop, accept):
    refused(shop.guest.get("products", accept=accept), 406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*", "text/html, */*;q=0.1"])
def test_who_takes_json_gets_it(shop, accept):
    assert shop.guest.get("products", accept=accept)["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "", "application/json; charset=latin-1", "multipart/form-data"]
)
def test_a_body_that_is_not_json_is_not_read(shop, kind):
    refused(shop.maria.send("POST", COMMAND, b'{"name": "Dips"}', kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("host", ["evil.example", "e vil", "[", "x" * 300, "shop.example:port"])
def test_a_host_that_is_not_ours_is_refused(shop, host):
    for address in ("/api/v1/products", "/admin/", "/nothing"):
        refused(shop.guest.client.get(address, headers={"host": host}), 400, "bad_input")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "carts",
        "products/",
        "categories/mezze/",
        f"products/{ABSENT}/availability/",
        "products/a/b",
        "commands/",
        "%00",
        "é",
    ],
)
def test_where_there_is_nothing_nothing_is_found(shop, address):
    refused(shop.elias.get(address), 404, "not_found")


def test_an_instance_is_an_address(shop):
    assert problem(shop.guest.get("products/Hálva%20%22x%22"))["instance"] == "/api/v1/products/H%C3%A1lva%20%22x%22"


def test_more_parameters_than_anybody_needs_are_refused(shop):
    many = "&".join(f"p{number}=1" for number in range(1_500))
    refusal = shop.guest.get(f"products?{many}")
    refused(refusal, 400, "bad_input")
    assert "settings" not in refusal.json()["detail"]


def test_there_is_no_form_to_browse(shop):
    page = shop.elias.get("commands", accept="text/html,*/*")
    assert page["Content-Type"] == "application/json"


def test_what_belongs_to_nobody_yet_is_not_found_for_anybody(shop):
    draft = drafted("Draft", "DRA-1")
    for caller in (shop.guest, shop.maria, shop.elias, Caller(token="x")):
        refused(caller.get(f"products/{draft}"), 404, "not_found")
