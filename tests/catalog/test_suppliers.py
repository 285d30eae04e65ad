"""The rules of suppliers."""

import pytest

from catalog.commands.suppliers import AmendSupplier, RegisterSupplier, suppliers
from catalog.domain.supplier import Supplier
from catalog.events import SupplierAmended
from efi.domain.errors import Rejected
from efi.domain.payloads import dump
from efi.writing import claims, snapshots
from tests.catalog.larder import OLIVES, TRATTORIA, trattoria_registered
from tests.efi.test_asyncapi import personal_fields
from tests.given import identity, say

AS_REGISTERED = {"name": "Trattoria Levante", "contact": "Ada", "country": "IT"}


def test_a_supplier_is_registered(scenario):
    scenario.when(RegisterSupplier(code="TRA", **AS_REGISTERED), makes=TRATTORIA)
    scenario.then(trattoria_registered("TRA"))


def test_a_code_is_taken_once(scenario):
    scenario.done(RegisterSupplier(code="TRA", **AS_REGISTERED), makes=TRATTORIA)
    scenario.when(RegisterSupplier(code="TRA", name="Trader Joe", country="US"), makes=OLIVES)
    scenario.refused("taken")


def test_a_code_that_differs_in_case_alone_is_the_same(scenario):
    scenario.done(RegisterSupplier(code="Tra", **AS_REGISTERED), makes=TRATTORIA)
    scenario.when(RegisterSupplier(code="tRA", name="Trader Joe", country="US"), makes=OLIVES)
    scenario.refused("taken")


def test_claims_of_older_code_are_renamed_at_the_start_and_still_hold(store):
    older = [f"batch:{TRATTORIA}:Spring-1", "sku:OLI-1", "supplier:Tra", "supplier:TRB", "supplier:trb"]
    claims.claims().insert_many({"_id": claim, "command_id": identity(claim)} for claim in older)
    for _ in range(2):
        claims.rename()
    assert {held["_id"]: held["command_id"] for held in claims.claims().find()} == {
        f"batch:{TRATTORIA}:SPRING-1": identity(older[0]),
        "sku:OLI-1": identity("sku:OLI-1"),
        "supplier:TRA": identity("supplier:Tra"),
        "supplier:TRB": identity("supplier:TRB"),
    }
    with pytest.raises(Rejected, match="TRA is taken"):
        say(RegisterSupplier(code="TRA", **AS_REGISTERED))


def test_two_suppliers_may_bear_one_name(scenario):
    scenario.done(RegisterSupplier(code="TRA-2", **AS_REGISTERED), makes=OLIVES)
    scenario.when(RegisterSupplier(code="TRA", **AS_REGISTERED), makes=TRATTORIA)
    scenario.then(trattoria_registered("TRA"))


def test_a_supplier_is_amended(scenario):
    scenario.given(trattoria_registered())
    scenario.when(AmendSupplier(supplier_id=TRATTORIA, **AS_REGISTERED | {"contact": "Bruno"}))
    scenario.then(SupplierAmended(supplier_id=TRATTORIA, **AS_REGISTERED | {"contact": "Bruno"}))


def test_an_amendment_that_says_the_same_changes_nothing(scenario):
    scenario.given(trattoria_registered())
    scenario.when(AmendSupplier(supplier_id=TRATTORIA, **AS_REGISTERED))
    scenario.then_nothing()


def test_a_supplier_that_is_not_there_is_not_found(scenario):
    scenario.when(AmendSupplier(supplier_id=TRATTORIA, **AS_REGISTERED))
    scenario.refused("not_found")


def test_nothing_of_the_catalogue_is_personal_but_whom_to_ask_for_at_a_supplier():
    assert personal_fields("catalog") == {("SupplierRegistered", "contact"), ("SupplierAmended", "contact")}
    assert dump(SupplierAmended(supplier_id=TRATTORIA, **AS_REGISTERED), personal=False)["contact"] is None


def test_a_snapshot_keeps_whom_to_ask_for_under_their_key(store):
    receipt = say(RegisterSupplier(code="TRA", **AS_REGISTERED))
    for number in range(snapshots.EVERY):
        say(AmendSupplier(supplier_id=receipt.id, **AS_REGISTERED | {"contact": f"Bruno {number}"}))
    stream = f"supplier:{receipt.id}"
    assert "Bruno" not in str(snapshots.snapshots().find_one({"_id": stream}))
    assert snapshots.load(Supplier, stream).contact.startswith("Bruno")
    assert suppliers.load(receipt.id).contact == f"Bruno {snapshots.EVERY - 1}"
