"""Reports 1, 2, 3, 4 and 11: a row of each, from what people did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.values import Actor, Role
from core.clock import now
from licensing.custody.access import record_copy
from licensing.custody.destruction import destroy_asset
from licensing.operations.gate import decide_use
from licensing.operations.ledger import NewPayment, assess, record_payment
from licensing.operations.obligations import open_from_decision
from licensing.owed.values import TO_BE_ENTERED, Effect, RateKind
from licensing.owed_queries import obligation_card
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement, CastMember
from productions.queries import ProductionCard
from productions.values import AgreementCode, ProductionKind
from tests.factories.custody import an_asset
from tests.factories.documents import a_colleague, an_authority
from tests.factories.licensing import DOCUMENT_SHA256, a_consent, a_performer, an_engagement, an_order
from tests.factories.offers import an_offer, in_force
from tests.factories.owed import a_payroll, a_rate, every_rate, opened
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.reports import rows_of

pytestmark = pytest.mark.usefixtures("committed_db")


class TestConsentRegister:
    def test_tells_every_signed_term(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        consent = a_consent(legal, production, ana)

        (row,) = rows_of(legal, "consent_register")

        assert row == {
            "consent_id": str(consent.id),
            "person": ana.professional_name,
            "ids": "studio_ref NF 0001",
            "agreement_edition": "SAG-AFTRA TV/Theatrical 2026",
            "replica_type": "employment-based replica (scan)",
            "project": production.title,
            "description": consent.intended_use["description"],
            "scenes": "42",
            "media": "theatrical; svod",
            "territories": "WORLD",
            "languages": "en",
            "dates": "2026-08-20 to 2028-12-31",
            "form_kind": "separate rider",
            "signed_at": "2026-08-20T15:00:00-07:00",
            "signer_role": "performer",
            "representation": "union cba covers replica",
            "notice_at": "2026-09-14T09:00:00-07:00",
            "business_reason": "The fall cannot be staged safely at this height.",
            "status": "active",
            "doc_hash": DOCUMENT_SHA256,
            "supersedes": "none",
        }

    def test_leaves_empty_what_nobody_recorded(self, legal: Actor, production: ProductionCard) -> None:
        bo = a_performer(legal, "Bo Lindqvist")
        a_consent(legal, production, bo, business_reason=None, languages=None)

        (row,) = rows_of(legal, "consent_register")

        assert [row[name] for name in ("business_reason", "languages", "representation")] == ["", "", ""]
        assert row["ids"] == "none"

    def test_tells_what_took_the_place_of_what(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        first = a_consent(legal, production, ana)
        second = a_consent(legal, production, ana, supersedes=first.id)

        by_id = {row["consent_id"]: row for row in rows_of(legal, "consent_register")}

        assert by_id[str(first.id)]["status"] == "superseded"
        assert by_id[str(second.id)]["supersedes"] == str(first.id)

    def test_neutralises_what_a_name_would_compute(self, legal: Actor, production: ProductionCard) -> None:
        evil = a_performer(legal, '=HYPERLINK("http://evil.example","Bo")')
        a_consent(legal, production, evil)

        (row,) = rows_of(legal, "consent_register")

        assert row["person"].startswith("'=HYPERLINK")


def test_the_custody_log_tells_access_copies_and_the_end(
    legal: Actor, production: ProductionCard, ana: PerformerCard
) -> None:
    consent = a_consent(legal, production, ana)
    scan = an_asset(legal, consent.id)
    child = an_asset(legal, consent.id, label="Smiling", built_from=[scan.id])
    record_copy(scan.id, place="A drive at the vendor", actor=legal)
    gone = destroy_asset(child.id, actor=legal)

    held, destroyed = rows_of(legal, "replica_custody_log")

    assert held["asset"] == f"reference image {scan.id}"
    assert (held["person"], held["location_region"]) == (ana.professional_name, "US-CA")
    assert (held["built_from"], held["access_list"]) == ("none", str(legal.user_id))
    assert held["copies"] == "sealed file in the media store; A drive at the vendor"
    assert held["destroyed_at_attestation"] == "none"
    assert destroyed["built_from"] == str(scan.id)
    assert destroyed["destroyed_at_attestation"].endswith(gone.attestation_sha256)


class TestUseAndPay:
    def test_tells_inputs_rates_amounts_and_payment(self) -> None:
        payroll = a_payroll()
        every_rate(payroll)
        shot = a_shot(payroll.legal, a_sequence(payroll.legal, payroll.production), code="X010")
        decision = decide_use(
            an_order(payroll.legal, payroll.production, payroll.performer, shot_id=shot.id),
            actor=payroll.legal,
        )
        assert decision.id is not None
        open_from_decision(
            payroll.organisation_id,
            decision.id,
            effect=Effect.TAKE_SIGNED,
            effect_id=shot.id,
            at=now(),
            actor_label="worker:w1",
        )
        card = opened(payroll)
        record_payment(
            card.id,
            NewPayment(
                performer_minor=300_066,
                plan_minor=0,
                currency="USD",
                paid_on=date(2026, 11, 20),
                payroll_reference="PR-1",
            ),
            actor=payroll.legal,
        )

        (row,) = rows_of(payroll.legal, "use_and_pay_ledger")

        assert f"take signed {shot.id}" in row["use_id"]
        assert "scene 42 shot X010" in row["scene_shot"]
        assert row["replica"] == f"{payroll.performer.professional_name}: employment-based replica (scan)"
        assert "days 2" in row["estimated_days_inputs"]
        assert "day minimum USD 1,000.01 from 2026-07-01, grade B" in row["rate"]
        assert "plan percent 23.50 %" in row["rate"]
        assert (row["gross"], row["plan_contribution"]) == ("USD 3,000.66", "USD 705.16")
        assert (row["residual_class"], row["payroll_ref"]) == ("as in person", "PR-1")
        assert row["paid_at"] == "2026-11-20 USD 3,000.66"

    def test_invents_no_figure(self) -> None:
        payroll = a_payroll()
        opened(payroll)

        (row,) = rows_of(payroll.legal, "use_and_pay_ledger")

        for name in ("rate", "gross", "plan_contribution"):
            assert row[name].startswith(TO_BE_ENTERED)
        assert "day minimum" in row["rate"]
        assert (row["residual_class"], row["paid_at"]) == ("", "none yet")

    def test_is_a_performers_own_alone(self) -> None:
        payroll = a_payroll()
        opened(payroll)
        performer, artist = (
            a_colleague(payroll.legal, Role.PERFORMER),
            a_colleague(payroll.legal, Role.PERFORMER),
        )
        other = a_performer(payroll.legal, "Bo Lindqvist")
        an_authority(payroll.legal, payroll.performer, performer)
        an_authority(payroll.legal, other, artist)

        assert len(rows_of(performer, "use_and_pay_ledger")) == 1
        assert rows_of(artist, "use_and_pay_ledger") == []


def test_the_usage_report_counts_lines_of_stated_words_alone(legal: Actor) -> None:
    game = a_production(legal, kind=ProductionKind.GAME, agreement=AgreementCode.SAG_IMA_2025)
    voice = a_performer(legal, "Vo Calder")
    an_engagement(legal, game, voice, agreement=Agreement.SAG_IMA_2025, replica_from=game.id)
    a_consent(legal, game, voice, replica_type="vocal_replica_ima", media=["interactive"])
    order = an_order(
        legal,
        game,
        use="generate_new_performance",
        media=("interactive",),
        cast=(),
    )
    cast = (CastMember(performer_id=voice.id, replica_type="vocal_replica_ima"),)
    decision = decide_use(replace(order, cast=cast, prompt="A voice calls."), actor=legal)
    assert decision.id is not None
    ids = open_from_decision(
        legal.organisation_id,
        decision.id,
        effect=Effect.TAKE_SIGNED,
        effect_id=decision.id,
        at=now(),
        actor_label="worker:w1",
    )
    pay = next(card for card in (obligation_card(one, actor=legal) for one in ids) if card.is_pay)

    (before,) = rows_of(legal, "game_usage_report")

    assert (before["performer"], before["replica"]) == ("Vo Calder", "vocal replica (interactive media)")
    assert (before["lines_words"], before["real_time_yes_no"]) == ("", "no")
    assert before["amount"].startswith(TO_BE_ENTERED)

    payroll = a_payroll(legal)
    rate = {"agreement": Agreement.SAG_IMA_2025, "category": "any"}
    a_rate(payroll, RateKind.LINE_RATE, amount=700, **rate)
    a_rate(payroll, RateKind.PLAN_PERCENT, amount=1_750, **rate)
    assess(pay.id, formula="game_vocal", units={"words": 115}, document_sha256=DOCUMENT_SHA256, actor=legal)

    (after,) = rows_of(legal, "game_usage_report")

    assert after["lines_words"] == "12 lines of 115 words"
    assert after["amount"] == "USD 84.00, and USD 14.70 to the plan"
    today = now().date().isoformat()
    assert after["period"] == f"{today} to {today}"


class TestClearance:
    def test_tells_right_holder_term_fee_and_reviewer(self) -> None:
        payroll = a_payroll()
        opened(payroll)

        (row,) = rows_of(payroll.legal, "clearance_schedule")

        assert (row["likeness"], row["living_deceased"]) == (
            payroll.performer.professional_name,
            "living, adult",
        )
        assert row["right"].startswith("employment-based replica (scan); create replica")
        assert (row["holder"], row["territory"], row["term"]) == (
            "performer",
            "WORLD",
            "2026-08-20 to 2028-12-31",
        )
        assert (row["fee"], row["doc"], row["status"]) == (TO_BE_ENTERED, DOCUMENT_SHA256, "active")
        # Nobody is on record as having compared this paper.
        assert row["reviewer"] == ""

    def test_names_who_signed_for_the_studio(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        person = a_colleague(legal, Role.PERFORMER)
        an_authority(legal, ana, person)
        in_force(an_offer(legal, production, ana), person, legal)

        (row,) = rows_of(legal, "clearance_schedule")

        assert row["reviewer"] == "Ana Ruiz"
        assert row["fee"] == ""
