from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from productions.queries import production_card
from provenance.api.reference_serializers import ReferenceRequest, ReferenceResource
from provenance.doors import MAY_BRING_REFERENCES, MAY_SEE_REFERENCES
from provenance.receiving import received_file
from provenance.references.operations import ReferenceOrder, receive_reference
from provenance.references.queries import reference_card, references_of


class References(APIView):
    parser_classes = [MultiPartParser]

    def get_permissions(self) -> list[BasePermission]:
        roles = MAY_BRING_REFERENCES if self.request.method == "POST" else MAY_SEE_REFERENCES
        return [has_role(*roles)()]

    @extend_schema(operation_id="references_list", responses=ReferenceResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """What a production works from, the newest first."""
        organisation_id = acting(request).organisation_id
        production_card(organisation_id, production_id)
        return Response(ReferenceResource(references_of(organisation_id, production_id), many=True).data)

    @extend_schema(
        operation_id="reference_receive",
        request={"multipart/form-data": ReferenceRequest},
        responses={201: ReferenceResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Hand in a picture, film or sound; one that was changed after it was signed is refused."""
        with received_file(request._request) as path:  # noqa: SLF001 - DRF has no other way
            asked = ReferenceRequest(data=request.data)
            asked.is_valid(raise_exception=True)
            order = ReferenceOrder(
                production_id=production_id,
                path=path,
                title=asked.validated_data["title"],
                digital_source_type=asked.validated_data["digital_source_type"],
            )
            card = receive_reference(order, actor=acting(request))
        location = f"/v1/references/{card.id}"
        return Response(ReferenceResource(card).data, status=201, headers={"Location": location})


class Reference(APIView):
    permission_classes = [has_role(*MAY_SEE_REFERENCES)]

    @extend_schema(operation_id="reference", responses=ReferenceResource)
    def get(self, request: Request, reference_id: UUID) -> Response:
        """One of them, with what its credential proved on the day it came."""
        return Response(ReferenceResource(reference_card(acting(request).organisation_id, reference_id)).data)
