"""The shop as those see it who call its API, and how its shelves are filled."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from knox.models import AuthToken
from pymongo.read_concern import ReadConcern

from catalog.commands.lots import ReceiveLot, ReleaseLot
from catalog.commands.products import ApproveProduct, CreateProduct, DiscontinueProduct, SubmitProduct
from efi.delivery import relay
from efi.domain.values import Money
from efi.http import permissions
from efi.log import event_store, keys
from efi.log.mongo import database
from efi.models import User
from efi.reading import followers, freshness, generations
from efi.writing.repository import memory
from readmodels import categories, product_catalog
from readmodels.search import elastic, feed, terms
from readmodels.search.index import name_of
from tests.catalog.catalogue import category, supplier
from tests.catalog.larder import ABOUT_OLIVES, COMPLIANCE, QUALITY
from tests.given import JOAN, MARIA, NOW, bbd, identity, say

KEPT = {"read_models", "freshness", "django_migrations"}
GROUPS = {"maria": ("catalogue staff",), "joan": ("approvers",), "rita": ("reporting staff",), "elias": ()}
TODAY = datetime.now(UTC).date()
IN_A_YEAR = TODAY + timedelta(days=365)


class Caller:
    """Somebody at the API: a guest, a person with a session, or a script with a token."""

    def __init__(self, account: User | None = None, *, token: str = "", csrf: bool = False) -> None:
        bearer = {"authorization": f"Bearer {token}"} if token else {}
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=csrf, headers=bearer)
        if account:
            self.client.force_login(account)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", headers=named(headers))

    def send(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> HttpResponse:
        return self.client.generic(method, path, body, kind, headers=named(headers))

    def give(self, command: str, body: dict[str, Any], **headers: str) -> HttpResponse:
        path = f"/api/v1/commands/{command}"
        return self.client.post(path, body, content_type="application/json", headers=named(headers))


class Shop:
    """Everybody who comes by."""

    def __init__(self, accounts: dict[str, User]) -> None:
        self.accounts, self.guest = accounts, Caller()
        self.maria, self.joan, self.rita, self.elias = (Caller(accounts[name]) for name in GROUPS)

    def script_of(self, name: str) -> Caller:
        return Caller(token=token_for(self.accounts[name]))


def named(headers: dict[str, str]) -> dict[str, str]:
    """As they are on the wire: dashes."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def token_for(account: User) -> str:
    return str(AuthToken.objects.create(account)[1])


def opened_accounts() -> dict[str, User]:
    """One person of each group, and one who may do everything."""
    permissions.ensure_groups()
    found = {}
    for name, groups in GROUPS.items():
        powers = {"is_staff": True, "is_superuser": not groups}
        found[name], _ = User.objects.get_or_create(email=f"{name}@shop.example", defaults=powers)
        found[name].groups.set(Group.objects.filter(name__in=groups))
    return found


def emptied() -> None:
    """Nothing in the log and nothing in the documents, whose generations stay; no relay runs."""
    memory.forget()
    generations.forget()
    categories.trees.clear()
    keys.ring.clear()
    kept = KEPT | set(connection.introspection.django_table_names())
    for name in filled(set(database().list_collection_names(filter={"type": "collection"})) - kept):
        database()[name].delete_many({})
    event_store.ensure_indexes()
    terms.ensure_indexes()
    generations.build_missing()
    if elastic.is_used():
        feed.drop(generations.live(product_catalog.NAME))
    known({"confirmed": event_store.now(), "entries": {}})


def filled(names: set[str]) -> list[str]:
    """Returns which of some collections hold anything, by one question: there are many, and most are empty."""
    asked = [
        {"$unionWith": {"coll": name, "pipeline": [{"$limit": 1}, {"$project": {"_id": {"$literal": name}}}]}}
        for name in sorted(names)
        if not name.startswith("system.")
    ]
    none = database()["none"].with_options(read_concern=ReadConcern("local"))  # what nobody waited for counts too
    return [one["_id"] for one in none.aggregate(asked)]


def known(of_freshness: dict[str, Any], read_model: str = "") -> None:
    """What relays have written of one read model, or of all."""
    which = {"_id": generations.live(read_model).name} if read_model else {}
    freshness.entries().update_many(which, {"$set": of_freshness})
    freshness.forget()


def bell_under_way(read_model: str, *, seconds: int) -> datetime:
    """One that was rung so long ago and has not been answered yet."""
    since = event_store.now() - timedelta(seconds=seconds)
    known({"entries.olives": since}, read_model)
    return since


def caught_up() -> None:
    """As after the relay has rung for all there is, and Elasticsearch looked at what it was given.

    It rings once for all followers: a sweep would have each of them look at the log for itself.
    """
    now = event_store.now()
    kinds = dict.fromkeys(kind for one in followers.followers() for kind in one.kinds)
    relay.ring(dict(event_store.heads(kinds)), now, now)
    if elastic.is_used():
        products = generations.live(product_catalog.NAME)
        feed.fill(products)
        elastic.writer().indices.refresh(index=name_of(products))


def drafted(
    name: str,
    sku: str,
    *,
    price: str | Money = "8.50",
    country: str = "GR",
    categories: tuple[UUID, ...] = (),
    at: datetime = NOW,
    **described: Any,
) -> UUID:
    about = {**ABOUT_OLIVES, **described, "name": name, "country_of_origin": country}
    money = bbd(price) if isinstance(price, str) else price
    return say(CreateProduct(**about, sku=sku, price=money, category_ids=categories), at=at).id


def on_sale(name: str, sku: str, *, at: datetime = NOW, categories: tuple[UUID, ...] = (), **about: Any) -> UUID:
    """In a category of its own unless told."""
    shelves = categories or (category(f"Shelf {sku}"),)
    product_id = drafted(name, sku, at=at, categories=shelves, **about)
    return put_on_sale(product_id, at=at)


def put_on_sale(product_id: UUID, *, at: datetime = NOW) -> UUID:
    say(SubmitProduct(product_id=product_id), by=MARIA, at=at)
    say(ApproveProduct(product_id=product_id), by=JOAN, at=at)
    return product_id


def discontinued(name: str, sku: str, **about: Any) -> UUID:
    product_id = on_sale(name, sku, **about)
    say(DiscontinueProduct(product_id=product_id))
    return product_id


def stocked(product_id: UUID, units: int = 10, *, best_before: date = IN_A_YEAR) -> UUID:
    """A lot that can be sold, for another year unless told."""
    lot = ReceiveLot(
        product_id=product_id,
        lot_id=identity(f"lot of {product_id}"),
        supplier_id=supplier(f"S-{product_id}"),
        batch_number="SPRING",
        best_before=best_before,
        quantity=units,
    )
    say(lot)
    for approver in (QUALITY, COMPLIANCE):
        say(ReleaseLot(product_id=product_id, lot_id=lot.lot_id), by=approver)
    return lot.lot_id


def names(response: HttpResponse) -> list[str]:
    return [product["name"] for product in response.json()["data"]]


def problem(response: HttpResponse) -> dict[str, Any]:
    """What a refusal says; fails if it is not a problem document."""
    assert response["Content-Type"] == "application/problem+json", response.content[:500]
    said: dict[str, Any] = response.json()
    assert said.keys() - {"errors"} == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert said["status"] == response.status_code
    return said


def refused(response: HttpResponse, status: int, code: str) -> None:
    said = problem(response)
    assert (said["status"], said["code"]) == (status, code), said
