"""Commands that come over HTTP: read from the body, given as the account that asks, and answered with the receipt."""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from efi.http.answers import answer, consistency_token
from efi.http.cache_control import own
from efi.http.permissions import owner_who_gives
from efi.http.problems import BadInput, VersionMissing
from efi.runtime.logs import request_id
from efi.writing.commands import HANDLERS, Command, Receipt, read
from efi.writing.dispatch import dispatch

JSON = re.compile(r'application/json *(; *charset=(utf-8|"utf-8") *)?', re.IGNORECASE)
B = TypeVar("B")
VERSION = re.compile(r'"[0-9]{1,15}"')
KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")


def give(
    request: HttpRequest | Request,
    command: Command,
    *,
    if_version: int | None = None,
    about: UUID | None = None,
    created: bool = False,
) -> HttpResponse:
    """Gives a command as the account that asks, once for each Idempotency-Key, and returns the answer to it.

    `if_version`: the version that the caller has seen. `about`: the id that they are answered, of a part of what the
    command is about; `created`: whether it makes that part. Raises `PermissionDenied` where neither a permission nor
    being an owner lets them, and what `dispatch` raises.
    """
    told = {"correlation_id": _correlation(), "if_version": if_version}
    receipt = give_as(request.user, command, key=_key(request), **told)
    receipt = replace(receipt, id=about) if about else receipt
    return answer_with(receipt, created=created or HANDLERS[type(command)].creates)


def give_as(account: Any, command: Command, *, key: str | None, **told: Any) -> Receipt:
    """Gives a command as an account: by its permission, or else as an owner. Raises as `give` does.

    `told` is what else `dispatch` takes.
    """
    owner = owner_who_gives(account, type(command))
    return dispatch(command, actor=str(account.pk), key=key, owner=owner, **told)


def version_seen(request: HttpRequest | Request) -> int | None:
    """Returns the version in `If-Match`, of a stream that is read from the log; None for `*`, which is any.

    Raises `VersionMissing` without one, and `BadInput` for what is no ETag of such a stream.
    """
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise VersionMissing("send the ETag of what you have read as If-Match")
    if said != "*" and not VERSION.fullmatch(said):
        raise BadInput('If-Match is the ETag of one answer, such as "7"', code="if_match")
    return None if said == "*" else int(said.strip('"'))


def answer_with(receipt: Receipt, *, created: bool) -> HttpResponse:
    """Returns the answer to a command: what it is about, its version, and the token that makes reads show it."""
    data: dict[str, Any] = {"id": receipt.id, "version": receipt.version}
    if receipt.status:
        data["status"] = receipt.status
    response = own(answer(data, status=202 if receipt.status else 201 if created else 200))
    response["Consistency-Token"] = consistency_token(receipt)
    if receipt.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


@dataclass_transform(frozen_default=True, kw_only_default=True)
def body(kind: type[B]) -> type[B]:
    """Makes a class what `body_in` reads: a frozen dataclass, without unknown fields."""
    made = dataclass(frozen=True, kw_only=True)(kind)
    made.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return made


def body_in(request: Request, kind: type[B]) -> B:
    """Reads a command or a `body` by its type hints; raises `Malformed` that points at each member that is wrong."""
    if not JSON.fullmatch(request.content_type or ""):
        raise UnsupportedMediaType((request.content_type or "none")[:100])
    if "Transfer-Encoding" in request.headers:
        # WSGI has no word for where such a body ends, and Django takes it for empty.
        raise BadInput("send the body with a Content-Length, not in chunks", code="length_required")
    said = read(kind, request.body)
    json.loads(request.body, object_pairs_hook=_each_once)
    return said


def _each_once(members: list[tuple[str, Any]]) -> None:
    """Refuses two members of one name, of which every reader picks its own."""
    if doubled := [name for name, times in Counter(name for name, _ in members).items() if times > 1]:
        raise BadInput(f"given more than once: {', '.join(doubled)}", code="doubled_member")


def _key(request: HttpRequest | Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise BadInput("an Idempotency-Key is 1 to 255 printable ASCII characters", code="idempotency_key")
    return key


def _correlation() -> UUID | None:
    """Returns the request's id where it is one that the log can keep."""
    given = request_id.get()
    return UUID(given) if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", given) else None
