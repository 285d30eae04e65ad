"""Every event at every schema that it ever had, as it is stored, read with today's code."""

from pathlib import Path

import pytest
from django.conf import settings

from efi.domain.events import EVENTS, lift, written
from efi.running.registrations import example


def of_every_event() -> list[Path]:
    return sorted(file for folder in settings.EVENT_EXAMPLES for file in folder.glob("*.json"))


def named_by(file: Path) -> tuple[str, int]:
    name, _, schema = file.stem.rpartition(".")
    return name, int(schema)


@pytest.mark.parametrize(("name", "schema"), [named_by(file) for file in of_every_event()])
def test_what_was_ever_stored_is_read_today(name, schema):
    assert type(lift(name, schema, example(name, schema))) is EVENTS[name]


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_what_is_read_today_is_stored_as_it_was(name):
    newest = EVENTS[name].schema_number
    payload = example(name, newest)
    assert written(lift(name, newest, payload)) == {"type": name, "schema": newest, "data": payload}


def test_there_is_no_example_of_what_never_was():
    assert {named_by(file)[0] for file in of_every_event()} == set(EVENTS)


def test_a_price_that_was_changed_before_a_reason_was_asked_for_has_one_not_stated():
    payload = example("tavern.KegRepriced", 1)
    assert "reason" not in payload
    assert lift("tavern.KegRepriced", 1, payload).reason == "not stated"
