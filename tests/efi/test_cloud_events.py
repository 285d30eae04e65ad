"""An event as the world outside hears of it, and what of it is kept from the world."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest

from efi.delivery.cloud_events import as_json, cloud_event, letters
from efi.domain.events import Event, lift
from efi.domain.payloads import Personal, dump, load
from tavern.events import KegRepriced
from tests.efi.facts import DRAWN, STOUT, committed
from tests.given import MARIA, NOW, bbd

DEARER = KegRepriced(keg_id=STOUT, old_price=bbd("8.50"), price=bbd("9.00"), reason="dearer barley")


@dataclass(frozen=True, kw_only=True)
class Address:
    street: Personal[str]
    country: str


@dataclass(frozen=True, kw_only=True)
class Moved(Event):
    """Planted: somebody lives elsewhere now."""

    type_name: ClassVar[str] = "planted.Moved"
    schema_number: ClassVar[int] = 1

    name: Personal[str]
    nickname: Personal[str | None]
    homes: tuple[Address, ...]


ADA = Moved(name="Ada", nickname=None, homes=(Address(street="Via Roma 1", country="IT"),))


def told(commit):
    return [json.loads(letter.body) for letter in letters(commit)]


def test_an_event_is_told_whole():
    commit = replace(committed(DEARER), recorded_at=NOW + timedelta(hours=1))
    assert told(commit) == [
        {
            "specversion": "1.0",
            "id": f"keg:{STOUT}/4",
            "source": "urn:efi",
            "type": "tavern.KegRepriced",
            "subject": f"keg:{STOUT}",
            "time": NOW.isoformat().replace("+00:00", "Z"),
            "recordedtime": (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
            "sequence": "4",
            "sequencetype": "Integer",
            "correlationid": str(DRAWN),
            "datacontenttype": "application/json",
            "dataschema": "urn:efi:tavern.KegRepriced:2",
            "data": dump(DEARER),
        }
    ]


def test_what_brought_it_about_is_told_where_it_is_known():
    assert told(replace(committed(DEARER), causation_id=DRAWN))[0]["causationid"] == str(DRAWN)


def test_who_gave_the_command_is_not_told():
    assert MARIA not in str(told(committed(DEARER)))


def test_each_event_of_a_commit_is_a_letter_of_its_own():
    first, second = letters(committed(DEARER, DEARER))
    assert (first.id, second.id) == (f"keg:{STOUT}/4", f"keg:{STOUT}/5")
    assert {one.type for one in (first, second)} == {"tavern.KegRepriced"}


def test_an_event_that_was_stored_at_an_older_schema_is_told_at_the_newest():
    old = {name: said for name, said in dump(DEARER).items() if name != "reason"}
    [letter] = told(committed(lift("tavern.KegRepriced", 1, old)))
    assert (letter["dataschema"], letter["data"]["reason"]) == ("urn:efi:tavern.KegRepriced:2", "not stated")


def test_the_source_is_that_of_the_installation(settings):
    settings.EFI_LETTERS_SOURCE = "https://efi.example/second"
    assert told(committed(DEARER))[0]["source"] == "https://efi.example/second"


def test_what_is_personal_is_withheld_however_deep_it_lies():
    [letter] = told(committed(ADA))
    assert letter["data"] == {"name": None, "nickname": None, "homes": [{"street": None, "country": "IT"}]}


def test_what_is_personal_is_told_where_the_installation_says_so(settings):
    settings.EFI_LETTERS_PERSONAL = True
    assert told(committed(ADA))[0]["data"] == dump(ADA)


def test_the_log_keeps_what_is_personal():
    assert load(Moved, dump(ADA)) == ADA
    assert dump(ADA)["homes"][0]["street"] == "Via Roma 1"


def test_what_is_no_json_cannot_be_told():
    with pytest.raises(TypeError):
        as_json(cloud_event(committed(DEARER), 4, DEARER, personal=False) | {"data": object()})
