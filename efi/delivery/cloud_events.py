"""An event as a CloudEvent 1.0, the form in which the world outside hears of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.conf import settings

from efi.delivery.publishing import Message
from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log.event_store import Commit

CONTENT_TYPE = "application/cloudevents+json"


def messages(commit: Commit) -> Iterator[Message]:
    """One for each of its events, with its type as routing key."""
    for version, fact in enumerate(commit.events, commit.version):
        told = cloud_event(commit, version, fact, personal=settings.EFI_LETTERS_PERSONAL)
        yield Message(id=told["id"], routing_key=told["type"], content_type=CONTENT_TYPE, body=written(told))


def cloud_event(commit: Commit, version: int, fact: Event, *, personal: bool) -> dict[str, Any]:
    """`time` is when it happened in the business, `sequence` counts the events of its stream.

    Who gave the command is not in it: outside, the id of an account says nothing but how much somebody works.
    """
    caused = {"causationid": commit.causation_id} if commit.causation_id else {}
    return {
        "specversion": "1.0",
        "id": f"{commit.stream}/{version}",
        "source": settings.EFI_LETTERS_SOURCE,
        "type": fact.type_name,
        "subject": commit.stream,
        "time": commit.occurred_at,
        "recordedtime": commit.recorded_at,
        "sequence": str(version),
        "sequencetype": "Integer",
        "correlationid": commit.correlation_id,
        **caused,
        "datacontenttype": "application/json",
        "dataschema": dataschema(type(fact)),
        "data": dump(fact, personal=personal),
    }


def dataschema(kind: type[Event]) -> str:
    """The name of what `data` looks like: whatever schema an event was stored at, it is told at the newest."""
    return f"urn:efi:{kind.type_name}:{kind.schema_number}"


def written(told: Mapping[str, Any]) -> bytes:
    """Ids and times become text, in UTC."""
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
