from django.contrib import admin

from accounts.admin_site import RecordAdmin
from provenance.models import (
    AssetFingerprint,
    AssetMark,
    CredentialUpdate,
    DerivedAsset,
    ReferenceMedia,
    Sidecar,
    SignedAsset,
    SigningIntent,
    StatusEntry,
    StatusList,
)


@admin.register(SigningIntent)
class SigningIntentAdmin(RecordAdmin):
    list_display = ["manifest_id", "take_id", "intended_at"]
    search_fields = ["manifest_id", "take_id"]


@admin.register(SignedAsset)
class SignedAssetAdmin(RecordAdmin):
    list_display = ["manifest_id", "take_id", "file_sha256", "signed_at"]
    search_fields = ["manifest_id", "take_id", "file_sha256"]
    exclude = ["manifest_store"]


@admin.register(CredentialUpdate)
class CredentialUpdateAdmin(RecordAdmin):
    list_display = ["manifest_id", "take_id", "reason", "signed_at"]
    search_fields = ["manifest_id", "take_id", "file_sha256"]
    exclude = ["manifest_store"]


@admin.register(AssetFingerprint)
class AssetFingerprintAdmin(RecordAdmin):
    list_display = ["manifest_id", "algorithm", "iscc", "made_at"]
    search_fields = ["manifest_id", "iscc"]
    exclude = ["iscc_digest", "words", "keys"]


@admin.register(ReferenceMedia)
class ReferenceMediaAdmin(RecordAdmin):
    list_display = ["title", "production", "media_type", "state", "received_at"]
    search_fields = ["title", "source_sha256", "file_sha256", "manifest_id"]


@admin.register(AssetMark)
class AssetMarkAdmin(RecordAdmin):
    list_display = ["manifest_id", "algorithm", "made_at"]
    search_fields = ["manifest_id"]
    exclude = ["mark", "keys"]


@admin.register(DerivedAsset)
class DerivedAssetAdmin(RecordAdmin):
    list_display = ["manifest_id", "take_id", "file_sha256", "signed_at"]
    search_fields = ["manifest_id", "take_id", "file_sha256"]
    exclude = ["manifest_store"]


@admin.register(Sidecar)
class SidecarAdmin(RecordAdmin):
    list_display = ["manifest_id", "name", "bound_sha256", "signed_at"]
    search_fields = ["manifest_id", "take_id", "bound_sha256"]
    exclude = ["manifest_store"]


@admin.register(StatusList)
class StatusListAdmin(RecordAdmin):
    """What anybody may fetch: a number for each index, and no name."""

    list_display = ["number", "uri", "opened_at", "issued_at", "content_sha256"]


@admin.register(StatusEntry)
class StatusEntryAdmin(RecordAdmin):
    list_display = ["manifest_id", "status_list", "index", "given_at"]
    list_select_related = ["status_list"]
    search_fields = ["manifest_id"]
