from __future__ import annotations

from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models.api_token import ApiToken
from accounts.models.user import User
from accounts.queries import actor_of


class BearerToken(TokenAuthentication):  # type: ignore[misc]  # knox ships no types
    """`Authorization: Bearer <token>`; the token says for which organisation its owner acts."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        if found is not None:
            user, token = found
            request._request.actor = actor_of(  # type: ignore[attr-defined]  # noqa: SLF001 - DRF has no other way
                user_id=user.pk, organisation_id=token.organisation_id
            )
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        try:
            found: tuple[User, ApiToken] = super().authenticate_credentials(token)
        except UnicodeDecodeError as error:
            raise AuthenticationFailed("Invalid token.") from error
        return found
