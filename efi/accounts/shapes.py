"""What is sent about one's own account and answered, read strictly, and described for OpenAPI."""

from typing import Annotated, Any

from pydantic import StringConstraints
from rest_framework import serializers

from efi.domain.fields import WITHOUT_NUL, Name
from efi.domain.payloads import adapter
from efi.http.giving import body
from efi.http.schemas import enveloped

Secret = Annotated[str, StringConstraints(max_length=128, pattern=WITHOUT_NUL)]
Typed = Annotated[str, StringConstraints(max_length=40, pattern=WITHOUT_NUL)]


@body
class Confirmation:
    """The password again, and a code where a second factor is on."""

    password: Secret
    code: Typed = ""


@body
class NewToken:
    """What a token is for."""

    name: Name


@body
class Code:
    """What the app shows."""

    code: Typed


def sent(kind: type) -> Any:
    """Returns the schema of a body for OpenAPI."""
    return {"application/json": adapter(kind).json_schema()}


class SessionShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    since = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    device = serializers.CharField(allow_null=True)
    network = serializers.CharField(allow_null=True)
    current = serializers.BooleanField()


class TokenShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    current = serializers.BooleanField()


class TokenMade(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class FactorShape(serializers.Serializer[Any]):
    on = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()
    required = serializers.BooleanField()  # type: ignore[assignment] # the stubs know an attribute of that name


class FactorBegun(serializers.Serializer[Any]):
    secret = serializers.CharField()
    uri = serializers.CharField()


class RecoveryCodes(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class Done(serializers.Serializer[Any]):
    status = serializers.CharField()


class Confirmed(Done):
    until = serializers.DateTimeField()


CONFIRMATION, NEW_TOKEN, CODE = sent(Confirmation), sent(NewToken), sent(Code)
CONFIRMED = enveloped("Confirmation", Confirmed())
SESSIONS = enveloped("Sessions", SessionShape(many=True))
TOKENS = enveloped("Tokens", TokenShape(many=True))
TOKEN_MADE = enveloped("NewToken", TokenMade())
FACTOR = enveloped("SecondFactor", FactorShape())
FACTOR_BEGUN = enveloped("SecondFactorBegun", FactorBegun())
RECOVERY_CODES = enveloped("NewRecoveryCodes", RecoveryCodes())
DONE = enveloped("Done", Done())
