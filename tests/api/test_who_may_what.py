"""Every command and every address, for everybody: nobody gets in by an address that was forgotten here."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver
from knox.models import AuthToken

from catalog.commands.bundles import CreateBundle
from efi.http.permissions import AT_DOORS, GRANTS, OWNERS, READ_STREAMS, given_by_name
from efi.log import event_store
from efi.models import User
from efi.writing.commands import HANDLERS, Handled
from tests.api.shop import Caller, Shop, caught_up, emptied, on_sale, problem, token_for
from tests.catalog.catalogue import category
from tests.catalog.gallery import uploaded
from tests.given import bbd, say
from tests.permissions import permissions

TESTS = Path(__file__).parents[1]
STRANGERS = ("guest", "revoked token", "token of inactive", "inactive")
GROUP_OF = {"maria": "catalogue staff", "joan": "approvers", "rita": "reporting staff"}
SIGNED_IN = (*GROUP_OF, "elias", *(f"token of {name}" for name in (*GROUP_OF, "elias")))
EVERYBODY = (*STRANGERS, *SIGNED_IN)

FOR_ALL = dict.fromkeys(EVERYBODY, 200)
FOR_STAFF = dict.fromkeys(STRANGERS, 401) | dict.fromkeys(SIGNED_IN, 200)
FOR_WHO_WAS_ASKED = FOR_STAFF | {name: 403 for name in SIGNED_IN if "token" in name}
"""A token that was made beside has to be confirmed by the password first."""
FOR_AUDITORS = FOR_STAFF | {name: 403 for name in SIGNED_IN if "joan" not in name and "elias" not in name}
FOR_OPERATORS = FOR_STAFF | dict.fromkeys(GROUP_OF, 403) | {name: 401 for name in SIGNED_IN if "token" in name}
"""And for nobody with a token of the API: Prometheus has one of its own."""
FOR_CATALOGUE_STAFF = FOR_STAFF | {name: 405 if "maria" in name or "elias" in name else 403 for name in SIGNED_IN}
"""Who may give a picture is told that it is not read here."""
NOT_READ = FOR_STAFF | dict.fromkeys(SIGNED_IN, 405)
"""For whoever is signed in, to send something there."""
FOR_CUSTOMERS = FOR_STAFF | dict.fromkeys(SIGNED_IN, 404)
"""Which none of these is; tests/customers/ has the matrix of those who are."""
TO_BE_SENT = dict.fromkeys(EVERYBODY, 405)
"""For everybody, to send something there."""
IN_A_BROWSER = ("elias", *GROUP_OF)
PAGE_OF_ONES_OWN = dict.fromkeys(EVERYBODY, 302) | dict.fromkeys(IN_A_BROWSER, 200)
"""Others are led to where one signs in; so are programs, whose tokens open no pages."""
PAGE_OF_GUESTS = FOR_ALL | dict.fromkeys(IN_A_BROWSER, 302)
PAGE_OF_CUSTOMERS = PAGE_OF_ONES_OWN | dict.fromkeys(IN_A_BROWSER, 404)
LINK_THAT_IS_OVER = dict.fromkeys(EVERYBODY, 410)
NOT_BEGUN = dict.fromkeys(EVERYBODY, 302)
BY_COMMAND: dict[str, int] = {}
"""As the command's own permission says, which has a test of its own."""

MATRIX = {
    "": FOR_ALL,
    "account/": PAGE_OF_CUSTOMERS,
    "account/addresses": PAGE_OF_CUSTOMERS,
    "account/addresses/<uuid:address_id>": PAGE_OF_CUSTOMERS,
    "account/addresses/new": PAGE_OF_CUSTOMERS,
    "account/confirm": PAGE_OF_ONES_OWN,
    "account/consents": PAGE_OF_CUSTOMERS,
    "account/delete": PAGE_OF_CUSTOMERS,
    "account/email": PAGE_OF_CUSTOMERS,
    "account/export": PAGE_OF_ONES_OWN,
    "account/second-factor": PAGE_OF_ONES_OWN,
    "account/sessions": PAGE_OF_ONES_OWN,
    "account/tokens": PAGE_OF_ONES_OWN,
    "account/forgotten": FOR_ALL,
    "account/invitation/<str:token>": LINK_THAT_IS_OVER,
    "account/password": PAGE_OF_ONES_OWN,
    "account/prove": NOT_BEGUN,
    "account/reset/<str:token>": LINK_THAT_IS_OVER,
    "account/sign-in": PAGE_OF_GUESTS,
    "account/sign-in/code": NOT_BEGUN,
    "account/sign-out": PAGE_OF_ONES_OWN,
    "account/sign-up": FOR_ALL,
    "api/v1/auth/login": TO_BE_SENT,
    "api/v1/auth/logout": NOT_READ,
    "api/v1/auth/password/change": NOT_READ,
    "api/v1/auth/password/forgot": TO_BE_SENT,
    "api/v1/auth/password/reset": TO_BE_SENT,
    "api/v1/auth/register": TO_BE_SENT,
    "api/v1/auth/verify": TO_BE_SENT,
    "api/v1/bundles": FOR_ALL,
    "api/v1/bundles/<str:key>": FOR_ALL,
    "api/v1/categories": FOR_ALL,
    "api/v1/categories/<str:slug>": FOR_ALL,
    "api/v1/commands": FOR_STAFF,
    "api/v1/commands/<str:name>": BY_COMMAND,
    "api/v1/docs": FOR_ALL,
    "api/v1/health/live": FOR_ALL,
    "api/v1/health/ready": FOR_ALL,
    "api/v1/me": FOR_CUSTOMERS,
    "api/v1/me/addresses": FOR_CUSTOMERS,
    "api/v1/me/addresses/<uuid:address_id>": FOR_CUSTOMERS,
    "api/v1/me/addresses/<uuid:address_id>/default": NOT_READ,
    "api/v1/me/confirm": NOT_READ,
    "api/v1/me/consents": FOR_CUSTOMERS,
    "api/v1/me/consents/<str:kind>": NOT_READ,
    "api/v1/me/email": NOT_READ,
    "api/v1/me/export": FOR_WHO_WAS_ASKED,
    "api/v1/me/second-factor": FOR_STAFF,
    "api/v1/me/second-factor/recovery-codes": NOT_READ,
    "api/v1/me/sessions": FOR_STAFF,
    "api/v1/me/sessions/<str:session_id>": NOT_READ,
    "api/v1/me/tokens": FOR_STAFF,
    "api/v1/me/tokens/<str:token_id>": NOT_READ,
    "api/v1/pictures": FOR_CATALOGUE_STAFF,
    "api/v1/products": FOR_ALL,
    "api/v1/products/<str:key>": FOR_ALL,
    "api/v1/products/<str:key>/history": FOR_ALL,
    "api/v1/products/<str:key>/price": FOR_ALL,
    "api/v1/products/<str:key>/related": FOR_ALL,
    "api/v1/products/<uuid:product_id>/availability": FOR_ALL,
    "api/v1/schema": FOR_ALL,
    "api/v1/search/suggest": FOR_ALL,
    "api/v1/status/read-models": FOR_ALL,
    "api/v1/streams/<str:stream>": FOR_AUDITORS,
    "categories/<str:slug>": FOR_ALL,
    "health/live": FOR_ALL,
    "health/ready": FOR_ALL,
    "metrics": FOR_OPERATORS,
    "media/<str:folder>/<str:digest>-<int:width>.webp": FOR_ALL,
    "problems/<str:name>": FOR_ALL,
    "products": FOR_ALL,
    "products/<str:key>": FOR_ALL,
    "robots.txt": FOR_ALL,
    "sitemap-<int:part>.xml": FOR_ALL,
    "sitemap.xml": FOR_ALL,
    "status/read-models": FOR_ALL,
}
OPEN_IN_THE_ADMIN = {"admin/login/": 200, "admin/logout/": 302}


@pytest.fixture(scope="module")
def shop(accounts):
    emptied()
    shop = Shop(accounts)
    shop.olives = on_sale("Kalamata olives", "OLI-1", categories=(category("Mezze"),))
    tahini = on_sale("Tahini", "TAH-1")
    shop.bundle = say(CreateBundle(name="Mezze for two", product_ids=(shop.olives, tahini), price=bbd("9.00"))).id
    caught_up()
    return shop


@pytest.fixture(scope="module")
def callers(shop):
    """Everybody, and how they call."""
    found = {"guest": shop.guest, "revoked token": shop.script_of("elias")}
    AuthToken.objects.filter(user=shop.accounts["elias"]).delete()
    found |= {name: getattr(shop, name) for name in (*GROUP_OF, "elias")}
    found |= {f"token of {name}": shop.script_of(name) for name in (*GROUP_OF, "elias")}
    ines = User.objects.create_superuser("ines@shop.example")
    found |= {"inactive": Caller(ines), "token of inactive": Caller(token=token_for(ines))}
    User.objects.filter(pk=ines.pk).update(is_active=False)
    return found


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield route


def all_routes() -> list[str]:
    return sorted(set(routes(get_resolver().url_patterns)))


def address_in(route: str, shop: Shop) -> str:
    """A route filled with what there is."""
    filled = {
        "str:key": "kalamata-olives~oli-1",
        "uuid:product_id": shop.olives,
        "str:slug": "mezze",
        "str:name": "rejected",
    }
    folder, digest = uploaded().split("/")
    filled |= {"str:folder": folder, "str:digest": digest, "int:width": "320"}
    filled |= {
        "int:part": "1",
        "str:stream": f"product:{shop.olives}",
        "path:object_id": "1",
        "path:content_type_id": "1",
        "id": "1",
    }
    filled |= {"str:key": shop.bundle} if "bundles" in route else {}
    filled |= {"uuid:address_id": uuid4(), "str:kind": "marketing"}
    filled |= {"str:session_id": "1", "str:token_id": "1"}
    filled |= {"slug:name": "change_price", "slug:model_name": "product", "int:version": "1"}
    filled |= {"str:token": "x" * 43, "slug:form": "csv", "uuid:run": uuid4()}
    plain = re.sub(r"\(\?P<app_label>(\w+).*?\)", r"\1", route).replace("(?P<url>.*)", "no/such/page")
    return "/" + re.sub(r"<(.*?)>", lambda part: str(filled[part[1]]), plain).replace("^", "").replace("$", "")


def test_every_address_is_in_the_matrix():
    unlisted = [route for route in all_routes() if route not in MATRIX and not route.startswith("admin/")]
    assert unlisted == []
    assert MATRIX.keys() <= set(all_routes())


@pytest.mark.parametrize("route", [route for route, expected in MATRIX.items() if expected is not BY_COMMAND])
def test_an_address_is_open_to_those_it_is_for(shop, callers, route):
    address = address_in(route, shop)
    answers = {name: callers[name].client.get(address) for name in EVERYBODY}
    assert {name: answer.status_code for name, answer in answers.items()} == MATRIX[route]
    for answer in answers.values():
        assert answer.status_code in (200, 302, 410) or problem(answer)


@pytest.mark.parametrize("route", [route for route in all_routes() if route.startswith("admin/")])
def test_strangers_are_sent_from_the_admin_to_its_sign_in(shop, callers, route):
    address = address_in(route, shop)
    for name in STRANGERS:
        answer = callers[name].client.get(address)
        if expected := OPEN_IN_THE_ADMIN.get(route):
            assert answer.status_code == expected
        else:
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/"), name


def test_a_token_opens_nothing_in_the_admin(callers):
    for name in SIGNED_IN:
        expected = 302 if name.startswith("token") else 200
        assert callers[name].client.get("/admin/").status_code == expected


def may_give(name: str, handled: Handled) -> bool:
    """By the grants that contexts have written down."""
    person = name.removeprefix("token of ")
    return person == "elias" or handled.kind in OWNERS or handled.permission in GRANTS[GROUP_OF[person]]


@pytest.mark.parametrize("handled", given_by_name(), ids=lambda handled: handled.name)
def test_a_command_is_taken_from_those_it_is_granted_to(shop, callers, handled):
    expected = dict.fromkeys(STRANGERS, 401)
    expected |= {name: 400 if may_give(name, handled) else 403 for name in SIGNED_IN}
    commits = event_store.commits().count_documents({})
    answers = {name: callers[name].give(handled.name, {}) for name in EVERYBODY}
    assert {name: answer.status_code for name, answer in answers.items()} == expected
    assert all(problem(answer) for answer in answers.values())
    assert event_store.commits().count_documents({}) == commits


@pytest.mark.parametrize("handled", given_by_name(), ids=lambda handled: handled.name)
def test_a_session_gives_no_command_without_its_csrf_token(shop, handled):
    assert Caller(shop.accounts["elias"], csrf=True).give(handled.name, {}).status_code == 403


def stated() -> dict[str, set[str]]:
    """What the tests of each app say that each group may do."""
    found = defaultdict[str, set[str]](set)
    for file in TESTS.glob("*/grants.toml"):
        for group, names in tomllib.loads(file.read_text()).items():
            found[group] |= {f"{file.parent.name}.{name}" for name in names}
    return found


def of_the_program(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith("tavern.")}


def test_what_is_granted_is_what_was_stated():
    assert {group: names for group in GRANTS if (names := of_the_program(GRANTS[group]))} == stated()


def test_every_command_is_granted_to_somebody():
    granted = set().union(*GRANTS.values())
    assert {handled.permission for handled in given_by_name()} <= granted


def test_approvers_alone_approve_and_nobody_but_auditors_reads_the_log():
    holders = {
        permission: {group for group in GRANTS if permission in GRANTS[group]}
        for permission in set().union(*GRANTS.values())
    }
    for permission in ("catalog.approve_product", "catalog.release_lot", READ_STREAMS):
        assert holders[permission] == {"approvers"}
    assert GRANTS["reporting staff"] == {"catalog.read_records"}


def test_the_groups_hold_what_is_granted_to_them(callers):
    for group, granted in GRANTS.items():
        held = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
        assert {".".join(one) for one in held} == granted


def held_by(name: str, held: set[str]) -> Caller:
    """A script of somebody new who holds these."""
    account = User.objects.create_user(f"{name}@shop.example")
    account.user_permissions.set(permissions(held))
    return Caller(token=token_for(account))


def offered_to(script: Caller) -> set[str]:
    return {command["name"] for command in script.get("commands").json()["data"]}


@pytest.mark.parametrize("handled", given_by_name(), ids=lambda handled: handled.name)
def test_one_permission_opens_one_command_and_all_others_do_not(shop, handled):
    everything, of_owners = {one.name for one in given_by_name()}, {HANDLERS[kind].name for kind in OWNERS - AT_DOORS}
    nadia = held_by(f"{handled.name}-alone", {handled.permission})
    assert nadia.give(handled.name, {}).status_code == 400
    assert offered_to(nadia) == {handled.name, *of_owners}
    omar = held_by(f"all-but-{handled.name}", {one.permission for one in given_by_name()} - {handled.permission})
    assert omar.give(handled.name, {}).status_code == (400 if handled.name in of_owners else 403)
    assert offered_to(omar) == everything - ({handled.name} - of_owners)


def test_an_address_that_is_not_in_the_matrix_is_noticed(settings):
    settings.ROOT_URLCONF = "tests.api.one_more_address"
    with pytest.raises(AssertionError, match="backdoor"):
        test_every_address_is_in_the_matrix()
