"""Whatever form an address, a header or a link has, what is secret in it is not written down."""

import string
import time
from secrets import token_urlsafe
from urllib.parse import quote

import pytest
from django.core.management.base import CommandError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import PyMongoError

from efi.management.errors import told
from efi.running.embedded import CannotStart
from efi.runtime.masking import masked

SCHEMES = ("mongodb", "mongodb+srv", "amqp", "amqps", "redis", "rediss", "http", "https", "smtp", "submission+tls")
AWKWARD = "@/%:?#[]&=;,+!$~"
SECRETS = st.builds(
    lambda start, rest: f"zQ{start}{rest}Qz",
    st.text(AWKWARD, max_size=2),
    st.text(string.ascii_letters + string.digits + AWKWARD, max_size=12),
)
"""Passwords as somebody may have written them into an address, right or wrong."""
HEADERS = (
    *(
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "Set-Cookie",
        "X-Api-Key",
        "X-Auth-Token",
        "x-amz-security-token",
    ),
    *("X-EFI-Signature", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_API_KEY"),
)
TOKENS = st.text(string.ascii_letters + string.digits + "-._~+/=", min_size=8, max_size=40)
AS_SENT = ("{name}: {value}", "{name}={value}")
AS_SHOWN = ("{{'{name}': '{value}'}}", '{{"{name}": "{value}"}}', "('{name}', '{value}')", "(b'{name}', b'{value}')")


@given(
    scheme=st.sampled_from(SCHEMES),
    user=st.sampled_from(["", "efi", "efi%40shop"]),
    secret=SECRETS,
    rest=st.sampled_from(["", "/", "/efi?replicaSet=efi", ":5672//", ":6379/0", ":27017,db2.example:27017/efi"]),
    around=st.sampled_from(["{}", "cannot reach {}: refused", "'{}'", '{{"uri": "{}"}}', "({})", "BROKER_URL={}"]),
    escaped=st.booleans(),
)
def test_of_an_address_the_password_is_hidden_and_the_host_stays(scheme, user, secret, rest, around, escaped):
    written = quote(secret, safe="") if escaped else secret
    said = masked(around.format(f"{scheme}://{user}:{written}@db.example{rest}"))
    assert written not in said
    assert ("zQ" in said, "Qz" in said) == (False, False)
    assert f"{scheme}://db.example{rest}" in said


@given(
    name=st.sampled_from(HEADERS), scheme=st.sampled_from(["", "Basic ", "Bearer ", "a=b; sessionid="]), token=TOKENS
)
@pytest.mark.parametrize("written", [*AS_SENT, *AS_SHOWN])
def test_of_a_header_that_proves_who_one_is_the_value_is_hidden(written, name, scheme, token):
    said = masked("sent " + written.format(name=name, value=f"{scheme}{token}Qz"))
    assert (token in said, "Qz" in said) == (False, False)
    assert name in said


@given(
    name=st.sampled_from(["token", "access_token", "api_key", "apikey", "key", "sig", "signature", "code", "password"]),
    token=TOKENS,
)
def test_of_an_address_with_a_token_in_its_query_the_token_is_hidden(name, token):
    said = masked(f"GET https://shop.example/orders?page=2&{name}={quote(token, safe='')}Qz&sort=name was refused")
    assert "Qz" not in said
    assert ("https://shop.example/orders?page=2" in said, "&sort=name was refused" in said) == (True, True)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail to ada@shop.example", "ada"),
        ("{'password': 'olives, and more'}", "more"),
        ("EFI_SECRET_KEY=olives-1987", "olives"),
        ("https://shop.example/accounts/reset/MQ/cx6f3a-0123456789abcdef0123456789abcdef/", "abcdef"),
        ("redis://:olives@db.example:6379/0", "olives"),
        ("connected to http://u:olives@h1:9200,http://u:capers@h2:9200", "capers"),
    ],
)
def test_other_forms_of_secrets_are_hidden(said, kept):
    assert kept not in masked(said)


@pytest.mark.parametrize("page", ["account:reset", "account:invitation"])
def test_a_link_that_is_good_once_is_hidden(page):
    token = token_urlsafe(32)
    said = masked(f"POST https://shop.example{reverse(page, args=[token])}?from=mail answered 503")
    assert token not in said
    assert "?from=mail answered 503" in said


@pytest.mark.parametrize(
    "said",
    [
        "the token is lost",
        "product:1 at version 3",
        "a/b@c",
        "4 @ 1.50",
        "ready at http://127.0.0.1:8000 - API http://127.0.0.1:8000/api/v1/docs",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "of the key that was used before, nothing is kept",
        "GET /api/v1/products?sort=name&page=2",
    ],
)
def test_what_is_nobodys_is_left_as_it_is(said):
    assert masked(said) == said


@pytest.mark.parametrize("part", ["a", "a.b-", "token", "a-", "://", "x-key", "/a", "?key=", "@"])
def test_a_long_text_that_somebody_typed_holds_nobody_up(part):
    said = (part * 60_000)[:60_000]
    began = time.process_time()
    masked(said)
    masked(f"redis://{said}@")
    assert time.process_time() - began < 0.5


REFUSED = "no answer from mongodb://efi:olives-1987@db.example:27017/efi"


def test_the_sentence_with_which_a_start_ends_holds_no_password():
    assert str(CannotStart(REFUSED)) == "efi: no answer from mongodb://db.example:27017/efi"


def test_the_error_of_a_command_holds_no_password():
    with pytest.raises(CommandError) as ended, told("MongoDB failed"):
        raise PyMongoError(REFUSED)
    assert str(ended.value) == "MongoDB failed: no answer from mongodb://db.example:27017/efi"
