"""An event as a CloudEvent 1.0, the form in which programs outside receive it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from efi.domain.events import Event
from efi.domain.payloads import dump
from efi.log.event_store import Commit

CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An event as a message for whatever queues are bound to its type."""

    id: str
    type: str
    body: bytes


def letters(commit: Commit) -> Iterator[Letter]:
    """Writes a letter for each event of a commit."""
    for version, event in enumerate(commit.events, commit.version):
        written = cloud_event(commit, version, event, personal=settings.EFI_LETTERS_PERSONAL)
        yield Letter(id=written["id"], type=written["type"], body=as_json(written))


def cloud_event(commit: Commit, version: int, event: Event, *, personal: bool) -> dict[str, Any]:
    """Returns an event's CloudEvent: `time` is when it happened in the business, `sequence` its version in its stream.

    Who gave the command is not in it: outside, the id of an account says nothing but how much somebody works.
    """
    caused = {"causationid": commit.causation_id} if commit.causation_id else {}
    return {
        "specversion": "1.0",
        "id": f"{commit.stream}/{version}",
        "source": settings.EFI_LETTERS_SOURCE,
        "type": event.type_name,
        "subject": commit.stream,
        "time": commit.occurred_at,
        "recordedtime": commit.recorded_at,
        "sequence": str(version),
        "sequencetype": "Integer",
        "correlationid": commit.correlation_id,
        **caused,
        "datacontenttype": "application/json",
        "dataschema": dataschema(type(event)),
        "data": dump(event, personal=personal),
    }


def dataschema(kind: type[Event]) -> str:
    """Returns the name of the form of `data`: at whatever schema an event was stored, it is sent at the newest."""
    return f"urn:efi:{kind.type_name}:{kind.schema_number}"


def as_json(written: Mapping[str, Any]) -> bytes:
    """Encodes a CloudEvent; ids and times become text, in UTC."""
    return orjson.dumps(written, option=orjson.OPT_UTC_Z)
