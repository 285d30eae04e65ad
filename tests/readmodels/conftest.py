"""Given events, then a document: what read models make of what has happened."""

from datetime import datetime
from uuid import uuid4

import pytest

from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.projections import READ_MODELS
from tests.given import MARIA, NOW, minutes


class Shown:
    """A document of one read model, commit by commit."""

    def __init__(self, name: str) -> None:
        self.model = READ_MODELS[name]
        self.document: Document = self.model.empty()

    def given(self, *facts: Event, at: datetime = NOW) -> None:
        for fact in facts:
            self.model.fold(self.document, fact, commit_of(fact, at))
            if self.model.derive:
                self.model.derive(self.document)

    def shows(self, **fields: object) -> None:
        assert {name: self.document[name] for name in fields} == fields


def commit_of(fact: Event, at: datetime) -> Commit:
    """Of what happened at that moment, and was recorded later."""
    drawn = uuid4()
    return Commit(
        stream="",
        version=1,
        events=(fact,),
        command_id=drawn,
        command_hash="",
        actor=MARIA,
        correlation_id=drawn,
        occurred_at=at,
        recorded_at=at + minutes(1),
    )


@pytest.fixture
def shown() -> type[Shown]:
    """Makes an empty document of a read model."""
    return Shown
