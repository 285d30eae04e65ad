"""Texts: what cannot be seen is no part of a name and hides nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from efi.domain.fields import Line, Name
from efi.domain.texts import guarded, in_order, terms, unguarded, visible

NAMES = TypeAdapter(Name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Choco\u200blate spread", "Chocolate spread"),
        ("\u202emaj yrrebwarts", "maj yrrebwarts"),
        ("Salt\u2028and pepper", "Salt and pepper"),
        ("Sauce\u00a0béarnaise", "Sauce béarnaise"),
        ("Fin\u00adgers", "Fingers"),
        ("\ufeffMauby bark", "Mauby bark"),
        ("חלב\u200f 3%", "חלב 3%"),
        ("a\u200db\ufe0f\u2066c\u2069\u115f\ufffe\x7f", "abc"),
        ("-18 °C ice", "-18 °C ice"),
    ],
)
def test_what_cannot_be_seen_or_turns_the_line_is_taken_out_of_a_name(typed, name):
    assert NAMES.validate_python(typed) == TypeAdapter(Line).validate_python(typed) == name


@pytest.mark.parametrize("name", ["می\u200cخواهم", "👨\u200d🍳 bread", "❤\ufe0f olives", "日本酒"])
def test_what_joins_the_letters_of_a_script_or_the_parts_of_a_picture_stays(name):
    assert visible(name) == name


@pytest.mark.parametrize("typed", ["\u200b", "\u202e\u00a0", "\u2800", "\u3164"])
def test_a_name_of_which_nothing_can_be_seen_is_none(typed):
    with pytest.raises(ValueError, match="at least 1 character"):
        NAMES.validate_python(typed)


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_spreadsheet_takes_a_text_for_a_formula_and_it_is_read_as_it_was(sign):
    for text in (f"{sign}1+1", f"'{sign}A1"):
        assert guarded(text) == f"'{text}"
        assert unguarded(guarded(text)) == text


@example("\x7f", "\u200b", 0)
@given(st.text(), st.sampled_from("\u200b\u00ad\u202e\u2066\ufeff\u200d\ufe0f\u115f"), st.integers(0, 20))
def test_what_cannot_be_seen_hides_nothing_from_a_search(text, unseen, at):
    hidden = text[:at] + unseen + text[at:]
    assert in_order(hidden) == in_order(text)
    assert terms(hidden) == terms(text)
