"""Reports: which there are, having one made, fetching its files, and schedules."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from accounts.permissions import has_role
from accounts.values import Role
from core.pagination import Pages
from licensing.api.report_serializers import (
    FindingOrder,
    FindingResource,
    ReportKindResource,
    ReportOrder,
    ReportRunResource,
    ReportScheduleOrder,
    ReportScheduleResource,
    TrainingLicenceOrder,
    TrainingLicenceResource,
)
from licensing.api.views import Door, created
from licensing.doors import MAY_KEEP_REPORT_RECORDS, READS_REPORT_RECORDS
from licensing.downloads import report_response
from licensing.reporting.making import make_report
from licensing.reporting.reading import (
    report_cards,
    report_file,
    run_card,
    run_cards,
    schedule_card,
    schedule_cards,
)
from licensing.reporting.recording import (
    finding_cards,
    record_finding,
    record_training_licence,
    training_licence_cards,
)
from licensing.reporting.schedules import end_schedule, set_up_schedule


class ReportDoor(Door):
    """Whose a report is to have made, the report itself says."""

    writers: tuple[Role, ...] = ()


class ReportKinds(ReportDoor):
    @extend_schema(operation_id="report_kinds_list", responses=ReportKindResource(many=True))
    def get(self, request: Request) -> Response:
        """Every report there is, with its columns."""
        return Response(ReportKindResource(report_cards(acting(request)), many=True).data)


class Reports(ReportDoor):
    @extend_schema(operation_id="reports_list", responses=ReportRunResource(many=True))
    def get(self, request: Request) -> Response:
        """Reports that were made and that you may have, the latest first."""
        pages = Pages()
        cards = pages.paginate_queryset(run_cards(acting(request)), request)
        return pages.get_paginated_response(ReportRunResource(cards, many=True).data)

    @extend_schema(operation_id="reports_make", request=ReportOrder, responses={201: ReportRunResource})
    def post(self, request: Request) -> Response:
        """Have a report made now, as CSV and PDF."""
        order = ReportOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = make_report(order.validated_data["code"], order.scope(), actor=acting(request))
        return created(ReportRunResource(card).data, f"/v1/reports/{card.id}")


class ReportRun(ReportDoor):
    @extend_schema(operation_id="reports_read", responses=ReportRunResource)
    def get(self, request: Request, report_run_id: UUID) -> Response:
        """One report that was made."""
        return Response(ReportRunResource(run_card(report_run_id, actor=acting(request))).data)


class ReportTable(ReportDoor):
    @extend_schema(operation_id="reports_csv", responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, report_run_id: UUID) -> HttpResponseBase:
        """The report as CSV."""
        return _file(request, report_run_id, "csv")


class ReportDocument(ReportDoor):
    @extend_schema(operation_id="reports_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, report_run_id: UUID) -> HttpResponseBase:
        """The report as PDF."""
        return _file(request, report_run_id, "pdf")


class Schedules(ReportDoor):
    @extend_schema(operation_id="report_schedules_list", responses=ReportScheduleResource(many=True))
    def get(self, request: Request) -> Response:
        """Schedules of reports, the latest first; ended ones too."""
        return Response(ReportScheduleResource(schedule_cards(acting(request)), many=True).data)

    @extend_schema(
        operation_id="report_schedules_set_up",
        request=ReportScheduleOrder,
        responses={201: ReportScheduleResource},
    )
    def post(self, request: Request) -> Response:
        """Have a report made again and again, of each period that ends."""
        order = ReportScheduleOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = set_up_schedule(order.new_schedule(), actor=acting(request))
        return created(ReportScheduleResource(card).data, f"/v1/report-schedules/{card.id}")


class Schedule(ReportDoor):
    @extend_schema(operation_id="report_schedules_read", responses=ReportScheduleResource)
    def get(self, request: Request, report_schedule_id: UUID) -> Response:
        """One schedule."""
        return Response(ReportScheduleResource(schedule_card(report_schedule_id, actor=acting(request))).data)


class ScheduleEnd(ReportDoor):
    @extend_schema(operation_id="report_schedules_end", request=None, responses=ReportScheduleResource)
    def post(self, request: Request, report_schedule_id: UUID) -> Response:
        """End a schedule. What was made stays."""
        return Response(ReportScheduleResource(end_schedule(report_schedule_id, actor=acting(request))).data)


class RecordDoor(ReportDoor):
    """What is entered for reports is read by few and written by fewer."""

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [has_role(*(READS_REPORT_RECORDS if reads else MAY_KEEP_REPORT_RECORDS))()]


class Findings(RecordDoor):
    @extend_schema(operation_id="report_findings_list", responses=FindingResource(many=True))
    def get(self, request: Request) -> Response:
        """What was entered for the half-yearly report and nothing newer supersedes, the latest first."""
        return Response(FindingResource(finding_cards(acting(request)), many=True).data)

    @extend_schema(
        operation_id="report_findings_record", request=FindingOrder, responses={201: FindingResource}
    )
    def post(self, request: Request) -> Response:
        """Enter a finding, or a newer state of one."""
        order = FindingOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = record_finding(order.new_finding(), actor=acting(request))
        return created(FindingResource(card).data, "/v1/report-findings")


class TrainingLicences(RecordDoor):
    @extend_schema(operation_id="training_licences_list", responses=TrainingLicenceResource(many=True))
    def get(self, request: Request) -> Response:
        """Licences to train that were entered and nothing newer supersedes, the latest first."""
        return Response(TrainingLicenceResource(training_licence_cards(acting(request)), many=True).data)

    @extend_schema(
        operation_id="training_licences_record",
        request=TrainingLicenceOrder,
        responses={201: TrainingLicenceResource},
    )
    def post(self, request: Request) -> Response:
        """Enter a licence to train on material, or a newer state of one."""
        order = TrainingLicenceOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = record_training_licence(order.new_licence(), actor=acting(request))
        return created(TrainingLicenceResource(card).data, "/v1/training-licences")


def _file(request: Request, report_run_id: UUID, form: Literal["csv", "pdf"]) -> HttpResponseBase:
    actor = acting(request)
    card = run_card(report_run_id, actor=actor)
    return report_response(report_file(report_run_id, form, actor=actor), card.code, card.made_at, form)
