"""Who is answered what, at every address and for every command of customers: asked, and written as a table.

Addresses are sent {}, those of the admin an empty form, so that 400 says that somebody would be let by. Commands are about Anna, and so is the address of
an address book: what Ben is answered is about another's.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver

from customers.commands.addresses import AddAddress
from customers.commands.endings import DeactivateCustomer
from customers.commands.forgetting import ForgetCustomer
from efi.accounts import tokens
from efi.accounts.names import name_of_account
from efi.domain.payloads import dump
from efi.http.permissions import given_by_name
from efi.models import User
from efi.writing.commands import Handled
from efi.writing.dispatch import dispatch
from tests.api.shop import caught_up
from tests.customers.folk import BAY_STREET, a_person
from tests.efi.scenarios import scenarios
from tests.given import say

TABLE = Path(__file__).with_name("who_may_what.txt")
CUSTOMERS = ("anna", "ben", "forgotten", "deactivated")
STAFF = {
    "customer staff": ("customer staff",),
    "approvers": ("approvers",),
    "catalogue staff": ("catalogue staff",),
    "reporting": ("reporting staff",),
    "operators": ("operators",),
    "superuser": (),
}
CALLERS = ("guest", *CUSTOMERS, *STAFF)
OURS = ("customers.", "efi.accounts.")
ADDRESS = UUID(int=1)
AT_THE_ADMIN = "admin/customers/"


@dataclass(frozen=True)
class Row:
    """Something that may be asked: a method and a route, or a command."""

    method: str
    route: str

    @property
    def name(self) -> str:
        return f"{self.method} /{self.route}"

    @property
    def changes_nothing(self) -> bool:
        return self.method == "GET" or self.route.startswith(AT_THE_ADMIN)


def rows() -> list[Row]:
    commands = [Row("POST", f"api/v1/commands/{handled.name}") for handled in of_customers()]
    return sorted({*_addresses(get_resolver().url_patterns)}, key=lambda row: (row.route, row.method)) + commands


def of_customers() -> list[Handled]:
    return [handled for handled in given_by_name() if handled.kind.__module__.startswith("customers.")]


def asked(*rows: Row) -> dict[str, dict[str, str]]:
    """Returns by row and caller what a session is answered and what a token is, or once where both are the same.

    Several rows are asked of the same people, so that only the last of them may change something.
    """
    people = {name: _account(name) for name in CUSTOMERS}
    people |= {name: User.objects.get(email=f"{name.replace(' ', '-')}@efi.example") for name in STAFF}
    clients: dict[str, tuple[Client, ...]] = {
        name: (_with_session(account), _with_token(account)) for name, account in people.items()
    }
    clients["guest"] = (_client(),)
    _end(people)
    caught_up()
    anna = people["anna"].pk
    return {row.name: {name: _told(row, clients[name], anna) for name in CALLERS} for row in rows}


def staff() -> None:
    for name, groups in STAFF.items():
        powers = {"is_staff": True, "is_superuser": not groups}
        made = User.objects.create_user(f"{name.replace(' ', '-')}@efi.example", **powers)
        made.groups.set(Group.objects.filter(name__in=groups))


def table(answers: dict[str, dict[str, str]]) -> str:
    width = max(map(len, answers))
    head = " ".join([" " * width, *(f"{name:>15}" for name in CALLERS)])
    lines = [" ".join([f"{name:<{width}}", *(f"{told[one]:>15}" for one in CALLERS)]) for name, told in answers.items()]
    return "\n".join([head, *lines]) + "\n"


def stated() -> dict[str, dict[str, str]]:
    """Returns what the table says, by row and caller."""
    _, *lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    cells = [line.rsplit(maxsplit=len(CALLERS)) for line in lines]
    return {name: dict(zip(CALLERS, told, strict=True)) for name, *told in cells}


def _addresses(patterns: list[Any], before: str = "") -> Iterator[Row]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and (_is_ours(one.callback) or route.startswith(AT_THE_ADMIN)):
            methods = getattr(one.callback, "actions", {"get": "", "post": ""})
            yield from (Row(method.upper(), route) for method in methods if method != "head")


def _is_ours(view: Any) -> bool:
    inner = view.func if isinstance(view, partial) else view
    return str(getattr(getattr(inner, "cls", inner), "__module__", "")).startswith(OURS)


def _account(name: str) -> User:
    """Somebody new. Anna has an address in her book."""
    called = f"{name.capitalize()} {uuid4().hex[:8]}"
    customer_id = a_person(called)
    if name == "anna":
        say(AddAddress(customer_id=customer_id, address_id=ADDRESS, address=BAY_STREET))
    return User.objects.create_user(name_of_account(called), pk=customer_id)


def _end(people: dict[str, User]) -> None:
    forgotten, deactivated = people["forgotten"].pk, people["deactivated"].pk
    dispatch(ForgetCustomer(customer_id=forgotten, reason="-"), actor=str(forgotten), owner=forgotten)
    say(DeactivateCustomer(customer_id=deactivated, reason="-"))


def _with_session(account: User) -> Client:
    client = _client()
    client.force_login(account)
    return client


def _with_token(account: User) -> Client:
    token, _ = tokens.make(account, "matrix", confirmed=True)
    return _client(headers={"Authorization": f"Bearer {token}"})


def _client(**defaults: Any) -> Client:
    """Returns one that shares its middleware with all others, which take long to make."""
    client = Client(raise_request_exception=False, **defaults)
    client.handler = _handler()
    return client


@cache
def _handler() -> ClientHandler:
    return ClientHandler(enforce_csrf_checks=False)


def _told(row: Row, clients: tuple[Client, ...], anna: UUID) -> str:
    return "|".join(dict.fromkeys(_status(row, client, anna) for client in clients))


def _status(row: Row, client: Client, anna: UUID) -> str:
    filled = {"uuid:address_id": ADDRESS, "str:kind": "marketing", "str:session_id": "x", "str:token_id": "x"}
    filled |= {"str:token": "x", "path:object_id": anna, "slug:name": "add_note", "int:version": 1}
    path = f"/{row.route}"
    for name, value in filled.items():
        path = path.replace(f"<{name}>", str(value))
    answer = client.generic(
        row.method, path, json.dumps(_body(row, anna)), "application/json", headers={"If-Match": "*"}
    )
    assert answer.status_code < 500, (row, answer.content)
    return str(answer.status_code)


def _body(row: Row, anna: UUID) -> Any:
    """Returns {}, or of a command on a customer that on Anna, so that only she and staff are let by."""
    named = {handled.name: handled.kind for handled in of_customers()}
    kind = named.get(row.route.rpartition("/")[2]) if "commands/" in row.route else None
    if kind is None:
        return {}
    hers = {"customer_id": str(anna), **({} if kind is AddAddress else {"address_id": str(ADDRESS)})}
    return {name: hers.get(name, value) for name, value in dump(scenarios()[kind](uuid4().hex[:8])).items()}
