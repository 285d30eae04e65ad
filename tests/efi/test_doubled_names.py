"""What is addressed by its name is registered under a name of its own: the second of two is refused at start."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from efi.delivery.reactions import REACTIONS, reacts
from efi.imports.kinds import KINDS, register
from efi.reading.projections import READ_MODELS, projects
from efi.writing.commands import HANDLERS, Command, command, handles
from tavern.commands.kegs import TapKeg
from tavern.records import kegs


def nothing(*_: object) -> None:
    """Stands for what is registered."""


@pytest.fixture(autouse=True)
def forgotten():
    with patch.dict(HANDLERS), patch.dict(KINDS), patch.dict(REACTIONS), patch.dict(READ_MODELS):
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
