"""Limits how often a caller may do something: counted in Redis for all processes, or by each while Redis is away."""

import math
import time
from collections.abc import Callable
from functools import cache as kept
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from efi.domain.errors import TooMany
from efi.http import cache
from efi.http.problems import problem_handler
from efi.runtime.breaker import Open

READS, SEARCHES, COMMANDS, SIGN_INS = "reads", "searches", "commands", "sign_ins"
NOT_COUNTED = ("/admin/", "/health/", "/status/", "/api/v1/health/", "/api/v1/status/", "/media/", "/metrics")
"""Addresses that are not limited: those of staff, of machines, and of pictures, which come many to a page."""
COUNTED_BESIDE = ("facets", "include")
"""What a search may ask for besides its rows, each of which looks at all that it finds once more."""
NETWORK = 64
"""The bits of an IPv6 address that its owner cannot choose."""


def spend(kind: str, who: str, cost: int = 1) -> None:
    """Counts a use that costs as much as so many; raises `TooMany` if there were too many."""
    for limit in _limits(settings.LIMITS[kind]):
        if not _hit(limit, kind, who, cost):
            resets, _ = _counted(lambda limiter: limiter.get_window_stats(limit, kind, who))  # noqa: B023
            raise TooMany(kind, limit.amount, limit.get_expiry(), max(1, math.ceil(resets - time.time())))


def count_search_again(request: HttpRequest) -> None:
    """Counts once more a search that has cost more than was to be seen of it; it is answered all the same."""
    for limit in _limits(settings.LIMITS[SEARCHES]):
        _hit(limit, SEARCHES, client_of(request), 1)


def limit_reads(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Limits reads; this middleware stands behind the cache, whose answers cost little and are not counted."""

    def limited(request: HttpRequest) -> HttpResponse:
        try:
            _spend_a_read(request)
        except TooMany as error:
            return problem_handler(error, {"request": request})
        return answer(request)

    return limited


class PerAccount(BaseThrottle):
    """Limits how many commands an account gives."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.method not in SAFE_METHODS and request.user.is_authenticated:
            spend(COMMANDS, str(request.user.pk))
        return True


def client_of(request: HttpRequest) -> str:
    """Returns the caller's address.

    Behind a proxy the last X-Forwarded-For entry, as callers may forge earlier ones.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_TLS else ""
    return _owner(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def _spend_a_read(request: HttpRequest) -> None:
    if request.method not in SAFE_METHODS or request.path_info.startswith(NOT_COUNTED):
        return
    client = client_of(request)
    spend(READS, client)
    if "q" in request.GET:
        spend(SEARCHES, client, 1 + sum(name in request.GET for name in COUNTED_BESIDE))


def _owner(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or IPv6Address(int(known) >> NETWORK << NETWORK))
    return str(known)


def _hit(limit: RateLimitItem, kind: str, who: str, cost: int) -> bool:
    """Counts a use; returns whether there were not too many. No use costs more than the limit itself."""
    most = max(1, min(cost, limit.amount))
    return bool(_counted(lambda limiter: limiter.hit(limit, kind, who, cost=most)))


def _counted(count: Callable[[FixedWindowRateLimiter], Any]) -> Any:
    if settings.REDIS_URL:
        try:
            with cache.BREAKER.guarded():
                return count(_shared(settings.REDIS_URL))
        except (RedisError, Open):
            return count(_own())
    return count(_own())


@kept
def _limits(said: str) -> list[RateLimitItem]:
    """Reads limits such as `600/minute`, several of them with semicolons between; "" is none."""
    return parse_many(said) if said else []


@kept
def _shared(url: str) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(RedisStorage(url, cache.pool(url), key_prefix="efi:limit"))


@kept
def _own() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())
