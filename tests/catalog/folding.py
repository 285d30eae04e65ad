"""Given events, then what a read model makes of them."""

from datetime import timedelta
from types import SimpleNamespace

from efi.domain.events import Event
from efi.reading.projections import READ_MODELS, Journal, Rows
from tests.catalog.larder import OLIVES
from tests.given import MARIA, NOW


def folded(name: str, *facts: Event, **start):
    model = READ_MODELS[name]
    document = {**start, **model.empty()}
    for at, fact in enumerate(facts):
        model.fold(document, fact, SimpleNamespace(occurred_at=NOW + timedelta(minutes=at), actor=MARIA))
        if model.derive:
            model.derive(document)
    return document


def rows(name: str, *facts: Event):
    model = READ_MODELS[name]
    fact = folded(name, *facts, _id=str(OLIVES))
    if isinstance(model, Journal):
        return fact["_new"]
    assert isinstance(model, Rows)
    return list(model.rows(fact))
