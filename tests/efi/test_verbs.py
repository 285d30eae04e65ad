"""Verbs and marks: which records a verb fits, what its form begins with, and how states look."""

from types import SimpleNamespace

import pytest

from efi.staff import marks
from efi.staff.commands.verbs import Verb, as_it_is, priced, that_has
from tavern.commands.cellars import CloseCellar

GLASS = SimpleNamespace(state="full", name="goblet", price="4.50", currency="BBD")


@pytest.mark.parametrize(("states", "fits"), [(("full",), True), (("empty", "full"), True), (("empty",), False)])
def test_a_verb_fits_the_records_that_have_one_of_its_values(states, fits):
    assert that_has("state", *states)(GLASS) is fits


@pytest.mark.parametrize(
    ("states", "asked_by", "offered"),
    [(("full",), "joan", True), (("empty",), "joan", False), (("full",), "maria", False)],
)
def test_a_verb_is_for_whom_the_state_allows_it_and_who_has_not_asked_for_it(states, asked_by, offered):
    verb = Verb(command=CloseCellar, fits=that_has("state", *states), asked_by=lambda glass: asked_by)
    assert verb.is_for(GLASS, SimpleNamespace(pk="maria")) is offered


def test_a_form_begins_with_what_its_record_has():
    assert as_it_is("name", "state")(GLASS) == {"name": "goblet", "state": "full"}
    assert priced(GLASS) == {"price": {"amount": "4.50", "currency": "BBD"}}


class TestMarks:
    @pytest.fixture(autouse=True)
    def looks(self, monkeypatch):
        monkeypatch.setattr(marks, "LOOKS", {})

    def test_a_state_is_marked_as_it_was_registered(self):
        marks.show_as("waits", "half_full")
        assert marks.mark("half_full") == '<span class="efi-mark waits">half full</span>'

    def test_a_state_that_nobody_registered_is_plain(self):
        assert marks.mark("full") == '<span class="efi-mark ">full</span>'

    def test_a_state_cannot_look_two_ways(self):
        marks.show_as("waits", "half_full")
        with pytest.raises(ValueError, match="half_full is shown as waits already"):
            marks.show_as("bad", "half_full")
