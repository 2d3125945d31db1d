"""The C2PA Soft Binding Resolution API 2.4: manifests found again by watermark or fingerprint.

Anybody may ask. Answers hold identifiers of manifests and a similarity, and nothing about whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import actor
from provenance import resolution
from provenance.api.resolution_serializers import (
    Binding,
    BindingQuery,
    ContentQuery,
    ManifestQuery,
    ManifestReceipt,
    Reference,
    Results,
    SoftBindingAlgList,
    SoftBindingQuery,
    SoftBindingQueryResult,
    VerifiedManifestReceipt,
)
from provenance.api.throttles import Films, LookUps
from provenance.errors import FilmUnreadable, ReferencesOff, RepositoryClosed
from provenance.fingerprints.values import Match
from provenance.receipts import checked_receipt, receipt_of
from provenance.receiving import films_like_body, films_like_reference

_MEDIA_TYPE = "application/c2pa"
_LONGEST_QUERY = 4096
_REFUSED = OpenApiResponse(description="Always: this repository keeps what is signed here.")
_FILMS = ("video/", "image/", "application/")


class _UriTooLong(APIException):
    status_code = HTTPStatus.REQUEST_URI_TOO_LONG
    default_detail = "The question is too long for an address; send it as a POST."


class _AnyBody(BaseParser):
    """Leaves the body to be read where its length is bounded."""

    media_type = "*/*"

    def parse(
        self,
        stream: object,  # noqa: ARG002
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[Any, Any]:
        return {}


class _C2paRenderer(JSONRenderer):
    """Lets `Accept: application/c2pa` pass; a refusal is a problem document in JSON, whatever was asked for."""

    media_type = _MEDIA_TYPE
    format = "c2pa"


class ByBinding(APIView):
    """Manifests whose soft binding is, or is nearly, the one given."""

    permission_classes = [AllowAny]
    throttle_classes = [LookUps]

    @extend_schema(
        operation_id="queryByBinding",
        parameters=[BindingQuery],
        responses=SoftBindingQueryResult,
        tags=["query"],
    )
    def get(self, request: Request) -> Response:
        if len(request.META.get("QUERY_STRING", "")) > _LONGEST_QUERY:
            raise _UriTooLong
        return self._found(BindingQuery(data=request.query_params.dict()), request)

    @extend_schema(
        operation_id="queryByLargeBinding",
        parameters=[Results],
        request=SoftBindingQuery,
        responses=SoftBindingQueryResult,
        tags=["query"],
    )
    def post(self, request: Request) -> Response:
        return self._found(SoftBindingQuery(data=request.data), request)

    def _found(self, asked: SoftBindingQuery, request: Request) -> Response:
        asked.is_valid(raise_exception=True)
        binding = asked.validated_data
        return _answer(
            resolution.by_binding(alg=binding["alg"], value=binding["value"], most=_results(request).most())
        )


class ByContent(APIView):
    """Manifests of films that the one in the body looks like. It is deleted when the answer is given."""

    permission_classes = [AllowAny]
    throttle_classes = [Films]
    parser_classes = [_AnyBody]

    @extend_schema(
        operation_id="uploadFile",
        parameters=[ContentQuery],
        request={"video/*": OpenApiTypes.BINARY, "application/*": OpenApiTypes.BINARY},
        responses=SoftBindingQueryResult,
        tags=["query"],
    )
    def post(self, request: Request) -> Response:
        asked = ContentQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        if not (request.content_type or "").startswith(_FILMS):
            raise FilmUnreadable("Send a film, with its media type, as the body.")
        return _answer(
            films_like_body(
                request._request,  # noqa: SLF001 - DRF has no other way
                alg=asked.validated_data.get("alg"),
                most=asked.most(),
                hint=asked.hint(),
            )
        )


class ByReference(APIView):
    """Manifests of films that the one at an address looks like. Off unless the installation turns it on."""

    permission_classes = [AllowAny]
    throttle_classes = [Films]

    @extend_schema(
        operation_id="queryByReference",
        parameters=[ContentQuery],
        request=Reference,
        responses=SoftBindingQueryResult,
        tags=["query"],
    )
    def post(self, request: Request) -> Response:
        if not settings.ENVIRONMENT.resolve_references:
            raise ReferencesOff("This installation fetches nothing; hand in the film itself.")
        asked = ContentQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        reference = Reference(data=request.data)
        reference.is_valid(raise_exception=True)
        named = reference.validated_data
        return _answer(
            films_like_reference(
                named["referenceUrl"],
                length=named["assetLength"],
                media_type=named.get("assetType"),
                alg=asked.validated_data.get("alg"),
                most=asked.most(),
                hint=asked.hint(),
            )
        )


class Manifest(APIView):
    """The manifest store of a file that left the house; a member gets those of all files of the organisation."""

    permission_classes = [AllowAny]
    throttle_classes = [LookUps]
    renderer_classes = [_C2paRenderer, JSONRenderer]

    @extend_schema(
        operation_id="getManifestById",
        parameters=[ManifestQuery],
        responses={(200, _MEDIA_TYPE): OpenApiTypes.BINARY},
        tags=["fetch"],
    )
    def get(self, request: Request, manifest_id: str) -> HttpResponse:
        asked = ManifestQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        store = resolution.manifest_store(
            manifest_id,
            active_alone=asked.validated_data["returnActiveManifest"],
            organisation_id=_organisation_of(request),
        )
        return HttpResponse(store, content_type=_MEDIA_TYPE)

    @extend_schema(operation_id="deleteManifest", responses={403: _REFUSED}, tags=["store"])
    def delete(self, request: Request, manifest_id: str) -> Response:  # noqa: ARG002 - DRF's signature
        raise RepositoryClosed("What was signed stays on record.")


class Receipts(APIView):
    """That a manifest was taken in here: the proof of its place in the log."""

    permission_classes = [AllowAny]
    throttle_classes = [LookUps]

    @extend_schema(operation_id="getVerifiedReceipt", responses=VerifiedManifestReceipt, tags=["fetch"])
    def get(self, request: Request, manifest_id: str) -> Response:
        """The receipt of a manifest, for whoever may have the manifest."""
        return Response(
            receipt_of(
                manifest_id,
                base=settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"),
                organisation_id=_organisation_of(request),
            )
        )

    @extend_schema(
        operation_id="verifyReceipt",
        request=ManifestReceipt,
        responses=VerifiedManifestReceipt,
        tags=["fetch"],
    )
    def post(self, request: Request, manifest_id: str) -> Response:
        """Whether a receipt proves that this manifest was taken in here."""
        asked = ManifestReceipt(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(
            checked_receipt(
                manifest_id, cast("dict[str, Any]", request.data), organisation_id=_organisation_of(request)
            )
        )


class Manifests(APIView):
    """Manifests are stored by signing a file here, and in no other way."""

    permission_classes = [AllowAny]
    parser_classes = [_AnyBody]

    @extend_schema(
        operation_id="addManifest",
        request={_MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={403: _REFUSED},
        tags=["store"],
    )
    def post(self, request: Request) -> Response:
        raise RepositoryClosed("Only manifests of files that are signed here are kept here.")


class Bindings(APIView):
    """Soft bindings are computed when a file is signed, and not changed."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="associateManifest", request=Binding, responses={403: _REFUSED}, tags=["store"]
    )
    def post(self, request: Request) -> Response:
        raise RepositoryClosed("Soft bindings are computed when a file is signed.")

    @extend_schema(
        operation_id="updateAssociatedManifest", request=Binding, responses={403: _REFUSED}, tags=["store"]
    )
    def put(self, request: Request) -> Response:
        raise RepositoryClosed("Soft bindings are computed when a file is signed.")


class SupportedAlgorithms(APIView):
    """Algorithms whose soft bindings can be looked up here."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="getSupportedBindings", responses=SoftBindingAlgList, tags=["service"])
    def get(self, request: Request) -> Response:
        supported = {
            "watermarks": [{"alg": alg} for alg in resolution.watermarks()],
            "fingerprints": [{"alg": alg} for alg in resolution.FINGERPRINTS],
        }
        return Response(SoftBindingAlgList(supported).data)


def _organisation_of(request: Request) -> UUID | None:
    acting = actor(request)
    return acting.organisation_id if acting else None


def _results(request: Request) -> Results:
    asked = Results(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return asked


def _answer(found: Sequence[Match]) -> Response:
    return Response(SoftBindingQueryResult({"matches": found}).data)
