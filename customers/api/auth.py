"""The doors of an account over the API: none tells whether an address is known."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from customers.api import shapes
from customers.doors import passwords, sign_in, sign_up
from efi.http.answers import answer
from efi.http.api import Unread
from efi.http.cache_control import own
from efi.http.giving import body_in
from efi.http.problems import only
from efi.http.rate_limits import client_of


class Door(ViewSet):
    """Stands open to everybody. Only JSON is taken, which no form of another site can send."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (Unread,)


class RegistrationViewSet(Door):
    """Opening an account."""

    @extend_schema(request=shapes.REGISTRATION, responses={202: shapes.STATUS})
    def begin(self, request: Request) -> HttpResponse:
        """Sends a code to the address, or word to its owner that there is an account already: both answer alike."""
        only(request)
        said = body_in(request, shapes.Registration)
        sign_up.begin(said.email, said.password, said.name, client_of(request))
        return own(answer({"status": "code_sent"}, status=202))

    @extend_schema(request=shapes.PROOF, responses=shapes.PROVEN)
    def prove(self, request: Request) -> HttpResponse:
        """Opens the account once the code has come back from the same network, within ten minutes and five tries."""
        only(request)
        said = body_in(request, shapes.Proof)
        customer_id = sign_up.prove_address(said.email, said.code, client_of(request))
        return own(answer({"id": customer_id, "status": "proven"}))


class SignInViewSet(Door):
    """Coming in."""

    @extend_schema(request=shapes.SIGN_IN, responses=shapes.SIGNED_IN)
    def create(self, request: Request) -> HttpResponse:
        """Begins a session, whose cookie comes with the answer; or, asked for a token, makes one."""
        only(request)
        said = body_in(request, shapes.SignIn)
        if said.token:
            token, made = sign_in.token_for(request._request, said.email, said.password, said.code)
            return own(answer({"token": token, "expires_at": made.expires_at}))
        account = sign_in.enter(request._request, said.email, said.password, said.code)
        return own(answer({"id": account.pk}))


class SignOutViewSet(ViewSet):
    """Going out."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (Unread,)

    @extend_schema(request=None, responses=shapes.STATUS)
    def create(self, request: Request) -> HttpResponse:
        """Ends the session that asks, or the token."""
        only(request)
        if request.auth:
            request.auth.delete()
        else:
            sign_in.leave(request._request)
        return own(sign_in.cleared(answer({"status": "signed_out"})))


class PasswordViewSet(Door):
    """Forgotten passwords."""

    @extend_schema(request=shapes.ADDRESS, responses={202: shapes.STATUS})
    def forgot(self, request: Request) -> HttpResponse:
        """Sends a link that is good for an hour to the address, if there is an account: both answer alike."""
        only(request)
        said = body_in(request, shapes.Address)
        passwords.forgot(said.email, client_of(request))
        return own(answer({"status": "link_sent"}, status=202))

    @extend_schema(request=shapes.NEW_PASSWORD, responses=shapes.STATUS)
    def reset(self, request: Request) -> HttpResponse:
        """Sets the password of the account that the link was sent for. All its sessions and tokens end."""
        only(request)
        said = body_in(request, shapes.NewPassword)
        passwords.reset(said.token, said.password, client_of(request))
        return own(answer({"status": "changed"}))


class PasswordChangeViewSet(ViewSet):
    """One's own password."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (Unread,)

    @extend_schema(request=shapes.PASSWORD_CHANGE, responses=shapes.STATUS)
    def create(self, request: Request) -> HttpResponse:
        """Changes the password. All other sessions end, and all tokens."""
        only(request)
        said = body_in(request, shapes.PasswordChange)
        account: Any = request.user
        passwords.replace(request._request, account, said.old_password, said.new_password)
        return own(answer({"status": "changed"}))
