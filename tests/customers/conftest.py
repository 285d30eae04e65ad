"""What the tests of customers share."""

import pytest

from customers.commands import endings
from tests.scenario import InMemory


@pytest.fixture
def scenario(scenario, monkeypatch):
    """In memory there are no rows of accounts either."""
    if isinstance(scenario.write_side, InMemory):
        monkeypatch.setattr(endings, "set_active", lambda customer_id, *, active: None)
    return scenario
