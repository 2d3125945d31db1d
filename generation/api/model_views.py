from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from generation.api.model_serializers import (
    ClearanceRequest,
    ModelPageResource,
    ModelResource,
    ModelStatementRequest,
)
from generation.doors import MAY_CLEAR_MODELS, MAY_STATE_MODELS
from generation.model_queries import approved_models, model_page
from generation.operations.model_clearances import clear_model
from generation.operations.models import state_model


class Models(APIView):
    @extend_schema(operation_id="models_list", responses=ModelResource(many=True))
    def get(self, request: Request) -> Response:
        """The models your studio has approved, newest first."""
        return Response(ModelResource(approved_models(acting(request).organisation_id), many=True).data)


class Model(APIView):
    @extend_schema(operation_id="model", responses=ModelPageResource)
    def get(self, request: Request, model_id: UUID) -> Response:
        """One approved model, with everything that was ever on file about it."""
        return Response(ModelPageResource(model_page(acting(request).organisation_id, model_id)).data)


class ModelClearances(APIView):
    permission_classes = [has_role(*MAY_CLEAR_MODELS)]

    @extend_schema(operation_id="model_clear", request=ClearanceRequest, responses={201: ModelPageResource})
    def post(self, request: Request, model_id: UUID) -> Response:
        """Clear a model for a production, or for every one, or take that back. For legal."""
        asked = ClearanceRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        clear_model(model_id, actor=actor, **asked.validated_data)
        page = model_page(actor.organisation_id, model_id)
        location = f"/v1/models/{model_id}"
        return Response(ModelPageResource(page).data, status=201, headers={"Location": location})


class ModelStatements(APIView):
    permission_classes = [has_role(*MAY_STATE_MODELS)]

    @extend_schema(
        operation_id="model_state", request=ModelStatementRequest, responses={201: ModelPageResource}
    )
    def post(self, request: Request, model_id: UUID) -> Response:
        """Say what is on file about a model from now on. What was said before stays in its history."""
        asked = ModelStatementRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        state_model(model_id, asked.facts(), actor=actor)
        page = model_page(actor.organisation_id, model_id)
        location = f"/v1/models/{model_id}"
        return Response(ModelPageResource(page).data, status=201, headers={"Location": location})
