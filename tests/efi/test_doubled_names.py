"""What is addressed by its name is registered under a name of its own: the second of two is refused at start."""

from contextlib import ExitStack
from dataclasses import replace
from unittest.mock import patch

import pytest

from efi.delivery.reactions import REACTIONS, reacts
from efi.imports.kinds import KINDS, register
from efi.reading.projections import READ_MODELS, projects
from efi.staff.commands.fields import SAID, say
from efi.staff.commands.forms import REFUSED_AT, refused_at
from efi.staff.references import REFERRED, refers
from efi.writing.commands import HANDLERS, Command, command, handles
from tavern.commands.kegs import TapKeg
from tavern.models import Cellar, Keg
from tavern.records import kegs


def nothing(*_: object) -> None:
    """Stands for what is registered."""


@pytest.fixture(autouse=True)
def forgotten():
    with ExitStack() as kept:
        for register_of in (HANDLERS, KINDS, REACTIONS, READ_MODELS, REFERRED, REFUSED_AT, SAID):
            kept.enter_context(patch.dict(register_of))
        yield


def test_two_contexts_cannot_have_a_command_of_one_name():
    other = command(type(TapKeg.__name__, (Command,), {"__module__": __name__, "__annotations__": {}}))
    with pytest.raises(ValueError, match="tap_keg is the name of two commands"):
        handles(other)(nothing)
    assert other not in HANDLERS


def test_two_read_models_cannot_have_one_name():
    with pytest.raises(ValueError, match="is the name of two read models"):
        projects(kegs.NAME, streams=("keg",), version=1)(nothing)


def test_two_reactions_cannot_have_one_name():
    name = next(iter(REACTIONS))
    with pytest.raises(ValueError, match="is the name of two reactions"):
        reacts(name, streams=("keg",))(nothing)


def test_two_kinds_of_import_cannot_have_one_name():
    with pytest.raises(ValueError, match="is the name of two kinds of import"):
        register(replace(next(iter(KINDS.values()))))


def test_members_of_one_name_cannot_refer_to_two_kinds_of_record():
    refers(Keg, "barrel_id")
    with pytest.raises(ValueError, match="what barrel_id refers to is registered already"):
        refers(Cellar, "cask_id", "barrel_id")
    assert (REFERRED["barrel_id"], REFERRED.get("cask_id")) == (Keg, None)


def test_one_name_cannot_be_said_in_two_ways():
    say(abv="alcohol by volume")
    with pytest.raises(ValueError, match="the words for abv are registered already"):
        say(abv="strength")
    assert SAID["abv"] == "alcohol by volume"


def test_a_refusal_of_one_code_is_shown_at_the_members_of_each_context():
    refused_at("went_flat", "keg_id")
    refused_at("went_flat", "cellar_id")
    assert REFUSED_AT["went_flat"] == ("keg_id", "cellar_id")


def test_a_refusal_cannot_be_shown_at_one_member_twice():
    refused_at("went_flat", "keg_id")
    with pytest.raises(ValueError, match="went_flat is shown at keg_id already"):
        refused_at("went_flat", "cellar_id", "keg_id")
    assert REFUSED_AT["went_flat"] == ("keg_id",)
