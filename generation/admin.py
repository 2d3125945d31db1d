from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.acting import actor
from accounts.admin_site import RecordAdmin
from generation.models import (
    CharacterSheetEnd,
    CharacterSheetEntry,
    Contribution,
    CutEdition,
    CutEntry,
    Delivery,
    DeliveryEvent,
    DeliveryIntent,
    DeliveryLink,
    DeliveryRecall,
    Dispute,
    DisputeEnd,
    FileReview,
    GraphEdge,
    HostedCall,
    InputAttestation,
    KeptFrames,
    LikenessSource,
    LikenessTraining,
    Master,
    ModelClearance,
    ModelRecord,
    ModelRelease,
    ProductionServed,
    ProtectedPicture,
    ProtectedPictureEnd,
    QueuePause,
    RecallAcknowledgement,
    RecallNotice,
    Recipient,
    RetentionWords,
    ScreenPolicy,
    ScreenRow,
    ScreenRun,
    Take,
    TakeAdapter,
    TakeCap,
    TakeEvent,
    TakeLineage,
    TakeReferencePicture,
    Worker,
)
from generation.operations.queue import drain_worker


@admin.register(ModelRelease)
class ModelReleaseAdmin(RecordAdmin):
    """Models are approved by `approve_model`, which checks the folder; a digest typed by hand proves nothing."""

    list_display = ["name", "version", "licence", "lock_sha256", "approved_at"]
    search_fields = ["name", "version"]


@admin.register(ModelRecord)
class ModelRecordAdmin(RecordAdmin):
    """What was on file about a model, from one moment on; the next one takes its place, and none is edited."""

    list_display = ["stated_at", "model", "stated_by", "content_sha256"]
    list_select_related = ["model", "stated_by"]


@admin.register(HostedCall)
class HostedCallAdmin(RecordAdmin):
    """Written by workers: what was sent to services that run models, and what came back."""

    list_display = ["sent_at", "take", "host", "hosted_model", "state", "credential_state"]
    list_filter = ["state", "host"]
    list_select_related = ["take"]


@admin.register(ModelClearance)
class ModelClearanceAdmin(RecordAdmin):
    """Legal clears models by page, API and command; the latest of a production counts."""

    list_display = ["said_at", "model", "production", "is_cleared", "said_by"]
    list_filter = ["is_cleared"]
    list_select_related = ["model", "production", "said_by"]


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


@admin.register(TakeAdapter)
class TakeAdapterAdmin(RecordAdmin):
    list_display = ["at", "take", "position", "asset", "scale"]
    list_select_related = ["take", "asset"]


@admin.register(TakeReferencePicture)
class TakeReferencePictureAdmin(RecordAdmin):
    list_display = ["at", "take", "position", "asset"]
    list_select_related = ["take", "asset"]


@admin.register(TakeLineage)
class TakeLineageAdmin(RecordAdmin):
    list_display = ["at", "take", "kind", "parent", "first_frame", "end_frame"]
    list_filter = ["kind"]
    list_select_related = ["take", "parent"]


@admin.register(Recipient)
class RecipientAdmin(RecordAdmin):
    list_display = ["name", "kind", "created_at"]
    list_filter = ["kind"]
    search_fields = ["name"]


@admin.register(DeliveryIntent)
class DeliveryIntentAdmin(RecordAdmin):
    list_display = ["intended_at", "delivery_id", "take", "recipient"]
    list_select_related = ["take", "recipient"]


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Files are delivered by `deliver_take`, which decides and logs; what a delivery is worth today is computed."""

    list_display = ["delivered_at", "take", "recipient", "purpose", "valid_from", "valid_until"]
    list_filter = ["purpose"]
    list_select_related = ["take", "recipient"]


@admin.register(DeliveryLink)
class DeliveryLinkAdmin(RecordAdmin):
    list_display = ["issued_at", "delivery", "expires_at", "revoked_at"]
    list_select_related = ["delivery"]
    # Nobody reads a token out of it, and nobody needs its digest.
    exclude = ["token_sha256"]


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(RecordAdmin):
    list_display = ["at", "act", "delivery", "link"]
    list_filter = ["act"]
    list_select_related = ["delivery", "link"]


@admin.register(DeliveryRecall)
class DeliveryRecallAdmin(RecordAdmin):
    list_display = ["recorded_at", "delivery", "cause", "effective_at"]
    list_filter = ["cause"]
    list_select_related = ["delivery"]


@admin.register(RecallNotice)
class RecallNoticeAdmin(RecordAdmin):
    list_display = ["sent_at", "recall", "channel", "recorded_at"]
    list_filter = ["channel"]
    list_select_related = ["recall"]


@admin.register(RecallAcknowledgement)
class RecallAcknowledgementAdmin(RecordAdmin):
    list_display = ["acknowledged_at", "recall", "recorded_at"]
    list_select_related = ["recall"]


@admin.register(RetentionWords)
class RetentionWordsAdmin(RecordAdmin):
    list_display = ["stated_at", "recall"]
    list_select_related = ["recall"]


@admin.register(Contribution)
class ContributionAdmin(RecordAdmin):
    """What people did to a work, as it was put on record; undone by a later act, never edited."""

    list_display = ["at", "kind", "by", "production", "shot", "take", "content_sha256"]
    list_filter = ["kind"]
    list_select_related = ["by", "production", "shot", "take"]


@admin.register(CutEdition)
class CutEditionAdmin(RecordAdmin):
    list_display = ["sequence", "number", "reel", "fps"]
    list_select_related = ["sequence"]


@admin.register(CutEntry)
class CutEntryAdmin(RecordAdmin):
    list_display = ["edition", "position", "take", "element", "first_frame", "end_frame"]
    list_select_related = ["edition", "take", "element"]


@admin.register(FileReview)
class FileReviewAdmin(RecordAdmin):
    list_display = ["take", "outcome", "manifest_id", "reviewed_at"]
    exclude = ["salt"]


@admin.register(Dispute)
class DisputeAdmin(RecordAdmin):
    list_display = ["opened_at", "take", "ground", "on_word"]
    list_filter = ["ground"]
    list_select_related = ["take"]


@admin.register(DisputeEnd)
class DisputeEndAdmin(RecordAdmin):
    list_display = ["ended_at", "dispute", "outcome"]
    list_filter = ["outcome"]
    list_select_related = ["dispute"]


@admin.register(GraphEdge)
class GraphEdgeAdmin(RecordAdmin):
    """Edges are derived by triggers of the tables that hold the facts."""

    list_display = ["kind", "child_kind", "child_id", "parent_kind", "parent_id"]
    list_filter = ["kind"]
    search_fields = ["child_id", "parent_id"]


@admin.register(KeptFrames)
class KeptFramesAdmin(RecordAdmin):
    list_display = ["kept_at", "take", "width", "height", "frames", "file_sha256"]
    list_select_related = ["take"]


@admin.register(Master)
class MasterAdmin(RecordAdmin):
    """Masters are asked for by page, API and command, which decide and log."""

    list_display = ["requested_at", "take", "format", "state", "attempt", "finished_at"]
    list_filter = ["state", "format"]
    list_select_related = ["take"]


@admin.register(LikenessTraining)
class LikenessTrainingAdmin(RecordAdmin):
    """Trainings are asked for by page, API and command, which decide and log."""

    list_display = ["requested_at", "name", "performer", "production", "state", "attempt", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["performer", "production"]


@admin.register(LikenessSource)
class LikenessSourceAdmin(RecordAdmin):
    list_display = ["training", "position", "asset", "plain_sha256"]
    list_select_related = ["training", "asset"]


@admin.register(QueuePause)
class QueuePauseAdmin(RecordAdmin):
    """Queues are paused and resumed by page, API and command, which log it."""

    list_display = ["paused_at", "reason", "by_house", "paused_by", "resumed_at"]
    list_filter = ["by_house"]
    list_select_related = ["paused_by"]


@admin.register(TakeCap)
class TakeCapAdmin(RecordAdmin):
    """Caps are set on the production's own page and by API, which log it."""

    list_display = ["set_at", "production", "most", "set_by"]
    list_select_related = ["production", "set_by"]


@admin.register(CharacterSheetEntry)
class CharacterSheetEntryAdmin(RecordAdmin):
    """Sheets are kept on the character's own page and by API, which log it."""

    list_display = ["put_on_at", "character", "position", "asset", "put_on_by"]
    list_select_related = ["character", "asset", "put_on_by"]


@admin.register(CharacterSheetEnd)
class CharacterSheetEndAdmin(RecordAdmin):
    list_display = ["taken_off_at", "entry", "taken_off_by"]
    list_select_related = ["entry", "taken_off_by"]


@admin.register(ProductionServed)
class ProductionServedAdmin(RecordAdmin):
    list_display = ["served_at", "production"]
    list_select_related = ["production"]


@admin.register(Worker)
class WorkerAdmin(RecordAdmin):
    """The workers of the whole installation; they name no organisation and no take."""

    list_display = [
        "name",
        "state",
        "state_since",
        "seen_at",
        "device",
        "vram_mb",
        "model_sha256",
        "drain_asked_at",
    ]
    list_filter = ["state"]
    actions = ["drain", "restore"]

    @admin.action(description="Drain: finish what it has, take up nothing new")
    def drain(self, request: HttpRequest, chosen: QuerySet[Worker]) -> None:
        for one in chosen:
            drain_worker(one.name, drain=True, actor=actor(request))

    @admin.action(description="Restore: take up work again")
    def restore(self, request: HttpRequest, chosen: QuerySet[Worker]) -> None:
        for one in chosen:
            drain_worker(one.name, drain=False, actor=actor(request))


@admin.register(ScreenRun)
class ScreenRunAdmin(RecordAdmin):
    """Workers look; what came of it is never edited."""

    list_display = ["screened_at", "take", "master", "reference", "custody_asset", "actor", "content_sha256"]
    list_select_related = ["take", "master", "reference", "custody_asset"]


@admin.register(ScreenRow)
class ScreenRowAdmin(RecordAdmin):
    list_display = ["run", "kind", "outcome", "why", "screen", "version", "peak", "frames"]
    list_filter = ["kind", "outcome", "why"]
    list_select_related = ["run"]


@admin.register(ScreenPolicy)
class ScreenPolicyAdmin(RecordAdmin):
    """Legal says on the page Screens what is demanded; the latest of a step and a kind counts."""

    list_display = ["stated_at", "step", "kind", "demand", "stated_by"]
    list_filter = ["step", "kind", "demand"]
    list_select_related = ["stated_by"]


@admin.register(ProtectedPicture)
class ProtectedPictureAdmin(RecordAdmin):
    list_display = ["added_at", "name", "kind", "holder", "added_by"]
    list_filter = ["kind"]
    list_select_related = ["added_by"]
    exclude = ["png"]


@admin.register(ProtectedPictureEnd)
class ProtectedPictureEndAdmin(RecordAdmin):
    list_display = ["ended_at", "picture", "ended_by"]
    list_select_related = ["picture", "ended_by"]


@admin.register(InputAttestation)
class InputAttestationAdmin(RecordAdmin):
    list_display = ["attested_at", "run", "attested_by"]
    list_select_related = ["run", "attested_by"]
