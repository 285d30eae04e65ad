"""One's own account over the API: sessions, tokens, the second factor, and being asked for the password again."""

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from efi.accounts import ended, obliged, recent, second_factor, sessions, shapes, tokens
from efi.accounts.shapes import Code, Confirmation, NewToken
from efi.domain.errors import NotFound, Rejected
from efi.http.answers import answer
from efi.http.api import Unread
from efi.http.cache_control import own
from efi.http.giving import body_in
from efi.http.problems import only


class Own(ViewSet):
    """What is answered to whoever is signed in, about their own account and nobody else's."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (Unread,)


class ConfirmViewSet(Own):
    """Being asked again."""

    @extend_schema(request=shapes.CONFIRMATION, responses=shapes.CONFIRMED)
    def create(self, request: Request) -> HttpResponse:
        """Takes the password, and a code where a second factor is on, for what matters in the next 15 minutes."""
        only(request)
        given = body_in(request, Confirmation)
        if not recent.confirm(request, given.password, given.code):
            _wrong("password or code are wrong")
        return own(answer({"status": "confirmed", "until": recent.until(request)}))


class SessionViewSet(Own):
    """Where one is signed in."""

    @extend_schema(responses=shapes.SESSIONS)
    def list(self, request: Request) -> HttpResponse:
        """Returns the sessions, the one seen last first."""
        only(request)
        return own(answer(sessions.of(_account(request).pk, request.session.session_key)))

    @extend_schema(operation_id="api_v1_me_other_sessions_destroy", responses=shapes.DONE)
    def end_others(self, request: Request) -> HttpResponse:
        """Ends all sessions but the one that asks."""
        only(request)
        sessions.end_all(_account(request).pk, but=request.session.session_key)
        return own(answer({"status": "ended"}))

    @extend_schema(responses=shapes.DONE)
    def destroy(self, request: Request, session_id: str) -> HttpResponse:
        """Ends one session."""
        only(request)
        if not sessions.end(_account(request).pk, session_id):
            raise NotFound("there is no such session of yours")
        return own(answer({"status": "ended"}))


class TokenViewSet(Own):
    """Tokens for programs."""

    @extend_schema(responses=shapes.TOKENS)
    def list(self, request: Request) -> HttpResponse:
        """Returns the tokens, the newest first; what opens is not among it."""
        only(request)
        return own(answer(tokens.of(_account(request).pk, request.auth)))

    @extend_schema(request=shapes.NEW_TOKEN, responses={201: shapes.TOKEN_MADE})
    def create(self, request: Request) -> HttpResponse:
        """Makes a token, which is told this once."""
        only(request)
        recent.must_be_recent(request)
        name = body_in(request, NewToken).name
        if why := tokens.why_not(_account(request).pk, name):
            raise Rejected(why, code="token")
        token, made = tokens.make(_account(request), name)
        return own(answer({"id": made.id, "name": name, "token": token, "expires_at": made.expires_at}, status=201))

    @extend_schema(responses=shapes.DONE)
    def destroy(self, request: Request, token_id: str) -> HttpResponse:
        """Ends one token."""
        only(request)
        if not tokens.end(_account(request).pk, token_id):
            raise NotFound("there is no such token of yours")
        return own(answer({"status": "ended"}))


class SecondFactorViewSet(Own):
    """The second factor."""

    @extend_schema(responses=shapes.FACTOR)
    def retrieve(self, request: Request) -> HttpResponse:
        """Returns whether there is one, since when, and how many recovery codes are left."""
        only(request)
        account = _account(request)
        since, left = second_factor.since(account), second_factor.recovery_codes_left(account)
        about = {"on": since is not None, "since": since, "recovery_codes_left": left}
        return own(answer(about | {"required": obliged.must_have(account)}))

    @extend_schema(request=None, responses=shapes.FACTOR_BEGUN)
    def create(self, request: Request) -> HttpResponse:
        """Draws a key for an app; the factor is on once a code of it is sent by PATCH. One that is on stays so long."""
        only(request)
        recent.must_be_recent(request)
        secret = second_factor.begin(_account(request))
        return own(answer({"secret": secret, "uri": second_factor.uri("account", secret)}))

    @extend_schema(request=shapes.CODE, responses=shapes.RECOVERY_CODES)
    def partial_update(self, request: Request) -> HttpResponse:
        """Switches the factor on by a code of the key that was drawn; returns recovery codes, which are told this once.

        All sessions and tokens but the one that asks end.
        """
        only(request)
        recent.must_be_recent(request)
        codes = second_factor.switch_on(_account(request), body_in(request, Code).code)
        if codes is None:
            _wrong("this is not a code of the key that was drawn last")
        ended.end_others(request)
        return own(answer({"recovery_codes": codes}))

    @extend_schema(responses=shapes.DONE)
    def destroy(self, request: Request) -> HttpResponse:
        """Switches the factor off. All sessions and tokens but the one that asks end."""
        only(request)
        recent.must_be_recent(request)
        if why := obliged.why_it_stays(_account(request)):
            raise Rejected(why, code="factor_required")
        if second_factor.remove(_account(request).pk):
            ended.end_others(request)
        return own(answer({"status": "off"}))

    @extend_schema(request=None, responses=shapes.RECOVERY_CODES)
    def renew(self, request: Request) -> HttpResponse:
        """Draws recovery codes in place of those before; they are told this once."""
        only(request)
        recent.must_be_recent(request)
        if not second_factor.is_on(_account(request)):
            raise Rejected("there is no second factor that they would stand in for", code="factor_off")
        return own(answer({"recovery_codes": second_factor.new_recovery_codes(_account(request))}))


def _account(request: Request) -> Any:
    return request.user


def _wrong(said: str) -> NoReturn:
    refusal = PermissionDenied(said)
    refusal.code = "wrong_credentials"  # type: ignore[attr-defined] # problems.py tells it
    raise refusal
