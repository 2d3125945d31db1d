from __future__ import annotations

from uuid import UUID

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.reporting.definition import Scope
from licensing.reporting.recording import NewFinding, NewTrainingLicence
from licensing.reporting.schedules import NewSchedule
from licensing.reporting.words import Cadence, Covers, FindingKind, FindingState, TrainingUnion
from licensing.values import Agreement


class ReportColumnResource(serializers.Serializer[object]):
    name = serializers.CharField(help_text="In the head of the CSV.")
    heading = serializers.CharField()
    meaning = serializers.CharField()


class ReportKindResource(serializers.Serializer[object]):
    code = serializers.CharField()
    number = serializers.IntegerField(source="definition.number")
    title = serializers.CharField(source="definition.title")
    purpose = serializers.CharField(source="definition.purpose")
    readers = serializers.CharField(source="definition.readers")
    narrowings = serializers.ListField(
        child=serializers.CharField(), source="definition.narrowings", help_text="What it may be narrowed by."
    )
    period_means = serializers.CharField(source="definition.period_means")
    columns = ReportColumnResource(many=True, source="definition.columns")
    notes = serializers.ListField(child=serializers.CharField(), source="definition.notes")
    may_make = serializers.BooleanField()


class ReportScopeFields(serializers.Serializer[object]):
    production_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=200
    )
    performer_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    agreement = one_of(Agreement, required=False, allow_null=True, default=None)


class ReportPeriodFields(ReportScopeFields):
    period_from = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The first day, in UTC."
    )
    period_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The first day after it."
    )


class ReportOrder(ReportPeriodFields):
    code = serializers.CharField(max_length=40)

    def scope(self) -> Scope:
        fields = dict(self.validated_data)
        del fields["code"]
        return Scope(**fields | {"production_ids": tuple(fields["production_ids"])})


class ReportRunResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    scope = serializers.JSONField()
    scope_words = serializers.CharField()
    period_from = serializers.DateField(allow_null=True)
    period_until = serializers.DateField(allow_null=True)
    schedule_id = serializers.UUIDField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField(help_text="Made after the day it was due.")
    missed = serializers.IntegerField(help_text="Earlier due days of its schedule that it stands for.")
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()
    rows = serializers.IntegerField()
    not_recorded = serializers.IntegerField(help_text="Cells that are empty because nothing is recorded.")
    pages = serializers.IntegerField()
    csv_sha256 = serializers.CharField()
    csv_bytes = serializers.IntegerField()
    pdf_sha256 = serializers.CharField()
    pdf_bytes = serializers.IntegerField()
    log_origin = serializers.CharField(allow_null=True)
    log_size = serializers.IntegerField()
    log_root = serializers.CharField()


class ReportScheduleOrder(ReportScopeFields):
    code = serializers.CharField(max_length=40)
    cadence = one_of(Cadence)
    covers = one_of(Covers, required=False, default=Covers.PERIOD.value)
    told = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=50, help_text="Members."
    )

    def new_schedule(self) -> NewSchedule:
        fields = self.validated_data
        told: list[UUID] = fields["told"]
        return NewSchedule(
            code=fields["code"],
            scope=Scope(
                production_ids=tuple(fields["production_ids"]),
                performer_id=fields["performer_id"],
                agreement=fields["agreement"],
            ),
            cadence=Cadence(fields["cadence"]),
            covers=Covers(fields["covers"]),
            told=tuple(told),
        )


class ReportScheduleResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    scope = serializers.JSONField()
    scope_words = serializers.CharField()
    cadence = serializers.CharField()
    covers = serializers.CharField()
    next_from = serializers.DateField()
    due_on = serializers.DateField()
    set_up_at = serializers.DateTimeField()
    set_up_by = serializers.CharField()
    told = serializers.ListField(child=serializers.CharField())
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_because = serializers.CharField(allow_null=True)


class FindingOrder(serializers.Serializer[object]):
    kind = one_of(FindingKind)
    state = one_of(FindingState, required=False, default=FindingState.OPEN.value)
    found_by = serializers.CharField(max_length=200)
    found_on = serializers.DateField()
    text = serializers.CharField()
    production_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    performer_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def new_finding(self) -> NewFinding:
        fields = self.validated_data
        return NewFinding(
            **fields | {"kind": FindingKind(fields["kind"]), "state": FindingState(fields["state"])}
        )


class FindingResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    production_title = serializers.CharField(allow_null=True)
    performer_name = serializers.CharField(allow_null=True)
    found_by = serializers.CharField()
    found_on = serializers.DateField()
    text = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class TrainingLicenceOrder(serializers.Serializer[object]):
    """A licence to train. What nobody said stays null."""

    union = one_of(TrainingUnion)
    material = serializers.CharField(max_length=500)
    licensee = serializers.CharField(max_length=200)
    production_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    affiliated = serializers.BooleanField(required=False, allow_null=True, default=None)
    public_commercial = serializers.BooleanField(required=False, allow_null=True, default=None)
    for_pay = serializers.BooleanField(required=False, allow_null=True, default=None)
    noticed_on = serializers.DateField(required=False, allow_null=True, default=None)
    notice_sha256 = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    meeting = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    outcome = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def new_licence(self) -> NewTrainingLicence:
        fields = self.validated_data
        return NewTrainingLicence(**fields | {"union": TrainingUnion(fields["union"])})


class TrainingLicenceResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    union = serializers.CharField()
    production_title = serializers.CharField(allow_null=True)
    material = serializers.CharField()
    licensee = serializers.CharField()
    affiliated = serializers.BooleanField(allow_null=True)
    public_commercial = serializers.BooleanField(allow_null=True)
    for_pay = serializers.BooleanField(allow_null=True)
    noticed_on = serializers.DateField(allow_null=True)
    notice_sha256 = serializers.CharField()
    meeting = serializers.CharField()
    outcome = serializers.CharField()
    recorded_at = serializers.DateTimeField()
