from __future__ import annotations

from django.urls import path

from licensing.pages import owed

urlpatterns = [
    path("owed", owed.desk, name="owed"),
    path("owed/new", owed.new_obligation, name="new-obligation"),
    path("owed/rates", owed.rates, name="rates"),
    path("owed/rates/<uuid:rate_id>/confirm", owed.settle_rate, {"step": "confirm"}, name="confirm-rate"),
    path("owed/rates/<uuid:rate_id>/withdraw", owed.settle_rate, {"step": "withdraw"}, name="withdraw-rate"),
    path("owed/calendars", owed.calendars, name="calendars"),
    path("owed/ledger", owed.ledger, name="ledger"),
    path("owed/ledger/<uuid:posting_id>/reverse", owed.reverse_posting, name="reverse-posting"),
    path("owed/statements", owed.statements, name="statements"),
    path("owed/statements/<uuid:pay_statement_id>", owed.statement, name="statement"),
    path(
        "owed/statements/<uuid:pay_statement_id>/json",
        owed.statement_file,
        {"form": "json"},
        name="statement-json",
    ),
    path(
        "owed/statements/<uuid:pay_statement_id>/csv",
        owed.statement_file,
        {"form": "csv"},
        name="statement-csv",
    ),
    path("owed/<uuid:obligation_id>", owed.obligation, name="obligation"),
    path("owed/<uuid:obligation_id>/serve", owed.act, {"step": "serve"}, name="serve-obligation"),
    path("owed/<uuid:obligation_id>/waive", owed.act, {"step": "waive"}, name="waive-obligation"),
    path("owed/<uuid:obligation_id>/assess", owed.act, {"step": "assess"}, name="assess-obligation"),
    path("owed/<uuid:obligation_id>/pay", owed.act, {"step": "pay"}, name="pay-obligation"),
    path("performers/<uuid:performer_id>/pay", owed.pay, name="pay"),
]
