"""Bad input of every kind: refused with a problem, and nothing in the log has moved."""

import json
import logging

import pytest

from customers.events import AccountOpened, CustomerRegistered
from customers.values import CustomerType
from efi.http.permissions import given_by_name
from efi.log import event_store
from tests.api.bad_input import Case, body_schema, cases, sample
from tests.api.shop import caught_up, on_sale, stocked
from tests.given import elsewhere

AT_LEAST = 4_000
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}


@pytest.fixture
def description(shop):
    stocked(on_sale("Kalamata olives", "OLI-1"))
    elias = shop.accounts["elias"].pk
    elsewhere(
        f"customer:{elias}",
        CustomerRegistered(customer_id=elias, type=CustomerType.EXPAT, name="Elias", email="elias@shop.example"),
        AccountOpened(customer_id=elias),
    )
    caught_up()
    return shop.guest.get("schema").json()


@pytest.fixture
def quiet():
    """Thousands of refusals need not be logged."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def recognised(shop, monkeypatch):
    """Who sends thousands of requests is not looked up for each of them."""
    monkeypatch.setattr("django.contrib.auth.get_user", lambda request: shop.accounts["elias"])


def fault_of(answer, case: Case) -> str:
    """What is wrong with a refusal; empty when it is as it should be."""
    if answer.status_code not in case.expected:
        return f"{answer.status_code} and not {case.expected}"
    if answer["Content-Type"] != "application/problem+json":
        return f"a problem in {answer['Content-Type']}"
    said = answer.json()
    return "" if said.keys() >= MEMBERS and said["status"] == answer.status_code else f"no problem: {said}"


def heads():
    """Every stream with its version."""
    latest = [{"$group": {"_id": "$stream", "head": {"$max": {"$add": ["$version", "$count"]}}}}]
    return {row["_id"]: row["head"] for row in event_store.commits().aggregate(latest)}


def test_bad_input_is_refused_with_a_problem_and_leaves_the_log_as_it_was(shop, description, quiet, recognised, capsys):
    before, commits, faults = heads(), event_store.commits().estimated_document_count(), []
    tried = list(cases(description))
    for case in tried:
        answer = shop.elias.send(case.method, case.path, case.body, case.kind, **case.headers)
        fault = fault_of(answer, case)
        if event_store.commits().estimated_document_count() != commits:
            pytest.fail(f"{case} was carried out")
        if fault:
            faults.append(f"{fault}: {case.method} {case.path[:200]} {case.kind} {case.headers} {case.body[:200]!r}")
    with capsys.disabled():
        print(f"\n{len(tried)} cases of bad input")
    assert not faults, "\n".join([f"{len(faults)} of {len(tried)}", *faults[:40]])
    assert heads() == before
    assert len(tried) >= AT_LEAST


def test_every_command_is_among_the_cases(description):
    tried = {case.path for case in cases(description) if case.method == "POST" and case.body}
    assert {f"/api/v1/commands/{handled.name}" for handled in given_by_name()} <= tried


def test_what_the_cases_are_made_from_is_well_formed(shop, description):
    for handled in given_by_name():
        operation = description["paths"][f"/api/v1/commands/{handled.name}"]["post"]
        answer = shop.elias.give(handled.name, sample(body_schema(operation, description), description))
        assert answer.status_code in (200, 201, 202, 404, 409), (handled.name, answer.content)


def test_a_parameter_that_is_described_anew_is_tried_without_being_listed(description):
    listing = description["paths"]["/api/v1/products"]["get"]
    listing["parameters"].append({"name": "rating_min", "in": "query", "schema": {"type": "integer", "minimum": 1}})
    tried = [case.path for case in cases(description) if "rating_min=" in case.path]
    assert any(path.endswith("rating_min=0") for path in tried)
    assert not any(path.endswith("rating_min=101") for path in tried)


def test_a_field_of_a_command_that_is_described_anew_is_tried_without_being_listed(description):
    description["components"]["schemas"]["RenameCategory"]["properties"]["colour"] = {"type": "string", "maxLength": 3}
    bodies = [
        case.body for case in cases(description) if case.path.endswith("/rename_category") and b"colour" in case.body
    ]
    assert any(
        json.loads(body)["colour"] == 0
        for body in bodies
        if body.startswith(b"{") and body.endswith(b"}") and valid(body)
    )


def valid(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
