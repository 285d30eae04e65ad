"""A slug keeps every letter of a name in some form."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from catalog.domain.slugs import LONGEST_MADE, slug_of
from efi.domain.fields import Slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Łódź", "lodz"),
        ("Crème brûlée", "creme-brulee"),
        ("Ørsted's æbleskiver", "orsteds-aebleskiver"),
        ("Straße", "strasse"),
        ("Đurđevac", "durdevac"),
        ("Σουβλάκι", "soyvlaki"),
        ("حلبة", "hlba"),
        ("Борщ", "borshch"),
        ("オリーブ", "orihu"),
        ("salt_and--pepper ", "salt-and-pepper"),
        ("٣ kg", "3-kg"),
        ("Kalamata olives", "kalamata-olives"),
    ],
)
def test_a_slug_keeps_every_letter_in_some_form(name, slug):
    assert slug_of(name) == slug


@given(st.text())
def test_a_slug_is_what_imports_ask_for_and_ends_at_80_characters(name):
    slug = slug_of(name)
    assert len(slug) <= LONGEST_MADE
    assert not slug or TypeAdapter(Slug).validate_python(slug)


@given(st.characters(categories=["Ll", "Lu", "Lo", "Nd"]))
def test_no_letter_is_lost_from_a_slug(letter):
    assert re.fullmatch("[a-z0-9].*", slug_of(letter)), letter


def test_a_slug_that_is_cut_does_not_end_in_a_hyphen():
    assert slug_of("x" * 79 + " yz") == "x" * 79
