from __future__ import annotations

from django.urls import path

from licensing.api import owed_views

urlpatterns = [
    path("obligations", owed_views.Obligations.as_view()),
    path("obligations/reminders", owed_views.Reminders.as_view()),
    path("obligations/<uuid:obligation_id>", owed_views.Obligation.as_view()),
    path("obligations/<uuid:obligation_id>/service", owed_views.ObligationService.as_view()),
    path("obligations/<uuid:obligation_id>/waiver", owed_views.ObligationWaiver.as_view()),
    path("obligations/<uuid:obligation_id>/assessment", owed_views.ObligationAssessment.as_view()),
    path("obligations/<uuid:obligation_id>/payments", owed_views.ObligationPayments.as_view()),
    path("rates", owed_views.Rates.as_view()),
    path("rates/<uuid:rate_id>", owed_views.Rate.as_view()),
    path("rates/<uuid:rate_id>/confirmation", owed_views.RateConfirmation.as_view()),
    path("rates/<uuid:rate_id>/end", owed_views.RateEnd.as_view()),
    path("rates/<uuid:rate_id>/withdrawal", owed_views.RateWithdrawal.as_view()),
    path("calendars", owed_views.Calendars.as_view()),
    path("ledger", owed_views.Ledger.as_view()),
    path("ledger/balances", owed_views.Balances.as_view()),
    path("ledger/<uuid:posting_id>", owed_views.Posting.as_view()),
    path("ledger/<uuid:posting_id>/reversal", owed_views.Reversal.as_view()),
    path("statements", owed_views.Statements.as_view()),
    path("statements/<uuid:pay_statement_id>", owed_views.Statement.as_view()),
    path("statements/<uuid:pay_statement_id>/json", owed_views.StatementFile.as_view()),
    path("statements/<uuid:pay_statement_id>/csv", owed_views.StatementTable.as_view()),
]
