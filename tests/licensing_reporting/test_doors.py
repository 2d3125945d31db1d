"""Reports through pages and the API: the same calls."""

from __future__ import annotations

import pytest

from accounts.values import Actor, Role
from core.digests import sha256_hex
from licensing.performer_cards import PerformerCard
from productions.queries import ProductionCard
from tests.factories.documents import a_colleague
from tests.factories.licensing import a_consent
from tests.factories.reports import a_report, a_schedule
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")


class TestApi:
    def test_makes_a_report_and_gives_both_files(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        client = an_api_client(legal)

        made = client.post(
            "/v1/reports", {"code": "consent_register", "production_ids": [str(production.id)]}
        )

        assert (made.status_code, made.data["rows"]) == (201, 1)
        for form, kind in (("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf")):
            answer = client.get(f"{made['Location']}/{form}")
            assert answer["Content-Type"] == kind
            assert answer["Content-Disposition"].startswith('attachment; filename="consent-register-20')
            assert sha256_hex(answer.getvalue()) == made.data[f"{form}_sha256"]
        assert client.get("/v1/reports").data["results"][0]["id"] == made.data["id"]

    def test_names_columns_and_readers_of_every_report(self, legal: Actor) -> None:
        (first, *_) = an_api_client(legal).get("/v1/report-kinds").data

        assert (first["code"], first["may_make"]) == ("consent_register", True)
        assert first["columns"][3]["name"] == "agreement_edition"

    def test_refuses_with_the_field_that_does_not_fit(self, legal: Actor) -> None:
        order = {"code": "consent_register", "period_from": "2026-02-01", "period_until": "2026-01-01"}

        answer = an_api_client(legal).post("/v1/reports", order)

        assert (answer.status_code, answer.json()["field"]) == (422, "period_until")

    def test_sets_up_and_ends_a_schedule(self, legal: Actor) -> None:
        client = an_api_client(legal)

        made = client.post("/v1/report-schedules", {"code": "consent_register", "cadence": "weekly"})

        assert (made.status_code, made.data["covers"]) == (201, "period")
        assert client.get(made["Location"]).data["cadence"] == "weekly"
        assert client.post(f"{made['Location']}/end").data["ended_because"] == "ended"
        assert client.post(f"{made['Location']}/end").status_code == 404

    def test_refuses_a_role_that_is_not_named(self, legal: Actor) -> None:
        client = an_api_client(a_colleague(legal, Role.ARTIST))

        assert client.post("/v1/reports", {"code": "replica_custody_log"}).status_code == 403


class TestPages:
    def test_show_what_can_be_made_and_what_was(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        run, schedule = a_report(legal), a_schedule(legal)
        browser = a_browser(legal)

        text = browser.get("/reports").content.decode()

        assert "Replica custody log" in text
        assert f"/reports/{run.id}/pdf" in text
        assert f"/reports/schedules/{schedule.id}/end" in text
        assert run.csv_sha256 in browser.get(f"/reports/{run.id}").content.decode()

    def test_make_a_report_and_show_it(self, legal: Actor, production: ProductionCard) -> None:
        answer = a_browser(legal).post(
            "/reports/kinds/consent_register", {"productions": [str(production.id)]}, follow=True
        )

        assert "The report is made: 0 rows." in answer.content.decode()

    def test_set_up_and_end_a_schedule(self, legal: Actor) -> None:
        browser = a_browser(legal)
        sent = {"act": "schedule", "schedule-cadence": "weekly", "schedule-covers": "everything"}

        answer = browser.post("/reports/kinds/consent_register", sent, follow=True)

        text = answer.content.decode()
        assert "weekly, of everything by then" in text
        (place,) = [
            part.split('"')[0] for part in text.split('action="') if part.startswith("/reports/schedules")
        ]
        assert "Nothing is scheduled" in browser.post(place, follow=True).content.decode()

    def test_tell_a_refusal_beside_the_form(self, legal: Actor) -> None:
        sent = {"period_from": "2026-02-01", "period_until": "2026-01-01"}

        answer = a_browser(legal).post("/reports/kinds/consent_register", sent)

        assert answer.status_code == 400
        assert "ends before it begins" in answer.content.decode()

    def test_offer_nothing_to_a_role_that_is_not_named(self, legal: Actor) -> None:
        text = (
            a_browser(a_colleague(legal, Role.ARTIST))
            .get("/reports/kinds/replica_custody_log")
            .content.decode()
        )

        assert "not for your role" in text
        assert "Make the report" not in text
