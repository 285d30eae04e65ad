"""Commands by name: what they answer, and the list of those one may give."""

from uuid import uuid4

import pytest
from django.core import signing
from jsonschema import Draft202012Validator

from catalog.commands.lots import ReceiveLot
from efi.http.permissions import AT_DOORS, OWNERS, given_by_name
from efi.log import event_store
from efi.writing.commands import HANDLERS
from tests.api.shop import IN_A_YEAR, drafted, problem, refused
from tests.api.test_who_may_what import stated
from tests.catalog.catalogue import category, supplier
from tests.given import say

OLIVES = {
    "sku": "OLI-1",
    "name": "Kalamata olives",
    "description": "In brine",
    "unit": "370 g jar",
    "country_of_origin": "GR",
    "price": {"amount": "8.50", "currency": "BBD"},
}


def new_price(product_id, amount="9.00"):
    return {"product_id": str(product_id), "price": {"amount": amount, "currency": "BBD"}, "reason": "new crop"}


def test_a_change_answers_200_with_the_stream_it_changed_and_its_version(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    answer = shop.maria.give("change_price", new_price(olives))
    assert (answer.status_code, answer.json()) == (200, {"data": {"id": str(olives), "version": 2}})


def test_the_receipt_names_every_stream_that_was_written(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    answer = shop.maria.give("change_price", new_price(olives))
    assert signing.loads(answer["Consistency-Token"], salt="consistency") == {f"product:{olives}": 2}


def test_what_is_new_answers_201_with_its_id(shop):
    answer = shop.maria.give("create_product", OLIVES)
    made = answer.json()["data"]
    assert (answer.status_code, made["version"]) == (201, 1)
    assert event_store.head(f"product:{made['id']}") == 1


def test_what_a_second_person_must_agree_to_answers_202_until_that_person_does(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    lot = ReceiveLot(
        product_id=olives,
        lot_id=uuid4(),
        supplier_id=supplier(),
        batch_number="SPRING",
        best_before=IN_A_YEAR,
        quantity=10,
    )
    say(lot)
    body = {"product_id": str(olives), "lot_id": str(lot.lot_id)}
    first, second = shop.joan.give("release_lot", body), shop.elias.give("release_lot", body)
    assert (first.status_code, first.json()["data"]["status"]) == (202, "pending_approval")
    assert (second.status_code, second.json()["data"].keys()) == (200, {"id", "version"})


@pytest.mark.parametrize("best_before", ["9999-12-31", f"{IN_A_YEAR.year + 51}-01-01", "0001-01-01"])
def test_a_best_before_beyond_any_food_is_malformed_and_the_problem_says_so(shop, best_before):
    lot = {
        "product_id": str(drafted("Kalamata olives", "OLI-1")),
        "lot_id": str(uuid4()),
        "supplier_id": str(supplier()),
    }
    answer = shop.elias.give("receive_lot", lot | {"batch_number": "S", "best_before": best_before, "quantity": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert [wrong["pointer"] for wrong in answer.json()["errors"]] == ["/best_before"]


def test_a_command_that_changes_nothing_answers_with_what_there_is(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    answer = shop.maria.give("change_price", new_price(olives, "8.50"))
    assert (answer.status_code, answer.json()["data"]["version"]) == (200, 1)
    assert answer["Consistency-Token"]


def test_the_event_knows_who_gave_the_command(shop):
    olives = drafted("Kalamata olives", "OLI-1")
    shop.maria.give("change_price", new_price(olives))
    events = shop.joan.get(f"streams/product:{olives}?after=1").json()["data"]
    assert [event["actor"] for event in events] == [str(shop.accounts["maria"].pk)]


def test_a_rule_that_says_no_answers_409_and_is_named_with_the_value(shop):
    drafted("Kalamata olives", "OLI-1")
    refusal = shop.maria.give("create_product", OLIVES)
    refused(refusal, 409, "taken")
    assert refusal.json()["type"].endswith("/problems/rejected")
    assert refusal.json()["detail"] == "SKU OLI-1 is taken"


def test_whoever_submitted_a_product_cannot_approve_it(shop):
    olives = drafted("Kalamata olives", "OLI-1", categories=(category("Mezze"),))
    shop.elias.give("submit_product", {"product_id": str(olives)})
    refused(shop.elias.give("approve_product", {"product_id": str(olives)}), 409, "second_person_needed")


def test_what_a_command_is_about_must_be_there(shop):
    refused(shop.maria.give("change_price", new_price(uuid4())), 404, "not_found")


def test_a_command_that_there_is_not_is_not_found(shop):
    for name in ("make_tea", "ChangePrice", "change_price ", "change-price", "x" * 2_000, "%00"):
        refused(shop.elias.give(name, {}), 404, "not_found")


def test_every_fault_of_a_body_is_pointed_at(shop):
    body = {"product_id": "x", "price": {"amount": "8.505", "currency": "bbd"}, "~a/b": 1}
    said = problem(shop.maria.give("change_price", body))
    assert said["status"] == 400
    assert {fault["pointer"] for fault in said["errors"]} == {"/product_id", "/price/currency", "/reason", "/~0a~1b"}
    assert all(fault.keys() == {"pointer", "code", "detail"} for fault in said["errors"])


@pytest.mark.parametrize(
    "amount", ["8_0", "٣", " 8", "8 ", "1e2", "+8", "8,50", "", "NaN", ".5", "5.", "0x8", 10**20, 1e999]
)
def test_an_amount_is_written_in_plain_figures(shop, amount):
    olives = drafted("Kalamata olives", "OLI-1")
    refusal = shop.maria.give("change_price", new_price(olives, amount))
    assert refusal.status_code == 400
    assert refusal.json()["errors"][0]["pointer"].startswith("/price")


@pytest.mark.parametrize(
    ("amount", "kept"), [("9", "9.00"), ("9.5", "9.50"), (9, "9.00"), (9.5, "9.50"), ("009.50", "9.50")]
)
def test_an_amount_is_kept_with_two_decimals(shop, amount, kept):
    olives = drafted("Kalamata olives", "OLI-1")
    shop.maria.give("change_price", new_price(olives, amount))
    (event,) = shop.joan.get(f"streams/product:{olives}?after=1").json()["data"]
    assert event["data"]["price"]["amount"] == kept


@pytest.mark.parametrize(
    "moment", ["12", "-1", "1798761600", "20260101", "2026-01-01", "2026-01-01T00:00:00", 1798761600]
)
def test_a_moment_is_written_with_its_time_zone(shop, moment):
    body = {"product_id": str(uuid4()), "reservation_id": str(uuid4()), "quantity": 1, "expires_at": moment}
    refusal = shop.maria.give("reserve_stock", body)
    assert (refusal.status_code, refusal.json()["errors"][0]["pointer"]) == (400, "/expires_at")


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00Z", "2026-01-01t00:00:00.5z", "2026-01-01T00:00:00-04:00"])
def test_a_moment_may_be_written_in_every_way_of_rfc_3339(shop, moment):
    body = {"product_id": str(uuid4()), "reservation_id": str(uuid4()), "quantity": 1, "expires_at": moment}
    refused(shop.maria.give("reserve_stock", body), 404, "not_found")


def test_a_flood_of_faults_is_answered_briefly(shop):
    refusal = shop.maria.give("change_price", {f"unknown {number}" * 20: 1 for number in range(2_000)})
    assert refusal.status_code == 400
    assert len(refusal.content) < 100_000


@pytest.mark.parametrize(
    "body", [b'{"name": "Mezze", "name": "Dips"}', b'{"name": "a", "parent_id": null, "parent_id": null}']
)
def test_a_member_that_is_given_twice_is_refused(shop, body):
    refused(shop.maria.send("POST", "/api/v1/commands/create_category", body), 400, "doubled_member")
    assert event_store.head("categories") == 0


def test_members_given_many_times_are_refused_at_once(shop):
    body = b"{" + b",".join([b'"name": "a"'] * 100_000) + b"}"
    refused(shop.maria.send("POST", "/api/v1/commands/create_category", body), 400, "doubled_member")


@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_a_body_is_json_in_utf_8_however_that_is_written(shop, kind):
    answer = shop.maria.send("POST", "/api/v1/commands/create_category", '{"name": "Hálva"}'.encode(), kind)
    assert answer.status_code == 201


def test_a_body_in_chunks_that_no_door_has_read_is_refused_and_told_why(shop):
    refused(shop.maria.give("create_category", {"name": "Mezze"}, transfer_encoding="chunked"), 400, "length_required")


def test_a_command_takes_no_parameters(shop):
    refused(shop.maria.give("create_category?dry_run=true", {"name": "Mezze"}), 400, "unknown_parameter")
    assert event_store.head("categories") == 0


def test_the_list_names_those_commands_that_one_may_give(shop):
    listed = shop.joan.get("commands").json()["data"]
    hers = {name.partition(".")[2] for name in stated()["approvers"]} | {
        HANDLERS[kind].name for kind in OWNERS - AT_DOORS
    }
    assert [one["name"] for one in listed] == sorted(hers & {handled.name for handled in given_by_name()})
    everything = shop.elias.get("commands").json()["data"]
    assert [command["name"] for command in everything] == sorted(handled.name for handled in given_by_name())


def test_each_command_in_the_list_has_its_purpose_and_the_schema_of_its_body(shop):
    listed = {command["name"]: command for command in shop.elias.get("commands").json()["data"]}
    for command in listed.values():
        Draft202012Validator.check_schema(command["schema"])
        assert command["description"]
    schema = listed["change_price"]["schema"]
    assert schema["required"] == ["product_id", "price", "reason"]
    assert Draft202012Validator(schema).is_valid(new_price(uuid4()))
    assert not Draft202012Validator(schema).is_valid({**new_price(uuid4()), "reason": ""})
