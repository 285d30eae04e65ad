"""Hot reads: answers that many ask for come from Redis before Django looks for a view."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl

import orjson
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from pymongo.errors import PyMongoError

from efi.http import cache, cache_invalidation
from efi.http.answers import knows, wants_newest
from efi.http.cache import Answer, Away, Miss
from efi.http.cache_control import PUBLIC
from efi.reading import generations
from efi.reading.freshness import Freshness
from efi.reading.mirrors import MIRRORS
from efi.reading.projections import Generation
from efi.runtime.metrics import CACHE_READS

LISTS = 5.0
"""Seconds that a list is kept from when it was read: news of what it shows does not drop it."""
WAITS, AGAIN = 0.5, 0.01
"""Seconds that a request waits for another to fill what both ask for, and between two looks."""
LONGEST_ADDRESS = 1_000
NOT_HOT = {"q", "cursor", "refresh"}
"""Parameters that go past the cache: searches are counted, few read on to the same page, who refreshes wants news."""
TAKES_JSON = {"*/*", "application/*", "application/json"}
NOT_IN_304 = {"Content-Type", "Content-Length", "Link"}
_MADE_OF = "efi.made_of"
KEPT_AS = "efi.kept_as"
"""Where a request that was answered from Redis notes the kind of its address."""
Shown = tuple[Generation, str, int]
logger = logging.getLogger(__name__)

_kinds: dict[str, str] = {}
_negotiated: set[str] = set()
_addresses = re.compile("(?!)")


def serve(kind: str, address: str, *, fed_by: Iterable[str], negotiated: bool = True) -> None:
    """Registers addresses, by a pattern of their paths, whose answers are made of some read models.

    `negotiated`: their views refuse callers who do not take JSON.
    """
    global _addresses  # noqa: PLW0603
    _kinds[kind] = address
    if negotiated:
        _negotiated.add(kind)
    new = [name for name in fed_by if name not in cache.FED]
    cache.FED.extend(new)
    MIRRORS.extend(map(cache_invalidation.mirror, new))
    _addresses = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _kinds.items()))


def may_be_kept(request: HttpRequest, fresh: Freshness, *made_of: Shown, seconds: float = cache.BOUND) -> None:
    """Lets the answer to a request be kept; a view calls it whose answer is for everybody.

    Raises `LookupError` where it shows what has an owner.

    `made_of`: the documents that the answer shows, each by its generation, id and `_rev`; the one it is about comes
    first. A stale answer is kept as briefly as a list.
    """
    if owned := {generation.model.name for generation, *_ in made_of if generation.model.owner}:
        raise LookupError(f"nobody may keep what is somebody's own: {', '.join(owned)}")
    shown = [(generation.name, identity, seen) for generation, identity, seen in made_of]
    request.META[_MADE_OF] = shown, LISTS if fresh.stale else seconds


def answer_hot_reads(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers from Redis what is kept there and fills what is not, as middleware."""

    def hot(request: HttpRequest) -> HttpResponse:
        kind = _kind(request)
        if kind is None:
            return answer(request)
        if _goes_past(request) or (kind in _negotiated and not _takes_json(request)):
            CACHE_READS.labels(kind, "past").inc()
            return answer(request)
        token = secrets.token_hex(8)
        key, found = _found(request, token)
        CACHE_READS.labels(kind, "hit" if isinstance(found, Answer) else "miss").inc()
        if isinstance(found, Answer):
            request.META[KEPT_AS] = kind
            return _response(request, found)
        return _fill(request, key, token, answer) if found.fills else answer(request)

    return hot


def _kind(request: HttpRequest) -> str | None:
    """Returns the kind of a request's address; None where nothing of it is kept."""
    if not settings.REDIS_URL or request.method not in ("GET", "HEAD"):
        return None
    if not NOT_HOT.isdisjoint(name for name, _ in parse_qsl(_query(request), keep_blank_values=True)):
        return None
    known = _addresses.fullmatch(request.path_info)
    return known.lastgroup if known else None


def _goes_past(request: HttpRequest) -> bool:
    given = request.META
    if "HTTP_CONSISTENCY_TOKEN" in given or "HTTP_AUTHORIZATION" in given or wants_newest(request):
        return True
    return len(request.path_info + _query(request)) > LONGEST_ADDRESS


def _takes_json(request: HttpRequest) -> bool:
    accepted = (one.strip() for one in request.META.get("HTTP_ACCEPT", "*/*").split(","))
    return not TAKES_JSON.isdisjoint(accepted)


def _found(request: HttpRequest, token: str) -> tuple[str, Answer | Miss]:
    """Returns the key of a request, and the answer that is kept under it, if one is."""
    try:
        key = _key(request)
        return key, _look(key, token, request.META.get("HTTP_IF_NONE_MATCH", ""))
    except (Away, DisallowedHost, LookupError, PyMongoError):
        return "", Miss(fills=False)


def _key(request: HttpRequest) -> str:
    """Returns the key of a request; raises `DisallowedHost`, and `LookupError` before read models are built.

    The names of generations are in it, so that a pointer that is switched leads to other answers.
    """
    names = " ".join(generations.live(name).name for name in cache.FED)
    asked = "&".join(sorted(_query(request).split("&")))
    return f"{names} {request.scheme}://{request.get_host()}{request.path_info}?{asked}"


def _query(request: HttpRequest) -> str:
    return str(request.META.get("QUERY_STRING", ""))


def _look(key: str, token: str, etag: str) -> Answer | Miss:
    """Looks for an answer; waits a little where another request is filling it."""
    given_up = time.monotonic() + WAITS
    while (found := cache.look(key, token, etag)) == Miss(fills=False) and time.monotonic() < given_up:
        time.sleep(AGAIN)
    return found


def _fill(request: HttpRequest, key: str, token: str, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Has the whole answer made, also for a caller who knows it, and keeps it if its view lets it be kept."""
    known = request.META.pop("HTTP_IF_NONE_MATCH", "")
    # Django keeps the headers that it has read.
    vars(request).pop("headers", None)
    response = answer(request)
    made_of, seconds = request.META.get(_MADE_OF, ((), 0))
    kept = made_of and response.status_code == 200 and response["Cache-Control"] == PUBLIC and not response.cookies
    try:
        if not kept:
            cache.release(key, token)
            return response
        made = Answer(response["ETag"], orjson.dumps(dict(response.items())), response.content)
        cache.fill(key, token, made, made_of, seconds)
    except Away as error:
        logger.info("%s is not kept: %s", request.path_info, error)
    return _unchanged(response.headers) if known and knows(known, response["ETag"]) else response


def _response(request: HttpRequest, found: Answer) -> HttpResponse:
    headers = orjson.loads(found.head)
    if found.body is None or knows(request.META.get("HTTP_IF_NONE_MATCH", ""), found.etag):
        return _unchanged(headers)
    return HttpResponse(found.body, headers=headers)


def _unchanged(headers: Mapping[str, str]) -> HttpResponse:
    response = HttpResponseNotModified()
    for name, said in headers.items():
        if name not in NOT_IN_304:
            response[name] = said
    return response
