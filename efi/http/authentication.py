"""Signs callers in by bearer tokens, beside REST framework's sessions."""

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class BearerToken(TokenAuthentication):  # type: ignore[misc] # knox has no types
    """Knox's authentication, but it accepts any bytes as a token and looks at no other tokens of the owner."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed("invalid token")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        """Returns whether the token has expired."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
