from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import actor, origin, person_id
from accounts.api.serializers import (
    IssuedTokenResource,
    OrganisationResource,
    TokenOrder,
    TokenResource,
)
from accounts.errors import NotAMember
from accounts.operations.tokens import issue_token_for_credentials, revoke_token
from accounts.permissions import IsMember
from accounts.queries import organisations_of, tokens_of
from accounts.values import Actor
from core.clock import now


def acting(request: Request) -> Actor:
    """The actor behind a request that passed `IsMember`."""
    found = actor(request)
    if not found:
        raise NotAMember("Sign in as a member of an organisation.")
    return found


class Organisations(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="organisations_list", responses=OrganisationResource(many=True))
    def get(self, request: Request) -> Response:
        """The organisations you belong to."""
        return Response(OrganisationResource(organisations_of(person_id(request)), many=True).data)


class Tokens(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method == "POST" else IsMember()]

    @extend_schema(operation_id="tokens_list", responses=TokenResource(many=True))
    def get(self, request: Request) -> Response:
        """Your own tokens in the organisation you act for."""
        return Response(TokenResource(tokens_of(acting(request)), many=True).data)

    @extend_schema(
        operation_id="tokens_create", request=TokenOrder, responses={201: IssuedTokenResource}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Exchange an e-mail address and password for a token. The token is told once."""
        order = TokenOrder(data=request.data)
        order.is_valid(raise_exception=True)
        issued = issue_token_for_credentials(
            **order.validated_data,
            origin=origin(request),
            at=now(),
        )
        resource = IssuedTokenResource({**asdict(issued.card), "token": issued.secret})
        return Response(resource.data, status=201, headers={"Cache-Control": "no-store"})


class Token(APIView):
    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, token_key: str) -> Response:
        """End one of your own tokens at once."""
        revoke_token(token_key, actor=acting(request), at=now())
        return Response(status=204)
