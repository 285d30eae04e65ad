"""What is sent to the doors of an account and answered there, described for OpenAPI too."""

from typing import Any

from rest_framework import serializers

from customers.commands.fields import Email
from customers.doors.fields import Password, PersonName, Typed, TypedCode
from efi.accounts.shapes import sent
from efi.http.giving import body
from efi.http.schemas import enveloped


@body
class Registration:
    """What opens an account."""

    email: Email
    password: Password
    name: PersonName


@body
class Proof:
    """The code that was sent to an address."""

    email: Email
    code: TypedCode


@body
class SignIn:
    """Who signs in; `code` is asked for where a second factor is on, and `token` asks for a token, not a session."""

    email: Typed
    password: Typed
    code: TypedCode = ""
    token: bool = False


@body
class Address:
    """Whose password was forgotten."""

    email: Email


@body
class NewPassword:
    """Another password, with what the link was sent for."""

    token: Typed
    password: Password


@body
class PasswordChange:
    """Another password in place of one's own."""

    old_password: Typed
    new_password: Password


class StatusShape(serializers.Serializer[Any]):
    status = serializers.CharField()


class ProvenShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.CharField()


class SignedInShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="Whose session has begun.")
    token = serializers.CharField(required=False)
    expires_at = serializers.DateTimeField(required=False)


STATUS = enveloped("Status", StatusShape())
PROVEN = enveloped("Proven", ProvenShape())
SIGNED_IN = enveloped("SignedIn", SignedInShape())

REGISTRATION, PROOF, SIGN_IN = sent(Registration), sent(Proof), sent(SignIn)
ADDRESS, NEW_PASSWORD, PASSWORD_CHANGE = sent(Address), sent(NewPassword), sent(PasswordChange)
