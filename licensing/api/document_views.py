from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from core.pagination import Pages
from licensing.api.document_serializers import (
    AuthorityOrder,
    AuthorityResource,
    DocumentOrder,
    DocumentResource,
    PolicyOrder,
    PolicyTermsResource,
    ReceiptResource,
    RiderOrder,
    RiderResource,
    RiderSignatureOrder,
    TranscriptionCheckOrder,
    TranscriptionOrder,
    TranscriptionRecordOrder,
)
from licensing.api.serializers import ConsentResource
from licensing.api.views import Door, created
from licensing.consent_exports import consent_policy, consent_receipt, consent_training_mining
from licensing.document_queries import (
    authority_cards,
    document_card,
    document_cards,
    document_file,
    rider_card,
    rider_cards,
    rider_file,
)
from licensing.documents.odrl import profile
from licensing.documents.odrl_reading import from_odrl
from licensing.documents.receipt_key import receipt_vkey
from licensing.documents.uploads import uploaded_pdf
from licensing.doors import MAY_PREPARE_RIDERS, MAY_RECORD, MAY_TRANSCRIBE, MAY_VERIFY_AUTHORITY
from licensing.downloads import pdf_response
from licensing.operations.authorities import revoke_authority, verify_authority
from licensing.operations.documents import (
    check_transcription,
    put_transcription_on_record,
    receive_document,
    transcribe_document,
)
from licensing.operations.riders import (
    prepare_rider,
    put_rider_on_record,
    sign_for_performer,
    sign_for_studio,
)

_PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class Riders(Door):
    writers = MAY_PREPARE_RIDERS

    @extend_schema(operation_id="riders_list", responses=RiderResource(many=True))
    def get(self, request: Request) -> Response:
        """Riders, the latest first."""
        pages = Pages()
        cards = pages.paginate_queryset(rider_cards(acting(request)), request)
        return pages.get_paginated_response(RiderResource(cards, many=True).data)

    @extend_schema(operation_id="riders_prepare", request=RiderOrder, responses={201: RiderResource})
    def post(self, request: Request) -> Response:
        """Make a rider's PDF of terms, to be signed by both sides."""
        order = RiderOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = prepare_rider(order.new_rider(), actor=acting(request))
        return created(RiderResource(card).data, f"/v1/riders/{card.id}")


class Rider(Door):
    @extend_schema(operation_id="riders_read", responses=RiderResource)
    def get(self, request: Request, rider_id: UUID) -> Response:
        """One rider."""
        return Response(RiderResource(rider_card(rider_id, actor=acting(request))).data)


class RiderFile(Door):
    @extend_schema(operation_id="riders_file", responses=_PDF)
    def get(self, request: Request, rider_id: UUID) -> HttpResponse:
        """The rider's PDF with the signatures it has by now."""
        return pdf_response(rider_file(rider_id, actor=acting(request)), f"rider-{rider_id}.pdf")


class StudioSignature(Door):
    # Whether the actor may bind the studio is the operation's question, so that the refusal says why.
    writers = ()

    @extend_schema(operation_id="riders_sign_studio", request=RiderSignatureOrder, responses=RiderResource)
    def post(self, request: Request, rider_id: UUID) -> Response:
        """Sign a rider for the studio, first."""
        order = RiderSignatureOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = sign_for_studio(rider_id, **order.validated_data, actor=acting(request))
        return Response(RiderResource(card).data)


class PerformerSignature(Door):
    # Nobody's role says whose performer they may sign for; the authority on record does.
    writers = ()

    @extend_schema(operation_id="riders_sign_performer", request=RiderSignatureOrder, responses=RiderResource)
    def post(self, request: Request, rider_id: UUID) -> Response:
        """Sign a rider as the performer or for them, second."""
        order = RiderSignatureOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = sign_for_performer(rider_id, **order.validated_data, actor=acting(request))
        return Response(RiderResource(card).data)


class RiderConsent(Door):
    writers = MAY_RECORD

    @extend_schema(operation_id="riders_record", request=None, responses={201: ConsentResource})
    def post(self, request: Request, rider_id: UUID) -> Response:
        """Put the consent that a rider gives on record, once the signed file is proved."""
        card = put_rider_on_record(rider_id, actor=acting(request))
        return created(ConsentResource(card).data, f"/v1/consents/{card.id}")


class Authorities(Door):
    writers = MAY_VERIFY_AUTHORITY

    @extend_schema(operation_id="authorities_list", responses=AuthorityResource(many=True))
    def get(self, request: Request, performer_id: UUID) -> Response:
        """Who may sign for a performer; revoked authorities too."""
        cards = authority_cards(performer_id, actor=acting(request))
        return Response(AuthorityResource(cards, many=True).data)

    @extend_schema(
        operation_id="authorities_verify", request=AuthorityOrder, responses={201: AuthorityResource}
    )
    def post(self, request: Request, performer_id: UUID) -> Response:
        """Record that a member may sign for a performer, as a paper shows."""
        order = AuthorityOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = verify_authority(order.new_authority(performer_id), actor=acting(request))
        return created(AuthorityResource(card).data, f"/v1/performers/{performer_id}/signing-authorities")


class AuthorityRevocation(Door):
    writers = MAY_VERIFY_AUTHORITY

    @extend_schema(operation_id="authorities_revoke", request=None, responses=AuthorityResource)
    def post(self, request: Request, authority_id: UUID) -> Response:
        """End an authority now."""
        return Response(AuthorityResource(revoke_authority(authority_id, actor=acting(request))).data)


class Documents(Door):
    writers = MAY_TRANSCRIBE
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="documents_list", responses=DocumentResource(many=True))
    def get(self, request: Request) -> Response:
        """Documents signed elsewhere, the latest first."""
        pages = Pages()
        cards = pages.paginate_queryset(document_cards(acting(request)), request)
        return pages.get_paginated_response(DocumentResource(cards, many=True).data)

    @extend_schema(
        operation_id="documents_receive",
        request={"multipart/form-data": DocumentOrder},
        responses={201: DocumentResource},
    )
    def post(self, request: Request) -> Response:
        """Hand in a PDF that was signed elsewhere."""
        pdf = uploaded_pdf(request._request)  # noqa: SLF001 - the length is looked at before the body is read
        order = DocumentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        fields = order.validated_data
        card = receive_document(
            pdf,
            production_id=fields["production_id"],
            performer_id=fields["performer_id"],
            actor=acting(request),
        )
        return created(DocumentResource(card).data, f"/v1/consent-documents/{card.id}")


class Document(Door):
    @extend_schema(operation_id="documents_read", responses=DocumentResource)
    def get(self, request: Request, document_id: UUID) -> Response:
        """One document, with what was found in it and how it was read."""
        return Response(DocumentResource(document_card(document_id, actor=acting(request))).data)


class DocumentFile(Door):
    @extend_schema(operation_id="documents_file", responses=_PDF)
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        """The file as it was handed in."""
        return pdf_response(document_file(document_id, actor=acting(request)), f"document-{document_id}.pdf")


class Transcriptions(Door):
    writers = MAY_TRANSCRIBE

    @extend_schema(
        operation_id="documents_transcribe", request=TranscriptionOrder, responses={201: DocumentResource}
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        """Write down what a document says."""
        order = TranscriptionOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = transcribe_document(document_id, **order.validated_data, actor=acting(request))
        return created(DocumentResource(card).data, f"/v1/consent-documents/{card.id}")


class TranscriptionCheck(Door):
    writers = MAY_TRANSCRIBE

    @extend_schema(
        operation_id="transcriptions_check", request=TranscriptionCheckOrder, responses=DocumentResource
    )
    def post(self, request: Request, transcription_id: UUID) -> Response:
        """Say as a second person whether a transcription says what the document says."""
        order = TranscriptionCheckOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = check_transcription(transcription_id, **order.validated_data, actor=acting(request))
        return Response(DocumentResource(card).data)


class TranscriptionConsent(Door):
    writers = MAY_RECORD

    @extend_schema(
        operation_id="transcriptions_record",
        request=TranscriptionRecordOrder,
        responses={201: ConsentResource},
    )
    def post(self, request: Request, transcription_id: UUID) -> Response:
        """Put the consent that a document gives on record."""
        order = TranscriptionRecordOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = put_transcription_on_record(transcription_id, **order.validated_data, actor=acting(request))
        return created(ConsentResource(card).data, f"/v1/consents/{card.id}")


class Receipt(Door):
    @extend_schema(operation_id="consents_receipt", responses=ReceiptResource)
    def get(self, request: Request, consent_id: UUID) -> Response:
        """The signed receipt of a consent."""
        note = consent_receipt(consent_id, actor=acting(request))
        return Response(ReceiptResource({"note": note, "key": receipt_vkey(settings.KEYS_FOLDER)}).data)


class Policy(Door):
    @extend_schema(operation_id="consents_odrl", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, consent_id: UUID) -> Response:
        """A consent as an ODRL policy of our profile."""
        return Response(consent_policy(consent_id, actor=acting(request)), content_type="application/ld+json")


class PolicyTerms(Door):
    writers = ()

    @extend_schema(operation_id="odrl_read", request=PolicyOrder, responses=PolicyTermsResource)
    def post(self, request: Request) -> Response:
        """Read an ODRL policy of our profile into terms; nothing is recorded."""
        order = PolicyOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(PolicyTermsResource(from_odrl(order.validated_data["policy"])).data)


class Profile(Door):
    @extend_schema(operation_id="odrl_profile", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The ODRL profile: context, actions, operands."""
        return Response(profile())


class TrainingMining(Door):
    @extend_schema(operation_id="consents_training_mining", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, consent_id: UUID) -> Response:
        """What a consent says about data mining and machine learning, as CAWG's assertion."""
        return Response(consent_training_mining(consent_id, actor=acting(request)))
