"""What a customer sends about themselves and is answered, described for OpenAPI too."""

from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from rest_framework import serializers

from customers.commands.fields import Email, PhoneNumber, Version
from customers.commands.people import AmendProfile
from customers.doors.fields import TypedCode
from customers.values import (
    Address,
    AddressUse,
    ConsentKind,
    ContactMethod,
    CustomerType,
    PricingTier,
    Segment,
    Standing,
    fitting,
)
from efi.accounts.shapes import sent
from efi.domain.fields import Line, Name
from efi.http.giving import body
from efi.http.problems import BadInput
from efi.http.schemas import Meta, enveloped


@body
class Amendment:
    """What is to be another; what is not named stays."""

    name: Name | None = None
    phone: PhoneNumber | None = None
    other_phone: PhoneNumber | None = None
    role: Line | None = None
    preferred: ContactMethod | None = None

    def command(self, customer_id: UUID) -> AmendProfile:
        """Returns the command that changes what is named; raises `BadInput` where nothing is."""
        named = {name: said for name, said in vars(self).items() if said is not None}
        if not named:
            raise BadInput("name something that is to be changed", code="nothing_to_change")
        return AmendProfile(customer_id=customer_id, **named)


@body
class Moving:
    """The address that is to be the new one."""

    email: Email


@body
class Proven:
    """The code that was sent there."""

    email: Email
    code: TypedCode


@body
class Written(Address):
    """An address as it is sent: without members that it does not have."""


@body
class Choice:
    """What an address is to be taken for."""

    use: AddressUse


@body
class Given:
    """What is agreed to."""

    kind: ConsentKind
    version: Version


NEW_ADDRESS: Any = Annotated[Written, AfterValidator(fitting)]


def address_of(written: Written) -> Address:
    return Address(**{one.name: getattr(written, one.name) for one in fields(Address)})


def choice(kind: Any, **how: Any) -> Any:
    return serializers.ChoiceField(choices=[str(one) for one in kind], **how)


class ProfileShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="To be sent as `If-Match` by whoever changes it.")
    email = serializers.CharField(allow_null=True)
    email_proven = serializers.BooleanField()
    name = serializers.CharField()
    type = choice(CustomerType)
    tier = choice(PricingTier)
    segment = choice(Segment, allow_null=True)
    phone = serializers.CharField(allow_null=True)
    other_phone = serializers.CharField(allow_null=True)
    role = serializers.CharField(allow_null=True)
    preferred = choice(ContactMethod)
    standing = choice(Standing)
    registered_at = serializers.DateTimeField()
    consumer = serializers.DictField(allow_null=True, help_text="What somebody likes who buys for themselves.")
    business = serializers.DictField(allow_null=True, help_text="How large a business is.")
    licence = serializers.DictField(allow_null=True, help_text="Under what names and numbers it is registered.")
    traits = serializers.DictField(allow_null=True, help_text="What is asked of customers of the type alone.")
    credit = serializers.DictField(allow_null=True)


class AddressShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    recipient = serializers.CharField()
    street = serializers.CharField()
    extra = serializers.CharField()
    city = serializers.CharField()
    parish = serializers.CharField(allow_null=True)
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()
    default_for = serializers.ListField(child=choice(AddressUse))


class ConsentShape(serializers.Serializer[Any]):
    kind = choice(ConsentKind)
    given = serializers.BooleanField()
    version = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    newest = serializers.CharField()


class ForgottenShape(serializers.Serializer[Any]):
    status = serializers.CharField()


PROFILE = enveloped("Profile", ProfileShape(), meta=Meta())
ADDRESSES = enveloped("Addresses", AddressShape(many=True))
ADDRESS = enveloped("Address", AddressShape())
CONSENTS = enveloped("Consents", ConsentShape(many=True))
EXPORT = enveloped("Export", serializers.DictField())
FORGOTTEN = enveloped("Forgotten", ForgottenShape())
ADDRESS_ASKED, PROOF = sent(Moving), sent(Proven)
AMENDMENT, ADDRESS_SENT, CHOICE, GIVEN = sent(Amendment), sent(Written), sent(Choice), sent(Given)
