"""Signs callers in by bearer tokens and by sessions, staff only with the second factor that they must have."""

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from efi.accounts import tokens
from efi.accounts.obliged import must_not_lack


class SessionOfStaff(SessionAuthentication):
    """REST framework's sessions, which open nothing to staff who lack the second factor that they must have."""

    def authenticate(self, request: Request) -> Any:
        found = super().authenticate(request)
        if found:
            must_not_lack(found[0], request.path)
        return found


class BearerToken(TokenAuthentication):  # type: ignore[misc] # knox has no types
    """Knox's authentication, but it accepts any bytes as a token and looks at no other tokens of the owner."""

    def authenticate(self, request: Request) -> Any:
        found = super().authenticate(request)
        if found:
            must_not_lack(found[0], request.path)
            tokens.note_use(found[1])
        return found

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed("invalid token")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Returns whether the token has expired."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
