"""Limits with a real Redis: all processes count together, and none waits for a Redis that is away."""

import os
import subprocess
import sys
import time

import pytest
import redis

from efi.domain.errors import TooMany
from efi.http import cache, rate_limits
from efi.runtime.breaker import Breaker
from tests.services.program import ROOT

LIMIT = "3/minute"
SPEND = "import django; django.setup(); from efi.http import rate_limits; rate_limits.spend('reads', 'olives')"


@pytest.fixture(autouse=True)
def limited(redis_server, settings, monkeypatch):
    settings.REDIS_URL, settings.LIMITS = redis_server.uri, {**settings.LIMITS, "reads": LIMIT}
    monkeypatch.setattr(cache, "BREAKER", Breaker("redis"))
    rate_limits._own.cache_clear()
    with redis.Redis.from_url(redis_server.uri) as client:
        client.flushall()


def spent(times):
    """How many of so many tries were let through."""
    passed = 0
    for _ in range(times):
        try:
            rate_limits.spend("reads", "olives")
        except TooMany:
            continue
        passed += 1
    return passed


def test_two_processes_count_together(redis_server):
    environment = os.environ | {"REDIS_URL": redis_server.uri, "EFI_LIMIT_READS": LIMIT}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", SPEND], cwd=ROOT, env=environment, check=True)
    assert spent(3) == 1


@pytest.mark.alone
@pytest.mark.parametrize("away", ["frozen", "killed"])
def test_without_redis_a_process_counts_alone_and_waits_for_nobody(redis_server, away):
    assert spent(3) == 3
    (redis_server.freeze if away == "frozen" else redis_server.kill)()
    try:
        begun = time.monotonic()
        assert spent(100) == 3
        assert time.monotonic() - begun < 2
    finally:
        (redis_server.thaw if away == "frozen" else redis_server.start)()
