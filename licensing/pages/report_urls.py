from __future__ import annotations

from django.urls import path

from licensing.pages import reports

urlpatterns = [
    path("reports", reports.reports, name="reports"),
    path("reports/kinds/<slug:report_code>", reports.kind, name="report-kind"),
    path("reports/findings", reports.findings, name="report-findings"),
    path("reports/training-licences", reports.training_licences, name="training-licences"),
    path("reports/<uuid:report_run_id>", reports.run, name="report-run"),
    path("reports/<uuid:report_run_id>/csv", reports.run_file, {"form": "csv"}, name="report-csv"),
    path("reports/<uuid:report_run_id>/pdf", reports.run_file, {"form": "pdf"}, name="report-pdf"),
    path("reports/schedules/<uuid:report_schedule_id>/end", reports.end, name="end-report-schedule"),
]
