"""docs/events.md, made from the events themselves."""

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command

from efi.domain.events import EVENTS
from efi.management.commands.events_doc import text
from tests.registered import by_the_program_alone


@pytest.fixture
def page(settings, tmp_path):
    """Of another project, for a while."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "events.md"


def test_the_page_is_up_to_date():
    with by_the_program_alone():
        assert (live.BASE_DIR / "docs" / "events.md").read_text() == text()


def test_the_check_passes_on_what_was_written(page):
    call_command("events_doc")
    call_command("events_doc", "--check")
    assert page.read_text() == text()


def test_the_check_fails_on_a_page_that_is_out_of_date(page):
    page.write_text(text().replace("PriceChanged", "PriceSet"))
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
        "| `category_ids` | tuple[UUID, ...] |",
        "| `parent_id` | UUID or None |",
        "- Schema 1 is lifted: Schema 1 did not ask why a price was changed.",
        '"reason": "new crop"',
        "### Money",
        "`ambient`, `chilled`, `frozen`",
    ],
    ids=["list", "optional", "upcaster", "example", "value", "choices"],
)
def test_what_an_event_holds_is_on_it(told):
    assert told in text()
