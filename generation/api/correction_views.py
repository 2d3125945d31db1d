from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from generation.corrections import decided_before
from productions.corrections import correct_production
from productions.doors import MAY_CORRECT
from productions.history import production_changes
from productions.values import (
    FACTS,
    TERRITORY_PATTERN,
    AgreementCode,
    Buyer,
    ChangeReason,
    Correction,
    ProductionKind,
)

_FACT: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "help_text": "Left out: stays as it is. Null: unknown from here on.",
}


class CorrectionOrder(serializers.Serializer[object]):
    """What is true of a production. Only what is named changes. A dry run tells what rests on the old values."""

    kind = serializers.ChoiceField([one.value for one in ProductionKind], required=False)
    agreement = serializers.ChoiceField([one.value for one in AgreementCode], **_FACT)
    principal_photography_start = serializers.DateField(**_FACT)
    production_start = serializers.DateField(**_FACT)
    governing_law = serializers.RegexField(TERRITORY_PATTERN, max_length=8, **_FACT)
    buyer = serializers.ChoiceField([one.value for one in Buyer], **_FACT)
    award_campaign = serializers.BooleanField(**_FACT)
    writers_guild_covered = serializers.BooleanField(**_FACT)
    reason = serializers.ChoiceField([one.value for one in ChangeReason])
    because = serializers.CharField(max_length=500)
    true_since = serializers.DateField(required=False, allow_null=True, default=None)
    document_sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$", help_text="Digest of the paper that shows it."
    )
    dry_run = serializers.BooleanField(default=False)

    def correction(self) -> Correction:
        said = self.validated_data
        return Correction(
            facts={name: said[name] for name in FACTS if name in said},
            reason=ChangeReason(said["reason"]),
            because=said["because"],
            true_since=said["true_since"],
            document_sha256=said["document_sha256"],
        )


class DecidedUnderResource(serializers.Serializer[object]):
    """What was decided under the old values, and keeps the facts it was decided by."""

    changes = serializers.ListField(child=serializers.CharField(), source="fields")
    takes = serializers.DictField(child=serializers.IntegerField(), help_text="How many in each state.")
    questions = serializers.IntegerField(help_text="How many were asked beside takes.")


class ProductionChangeResource(serializers.Serializer[object]):
    """One fact that became another one."""

    statement_id = serializers.UUIDField()
    fact = serializers.CharField(source="field")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    reason = serializers.CharField()
    because = serializers.CharField()
    true_since = serializers.DateField(allow_null=True)
    document_sha256 = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


class ProductionChanges(APIView):
    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [IsMember() if reads else has_role(*MAY_CORRECT)()]

    @extend_schema(operation_id="production_changes_list", responses=ProductionChangeResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """What a production said before, the latest change first."""
        cards = production_changes(acting(request).organisation_id, production_id)
        return Response(ProductionChangeResource(cards, many=True).data)

    @extend_schema(
        operation_id="production_correct",
        request=CorrectionOrder,
        responses={200: DecidedUnderResource, 201: DecidedUnderResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Correct facts of a production: 201 when it is recorded, 200 for a dry run."""
        actor, order = acting(request), CorrectionOrder(data=request.data)
        order.is_valid(raise_exception=True)
        before = decided_before(production_id, order.correction(), actor=actor)
        document = DecidedUnderResource(before).data
        if order.validated_data["dry_run"]:
            return Response(document)
        correct_production(production_id, order.correction(), actor=actor)
        location = f"/v1/productions/{production_id}/changes"
        return Response(document, status=201, headers={"Location": location})
