"""What a customer sends about themselves and is answered, described for OpenAPI too."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Annotated, Any

from pydantic import AfterValidator
from rest_framework import serializers

from customers.commands.fields import Email, PhoneNumber, Version
from customers.commands.people import ChangeContact, RenameCustomer
from customers.domain.customer import Customer
from customers.domain.reaching import Reaching
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
from efi.writing.commands import Command


@body
class Amendment:
    """What is to be another; what is not named stays."""

    name: Name | None = None
    phone: PhoneNumber | None = None
    other_phone: PhoneNumber | None = None
    role: Line | None = None
    preferred: ContactMethod | None = None

    def commands(self, customer: Customer) -> Iterator[Command]:
        """Yields the commands that change what is named; raises `BadInput` where nothing is."""
        contact = (self.phone, self.other_phone, self.role, self.preferred)
        if self.name is None and not any(one is not None for one in contact):
            raise BadInput("name something that is to be changed", code="nothing_to_change")
        if self.name is not None:
            yield RenameCustomer(customer_id=customer.identity, name=self.name)
        if any(one is not None for one in contact):
            yield self._contact(customer.identity, customer.reaching)

    def _contact(self, customer_id: Any, known: Reaching) -> ChangeContact:
        phone = self.phone if self.phone is not None else _typed(known.phone)
        other_phone = self.other_phone if self.other_phone is not None else _typed(known.other_phone)
        role = self.role if self.role is not None else known.role or ""
        preferred = self.preferred or known.preferred
        return ChangeContact(
            customer_id=customer_id, phone=phone, other_phone=other_phone, role=role, preferred=preferred
        )


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


def _typed(phone: Any) -> str:
    return phone.typed if phone else ""


def choice(kind: Any, **how: Any) -> Any:
    return serializers.ChoiceField(choices=[str(one) for one in kind], **how)


class ProfileShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
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
