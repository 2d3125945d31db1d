from django.contrib import admin

from productions.models import Character, Production, Sequence, Shot


@admin.register(Production)
class ProductionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    list_display = ["title", "project_code", "kind", "agreement"]
    list_filter = ["kind"]
    search_fields = ["title", "project_code"]
    prepopulated_fields = {"slug": ["title"]}


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
