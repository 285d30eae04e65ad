"""How much may be sent to whom: what is larger is refused before any of it is read."""

import tempfile

import pytest

from tests.api.shop import Caller, problem

FORM = 64 * 1024
COMMAND = 2_621_440
FILE = 20 * 1024 * 1024 + FORM
MULTIPART = "multipart/form-data; boundary=x"


class Unread:
    """A body of which nobody may read anything."""

    def read(self, *_):
        raise AssertionError("a part of the body was read")

    readline = read


def sent(caller, path, length, body=None):
    about = {"CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": str(length), "wsgi.input": body or Unread()}
    return caller.client.request(REQUEST_METHOD="POST", PATH_INFO=path, **about)


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/", "/products", "/nothing/here", "/admin/", "/admin/imports/", "/health/live"]
)
@pytest.mark.parametrize("length", [FORM + 1, 2_000_000_000])
def test_nobody_in_particular_sends_more_than_a_form(shop, path, length):
    refused = sent(Caller(csrf=True), path, length)
    assert problem(refused)["code"] == "too_large"
    assert refused.status_code == 413


@pytest.mark.parametrize(
    ("path", "most"),
    [("/admin/imports/", FILE), ("/admin/login/", FORM), ("/products", FORM), ("/api/v1/pictures", FILE)],
)
def test_staff_send_files_where_files_are_taken_and_nothing_larger(shop, path, most):
    assert sent(Caller(shop.accounts["elias"], csrf=True), path, most + 1).status_code == 413


@pytest.mark.parametrize("path", ["/api/v1/commands/create_category", "/api/v1/nothing"])
def test_a_command_is_at_most_so_large(shop, path):
    assert sent(Caller(shop.accounts["elias"], csrf=True), path, COMMAND + 1).status_code == 413


def test_whoever_asked_with_a_browser_is_shown_a_page(shop):
    caller = Caller()
    caller.client.defaults["HTTP_ACCEPT"] = "text/html"
    for path in ("/admin/login/", "/products"):
        refused = sent(caller, path, FORM + 1)
        assert (refused.status_code, refused["Content-Type"]) == (413, "text/html; charset=utf-8")


def test_a_file_of_somebody_who_is_signed_in_is_read(shop):
    boundary = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nsku\r\n--x--\r\n'
    padded = boundary + b"\0" * (FORM + 1)
    with tempfile.TemporaryFile() as body:
        body.write(padded)
        body.seek(0)
        assert sent(shop.elias, "/admin/imports/?of=products", len(padded), body).status_code != 413


@pytest.mark.parametrize("length", ["9" * 30, "100_000", "９９９９９９", " 100000 "])
def test_a_length_is_read_as_django_reads_it(shop, length):
    assert sent(Caller(), "/admin/login/", length).status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "", "1e9", "9" * 5_000])
def test_a_length_that_is_none_is_none(shop, length):
    assert sent(Caller(), "/nothing/here", length).status_code in {400, 404}
