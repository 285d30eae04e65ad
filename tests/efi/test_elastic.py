"""How long those who search wait for an Elasticsearch that takes what it is asked and does not answer."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, ConnectionTimeout

from readmodels.search import elastic
from readmodels.search.elastic import Silent

OWN_TIME = 0.4
"""Seconds that the machine may take, beside those that are waited."""


@pytest.fixture
def mute(settings, monkeypatch):
    """However often it does not answer, it is asked again."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(elastic.breaker, "failures", 1_000)
        elastic.forget()
        yield
    elastic.forget()


def waited(until):
    """So many seconds."""
    began = time.monotonic()
    with pytest.raises(Silent), elastic.asking(until) as engine:
        engine.search(index="olives")
    return time.monotonic() - began


def test_nobody_waits_longer_because_many_do(mute):
    with ThreadPoolExecutor(30) as readers:
        times = list(readers.map(waited, [elastic.deadline()] * 30))
    assert max(times) < elastic.TIMEOUT + OWN_TIME


def test_what_is_asked_again_has_what_is_left_of_the_time(mute):
    until = elastic.deadline()
    assert waited(until) + waited(until) < elastic.TIMEOUT + OWN_TIME
    assert not elastic.breaker.is_open


def test_a_reader_that_has_no_time_left_is_no_failure_of_the_engine(mute):
    waited(time.monotonic())
    assert elastic.breaker._failed == 0


def refused(status):
    """As the client tells it."""
    asked = NodeConfig("http", "127.0.0.1", 9200)
    return ApiError("no", ApiResponseMeta(status, "1.1", HttpHeaders(), 0.01, asked), {})


def told(error):
    with pytest.raises(Silent), elastic.asking(elastic.deadline()):
        raise error


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_engine_that_refuses_what_it_is_asked_is_asked_again(mute, monkeypatch, status):
    monkeypatch.setattr(elastic.breaker, "failures", 3)
    for _ in range(9):
        told(refused(status))
    assert not elastic.breaker.is_open


@pytest.mark.parametrize("error", [refused(429), refused(500), refused(503), ConnectionTimeout("late")])
def test_an_engine_that_cannot_answer_is_left_alone(mute, monkeypatch, error):
    monkeypatch.setattr(elastic.breaker, "failures", 3)
    for _ in range(3):
        told(error)
    assert elastic.breaker.is_open
