from __future__ import annotations

from typing import Protocol
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from accounts.values import Actor
from generation.api.screen_serializers import (
    AttestationRequest,
    ProtectedPictureRequest,
    ProtectedPictureResource,
    ReleaseRequest,
    ScreenPolicyRequest,
    ScreenPolicyResource,
    ScreenReportResource,
)
from generation.doors import MAY_KEEP_SCREENS, SEES_SCREENS
from generation.mastering.queries import master_card
from generation.operations.screens import (
    NewPicture,
    attest_kept_picture,
    attest_reference,
    protect_picture,
    release_picture,
    state_policy,
)
from generation.queries import take_card
from generation.screens.policy import policies
from generation.screens.queries import ScreenReport, pictures_of, screens_of
from generation.screens.values import Demand, PictureKind, ScreenedKind, ScreenKind, ScreenStep
from licensing.custody.reading import asset_card
from licensing.doors import MAY_READ_CUSTODY
from provenance.references.queries import reference_card


class TakeScreens(APIView):
    permission_classes = [IsAuthenticated, IsMember]

    @extend_schema(operation_id="take_screens", responses=ScreenReportResource)
    def get(self, request: Request, take_id: UUID) -> Response:
        """What every screen says of a take's film."""
        organisation_id = acting(request).organisation_id
        take_card(organisation_id, take_id)
        return Response(ScreenReportResource(screens_of(organisation_id, ScreenedKind.TAKE, take_id)).data)


class MasterScreens(APIView):
    permission_classes = [IsAuthenticated, IsMember]

    @extend_schema(operation_id="master_screens", responses=ScreenReportResource)
    def get(self, request: Request, master_id: UUID) -> Response:
        """What every screen says of a master."""
        organisation_id = acting(request).organisation_id
        master_card(organisation_id, master_id)
        return Response(
            ScreenReportResource(screens_of(organisation_id, ScreenedKind.MASTER, master_id)).data
        )


class ReferenceScreens(APIView):
    permission_classes = [has_role(*SEES_SCREENS)]

    @extend_schema(operation_id="reference_screens", responses=ScreenReportResource)
    def get(self, request: Request, reference_id: UUID) -> Response:
        """What every screen says of a reference."""
        organisation_id = acting(request).organisation_id
        reference_card(organisation_id, reference_id)
        report = screens_of(organisation_id, ScreenedKind.REFERENCE, reference_id)
        return Response(ScreenReportResource(report).data)


class ReferenceAttestations(APIView):
    permission_classes = [has_role(*MAY_KEEP_SCREENS)]

    @extend_schema(
        operation_id="reference_attest", request=AttestationRequest, responses={201: ScreenReportResource}
    )
    def post(self, request: Request, reference_id: UUID) -> Response:
        """Answer for a reference in view of the newest look at it. For legal."""
        return _attested(request, attest_reference, reference_id)


class KeptPictureScreens(APIView):
    permission_classes = [has_role(*MAY_READ_CUSTODY)]

    @extend_schema(operation_id="kept_picture_screens", responses=ScreenReportResource)
    def get(self, request: Request, custody_asset_id: UUID) -> Response:
        """What every screen says of a picture or a clip in custody."""
        card = asset_card(custody_asset_id, actor=acting(request))
        report = screens_of(acting(request).organisation_id, ScreenedKind.CUSTODY_ASSET, card.id)
        return Response(ScreenReportResource(report).data)


class KeptPictureAttestations(APIView):
    permission_classes = [has_role(*MAY_KEEP_SCREENS)]

    @extend_schema(
        operation_id="kept_picture_attest", request=AttestationRequest, responses={201: ScreenReportResource}
    )
    def post(self, request: Request, custody_asset_id: UUID) -> Response:
        """Answer for a picture or a clip in custody in view of the newest look at it. For legal."""
        return _attested(request, attest_kept_picture, custody_asset_id)


class ScreenPolicies(APIView):
    def get_permissions(self) -> list[BasePermission]:
        roles = MAY_KEEP_SCREENS if self.request.method == "POST" else SEES_SCREENS
        return [has_role(*roles)()]

    @extend_schema(operation_id="screen_policies_list", responses=ScreenPolicyResource(many=True))
    def get(self, request: Request) -> Response:
        """What your studio demands of every screen at every step."""
        held = policies(acting(request).organisation_id)
        return Response(ScreenPolicyResource(list(held.values()), many=True).data)

    @extend_schema(
        operation_id="screen_policies_state",
        request=ScreenPolicyRequest,
        responses={201: ScreenPolicyResource},
    )
    def post(self, request: Request) -> Response:
        """Say what is demanded of one screen at one step from now on. For legal."""
        asked = ScreenPolicyRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        card = state_policy(
            ScreenStep(said["step"]),
            ScreenKind(said["kind"]),
            Demand(said["demand"]),
            reason=said["reason"],
            actor=acting(request),
        )
        return Response(ScreenPolicyResource(card).data, status=201)


class ProtectedPictures(APIView):
    parser_classes = [MultiPartParser]

    def get_permissions(self) -> list[BasePermission]:
        roles = MAY_KEEP_SCREENS if self.request.method == "POST" else SEES_SCREENS
        return [has_role(*roles)()]

    @extend_schema(operation_id="protected_pictures_list", responses=ProtectedPictureResource(many=True))
    def get(self, request: Request) -> Response:
        """The pictures of others that your films are searched for, and those that they were."""
        cards = pictures_of(acting(request).organisation_id)
        return Response(ProtectedPictureResource(cards, many=True).data)

    @extend_schema(
        operation_id="protected_pictures_add",
        request={"multipart/form-data": ProtectedPictureRequest},
        responses={201: ProtectedPictureResource},
    )
    def post(self, request: Request) -> Response:
        """Have films searched for a picture from now on. For legal."""
        asked = ProtectedPictureRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        new = NewPicture(
            name=said["name"],
            kind=PictureKind(said["kind"]),
            holder=said["holder"],
            content=said["file"].read(),
        )
        card = protect_picture(new, actor=acting(request))
        return Response(ProtectedPictureResource(card).data, status=201)


class ProtectedPictureRelease(APIView):
    permission_classes = [has_role(*MAY_KEEP_SCREENS)]

    @extend_schema(
        operation_id="protected_pictures_release",
        request=ReleaseRequest,
        responses={201: ProtectedPictureResource},
    )
    def post(self, request: Request, picture_id: UUID) -> Response:
        """Take a picture off the register. What was found stays on record. For legal."""
        asked = ReleaseRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = release_picture(picture_id, reason=asked.validated_data["reason"], actor=acting(request))
        return Response(ProtectedPictureResource(card).data, status=201)


class _Attest(Protocol):
    def __call__(self, file_id: UUID, /, *, words: str, actor: Actor) -> ScreenReport: ...


def _attested(request: Request, attest: _Attest, file_id: UUID) -> Response:
    asked = AttestationRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    report = attest(file_id, words=asked.validated_data["words"], actor=acting(request))
    return Response(ScreenReportResource(report).data, status=201)
