"""The description of the API: valid, complete, and true of every answer."""

import re
from uuid import uuid4

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from catalog.commands.bundles import CreateBundle
from catalog.commands.products import ChangePrice
from efi.http import openapi
from efi.http.permissions import given_by_name
from tests.api.shop import Shop, caught_up, discontinued, emptied, on_sale, stocked
from tests.catalog.catalogue import category
from tests.given import bbd, say

METHODS = ("get", "post", "put", "patch", "delete")

OF_CUSTOMERS = {
    "/api/v1/me",
    "/api/v1/me/addresses",
    "/api/v1/me/addresses/{address_id}",
    "/api/v1/me/consents",
}
"""What is answered to customers alone; their own tests look at it."""


@pytest.fixture(scope="module")
def shop(accounts):
    """Something of every kind, so that every answer has something in it."""
    emptied()
    dips = category("Dips", below=category("Mezze"))
    olives = on_sale("Kalamata olives", "OLI-1", categories=(dips,))
    stocked(olives)
    discontinued("Halva", "HAL-1", categories=(dips,))
    say(ChangePrice(product_id=olives, price=bbd("9.00"), reason="new crop"))
    allergens = {"contains": ["SESAME"], "may_contain": []}
    about = {"name": "Tahini", "description": "", "unit": "1 kg", "country_of_origin": "LB", "shelf_life_days": 90}
    Shop(accounts).maria.give(
        "describe_product", {**about, "product_id": str(on_sale("Tahini", "TAH-1")), "allergens": allergens}
    )
    stocked(feta := on_sale("Feta", "FET-1", categories=(dips,)))
    shop = Shop(accounts)
    shop.bundle = say(CreateBundle(name="Mezze for two", product_ids=(olives, feta), price=bbd("15.00"))).id
    caught_up()
    return shop


@pytest.fixture(scope="module")
def description(shop):
    return shop.guest.get("schema").json()


def faults(description, shape, answer):
    """Where an answer is not as described."""
    whole = {**shape, "components": description["components"]}
    found = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(answer)
    return [f"{fault.json_path}: {fault.message}" for fault in found]


def shape_of(description, path, method, status, kind="application/json"):
    responses = description["paths"][path][method]["responses"]
    return responses.get(str(status), responses["default"])["content"][kind]["schema"]


def strict(shape):
    """The same, with no member that is not described."""
    match shape:
        case dict():
            told = {name: strict(part) for name, part in shape.items()}
            open_ended = "properties" not in shape or "additionalProperties" in shape
            return told if open_ended else {**told, "additionalProperties": False}
        case list():
            return [strict(part) for part in shape]
        case _:
            return shape


def test_the_description_is_valid_and_json(description):
    assert description["openapi"].startswith("3.1")
    validate(description)


def test_the_description_is_made_once_whatever_it_is_asked_for_by(shop, monkeypatch):
    made, get_schema = [], SchemaGenerator.get_schema
    monkeypatch.setattr(
        SchemaGenerator, "get_schema", lambda *said, **named: made.append(1) or get_schema(*said, **named)
    )
    openapi._content.cache_clear()
    asked = [
        {"host": host, "accept": kind}
        for host in ("localhost", "127.0.0.1", "testserver")
        for kind in ("*/*", "application/json", "application/vnd.oai.openapi+json", "application/json;q=0.5")
    ]
    answers = [shop.guest.get("schema", **headers) for headers in asked]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(made) == 1


def test_a_description_that_has_not_changed_is_not_sent_again(shop):
    answer = shop.guest.get("schema")
    again = shop.guest.get("schema", if_none_match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == answer["Cache-Control"] == "public, max-age=86400"


def test_the_description_has_a_page_for_people(shop):
    page = shop.guest.get("docs", accept="text/html")
    assert page.status_code == 200
    [script] = re.findall(r'<script src="(/api/v1/docs[^"]*)">', page.content.decode())
    assert b"/api/v1/schema" in shop.guest.client.get(script).content


def test_every_command_is_described_with_its_body(description):
    described = {path.rpartition("/")[2] for path in description["paths"] if path.startswith("/api/v1/commands/")}
    assert described == {handled.name for handled in given_by_name()}


def test_every_operation_says_that_it_may_answer_with_a_problem(description):
    for path in description["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def addresses(description, shop):
    """Every address that is read, filled with what there is."""
    olives = shop.guest.get("products/OLI-1").json()["data"]["id"]
    filled = {"key": "OLI-1", "slug": "mezze", "product_id": olives, "stream": f"stock:{olives}"}
    filled |= {"address_id": olives}
    for path, operations in description["paths"].items():
        if "get" in operations:
            yield path, path.format(**filled | ({"key": shop.bundle} if "bundles" in path else {}))


def test_every_answer_to_a_read_is_as_described_and_says_nothing_else(description, shop):
    exact = strict(description)
    for path, address in addresses(description, shop):
        answer = shop.elias.client.get(address)
        if path in OF_CUSTOMERS:
            assert answer.status_code == 404, address
            continue
        assert answer.status_code == 200, address
        assert faults(exact, shape_of(exact, path, "get", 200), answer.json()) == [], address


def test_what_has_an_etag_says_that_it_may_be_asked_for_by_it_and_may_answer_304(description, shop):
    tagged, told = set(), set()
    for path, address in addresses(description, shop):
        operation = description["paths"][path]["get"]
        if "304" in operation["responses"] and path not in OF_CUSTOMERS:
            told.add(path)
            assert "If-None-Match" in [one["name"] for one in operation["parameters"]], path
            assert "ETag" in operation["responses"]["200"]["headers"], path
        if etag := shop.elias.client.get(address).get("ETag"):
            tagged.add(path)
            assert shop.elias.client.get(address, headers={"If-None-Match": etag}).status_code == 304, path
    assert told == tagged != set()


def test_every_page_of_the_list_is_as_described(description, shop):
    exact, address = strict(description), "products?limit=1"
    while address:
        page = shop.guest.get(address).json()
        assert faults(exact, shape_of(exact, "/api/v1/products", "get", 200), page) == []
        address = page["links"].get("next", "").removeprefix("/api/v1/")


def test_every_refusal_is_as_described(description, shop):
    exact = strict(description)
    for path, address in addresses(description, shop):
        refusal = shop.guest.client.get(f"{address}?unknown=1")
        problem_shape = shape_of(exact, path, "get", "default", "application/problem+json")
        assert faults(exact, problem_shape, refusal.json()) == []
        assert refusal.status_code in (400, 401)


def test_every_refused_command_is_as_described(description, shop):
    exact = strict(description)
    for handled in given_by_name():
        refusal = shop.elias.give(handled.name, {"unknown": 1})
        shape = shape_of(exact, f"/api/v1/commands/{handled.name}", "post", 400, "application/problem+json")
        assert faults(exact, shape, refusal.json()) == []


def test_a_receipt_is_as_described(description, shop):
    answer = shop.maria.give("create_category", {"name": f"Category {uuid4()}"})
    exact = strict(description)
    shape = shape_of(exact, "/api/v1/commands/create_category", "post", answer.status_code)
    assert faults(exact, shape, answer.json()) == []


@pytest.mark.parametrize("caller", ["guest", "elias"])
def test_heads_and_options_are_answered_like_their_get(description, shop, caller):
    client = getattr(shop, caller).client
    for _, address in addresses(description, shop):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.get("ETag") == got.get("ETag")
        assert client.options(address).status_code in (200, got.status_code)


def test_a_strict_description_refuses_what_it_does_not_describe(description, shop):
    exact = strict(description)
    page = shop.guest.get("products").json()
    page["data"][0]["stock"]["colour"] = "green"
    assert len(faults(exact, shape_of(exact, "/api/v1/products", "get", 200), page)) == 1


def test_the_schema_is_not_kept_once_more_for_every_address_that_one_can_think_of(shop):
    assert shop.guest.get("schema?x=1").status_code == 400
