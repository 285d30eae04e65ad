"""Who calls: the holder of a bearer token, next to REST framework's own sessions."""

from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class BearerToken(TokenAuthentication):  # type: ignore[misc] # knox has no types
    """Knox's, which stumbles over a token that is not text, and at every call looks at all that its owner has."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed("invalid token")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        """True: it has expired."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
