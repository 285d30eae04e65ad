"""A customer's own, over the API: the profile, addresses, consents, everything to take away, and being forgotten."""

from typing import Any
from uuid import UUID, uuid5

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from uuid_utils.compat import uuid7

from customers.api import own_shapes as shapes
from customers.api.own_shapes import NEW_ADDRESS, Amendment, Choice, Given, Moving, Proven, address_of
from customers.commands.addresses import AddAddress, ChangeAddress, ChooseAddress, RemoveAddress
from customers.commands.consents import GiveConsent, WithdrawConsent
from customers.doors import emails, sign_in
from customers.doors import own as mine
from customers.records import profiles
from customers.values import ConsentKind
from efi.accounts import held, recent
from efi.accounts.api import Own
from efi.domain.errors import NotFound
from efi.http.answers import answer, conditional, meta_of, read_model, wants_newest
from efi.http.cache_control import own
from efi.http.giving import answer_with, body_in, give, version_seen
from efi.http.problems import only
from efi.http.rate_limits import client_of
from efi.http.schemas import CONSISTENCY, IF_MATCH, IF_MATCH_AT_WILL, IF_NONE_MATCH, MADE, RECEIVED


class ProfileViewSet(Own):
    """Who one is."""

    @extend_schema(parameters=[CONSISTENCY, IF_NONE_MATCH], responses=shapes.PROFILE)
    def retrieve(self, request: Request) -> HttpResponse:
        """Returns the caller's profile."""
        only(request)
        (fed,), fresh = read_model(request, profiles.NAME)
        found = mine.profile_of(request.user, newest=wants_newest(request))
        meta = meta_of(fed, fresh, updated_at=found["_updated_at"], version=found["_rev"])
        tag = fed.name, found["_id"], found["_rev"], fresh.stale
        return conditional(own, request, tag, fresh, lambda: answer(mine.shown(found), meta=meta))

    @extend_schema(parameters=[IF_MATCH_AT_WILL], request=shapes.AMENDMENT, responses=RECEIVED)
    def partial_update(self, request: Request) -> HttpResponse:
        """Changes what is named, or nothing: what one is called, and how one is reached."""
        only(request)
        command = body_in(request, Amendment).command(_customer(request).identity)
        return give(request, command, if_version=version_seen(request) if "If-Match" in request.headers else None)

    @extend_schema(responses=shapes.FORGOTTEN)
    def destroy(self, request: Request) -> HttpResponse:
        """Forgets the caller for good: 409 with what is still open where something is."""
        only(request)
        _customer(request)
        recent.must_be_recent(request)
        mine.forget(request.user)
        if not request.auth:
            request.session.flush()
        return own(sign_in.cleared(answer({"status": "forgotten"})))


class EmailViewSet(Own):
    """The address that one signs in by."""

    @extend_schema(request=shapes.ADDRESS_ASKED, responses={202: shapes.FORGOTTEN})
    def create(self, request: Request) -> HttpResponse:
        """Sends a code to another address, whoever's that is: it is taken once the code is sent back by PATCH."""
        only(request)
        _customer(request)
        recent.must_be_recent(request)
        emails.begin(request.user, body_in(request, Moving).email, client_of(request))
        return own(answer({"status": "code_sent"}, status=202))

    @extend_schema(request=shapes.PROOF, responses=RECEIVED)
    def partial_update(self, request: Request) -> HttpResponse:
        """Takes the address, in place of the one before, which is told by mail."""
        only(request)
        _customer(request)
        recent.must_be_recent(request)
        said = body_in(request, Proven)
        return answer_with(emails.move(request._request, request.user, said.email, said.code), created=False)


class AddressViewSet(Own):
    """The address book. What is changed is named by the `ETag` of what was read."""

    @extend_schema(responses=shapes.ADDRESSES)
    def list(self, request: Request) -> HttpResponse:
        """Returns the addresses, the oldest first."""
        only(request)
        customer = _customer(request)
        return _seen(answer(mine.addresses(customer)), customer.version)

    @extend_schema(responses=shapes.ADDRESS)
    def retrieve(self, request: Request, address_id: UUID) -> HttpResponse:
        """Returns one address."""
        only(request)
        customer = _customer(request)
        return _seen(answer(mine.address(customer, address_id)), customer.version)

    @extend_schema(request=shapes.ADDRESS_SENT, responses=MADE)
    def create(self, request: Request) -> HttpResponse:
        """Puts an address into the book; `id` is that of the address."""
        only(request)
        _customer(request)
        address, address_id = address_of(body_in(request, NEW_ADDRESS)), _drawn(request)
        command = AddAddress(customer_id=_account(request).pk, address_id=address_id, address=address)
        return give(request, command, about=address_id, created=True)

    @extend_schema(parameters=[IF_MATCH], request=shapes.ADDRESS_SENT, responses=RECEIVED)
    def update(self, request: Request, address_id: UUID) -> HttpResponse:
        """Writes an address anew."""
        only(request)
        _customer(request)
        address = address_of(body_in(request, NEW_ADDRESS))
        version = version_seen(request)
        command = ChangeAddress(customer_id=_account(request).pk, address_id=address_id, address=address)
        return give(request, command, about=address_id, if_version=version)

    @extend_schema(parameters=[IF_MATCH], responses=RECEIVED)
    def destroy(self, request: Request, address_id: UUID) -> HttpResponse:
        """Takes an address out of the book."""
        only(request)
        _customer(request)
        command = RemoveAddress(customer_id=_account(request).pk, address_id=address_id)
        return give(request, command, about=address_id, if_version=version_seen(request))

    @extend_schema(parameters=[IF_MATCH], request=shapes.CHOICE, responses=RECEIVED)
    def choose(self, request: Request, address_id: UUID) -> HttpResponse:
        """Takes an address for shipping, or for billing, where no other is named."""
        only(request)
        _customer(request)
        use = body_in(request, Choice).use
        version = version_seen(request)
        command = ChooseAddress(customer_id=_account(request).pk, address_id=address_id, use=use)
        return give(request, command, about=address_id, if_version=version)


class ConsentViewSet(Own):
    """What one agrees to."""

    @extend_schema(responses=shapes.CONSENTS)
    def list(self, request: Request) -> HttpResponse:
        """Returns for each kind of text whether the caller agrees to it, and since when."""
        only(request)
        return own(answer(mine.consents(_customer(request))))

    @extend_schema(request=shapes.GIVEN, responses=RECEIVED)
    def create(self, request: Request) -> HttpResponse:
        """Agrees to a version of a text."""
        only(request)
        _customer(request)
        said = body_in(request, Given)
        about = {"customer_id": _account(request).pk, "network_address": client_of(request)}
        return give(request, GiveConsent(kind=said.kind, version=said.version, **about))

    @extend_schema(request=None, responses=RECEIVED)
    def destroy(self, request: Request, kind: str) -> HttpResponse:
        """Takes back what was agreed to."""
        only(request)
        _customer(request)
        if kind not in set(ConsentKind):
            raise NotFound(f"there is no kind of consent {kind[:100]}")
        about = {"customer_id": _account(request).pk, "network_address": client_of(request)}
        return give(request, WithdrawConsent(kind=ConsentKind(kind), **about))


class ExportViewSet(Own):
    """Everything that is held on oneself."""

    @extend_schema(responses=shapes.EXPORT)
    def retrieve(self, request: Request) -> HttpResponse:
        """Returns all of it, by name."""
        only(request)
        recent.must_be_recent(request)
        return own(answer(held.all_on(_account(request).pk)))


def _account(request: Request) -> Any:
    return request.user


def _drawn(request: Request) -> UUID:
    """Returns an id for an address: the same each time the same Idempotency-Key comes."""
    key = request.headers.get("Idempotency-Key")
    drawn: UUID = uuid5(_account(request).pk, f"address {key}") if key else uuid7()
    return drawn


def _customer(request: Request) -> Any:
    return mine.customer_of(request.user)


def _seen(response: HttpResponse, version: int) -> HttpResponse:
    response["ETag"] = f'"{version}"'
    return own(response)
