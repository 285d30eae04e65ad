"""docs/asyncapi.json, made from the events themselves, and held against the specification and against what is told."""

import json
from pathlib import Path

import pytest
from django.conf import settings as live
from jsonschema import Draft7Validator, FormatChecker

from efi.delivery.cloud_events import as_json, cloud_event
from efi.delivery.letters import events
from efi.domain.events import EVENTS, lift
from efi.domain.payloads import dump
from efi.management.asyncapi import text
from efi.running import registrations
from tests.efi.facts import committed
from tests.efi.test_examples import named_by, of_every_event
from tests.registered import by_the_program_alone

SPECIFICATION = Path(__file__).parents[1] / "asyncapi" / "3.0.0.json"
FILE = json.loads(text())
NAMES = sorted(kind.type_name for kind in events())
EVERY_SCHEMA = [named_by(file) for file in of_every_event() if named_by(file)[0] in NAMES]


def faults(schema, told):
    """Of what is told by a schema in the file."""
    whole = {**schema, "components": FILE["components"]}
    return [fault.message for fault in Draft7Validator(whole, format_checker=FormatChecker()).iter_errors(told)]


def of_message(name):
    return FILE["components"]["messages"][name]["payload"]


def of_data(name):
    return of_message(name)["allOf"][1]["properties"]["data"]


def letter(fact, *, personal):
    return json.loads(as_json(cloud_event(committed(fact), 4, fact, personal=personal)))


@pytest.fixture(scope="module")
def specification():
    return Draft7Validator(json.loads(SPECIFICATION.read_text()))


def test_the_file_is_up_to_date():
    with by_the_program_alone():
        assert (live.BASE_DIR / "docs" / "asyncapi.json").read_text() == text()


def test_the_file_is_asyncapi(specification):
    assert [fault.message for fault in specification.iter_errors(FILE)] == []


@pytest.mark.parametrize(
    "broken", [{"asyncapi": "3"}, {"channels": {"events": {"address": 1}}}, {"servers": {"b": {}}}]
)
def test_what_is_not_asyncapi_is_found(specification, broken):
    assert list(specification.iter_errors({**FILE, **broken}))


def test_every_event_is_a_message_but_the_kernels_own():
    assert sorted(FILE["components"]["messages"]) == sorted(name for name in EVENTS if name != "efi.Beaten")
    assert sorted(FILE["channels"]["events"]["messages"]) == NAMES
    assert FILE["channels"]["events"]["parameters"]["type"]["enum"] == NAMES


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize(("name", "schema"), EVERY_SCHEMA)
def test_whatever_was_ever_stored_is_told_as_the_file_says(name, schema, personal):
    told = letter(lift(name, schema, registrations.example(name, schema)), personal=personal)
    assert faults(of_message(name), told) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_newest_example_is_data_as_the_file_says(name):
    payload = registrations.example(name, EVENTS[name].schema_number)
    assert faults(of_data(name), payload) == []
    assert faults(of_data(name), dict(list(payload.items())[1:]))


def test_what_is_told_otherwise_is_found():
    told = letter(lift("tavern.KegRepriced", 1, registrations.example("tavern.KegRepriced", 1)), personal=False)
    for wrong in ({"type": "tavern.KegGiven"}, {"dataschema": "urn:efi:tavern.KegRepriced:1"}, {"data": {}}):
        assert faults(of_message("tavern.KegRepriced"), {**told, **wrong})


def test_every_event_and_value_has_one_schema():
    whole = json.dumps(FILE)
    assert {ref.partition('"')[0] for ref in whole.split('"#/components/schemas/')[1:]} == set(
        FILE["components"]["schemas"]
    )


def personal_fields(app):
    """The fields that are marked as personal in an app's events and in values, each with the name of what has it."""
    of_others = {kind.__name__ for name, kind in EVENTS.items() if not name.startswith(f"{app}.")}
    return {
        (name, field)
        for name, schema in FILE["components"]["schemas"].items()
        if name not in of_others
        for field, of_field in schema.get("properties", {}).items()
        if of_field.get("x-personal")
    }


def test_what_is_personal_is_marked_and_may_be_null():
    assert personal_fields("tavern") == {("TabOpened", "name")}
    opened = lift("tavern.TabOpened", 1, registrations.example("tavern.TabOpened", 1))
    assert dump(opened, personal=False)["name"] is None
