"""What rules read of a production is corrected: never unseen, never without why, and never in earlier decisions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from accounts.values import Actor, Role
from audit.reconciliation import registered
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.operations.takes import request_take
from licensing.models.decision import Decision
from licensing.moments import moment
from licensing.operations.gate import ask_as_of, facts_now
from licensing.order_json import order_from_json
from productions import reconciling
from productions.corrections import correct_production
from productions.errors import CorrectionUnfit, NoSuchProduction, NothingToCorrect
from productions.history import production_changes
from productions.models import Production, ProductionChange
from productions.queries import production_facts
from productions.values import AgreementCode, ChangeReason, Correction, ProductionKind
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague
from tests.factories.productions import a_correction, a_production
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, a_studio, an_order_for

pytestmark = pytest.mark.usefixtures("committed_db")

LATER = date(2026, 9, 15)


@pytest.fixture
def legal(committed_db: None) -> Actor:
    return a_member(Role.LEGAL)


class TestACorrection:
    def test_keeps_what_was_said_before_and_who_corrected_it_and_why(self, legal: Actor) -> None:
        production = a_production(legal)
        facts = {"agreement": AgreementCode.SAG_TVT_2023, "governing_law": None, "buyer": "none"}

        now_says = correct_production(
            production.id, a_correction(facts=facts, true_since=date(2026, 6, 1)), actor=legal
        )

        assert (now_says.agreement, now_says.governing_law) == ("sag_tvt_2023", None)
        changes = production_changes(legal.organisation_id, production.id)
        assert [(one.field, one.before, one.after) for one in changes] == [
            ("agreement", "sag_tvt_2026", "sag_tvt_2023"),
            ("governing_law", "US-CA", None),
        ]
        assert len({one.statement_id for one in changes}) == 1
        assert {(one.reason, one.because, one.true_since, one.recorded_by) for one in changes} == {
            (
                "entered_wrongly",
                "The first call sheet was taken for the final one.",
                date(2026, 6, 1),
                "Ana Ruiz",
            )
        }

    @pytest.mark.parametrize(
        ("new", "refusal"),
        [
            (a_correction(facts={}), NothingToCorrect),
            (a_correction(facts={"kind": ProductionKind.FEATURE}), NothingToCorrect),
            (a_correction(facts={"kind": None}), CorrectionUnfit),
            (a_correction(facts={"title": "x"}), CorrectionUnfit),
            (a_correction(facts={"agreement": "sag_opera"}), CorrectionUnfit),
            (a_correction(facts={"governing_law": "Atlantis"}), CorrectionUnfit),
            (a_correction(because="  "), CorrectionUnfit),
            (a_correction(document_sha256="no"), CorrectionUnfit),
            (a_correction(true_since=date(2199, 1, 1)), CorrectionUnfit),
        ],
    )
    def test_that_cannot_be_taken_changes_nothing(
        self, legal: Actor, new: Correction, refusal: type[Exception]
    ) -> None:
        production = a_production(legal)

        with pytest.raises(refusal):
            correct_production(production.id, new, actor=legal)

        assert production_changes(legal.organisation_id, production.id) == ()

    def test_of_another_house_finds_nothing(self, legal: Actor) -> None:
        production = a_production(a_member())

        with pytest.raises(NoSuchProduction):
            correct_production(production.id, a_correction(), actor=legal)
        with pytest.raises(NoSuchProduction):
            production_changes(legal.organisation_id, production.id)

    @pytest.mark.parametrize("how", ["past it", "rewrite", "delete"])
    def test_is_the_only_way_and_stays(self, legal: Actor, how: str) -> None:
        production = a_production(legal)
        correct_production(production.id, a_correction(), actor=legal)

        def change() -> None:
            with tenant(legal.organisation_id):
                rows = ProductionChange.objects.filter(production_id=production.id)
                if how == "past it":
                    Production.objects.filter(id=production.id).update(buyer="netflix")
                elif how == "rewrite":
                    rows.update(because="No reason.")
                else:
                    rows.delete()

        with pytest.raises(DatabaseError):
            change()

    def test_is_held_against_the_log(self) -> None:
        assert reconciling.RECONCILER in registered()


class TestBesideDecisions:
    @pytest.fixture
    def studio(self, pristine_model: Path) -> Studio:
        return a_studio(pristine_model)

    def _sent(self, studio: Studio, **said: str) -> dict[str, Any]:
        return {
            "kind": "feature",
            "agreement": "sag_tvt_2026",
            "principal_photography_start": LATER.isoformat(),
            "production_start": "2026-08-01",
            "governing_law": "US-CA",
            "buyer": "none",
            "award_campaign": "no",
            "writers_guild_covered": "yes",
            "reason": "entered_wrongly",
            "because": "The call sheet said otherwise.",
            "document_sha256": "cd" * 32,
            **said,
        }

    def test_says_how_many_takes_rest_on_the_old_value_before_it_is_made(self, studio: Studio) -> None:
        take = request_take(an_order_for(studio), actor=studio.producer, idempotency_key=str(new_id()))
        with tenant(studio.organisation_id):
            decided = Decision.objects.get(id=take.decision_id)
        legal = a_colleague(studio.producer, Role.LEGAL)
        browser, path = a_browser(legal), f"/productions/{studio.production.id}/facts"
        at = now()

        told = browser.post(path, self._sent(studio))

        assert told.status_code == 200
        assert "1 take was decided under the old value" in told.text
        assert "of principal photography start: 1 " in told.text.lower()
        assert 'name="confirmed" value="1"' in told.text
        unchanged = production_facts(studio.organisation_id, studio.production.id)
        assert unchanged.principal_photography_start == date(2026, 9, 1)

        done = browser.post(path, self._sent(studio, confirmed="1"), follow=True)

        assert "15 September 2026" in done.text
        assert "1 September 2026, now 15 September 2026" in done.text
        with tenant(studio.organisation_id):
            kept = Decision.objects.get(id=take.decision_id)
            asked = order_from_json(kept.asked, stage="generate")
            project = facts_now(asked)["project"]
        assert bytes(kept.facts) == bytes(decided.facts)
        assert json.loads(bytes(kept.facts))["project"]["principal_photography_start"] == "2026-09-01"
        assert isinstance(project, dict)
        assert project["principal_photography_start"] == LATER.isoformat()
        # What was on record then is what it was.
        as_then = ask_as_of(kept.id, moment=moment(at, at), actor=legal)
        assert as_then.facts_sha256 != ask_as_of(kept.id, moment=moment(at, None), actor=legal).facts_sha256

    def test_takes_at_once_what_nothing_rests_on(self, studio: Studio) -> None:
        browser = a_browser(a_colleague(studio.producer, Role.LEGAL))

        answer = browser.post(f"/productions/{studio.production.id}/facts", self._sent(studio))

        assert answer.status_code == 302

    def test_is_legals_alone(self, studio: Studio) -> None:
        path = f"/productions/{studio.production.id}"
        producer = a_browser(a_colleague(studio.producer, Role.PRODUCER))
        legal = a_browser(a_colleague(studio.producer, Role.LEGAL))
        change = {
            "buyer": "netflix",
            "reason": ChangeReason.HAPPENED.value,
            "because": "Sold.",
            "document_sha256": "cd" * 32,
        }

        def post(browser: Any, **more: Any) -> Any:  # noqa: ANN401 - the client's
            return browser.post(f"/v1{path}/changes", change | more, content_type="application/json")

        assert producer.get(f"{path}/facts").status_code == 403
        assert f"{path}/facts" not in producer.get(path).text
        assert f"{path}/facts" in legal.get(path).text
        assert post(producer).status_code == 403
        dry = post(legal, dry_run=True)
        assert (dry.status_code, dry.json()["changes"]) == (200, ["buyer"])
        assert post(legal).status_code == 201
        assert post(legal).json()["type"].endswith("/nothing-to-correct")
        (told,) = producer.get(f"/v1{path}/changes").json()
        assert (told["fact"], told["before"], told["after"]) == ("buyer", "none", "netflix")
