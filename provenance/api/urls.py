from django.urls import path

from provenance.api import (
    process_record_views,
    reference_views,
    sidecar_views,
    signer_views,
    status_views,
    views,
)
from provenance.api import resolution_views as resolving

urlpatterns = [
    path("productions/<uuid:production_id>/references", reference_views.References.as_view()),
    path("process-records/<str:record_sha256>", process_record_views.ProcessRecord.as_view()),
    path("references/<uuid:reference_id>", reference_views.Reference.as_view()),
    path("signers", signer_views.Signers.as_view(), name="api-signers"),
    path("verify", views.Verify.as_view(), name="api-verify"),
    path("verifications", views.Verifications.as_view(), name="api-verifications"),
    path("status-lists", status_views.StatusLists.as_view(), name="api-status-lists"),
    path("status-lists/keys", status_views.StatusKeys.as_view(), name="api-status-keys"),
    path("status-lists/<uuid:list_id>", status_views.StatusList.as_view(), name="api-status-list"),
    path("assets/<uuid:asset_id>", views.Asset.as_view(), name="api-asset"),
    path("assets/<uuid:asset_id>/sidecars", sidecar_views.AssetSidecars.as_view(), name="api-sidecars"),
    path("sidecars", sidecar_views.Sidecars.as_view()),
    path("sidecars/<uuid:sidecar_id>", sidecar_views.Sidecar.as_view()),
    path("sidecars/<uuid:sidecar_id>/credential", sidecar_views.SidecarCredential.as_view()),
    # Spelled as in C2PA's Soft Binding Resolution API.
    path("matches/byBinding", resolving.ByBinding.as_view(), name="api-matches-by-binding"),
    path("matches/byContent", resolving.ByContent.as_view(), name="api-matches-by-content"),
    path("matches/byReference", resolving.ByReference.as_view(), name="api-matches-by-reference"),
    path("manifests", resolving.Manifests.as_view(), name="api-manifests"),
    path("manifests/<str:manifest_id>", resolving.Manifest.as_view(), name="api-manifest"),
    path("manifests/<str:manifest_id>/receipts", resolving.Receipts.as_view(), name="api-manifest-receipts"),
    path("bindings", resolving.Bindings.as_view(), name="api-bindings"),
    path(
        "services/supportedAlgorithms",
        resolving.SupportedAlgorithms.as_view(),
        name="api-supported-algorithms",
    ),
]
