from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from licensing.agreeing.history import consents_as_known
from licensing.agreeing.performer_rows import RowRefused
from licensing.agreeing.sight import consents_granted, grants_given
from licensing.api.agreement_serializers import (
    GrantOrder,
    GrantResource,
    ImportOrder,
    MomentsOrder,
    SeenConsentResource,
    StatedConsentResource,
)
from licensing.api.views import Door, created
from licensing.doors import MAY_GRANT_SIGHT, MAY_REGISTER
from licensing.operations.grants import end_sight, grant_sight
from licensing.operations.performer_import import ImportProgress, import_performers


class ConsentStates(Door):
    @extend_schema(
        operation_id="consent_states",
        parameters=[
            OpenApiParameter("as_of", OpenApiTypes.DATETIME, description="The moment asked about."),
            OpenApiParameter("known_at", OpenApiTypes.DATETIME, description="What was known by then."),
        ],
        responses=StatedConsentResource(many=True),
    )
    def get(self, request: Request) -> Response:
        """Every consent as it stood at one moment, by what was known at another one."""
        order = MomentsOrder(data=request.query_params)
        order.is_valid(raise_exception=True)
        cards = consents_as_known(acting(request), **order.validated_data)
        return Response(StatedConsentResource(cards, many=True).data)


class Grants(Door):
    writers = MAY_GRANT_SIGHT

    @extend_schema(operation_id="sight_grants_list", responses=GrantResource(many=True))
    def get(self, request: Request) -> Response:
        """Whom this organisation lets see some of its records, ended grants too."""
        return Response(GrantResource(grants_given(acting(request)), many=True).data)

    @extend_schema(operation_id="sight_grants_give", request=GrantOrder, responses={201: GrantResource})
    def post(self, request: Request) -> Response:
        """Let an organisation or a person see the records of a performer or under an agreement."""
        order = GrantOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = grant_sight(order.new_grant(), actor=acting(request))
        return created(GrantResource(card).data, "/v1/sight-grants")


class GrantEnd(Door):
    writers = MAY_GRANT_SIGHT

    @extend_schema(operation_id="sight_grants_end", request=None, responses=GrantResource)
    def post(self, request: Request, grant_id: UUID) -> Response:
        """End a grant now."""
        return Response(GrantResource(end_sight(grant_id, actor=acting(request))).data)


class GrantedConsents(Door):
    @extend_schema(operation_id="granted_consents_list", responses=SeenConsentResource(many=True))
    def get(self, request: Request) -> Response:
        """Consents of other organisations that they let you see."""
        return Response(SeenConsentResource(consents_granted(acting(request)), many=True).data)


class PerformerImports(Door):
    writers = MAY_REGISTER
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="performers_import", request=ImportOrder, responses={(200, "application/x-ndjson"): str}
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Register a file of performers; the answer is one JSON object a line while it works.

        Lines are rows that were left out, by `line` and `field`, and how far it is; the last one has `done`. The same
        file may be sent again.
        """
        order = ImportOrder(data=request.data)
        order.is_valid(raise_exception=True)
        steps = import_performers(order.validated_data["file"].file, actor=acting(request))
        return StreamingHttpResponse(_lines(steps), content_type="application/x-ndjson")


def _lines(steps: Iterable[ImportProgress | RowRefused]) -> Iterator[bytes]:
    for step in steps:
        yield json.dumps(asdict(step), ensure_ascii=False).encode() + b"\n"
