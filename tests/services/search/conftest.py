"""Every test here is run against both engines of the search: MongoDB alone, and Elasticsearch beside it."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings as live
from pytest_django.plugin import DjangoDbBlocker

from efi.models import User
from readmodels.search import elastic
from tests.api import conftest as api

shop = api.shop


@pytest.fixture(scope="module", params=("mongodb", "elasticsearch"))
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """That which is to answer."""
    url = request.getfixturevalue("elasticsearch_server").uri if request.param == "elasticsearch" else ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "ELASTICSEARCH_URL", url)
        patch.setattr(elastic, "TIMEOUT", 10.0)
        elastic.forget()
        yield request.param
    elastic.forget()


@pytest.fixture(scope="module")
def accounts(engine: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    yield from api.accounts_of(django_db_blocker)


@pytest.fixture(autouse=True)
def answered_by_the_right_one(engine: str, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Elasticsearch may not leave it to MongoDB behind a test's back."""
    caplog.set_level(logging.DEBUG, "readmodels")
    yield
    assert [told for told in caplog.messages if told.startswith("MongoDB answers")] == []
