from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from generation.api.queue_serializers import (
    DrainRequest,
    PauseRequest,
    PriorityRequest,
    QueueResource,
    TakeCapRequest,
    TakeCapResource,
    WorkerResource,
)
from generation.api.serializers import TakeResource
from generation.doors import MAY_CAP_TAKES, MAY_MAKE, MAY_RUN_THE_QUEUE, SEES_THE_QUEUE
from generation.operations.queue import drain_worker, pause_queue, prioritise_take, resume_queue
from generation.operations.take_caps import cap_takes
from generation.serving.caps import take_cap
from generation.serving.queries import queue_page, worker_cards
from generation.serving.values import Priority


class Queue(APIView):
    permission_classes = [has_role(*SEES_THE_QUEUE)]

    @extend_schema(operation_id="queue", responses=QueueResource)
    def get(self, request: Request) -> Response:
        """Your organisation's takes that wait, and whether they are served."""
        return Response(QueueResource(queue_page(acting(request).organisation_id)).data)


class QueuePaused(APIView):
    permission_classes = [has_role(*MAY_RUN_THE_QUEUE)]

    @extend_schema(operation_id="queue_pause", request=PauseRequest, responses={201: QueueResource})
    def post(self, request: Request) -> Response:
        """Let your organisation's takes wait. What renders is finished."""
        asked = PauseRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        pause_queue(asked.validated_data["reason"], actor=actor)
        return Response(QueueResource(queue_page(actor.organisation_id)).data, status=201)


class QueueResumed(APIView):
    permission_classes = [has_role(*MAY_RUN_THE_QUEUE)]

    @extend_schema(operation_id="queue_resume", request=None, responses=QueueResource)
    def post(self, request: Request) -> Response:
        """Let your organisation's takes go on."""
        actor = acting(request)
        resume_queue(actor=actor)
        return Response(QueueResource(queue_page(actor.organisation_id)).data)


class TakePriority(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_priority", request=PriorityRequest, responses=TakeResource)
    def post(self, request: Request, take_id: UUID) -> Response:
        """Make a waiting take more or less urgent."""
        asked = PriorityRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = prioritise_take(take_id, Priority(asked.validated_data["priority"]), actor=acting(request))
        return Response(TakeResource(card).data)


class ProductionTakeCap(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [IsMember() if self.request.method in ("GET", "HEAD") else has_role(*MAY_CAP_TAKES)()]

    @extend_schema(operation_id="take_cap", responses=TakeCapResource)
    def get(self, request: Request, production_id: UUID) -> Response:
        """How many takes of a production one person may have waiting or in work, beside all others."""
        return Response(TakeCapResource(take_cap(production_id, actor=acting(request))).data)

    @extend_schema(operation_id="take_cap_set", request=TakeCapRequest, responses=TakeCapResource)
    def put(self, request: Request, production_id: UUID) -> Response:
        """Set it, or take it away. It holds from the next request on."""
        asked = TakeCapRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = cap_takes(production_id, most=asked.validated_data["most"], actor=acting(request))
        return Response(TakeCapResource(card).data)


class _OfStaff(APIView):
    """Workers are the installation's, so they are for its staff."""

    def get_permissions(self) -> list[BasePermission]:
        return [IsMember(), IsAdminUser()]


class Workers(_OfStaff):
    @extend_schema(operation_id="workers_list", responses=WorkerResource(many=True))
    def get(self, _request: Request) -> Response:
        """Every worker of this installation. For its staff."""
        return Response(WorkerResource(worker_cards(), many=True).data)


class WorkerDrain(_OfStaff):
    @extend_schema(operation_id="worker_drain", request=DrainRequest, responses=WorkerResource)
    def post(self, request: Request) -> Response:
        """Have a worker finish what it has and take up nothing new, or take up work again. For staff."""
        asked = DrainRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(WorkerResource(drain_worker(**asked.validated_data, actor=acting(request))).data)
