"""How the API's description speaks of our tokens. Registers itself when it is imported."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # ships no types
    target_class = "accounts.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, _auto_schema: object) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token from POST /v1/tokens."}
