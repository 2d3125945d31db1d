from django.contrib import admin
from django.http import HttpRequest

from audit.models import Checkpoint, Cosignature, Entry, LogOrigin, Timestamp


class EvidenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """Look, never touch: the database would refuse it too."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(LogOrigin)
class LogOriginAdmin(EvidenceAdmin):
    list_display = ["origin", "opened_at"]


@admin.register(Entry)
class EntryAdmin(EvidenceAdmin):
    list_display = ["index", "type", "at", "actor", "subject"]
    list_filter = ["type"]
    search_fields = ["subject"]
    exclude = ["body", "leaf_hash"]


@admin.register(Checkpoint)
class CheckpointAdmin(EvidenceAdmin):
    list_display = ["size", "origin", "created_at"]
    list_select_related = ["origin"]
    exclude = ["root"]


@admin.register(Cosignature)
class CosignatureAdmin(EvidenceAdmin):
    list_display = ["size", "origin", "witness", "at"]
    list_select_related = ["origin"]


@admin.register(Timestamp)
class TimestampAdmin(EvidenceAdmin):
    list_display = ["size", "origin", "tsa", "stated_at"]
    list_select_related = ["origin"]
    exclude = ["token"]
