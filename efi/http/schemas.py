"""The shapes of the kernel's answers, and every command's body, for OpenAPI."""

import json
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer, inline_serializer
from rest_framework import serializers

from efi.domain.payloads import adapter
from efi.http.giving import KEY
from efi.http.permissions import given_by_name

AFTER = OpenApiParameter(
    "after", {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}, description="Only events behind this version."
)
Shape = serializers.Field[Any, Any, Any, Any]
CONSISTENCY = OpenApiParameter(
    "Consistency-Token", OpenApiTypes.STR, OpenApiParameter.HEADER, description="Of a write that the answer is to show."
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER)

IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="The `ETag` of what was read."
)

IF_MATCH_AT_WILL = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description='The `version` of what was read, as `"7"`.'
)


class BearerScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call] # it has no types
    """Describes `BearerToken` to drf-spectacular."""

    target_class = "efi.accounts.authentication.BearerToken"


class StaffsSessionScheme(SessionScheme):  # type: ignore[no-untyped-call] # it has no types
    """Describes `SessionOfStaff` to drf-spectacular."""

    target_class = "efi.accounts.authentication.SessionOfStaff"


def enveloped(name: str, data: Shape, **beside: Shape) -> Any:
    """Returns the shape of an answer with `data` and what stands beside it."""
    answer: Any = inline_serializer(name, {"data": data, **beside})
    return extend_schema_serializer(many=False)(answer)


class MoneyShape(serializers.Serializer[Any]):
    amount = serializers.CharField()
    currency = serializers.CharField()


class Meta(serializers.Serializer[Any]):
    read_model = serializers.CharField()
    version = serializers.IntegerField(required=False)
    updated_at = serializers.DateTimeField(allow_null=True)
    as_of = serializers.DateTimeField()
    stale = serializers.BooleanField()


class Links(serializers.Serializer[Any]):
    next = serializers.CharField(required=False)


class CommandShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    schema = serializers.DictField()


class StreamedEvent(serializers.Serializer[Any]):
    type = serializers.CharField()
    schema = serializers.IntegerField()
    version = serializers.IntegerField()
    data = serializers.DictField()  # type: ignore[assignment] # the stubs know a property of that name
    actor = serializers.CharField()
    command_id = serializers.UUIDField()
    correlation_id = serializers.UUIDField()
    causation_id = serializers.UUIDField(allow_null=True, help_text="The command or event that this follows from.")
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


class ReadModelState(serializers.Serializer[Any]):
    name = serializers.CharField()
    fold_version = serializers.IntegerField()
    generation = serializers.CharField()
    as_of = serializers.DateTimeField()
    seconds_behind = serializers.FloatField()
    stale = serializers.BooleanField()
    behind = serializers.IntegerField(help_text="Batches of bells, of some streams each, that it has yet to answer.")
    failures = serializers.IntegerField(help_text="Streams that its fold fails on, those in quarantine too.")
    quarantined = serializers.IntegerField(help_text="Streams that stand aside until somebody retries them.")


class HealthState(serializers.Serializer[Any]):
    status = serializers.CharField()


class Fault(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    about = serializers.UUIDField(required=False)
    errors = Fault(many=True, required=False)  # type: ignore[assignment] # as above


COMMANDS = enveloped("Commands", CommandShape(many=True))
STREAM = enveloped("Stream", StreamedEvent(many=True), links=Links())
READ_MODELS = enveloped("ReadModels", ReadModelState(many=True))
HEALTH = enveloped("Health", HealthState())
RECEIPT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["id", "version"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "version": {"type": "integer", "description": "That of the stream."},
                "status": {"type": "string", "enum": ["pending_approval"]},
            },
        }
    },
}
RECEIVED, MADE = ({(status, "application/json"): RECEIPT} for status in (200, 201))
"""What is answered to a command, by status, where it has an address of its own."""


def add_commands(result: dict[str, Any], generator: object, request: object, public: bool) -> dict[str, Any]:
    """Adds a path for every command, the problem that any answer may be, and the 304 of what has an ETag.

    A hook of drf-spectacular.
    """
    shapes = result["components"]["schemas"]
    for handled in given_by_name():
        schema = adapter(handled.kind).json_schema(ref_template="#/components/schemas/{model}")
        shapes.update(schema.pop("$defs", {}))
        shapes[handled.kind.__name__] = schema
        result["paths"][f"/api/v1/commands/{handled.name}"] = {"post": _operation(handled.kind.__name__, handled.name)}
    refused = {"description": "A problem.", "content": {"application/problem+json": {"schema": _shape("Problem")}}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("default", refused)
            _complete_body(operation.get("requestBody"), shapes)
            if any(one["name"] == IF_NONE_MATCH.name for one in operation.get("parameters", ())):
                operation["responses"]["304"] = {"description": "It is still what this ETag stands for."}
                operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return result


def _complete_body(body: dict[str, Any] | None, shapes: dict[str, Any]) -> None:
    """Says of a body that it must be there, and moves what its schema defines to where references look for it."""
    if not body:
        return
    body["required"] = True
    for one in body["content"].values():
        told = json.dumps(one["schema"]).replace('"#/$defs/', '"#/components/schemas/')
        one["schema"] = json.loads(told)
        for name, schema in one["schema"].pop("$defs", {}).items():
            shapes.setdefault(name, schema)


def _operation(kind: str, name: str) -> dict[str, Any]:
    accepted = {"description": "The receipt.", "content": {"application/json": {"schema": RECEIPT}}}
    shape = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": f"^{KEY.pattern}$"}
    key = {"name": "Idempotency-Key", "in": "header", "schema": shape}
    return {
        "operationId": name,
        "tags": ["commands"],
        "parameters": [key],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _shape(kind)}}},
        "responses": {"200": accepted, "201": accepted, "202": accepted},
        "security": [{"cookieAuth": []}, {"knoxApiToken": []}],
    }


def _shape(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
