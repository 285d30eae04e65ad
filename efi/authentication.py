"""Who calls: the holder of a bearer token, next to REST framework's own sessions."""

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class BearerToken(TokenAuthentication):  # type: ignore[misc] # knox has no types
    """Knox's, which stumbles over a token that is not text."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed("invalid token")
        return super().authenticate_credentials(token)
