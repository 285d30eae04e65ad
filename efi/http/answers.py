"""Answers from read models: their envelope, freshness and ETag, and reads that show the caller's own writes."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from efi.http.problems import BadInput
from efi.log.mongo import Document
from efi.reading import catching_up, followers, freshness, generations
from efi.reading.catching_up import NEWEST, ReadLess
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation, identity_in, streams_of
from efi.writing.commands import Receipt

LONGEST_TOKEN = 4_000
Meta = dict[str, Any]
Says = Callable[[HttpResponse], HttpResponse]


def answer(
    data: object, *, status: int = 200, meta: Meta | None = None, links: Mapping[str, str] | None = None
) -> HttpResponse:
    body: Document = {"data": data}
    if meta is not None:
        body["meta"] = meta
    if links is not None:
        body["links"] = links
    response = HttpResponse(orjson.dumps(body, option=orjson.OPT_UTC_Z), status=status, content_type="application/json")
    if links and "next" in links:
        response["Link"] = f'<{links["next"]}>; rel="next"'
    return response


def consistency_token(receipt: Receipt) -> str:
    return signing.dumps(receipt.streams, salt="consistency", compress=True)


def catch_up_for(request: HttpRequest, fed: Iterable[Generation]) -> None:
    """Catches up what the caller's `Consistency-Token` names.

    A version beyond the log is ignored, and not waited for.
    """
    token = request.headers.get("Consistency-Token")
    if token is None:
        return
    catch_up_to(_read(token), fed)


def catch_up_to(streams: Mapping[str, int], fed: Iterable[Generation]) -> None:
    """Catches up what these streams feed, at least to the versions named that the log holds."""
    for generation in fed:
        followed = {stream: version for stream, version in streams.items() if generation.model.follows(stream)}
        if followed:
            _catch_up(generation, followed)


def has_written(request: HttpRequest) -> bool:
    """Returns whether the caller is to see their own write in the answer."""
    return "Consistency-Token" in request.headers


def wants_newest(request: HttpRequest) -> bool:
    return "no-cache" in request.headers.get("Cache-Control", "").lower()


def catch_up_whole(generation: Generation, identity: str) -> None:
    """Brings one document to the heads of all its streams."""
    _catch_up(generation, dict.fromkeys(streams_of(generation.model, identity), NEWEST))


def read_model(request: HttpRequest, *models: str) -> tuple[tuple[Generation, ...], Freshness]:
    """Returns generations that show what the caller has written, and how fresh they are."""
    fed = tuple(generations.live(model) for model in models)
    catch_up_for(request, fed)
    names = [generation.name for generation in fed]
    if has_written(request) or wants_newest(request):
        return fed, freshness.read(names)
    fresh = freshness.recently(names)
    if settings.READ_PREFERENCE == "primary":
        return fed, fresh
    return tuple(replace(generation, reached=fresh.reached) for generation in fed), fresh


def etag_of(tag: Iterable[object]) -> str:
    """Returns the ETag of an answer that depends on all in `tag` and on nothing else."""
    return f'"{hashlib.blake2b(repr(list(tag)).encode(), digest_size=16).hexdigest()}"'


def not_modified(says: Says, request: HttpRequest, etag: str, fresh: Freshness) -> HttpResponse | None:
    """Returns a 304 where the caller has what the ETag stands for."""
    if knows(request.headers.get("If-None-Match", ""), etag):
        return tagged(says, HttpResponseNotModified(), etag, fresh)
    return None


def knows(if_none_match: str, etag: str) -> bool:
    known = parse_etags(if_none_match)
    return "*" in known or any(one.removeprefix("W/") == etag for one in known)


def tagged(says: Says, response: HttpResponse, etag: str, fresh: Freshness) -> HttpResponse:
    """Adds what an answer depends on and how fresh it is to its headers, and says whose it is: `public` or `own`."""
    response["ETag"] = etag
    response["As-Of"] = fresh.as_of.isoformat().replace("+00:00", "Z")
    says(response)["Vary"] = "Consistency-Token"
    return response


def conditional(
    says: Says, request: HttpRequest, tag: Iterable[object], fresh: Freshness, render: Callable[[], HttpResponse]
) -> HttpResponse:
    """Returns a 304, or else what `render` makes. `says` is `public` or `own`."""
    etag = etag_of(tag)
    return not_modified(says, request, etag, fresh) or tagged(says, render(), etag, fresh)


def meta_of(fed: Generation, fresh: Freshness, *, updated_at: object, version: int | None = None) -> Meta:
    known = {"version": version} if version is not None else {}
    return {"read_model": fed.model.name, **known, "updated_at": updated_at, "as_of": fresh.as_of, "stale": fresh.stale}


def _catch_up(generation: Generation, bells: dict[str, int]) -> None:
    """Catches up, and tells the cache: whoever has seen the newest must not be shown older by it."""
    try:
        catching_up.catch_up(generation, bells)
    except ReadLess:
        catching_up.catch_up(generation, dict.fromkeys(bells, NEWEST))
    followers.run_hooks(generation, {identity_in(stream) for stream in bells})


def _read(token: str) -> dict[str, int]:
    if len(token) > LONGEST_TOKEN:
        raise BadInput("the Consistency-Token is too long", code="consistency_token")
    try:
        streams: dict[str, int] = signing.loads(token, salt="consistency")
    except (signing.BadSignature, ValueError) as error:
        raise BadInput("the Consistency-Token is not one of ours", code="consistency_token") from error
    return streams
