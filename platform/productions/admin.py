from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_site import RecordAdmin
from productions.models import Character, Production, ProductionChange, Sequence, Shot
from productions.values import FACTS


@admin.register(Production)
class ProductionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["title", "project_code", "kind", "agreement"]
    list_filter = ["kind"]
    search_fields = ["title", "project_code"]
    prepopulated_fields = {"slug": ["title"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Production | None = None) -> tuple[str, ...]:
        # What rules read changes by a correction with its reason; the database refuses it otherwise.
        return FACTS if obj else ()


@admin.register(ProductionChange)
class ProductionChangeAdmin(RecordAdmin):
    list_display = ["production", "field", "reason", "recorded_at"]
    list_select_related = ["production"]


@admin.register(Sequence)
class SequenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["code", "production", "order"]
    list_select_related = ["production"]
    search_fields = ["code"]


@admin.register(Shot)
class ShotAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["code", "sequence", "scene", "order"]
    list_select_related = ["sequence"]
    search_fields = ["code", "scene"]


@admin.register(Character)
class CharacterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["name", "production"]
    list_select_related = ["production"]
    search_fields = ["name"]
