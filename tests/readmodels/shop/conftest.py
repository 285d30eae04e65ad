"""A shop with a few things in it, looked at from the street."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from efi.reading import generations
from efi.writing.repository import memory
from readmodels.shop import counts
from tests.api.shop import caught_up, discontinued, emptied, on_sale, stocked
from tests.catalog.catalogue import category
from tests.readmodels.shop.window import Window


@pytest.fixture
def window(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Window]:
    """Of an empty shop."""
    with django_db_blocker.unblock():
        emptied()
        counts._counts.clear()
        yield Window()
    memory.forget()
    generations.forget()


@pytest.fixture
def goods(window: Window) -> SimpleNamespace:
    """Olives and feta in stock, honey sold out, and a rusk that is no longer sold."""
    mezze = category("Mezze")
    found = SimpleNamespace(
        mezze=mezze,
        olives=on_sale("Kalamata olives", "OLI-1", price="8.50", country="GR", categories=(mezze,)),
        feta=on_sale("Feta", "FET-1", price="12.00", country="GR", categories=(category("Cheese", below=mezze),)),
        honey=on_sale("Thyme honey", "HON-1", price="21.00", country="LB", categories=(mezze,)),
        rusk=discontinued("Barley rusk", "RUS-1", price="4.00", categories=(category("Bakery"),)),
    )
    stocked(found.olives, 40)
    stocked(found.feta, 3)
    caught_up()
    return found
