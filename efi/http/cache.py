"""Finished answers in Redis: found, filled by one request at a time, dropped when a document that they show changes.

Beside the answers stands, for each document, the newest `_rev` that is known of it. An answer is good only while every
document it was made of is at the `_rev` it was made from.
"""

import logging
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface, ConnectionPool
from redis.exceptions import ConnectionError as ConnectionBroken
from redis.exceptions import RedisError
from redis.retry import Retry

from efi.runtime.breaker import Breaker, Open

BOUND = 60.0
"""Seconds after which nothing is served any more that was read from the store, whatever happens to Redis."""
FILLING = 5.0
"""Seconds that a request may take to fill a miss; what it has read by then is too old to be kept."""
REVISIONS = 2 * BOUND
"""Seconds that a document's `_rev` is known: longer than any answer lives, and any request fills."""
TIMEOUT = 0.1
"""Seconds that Redis is given to answer."""
LOOK = """
local kept = redis.call('HMGET', KEYS[1], 'made_of', 'etag', 'head')
if kept[1] then
  local current = true
  for revision, seen in string.gmatch(kept[1], '(%S+) (%d+)') do
    current = current and redis.call('GET', revision) == seen
  end
  if current then
    local body = kept[2] ~= ARGV[3] and redis.call('HGET', KEYS[1], 'body')
    return {kept[2], kept[3], body}
  end
  redis.call('DEL', KEYS[1])
end
return redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
FILL = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local left = ARGV[4] - (ARGV[8] - redis.call('PTTL', KEYS[2]))
redis.call('DEL', KEYS[2])
if left <= 0 then return 0 end
for revision, seen in string.gmatch(ARGV[2], '(%S+) (%d+)') do
  if tonumber(redis.call('GET', revision) or 0) > tonumber(seen) then return 0 end
end
for revision, seen in string.gmatch(ARGV[2], '(%S+) (%d+)') do
  redis.call('SET', revision, seen, 'PX', ARGV[3])
end
redis.call('HSET', KEYS[1], 'made_of', ARGV[2], 'etag', ARGV[5], 'head', ARGV[6], 'body', ARGV[7])
redis.call('PEXPIRE', KEYS[1], left)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[3], now + left, KEYS[1])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return 1
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
DROP = """
for at = 1, #KEYS / 2 do
  local revision, answers, seen = KEYS[2 * at - 1], KEYS[2 * at], tonumber(ARGV[at + 1])
  local known = tonumber(redis.call('GET', revision) or -1)
  redis.call('SET', revision, math.max(known, seen), 'PX', ARGV[1])
  if known < seen then
    for _, answer in ipairs(redis.call('ZRANGE', answers, 0, -1)) do redis.call('DEL', answer) end
    redis.call('DEL', answers)
  end
end
"""
BREAKER = Breaker("redis")
logger = logging.getLogger(__name__)
FED: list[str] = []
"""The read models that answers are made of; in one order in every process, as it is that of the names in each key."""
MadeOf = Iterable[tuple[str, str, int]]
"""For each document that an answer shows, the name of its generation, its id and its `_rev`."""


class Away(Exception):
    """Redis does not answer, or is not asked as it did not a moment ago; everything can be had without it."""


@dataclass(frozen=True)
class Answer:
    """A finished answer; its body is left out for a caller who knows its ETag already."""

    etag: str
    head: bytes
    body: bytes | None


@dataclass(frozen=True)
class Miss:
    """No answer is kept. `fills`: the caller is the one to fill it, under its token; else another is at it."""

    fills: bool


class _Wire(threading.local):
    """A connection for each thread, without redis-py's client, whose own work for a call takes longer than Redis."""

    connection: ConnectionInterface | None = None
    made_for: tuple[str, int] | None = None


_wire = _Wire()


def look(key: str, token: str, etag: str = "") -> Answer | Miss:
    """Returns the answer that is kept under a key; raises `Away`."""
    found = _call(LOOK, [_answer(key), _lock(key)], [token, _ms(FILLING), etag])
    if isinstance(found, int):
        return Miss(fills=bool(found))
    kept, head, body = found
    return Answer(kept.decode(), head, body)


def fill(key: str, token: str, answer: Answer, made_of: MadeOf, seconds: float = BOUND) -> bool:
    """Keeps an answer for some seconds from its `look` on; returns False if it is outdated, or another fills by now.

    The first document that it was made of is the one it is about: news of that drops its body. Raises `Away`.
    """
    names = [(_name(generation, identity), seen) for generation, identity, seen in made_of]
    keys = [_answer(key), _lock(key), f"efi:answers:{names[0][0]}"]
    seens = " ".join(f"efi:revision:{name} {seen}" for name, seen in names)
    times = _ms(REVISIONS), _ms(min(seconds, BOUND))
    told = [token, seens, *times, answer.etag, answer.head, answer.body, _ms(FILLING)]
    return bool(_call(FILL, keys, told))


def release(key: str, token: str) -> None:
    """Gives up filling a key, so that whoever comes next fills it; raises `Away`."""
    _call(RELEASE, [_lock(key)], [token])


def drop(revisions: MadeOf) -> None:
    """Notes that documents have reached these revisions, and drops answers that show them older; raises `Away`."""
    keys, seens = [], []
    for generation, identity, seen in revisions:
        name = _name(generation, identity)
        keys += [f"efi:revision:{name}", f"efi:answers:{name}"]
        seens.append(seen)
    if keys:
        _call(DROP, keys, [_ms(REVISIONS), *seens])


def revisions(generation: str, identities: Iterable[str]) -> dict[str, int]:
    """Returns the newest `_rev` of each document of which one is known; raises `Away`."""
    named = list(identities)
    known = _command("MGET", *(f"efi:revision:{_name(generation, one)}" for one in named)) if named else []
    return {identity: int(seen) for identity, seen in zip(named, known, strict=True) if seen is not None}


@cache
def pool(url: str) -> ConnectionPool:
    """Returns a pool of connections that never let anybody wait for long."""
    timeouts = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
    # Those that are made for threads are counted, and none is ever taken off: the usual hundred would run out.
    return ConnectionPool.from_url(url, protocol=2, max_connections=sys.maxsize, **timeouts)


def _call(script: str, keys: list[str], told: list[Any]) -> Any:
    """Runs a script, which is sent whole: a Redis that was emptied does not know it by its digest."""
    return _command("EVAL", script, len(keys), *keys, *told)


def _command(*words: Any) -> Any:
    try:
        with BREAKER.guarded():
            return _try_twice(words)
    except RedisError as error:
        logger.warning("Redis does not answer, and is done without: %s", error)
        raise Away(str(error)) from error
    except Open as error:
        raise Away(str(error)) from error


def _try_twice(words: tuple[Any, ...]) -> Any:
    connection = _connection()
    try:
        return _answer_to(connection, words)
    except ConnectionBroken:
        # A restart of Redis leaves broken connections behind; every command of ours may be given twice.
        return _answer_to(connection, words)


def _answer_to(connection: ConnectionInterface, words: tuple[Any, ...]) -> Any:
    try:
        connection.send_command(*words, check_health=False)  # type: ignore[no-untyped-call] # redis has few types
        return connection.read_response()
    except BaseException:
        # What still comes over it would be taken for the answer to the next command.
        connection.disconnect()  # type: ignore[no-untyped-call]
        raise


def _connection() -> ConnectionInterface:
    """Returns this thread's connection; a process that was forked makes its own."""
    made_for = settings.REDIS_URL, os.getpid()
    if _wire.connection is None or _wire.made_for != made_for:
        _wire.connection, _wire.made_for = pool(settings.REDIS_URL).make_connection(), made_for
    return _wire.connection


def _answer(key: str) -> str:
    return f"efi:answer:{key}"


def _lock(key: str) -> str:
    return f"efi:filling:{key}"


def _name(generation: str, identity: str) -> str:
    return f"{generation}:{identity}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
