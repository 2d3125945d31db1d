from __future__ import annotations

from django.urls import path

from licensing.api import report_views

urlpatterns = [
    path("report-kinds", report_views.ReportKinds.as_view()),
    path("reports", report_views.Reports.as_view()),
    path("reports/<uuid:report_run_id>", report_views.ReportRun.as_view()),
    path("reports/<uuid:report_run_id>/csv", report_views.ReportTable.as_view()),
    path("reports/<uuid:report_run_id>/pdf", report_views.ReportDocument.as_view()),
    path("report-findings", report_views.Findings.as_view()),
    path("training-licences", report_views.TrainingLicences.as_view()),
    path("report-schedules", report_views.Schedules.as_view()),
    path("report-schedules/<uuid:report_schedule_id>", report_views.Schedule.as_view()),
    path("report-schedules/<uuid:report_schedule_id>/end", report_views.ScheduleEnd.as_view()),
]
