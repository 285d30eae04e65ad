"""The kernel's endpoints: commands by name, streams, and the state of read models and process."""

import re
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from drf_spectacular.utils import extend_schema
from pymongo.errors import PyMongoError
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from efi.domain.errors import NotFound, Unavailable
from efi.domain.payloads import adapter
from efi.http import schemas
from efi.http.answers import answer
from efi.http.cache_control import own
from efi.http.giving import body_in, give
from efi.http.permissions import MayGive, MayReadStreams, given_by_name, handled_as, may_give
from efi.http.problems import BadInput, only
from efi.log import event_store
from efi.log.mongo import client
from efi.reading import failures, freshness, generations
from efi.writing.commands import Handled

PAGE = 100


class Unread(BaseParser):
    """Leaves the body to the view, as the check of a CSRF token would else parse it a first time."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class CommandViewSet(ViewSet):
    """Commands, by their snake-case name."""

    parser_classes = (Unread,)

    def get_permissions(self) -> list[BasePermission]:
        return [IsAuthenticated(), MayGive()] if self.action == "create" else [IsAuthenticated()]

    @extend_schema(responses=schemas.COMMANDS)
    def list(self, request: Request) -> HttpResponse:
        """Returns the commands that the caller may give, each with the JSON Schema of its body."""
        only(request)
        mine = [handled for handled in given_by_name() if may_give(request.user, handled.kind)]
        shown = [{"name": one.name, "description": one.kind.__doc__, "schema": body_schema(one)} for one in mine]
        return own(answer(shown))

    @extend_schema(exclude=True)
    def create(self, request: Request, name: str) -> HttpResponse:
        """Gives a command. The same Idempotency-Key and body give the first receipt again."""
        only(request)
        return give(request, body_in(request, handled_as(name).kind))


class StreamViewSet(ViewSet):
    """The log, for auditors."""

    permission_classes = (IsAuthenticated, MayReadStreams)

    @extend_schema(parameters=[schemas.AFTER], responses=schemas.STREAM)
    def retrieve(self, request: Request, stream: str) -> HttpResponse:
        """Returns the events of one stream behind a version, a hundred commits at a time."""
        after = _after(request)
        raws = list(event_store.read_raw(stream, _whole_commits(stream, after)).limit(PAGE))
        if not raws and not event_store.head(stream):
            raise NotFound(f"there is no stream {stream[:200]}")
        shown = [event for raw in raws for event in event_store.shown(raw) if event["version"] > after]
        more = {"next": f"{escape_uri_path(request.path)}?after={shown[-1]['version']}"} if len(raws) == PAGE else {}
        return own(answer(shown, links=more))


@extend_schema(responses=schemas.READ_MODELS)
@api_view(["GET", "HEAD"])
@authentication_classes([])
@permission_classes([AllowAny])
def read_models(request: Request) -> HttpResponse:
    """Returns for each read model up to when it is complete, and how many streams its fold fails on or has given up."""
    only(request)
    states = []
    for generation in generations.of_this_process():
        fresh = freshness.read([generation.name])
        state = {"name": generation.model.name, "fold_version": generation.model.version, "generation": generation.name}
        state |= {"as_of": fresh.as_of, "seconds_behind": fresh.behind.total_seconds(), "stale": fresh.stale}
        counts = {"behind": freshness.behind, "failures": failures.count, "quarantined": failures.count_aside}
        states.append({**state, **{name: count(generation.name) for name, count in counts.items()}})
    return own(answer(states))


@extend_schema(responses=schemas.HEALTH)
@api_view(["GET", "HEAD"])
@authentication_classes([])
@permission_classes([AllowAny])
def live(request: Request) -> HttpResponse:
    """Answers, which shows that the process does."""
    only(request)
    return own(answer({"status": "ok"}))


@extend_schema(responses={200: schemas.HEALTH, 503: schemas.Problem})
@api_view(["GET", "HEAD"])
@authentication_classes([])
@permission_classes([AllowAny])
def ready(request: Request) -> HttpResponse:
    """Answers if the store does, so that the process can do its work."""
    only(request)
    try:
        client().admin.command("ping")
    except PyMongoError as error:
        raise Unavailable("the store cannot be reached just now") from error
    return own(answer({"status": "ok"}))


def body_schema(handled: Handled) -> dict[str, Any]:
    """Returns the JSON Schema of a command's body."""
    return adapter(handled.kind).json_schema()


def _after(request: Request) -> int:
    only(request, "after")
    after = request.query_params.get("after", "0")
    if not re.fullmatch(r"[0-9]{1,15}", after):
        raise BadInput("after is a version: a whole number", code="after")
    return int(after)


def _whole_commits(stream: str, after: int) -> int:
    """Returns the version to read behind, so that the commit that holds version `after` is found whole."""
    around = event_store.holding(stream, after)
    return around["version"] - 1 if around else 0
