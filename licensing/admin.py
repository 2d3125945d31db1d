from __future__ import annotations

from django.contrib import admin

from accounts.admin_site import RecordAdmin
from licensing.models.agreement import (
    Offer,
    OfferEvent,
    OfferRound,
    OfferSignature,
    SightGrant,
    TermAnswer,
    WithdrawalNotice,
)
from licensing.models.comparison import ComparisonRelease
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.custody import (
    CustodyAccess,
    CustodyAsset,
    CustodyEvent,
    CustodyParent,
    CustodyRelease,
)
from licensing.models.decision import Decision
from licensing.models.disclosure import DisclosureApproval, DisclosurePlacing
from licensing.models.document import (
    ReceivedDocument,
    Rider,
    RiderSignature,
    SigningAuthority,
    Transcription,
    TranscriptionCheck,
)
from licensing.models.hold import LegalHold
from licensing.models.house_pack import HousePack, HousePackActivation, HousePackReplay
from licensing.models.ledger import Account, Assessment, Payment, PayStatement, Posting, PostingLine
from licensing.models.naming import NamingChoice
from licensing.models.owed import (
    CalendarHoliday,
    CalendarYear,
    Obligation,
    ObligationEnd,
    ObligationUse,
    Rate,
    RateConfirmation,
)
from licensing.models.performer import Engagement, Performer, PerformerAlias, PerformerIdentifier
from licensing.models.quota import Quota, QuotaReservation
from licensing.models.register import RegisterChange
from licensing.models.report import ReportRun, ReportSchedule
from licensing.models.reported import ReportFinding, TrainingLicence
from licensing.models.review import (
    ReviewApproval,
    ReviewApprovalUse,
    ReviewCase,
    ReviewCaseDecision,
    ReviewDelegation,
    ReviewEvent,
    ReviewSecondKey,
)
from licensing.models.rule_pack import RuleConfirmation, RulePack
from licensing.models.sign_off import BasisSignOff, BuyerApproval
from licensing.models.strike import Strike
from licensing.models.synthetic import SyntheticFile, SyntheticStep


@admin.register(Performer)
class PerformerAdmin(RecordAdmin):
    list_display = ["professional_name", "state", "domicile", "visibility"]
    list_filter = ["state"]
    search_fields = ["professional_name"]


@admin.register(PerformerAlias)
class PerformerAliasAdmin(RecordAdmin):
    list_display = ["text", "kind", "performer"]
    list_select_related = ["performer"]
    search_fields = ["text"]


@admin.register(PerformerIdentifier)
class PerformerIdentifierAdmin(RecordAdmin):
    list_display = ["scope", "value", "performer"]
    list_select_related = ["performer"]


@admin.register(Engagement)
class EngagementAdmin(RecordAdmin):
    list_display = ["performer", "production", "category", "agreement"]
    list_select_related = ["performer", "production"]


@admin.register(RegisterChange)
class RegisterChangeAdmin(RecordAdmin):
    list_display = ["performer", "field", "reason", "true_since", "recorded_at"]
    list_select_related = ["performer"]


@admin.register(Consent)
class ConsentAdmin(RecordAdmin):
    list_display = ["performer", "production", "replica_type", "status", "recorded_at"]
    list_select_related = ["performer", "production"]
    list_filter = ["status"]
    exclude = ["salt"]


@admin.register(ConsentEvent)
class ConsentEventAdmin(RecordAdmin):
    list_display = ["consent", "kind", "reason_code", "at", "actor"]
    list_select_related = ["consent"]


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    list_display = ["outcome", "stage", "production", "decided_at", "actor"]
    list_select_related = ["production"]
    list_filter = ["outcome"]
    exclude = ["salt", "facts"]


@admin.register(RulePack)
class RulePackAdmin(RecordAdmin):
    list_display = ["edition", "sha256", "first_used_at"]


@admin.register(RuleConfirmation)
class RuleConfirmationAdmin(RecordAdmin):
    list_display = ["rule_id", "counsel", "confirmed_at", "pack"]
    list_select_related = ["pack"]


@admin.register(Strike)
class StrikeAdmin(RecordAdmin):
    list_display = ["agreement", "began_at", "ended_at"]


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(RecordAdmin):
    list_display = ["performer", "signer_role", "valid_from", "valid_until", "revoked_at"]
    list_select_related = ["performer"]


@admin.register(Rider)
class RiderAdmin(RecordAdmin):
    list_display = ["performer", "production", "replica_type", "prepared_at"]
    list_select_related = ["performer", "production"]


@admin.register(RiderSignature)
class RiderSignatureAdmin(RecordAdmin):
    list_display = ["rider", "side", "signer_role", "signed_at"]
    list_filter = ["side"]


@admin.register(ReceivedDocument)
class ReceivedDocumentAdmin(RecordAdmin):
    list_display = ["performer", "production", "state", "received_at"]
    list_select_related = ["performer", "production"]
    list_filter = ["state"]


@admin.register(Transcription)
class TranscriptionAdmin(RecordAdmin):
    list_display = ["document", "replica_type", "transcribed_at"]


@admin.register(TranscriptionCheck)
class TranscriptionCheckAdmin(RecordAdmin):
    list_display = ["transcription", "agrees", "checked_at"]


@admin.register(CustodyAsset)
class CustodyAssetAdmin(RecordAdmin):
    list_display = ["label", "kind", "depicts", "state", "retention_until", "received_at"]
    list_select_related = ["depicts"]
    list_filter = ["kind", "state"]


@admin.register(ComparisonRelease)
class ComparisonReleaseAdmin(RecordAdmin):
    """Legal records written releases on the page of an asset in custody; the newest of a consent counts."""

    list_display = ["said_at", "consent", "is_allowed", "valid_until", "said_by"]
    list_filter = ["is_allowed"]
    list_select_related = ["consent", "said_by"]


@admin.register(CustodyParent)
class CustodyParentAdmin(RecordAdmin):
    list_display = ["asset", "parent"]
    list_select_related = ["asset", "parent"]


@admin.register(CustodyAccess)
class CustodyAccessAdmin(RecordAdmin):
    list_display = ["asset", "person", "allowed", "at"]
    list_select_related = ["asset", "person"]


@admin.register(CustodyRelease)
class CustodyReleaseAdmin(RecordAdmin):
    list_display = ["asset", "job_id", "fence", "purpose", "released_at"]
    list_select_related = ["asset"]


@admin.register(CustodyEvent)
class CustodyEventAdmin(RecordAdmin):
    list_display = ["asset", "act", "at", "actor", "note"]
    list_select_related = ["asset"]
    list_filter = ["act"]


@admin.register(SyntheticFile)
class SyntheticFileAdmin(RecordAdmin):
    list_display = ["role", "production", "opened_at"]
    list_select_related = ["production"]


@admin.register(SyntheticStep)
class SyntheticStepAdmin(RecordAdmin):
    list_display = ["file", "kind", "happened_at", "amount_minor", "currency"]
    list_select_related = ["file"]
    list_filter = ["kind"]


@admin.register(Obligation)
class ObligationAdmin(RecordAdmin):
    list_display = ["duty", "rule_id", "performer", "production", "opened_at"]
    list_select_related = ["performer", "production"]
    list_filter = ["duty"]


@admin.register(Rate)
class RateAdmin(RecordAdmin):
    list_display = ["kind", "agreement", "category", "amount", "currency", "valid_from", "valid_until"]
    list_filter = ["agreement", "kind"]


@admin.register(CalendarYear)
class CalendarYearAdmin(RecordAdmin):
    list_display = ["agreement", "year", "entered_at"]


@admin.register(Posting)
class PostingAdmin(RecordAdmin):
    list_display = ["kind", "obligation", "posted_at", "content_sha256"]
    list_select_related = ["obligation"]
    exclude = ["made_in"]


@admin.register(Assessment)
class AssessmentAdmin(RecordAdmin):
    list_display = ["formula", "amount_minor", "plan_minor", "currency", "assessed_at"]


@admin.register(Payment)
class PaymentAdmin(RecordAdmin):
    list_display = ["payroll_reference", "performer_minor", "plan_minor", "currency", "paid_on"]


@admin.register(PayStatement)
class PayStatementAdmin(RecordAdmin):
    list_display = ["kind", "performer", "period_from", "period_until", "sha256"]
    list_select_related = ["performer"]
    exclude = ["content"]


@admin.register(ReportRun)
class ReportRunAdmin(RecordAdmin):
    list_display = ["code", "made_at", "rows", "csv_sha256", "schedule"]
    list_select_related = ["schedule"]
    list_filter = ["code"]


@admin.register(ReportSchedule)
class ReportScheduleAdmin(RecordAdmin):
    list_display = ["code", "cadence", "due_on", "ended_at"]


@admin.register(ReportFinding)
class ReportFindingAdmin(RecordAdmin):
    list_display = ["kind", "state", "found_on", "production"]
    list_select_related = ["production"]
    list_filter = ["kind", "state"]


@admin.register(TrainingLicence)
class TrainingLicenceAdmin(RecordAdmin):
    list_display = ["material", "licensee", "union", "noticed_on"]


# The steps of offers, reviews and accounts: read one by one here, as a whole on their own pages.
admin.site.register(
    [
        *(Offer, OfferEvent, OfferRound, OfferSignature, TermAnswer, WithdrawalNotice, SightGrant),
        *(ReviewCase, ReviewCaseDecision, ReviewEvent, ReviewApproval, ReviewApprovalUse, ReviewSecondKey),
        *(ReviewDelegation, LegalHold),
        *(HousePack, HousePackReplay, HousePackActivation),
        *(Quota, QuotaReservation),
        *(ObligationUse, ObligationEnd, RateConfirmation, CalendarHoliday, Account, PostingLine),
    ],
    RecordAdmin,
)


@admin.register(DisclosureApproval)
class DisclosureApprovalAdmin(RecordAdmin):
    """What counsel approved for the audience; changed by a later row, never edited."""

    list_display = ["approved_at", "production", "kind", "territory", "language", "withdrawn", "approved_by"]
    list_filter = ["kind", "territory"]
    list_select_related = ["production", "approved_by"]


@admin.register(DisclosurePlacing)
class DisclosurePlacingAdmin(RecordAdmin):
    list_display = ["recorded_at", "approval", "place", "placed_on", "recorded_by"]
    list_select_related = ["approval", "recorded_by"]


@admin.register(NamingChoice)
class NamingChoiceAdmin(RecordAdmin):
    """Whether and how a performer is named; their own choice, the newest counts."""

    list_display = ["chosen_at", "performer", "production", "named_as", "chosen_by"]
    list_select_related = ["performer", "production", "chosen_by"]


@admin.register(BasisSignOff)
class BasisSignOffAdmin(RecordAdmin):
    """What counsel signed off; taken back by a later row, never edited."""

    list_display = [
        "signed_at",
        "production",
        "basis",
        "use",
        "performer",
        "valid_until",
        "revoked",
        "signed_by",
    ]
    list_filter = ["basis", "use"]
    list_select_related = ["production", "performer", "signed_by"]


@admin.register(BuyerApproval)
class BuyerApprovalAdmin(RecordAdmin):
    list_display = [
        "recorded_at",
        "production",
        "use",
        "approved_at",
        "valid_until",
        "withdrawn",
        "recorded_by",
    ]
    list_filter = ["use"]
    list_select_related = ["production", "recorded_by"]
