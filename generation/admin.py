from __future__ import annotations

from django.contrib import admin

from accounts.admin_site import RecordAdmin
from generation.models import ModelRelease, Take, TakeEvent


@admin.register(ModelRelease)
class ModelReleaseAdmin(RecordAdmin):
    """Models are approved by `approve_model`, which checks the folder; a digest typed by hand proves nothing."""

    list_display = ["name", "version", "licence", "lock_sha256", "approved_at"]
    search_fields = ["name", "version"]


@admin.register(Take)
class TakeAdmin(RecordAdmin):
    """Takes are asked for, cancelled and retried through their operations, which decide and log."""

    list_display = ["number", "shot", "state", "model", "attempt", "requested_at"]
    list_filter = ["state"]
    list_select_related = ["shot", "model"]
    search_fields = ["prompt"]


@admin.register(TakeEvent)
class TakeEventAdmin(RecordAdmin):
    list_display = ["at", "take", "kind", "state", "stage", "step", "stage_steps", "code"]
    list_filter = ["kind", "state"]
    list_select_related = ["take"]
