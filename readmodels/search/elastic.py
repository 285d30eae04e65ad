"""The one client of Elasticsearch, for reading and for writing."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus

from django.conf import settings
from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError

from efi.runtime.breaker import Breaker, Open

TIMEOUT = 0.5
"""Seconds that a reader waits in all; after that MongoDB answers."""
WRITING = 30.0
"""Seconds that a writer waits: nobody waits for it."""
CONNECTIONS = 256
"""More than there are threads: a thread that finds no connection free would wait without limit."""
logger = logging.getLogger(__name__)


class Silent(Exception):
    """Elasticsearch does not answer, or not in time, or cannot answer well: MongoDB should."""


def is_failure(error: Exception) -> bool:
    """Returns whether an error means that the engine is down: any other refusal of a request is an answer."""
    if not isinstance(error, ApiError):
        return True
    return error.status_code == HTTPStatus.TOO_MANY_REQUESTS or error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


breaker = Breaker("elasticsearch", is_failure=is_failure)


@cache
def client() -> Elasticsearch:
    """Returns the client of all nodes in ELASTICSEARCH_URL. It does not retry: nobody would wait for that any more."""
    hosts = settings.ELASTICSEARCH_URL.split(",")
    return Elasticsearch(hosts, max_retries=0, retry_on_timeout=False, connections_per_node=CONNECTIONS)


def forget() -> None:
    """Drops the client and closes the breaker: another engine is used from now on."""
    client.cache_clear()
    breaker.close()


def writer() -> Elasticsearch:
    return client().options(request_timeout=WRITING)


def is_used() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


def deadline() -> float:
    """Returns until when a reader waits, by the monotonic clock."""
    return time.monotonic() + TIMEOUT


@contextmanager
def asking(until: float) -> Iterator[Elasticsearch]:
    """Lends readers the client. Raises `Silent` instead of any error of the engine, and once `until` has passed."""
    left = until - time.monotonic()
    if left <= 0:
        raise Silent("no time is left to ask again")
    try:
        with breaker.guarded():
            yield client().options(request_timeout=left)
    except BadRequestError as error:
        logger.exception("Elasticsearch does not understand what it is asked")
        raise Silent(str(error)) from error
    except (ApiError, TransportError) as error:
        logger.warning("Elasticsearch did not answer a reader: %s", error)
        raise Silent(str(error)) from error
    except Open as error:
        raise Silent(str(error)) from error
