"""docs/events.md, made from the events themselves."""

import json
from enum import StrEnum
from unittest.mock import patch
from uuid import UUID

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command

from efi.domain.events import EVENTS, Event, event
from efi.management.commands.events_doc import text
from tests.registered import by_the_program_alone


@pytest.fixture
def page(settings, tmp_path):
    """Of another project, for a while."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "events.md"


class Keeping(StrEnum):
    """Planted: how a crate is kept."""

    COOL = "cool"
    DRY = "dry"


@pytest.fixture
def crate_packed(settings, tmp_path):
    """An event that holds a list, and one of several choices."""
    example = {"keg_ids": ["01890a5d-ac96-774b-bcce-000000000101"], "keeping": "cool"}
    (tmp_path / "tests.CratePacked.1.json").write_text(json.dumps(example))
    settings.EVENT_EXAMPLES = [*settings.EVENT_EXAMPLES, tmp_path]
    with patch.dict(EVENTS):

        @event()
        class CratePacked(Event):
            keg_ids: tuple[UUID, ...]
            keeping: Keeping

        yield


def test_the_page_is_up_to_date():
    with by_the_program_alone():
        assert (live.BASE_DIR / "docs" / "events.md").read_text() == text()


def test_the_check_passes_on_what_was_written(page):
    call_command("events_doc")
    call_command("events_doc", "--check")
    assert page.read_text() == text()


def test_the_check_fails_on_a_page_that_is_out_of_date(page):
    page.write_text(text().replace("KegRepriced", "KegGiven"))
    with pytest.raises(CommandError, match=r"^docs/events\.md is out of date: run manage\.py events_doc$"):
        call_command("events_doc", "--check")


def test_the_check_fails_on_a_page_that_is_not_there_and_writes_none(page):
    with pytest.raises(CommandError):
        call_command("events_doc", "--check")
    assert not page.exists()


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_is_on_it_with_its_schema(name):
    assert f"`{name}`, schema {EVENTS[name].schema_number}\n" in text()


@pytest.mark.parametrize(
    "told",
    [
        "| `keg_ids` | tuple[UUID, ...] |",
        "| `tab_id` | UUID or None |",
        "- Schema 1 is lifted: Adds what schema 1 did not ask for: why a price was changed.",
        '"reason": "dearer barley"',
        "### Money",
        "`cool`, `dry`",
    ],
    ids=["list", "optional", "upcaster", "example", "value", "choices"],
)
def test_what_an_event_holds_is_on_it(crate_packed, told):
    assert told in text()
