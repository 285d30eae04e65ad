"""Describes the events that others may hear, as AsyncAPI 3: one channel, with a message for each event."""

import inspect
import json
from collections.abc import Iterable
from typing import Any

from efi.delivery import cloud_events, letters
from efi.delivery.letters import EXCHANGE
from efi.domain.events import Event
from efi.domain.payloads import Payload, schemas

AT = "#/components/schemas/{model}"
AMQP = {"bindingVersion": "0.3.0"}
SAID = """\
Every event of the business, whole, as a CloudEvent 1.0 in structured mode, on a durable topic exchange of RabbitMQ with
its type as routing key. Bind a durable queue of your own to it before you need the first letter: what no queue is bound
to is dropped.

A letter may come more than once, and is the same event whenever `source` and `id` are the same; of one `subject`, those
that come for the first time come in the order of `sequence`, without a gap. Fields marked `x-personal` are null unless
the installation is set to tell them.
"""
ENVELOPE: Payload = {
    "type": "object",
    "title": "CloudEvent",
    "description": "CloudEvents 1.0 in JSON, with its extensions for sequence, correlation and recorded time.",
    "required": [
        *("specversion", "id", "source", "type", "subject", "time", "recordedtime", "sequence", "sequencetype"),
        *("correlationid", "datacontenttype", "dataschema", "data"),
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "The stream and the event's version in it."},
        "source": {"type": "string", "format": "uri-reference", "description": "The installation."},
        "type": {"type": "string", "description": "The event's name, which is the routing key too."},
        "subject": {"type": "string", "description": "The stream: what it happened to."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened."},
        "recordedtime": {"type": "string", "format": "date-time", "description": "When the log took it in."},
        "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Its version: 1, 2, 3 and so on."},
        "sequencetype": {"const": "Integer"},
        "correlationid": {"type": "string", "format": "uuid", "description": "Of all that one request brought about."},
        "causationid": {"type": "string", "format": "uuid", "description": "What brought its command about, if known."},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "format": "uri", "description": "What `data` looks like, with its schema."},
        "data": {"type": "object"},
    },
}


def text() -> str:
    return json.dumps(document(letters.events()), ensure_ascii=False, indent=1) + "\n"


def document(kinds: Iterable[type[Event]]) -> dict[str, Any]:
    """Returns the whole description. Its schemas are of JSON Schema draft 7, which every reader of AsyncAPI knows."""
    told = {kind.type_name: kind for kind in sorted(kinds, key=lambda kind: kind.type_name)}
    payloads, named = schemas(told.values(), AT)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Elias Food Imports: events", "version": "1", "description": SAID},
        "defaultContentType": cloud_events.CONTENT_TYPE,
        "servers": {"broker": _server()},
        "channels": {"events": _channel(list(told))},
        "operations": {"tell": _operation()},
        "components": {
            "messages": {name: _message(kind, _of_draft_7(payloads[kind])) for name, kind in told.items()},
            "schemas": _of_draft_7({"CloudEvent": ENVELOPE, **named}),
        },
    }


def _server() -> Payload:
    variables = {
        "host": {"description": "Of BROKER_URL, with its port.", "default": "localhost:5672"},
        "vhost": {"description": "Of BROKER_URL.", "default": "%2F"},
    }
    return {"host": "{host}", "pathname": "/{vhost}", "protocol": "amqp", "variables": variables}


def _channel(names: list[str]) -> Payload:
    exchange = {"name": EXCHANGE.name, "type": EXCHANGE.type, "durable": EXCHANGE.durable, "autoDelete": False}
    of_type = {"description": "The event's type.", "enum": names, "location": "$message.payload#/type"}
    return {
        "address": "{type}",
        "description": "Bind to a type, to all of a context (`CONTEXT.*`), or to all (`#`): `*` is a whole word.",
        "parameters": {"type": of_type},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **AMQP}},
    }


def _operation() -> Payload:
    options = {"deliveryMode": 2, "mandatory": False}
    return {"action": "send", "channel": {"$ref": "#/channels/events"}, "bindings": {"amqp": {**options, **AMQP}}}


def _message(kind: type[Event], payload: Payload) -> Payload:
    name = kind.type_name
    own = {
        "type": {"const": name},
        "dataschema": {"const": cloud_events.dataschema(kind)},
        "data": payload,
    }
    return {
        "name": name,
        "title": kind.__name__,
        "summary": said(kind),
        "contentType": cloud_events.CONTENT_TYPE,
        "payload": {"allOf": [{"$ref": AT.format(model="CloudEvent")}, {"type": "object", "properties": own}]},
    }


def said(kind: Any) -> str:
    """Returns a class's docstring, or "" for the one that `dataclass` makes up."""
    told = inspect.getdoc(kind) or ""
    return "" if told.startswith(f"{kind.__name__}(") else told


def _of_draft_7(schema: Any) -> Any:
    """Rewrites pydantic's schemas of tuples, which are of a later draft, and leaves out OpenAPI's discriminators."""
    if isinstance(schema, list):
        return [_of_draft_7(part) for part in schema]
    if isinstance(schema, dict):
        told = {name: part for name, part in schema.items() if name != "discriminator"}
        return {("items" if name == "prefixItems" else name): _of_draft_7(part) for name, part in told.items()}
    return schema
