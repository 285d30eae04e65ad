"""What a start refuses: each fault is planted, and the error names it."""

import json
import shutil
from collections import Counter
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from efi.domain import events
from efi.domain.events import EVENTS, UPCASTERS, Event, event, upcasts
from efi.domain.payloads import Payload
from efi.reading.projections import READ_MODELS, projects
from efi.running import registrations as checked
from efi.running.registrations import registrations
from tests.given import identity

STOUT = identity("stout")


class Opaque:
    """What no payload can hold."""


@pytest.fixture(autouse=True)
def examples(settings, tmp_path):
    """Of the events there are, and of those that a test plants, which are forgotten after it."""
    for folder in settings.EVENT_EXAMPLES:
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    settings.EVENT_EXAMPLES = [tmp_path]

    def keep(name: str, payload: Payload) -> None:
        (tmp_path / f"{name}.json").write_text(json.dumps(payload))

    with patch.dict(EVENTS), patch.dict(UPCASTERS), patch.dict(READ_MODELS):
        yield keep
    events.DOUBLED.clear()


def errors():
    return [(error.id, error.msg) for error in registrations(None)]


def only_error(identity):
    [error] = registrations(None)
    assert error.id == identity
    assert error.hint
    return error.msg


def test_all_that_is_registered_can_be_read_and_fed():
    assert errors() == []


def test_django_asks_at_every_start():
    UPCASTERS.clear()
    assert "efi.E003" in [error.id for error in run_checks()]
    with pytest.raises(SystemCheckError, match=r"tavern\.KegRepriced of schema 1 has no upcaster"):
        call_command("check")


def test_an_event_whose_hints_no_payload_can_hold_is_named():
    @event()
    class CrateDropped(Event):
        crate: Opaque

    assert only_error("efi.E002").startswith("tests.CrateDropped cannot be loaded: ")


def test_an_event_whose_hints_name_nothing_is_named():
    @event()
    class CrateDropped(Event):
        crate: "Nowhere"  # noqa: F821

    assert "tests.CrateDropped cannot be loaded: " in only_error("efi.E002")
    assert "'Nowhere' is not defined" in only_error("efi.E002")


def test_an_event_without_an_example_is_named():
    @event()
    class CrateDropped(Event):
        keg_id: UUID

    assert only_error("efi.E004") == "tests.CrateDropped of schema 1 has no example"


def test_an_example_that_cannot_be_loaded_is_named(examples):
    @event()
    class CrateDropped(Event):
        keg_id: UUID

    examples("tests.CrateDropped.1", {"keg_id": "stout"})
    assert only_error("efi.E005").startswith("the example of tests.CrateDropped of schema 1 cannot be loaded: ")


def test_an_example_that_is_garbled_is_named(tmp_path):
    (tmp_path / "tavern.KegEmptied.1.json").write_text("{")
    assert only_error("efi.E005").startswith("the example of tavern.KegEmptied of schema 1 cannot be loaded: JSON")


def test_an_event_that_was_changed_without_a_new_schema_is_named(examples):
    """Its example is what is stored."""
    examples("tavern.KegTasted.1", {"keg_id": str(STOUT), "guest_id": str(identity("ada")), "points": 4})
    assert only_error("efi.E005").startswith("the example of tavern.KegTasted of schema 1 cannot be loaded: ")


def test_a_schema_without_an_upcaster_is_named(examples):
    @event(schema=2)
    class CrateDropped(Event):
        keg_id: UUID

    examples("tests.CrateDropped.1", {"keg_id": str(STOUT)})
    examples("tests.CrateDropped.2", {"keg_id": str(STOUT)})
    assert only_error("efi.E003") == "tests.CrateDropped of schema 1 has no upcaster"


def test_a_hole_further_up_the_chain_is_named_once(examples):
    @event(schema=3)
    class CrateDropped(Event):
        keg_id: UUID

    @upcasts("tests.CrateDropped", schema=1)
    def leave_as_it_is(payload):
        return payload

    for schema in (1, 2, 3):
        examples(f"tests.CrateDropped.{schema}", {"keg_id": str(STOUT)})
    assert only_error("efi.E003") == "tests.CrateDropped of schema 2 has no upcaster"


def test_an_older_schema_without_an_example_is_named(examples):
    @event(schema=2)
    class CrateDropped(Event):
        keg_id: UUID

    @upcasts("tests.CrateDropped", schema=1)
    def leave_as_it_is(payload):
        return payload

    examples("tests.CrateDropped.2", {"keg_id": str(STOUT)})
    assert only_error("efi.E004") == "tests.CrateDropped of schema 1 has no example"


def test_an_upcaster_that_fails_on_its_example_is_named(examples):
    @event(schema=2)
    class CrateDropped(Event):
        keg_id: UUID

    @upcasts("tests.CrateDropped", schema=1)
    def rename_the_keg(payload):
        return {"keg_id": payload["keg"]}

    examples("tests.CrateDropped.1", {"keg_id": str(STOUT)})
    examples("tests.CrateDropped.2", {"keg_id": str(STOUT)})
    assert only_error("efi.E005").startswith("the example of tests.CrateDropped of schema 1 cannot be loaded: KeyError")


@pytest.mark.parametrize(("name", "schema"), [("tavern.KegReprice", 1), ("tavern.KegRepriced", 2)])
def test_an_upcaster_that_lifts_nothing_is_named(name, schema):
    @upcasts(name, schema=schema)
    def leave_as_it_is(payload):
        return payload

    assert only_error("efi.E006") == f"the upcaster of {name} from schema {schema} lifts nothing"


def test_two_events_of_one_name_are_named(examples):
    examples("tests.CrateDropped.1", {})

    @event()
    class CrateDropped(Event):
        pass

    first = CrateDropped

    @event()
    class CrateDropped(Event):
        pass

    assert first.type_name == CrateDropped.type_name
    assert only_error("efi.E001") == "tests.CrateDropped is the name of two events"


def test_a_read_model_that_follows_what_no_aggregate_has_is_named():
    @projects("crates", streams=("keg", "crate"), version=1)
    def fold(document, event, commit):
        pass

    assert only_error("efi.E007") == "crates follows crate, which no aggregate has"


def test_all_faults_are_named_at_once():
    lifted = len(UPCASTERS)
    UPCASTERS.clear()

    @event()
    class CrateDropped(Event):
        pass

    assert Counter(identity for identity, _ in errors()) == {"efi.E003": lifted, "efi.E004": 1}


def test_what_waits_for_a_second_person_and_cannot_be_answered_is_named(monkeypatch):
    monkeypatch.setattr(checked, "KINDS", [*checked.KINDS, "refund"])
    assert only_error("efi.E009") == "refund waits for a second person, and no command answers it"
