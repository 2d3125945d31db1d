"""Reports 8, 9 and 10, made of what people really did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from accounts.errors import RoleMissing
from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.tenancy import tenant
from generation.models import ModelRecord, ModelRelease, Take
from generation.operations.contributions import take_back
from generation.operations.takes import request_take
from generation.queries import take_card
from provenance.queries import source_statements
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from tests.factories.accounts import a_member
from tests.factories.authorship import (
    Film,
    a_cut,
    an_element,
    of_element,
    of_take,
    rejected,
    selected,
)
from tests.factories.disclosures import a_due_disclosure, an_approval, placed
from tests.factories.productions import a_production
from tests.factories.reports import a_report, rows_of
from tests.factories.takes import a_model_statement, a_studio, an_order_for, rendered


def _counsel(film: Film) -> Actor:
    with tenant(film.organisation_id):
        organisation = Organisation.objects.get(id=film.organisation_id)
    return a_member(Role.LEGAL, organisation=organisation)


def _decided(take: Take, decision_id: UUID) -> None:
    with tenant(take.organisation_id):
        Take.objects.filter(id=take.id).update(decision_id=decision_id)


class TestUsage:
    def test_tells_each_model_and_use_once_with_who_looked(self, film: Film) -> None:
        with tenant(film.organisation_id):
            model = film.take.model
            ModelRelease.objects.filter(id=model.id).update(on_file=["ip_indemnity"])
        selected(film.producer, film.take)

        rows = rows_of(film.producer, "ai_usage_register", production_ids=(film.production.id,))

        # Each factory take has a model of its own.
        assert len(rows) == 2
        row = next(one for one in rows if one["shots"] == film.first.code)
        assert row["tool"] == model.name
        assert model.lock_sha256 in row["version"]
        assert row["task"] == f"generate new performance, {film.production.title}"
        assert (row["human_reviewer"], row["indemnity"]) == ("Ana Ruiz", "on file")
        assert row["inputs_class"] == "text prompt"

    def test_tells_the_vendor_and_the_terms_that_were_on_file_when_it_was_asked(self, film: Film) -> None:
        with tenant(film.organisation_id):
            take = Take.objects.get(id=film.take.id)
            for terms, at in (
                ("34" * 32, take.requested_at - timedelta(days=2)),
                ("56" * 32, take.requested_at),
            ):
                ModelRecord.objects.create(
                    model_id=take.model_id,
                    content={"terms_sha256": terms},
                    content_sha256=terms,
                    stated_at=at,
                )
        a_model_statement(film.producer, take.model_id)

        rows = rows_of(film.producer, "ai_usage_register", production_ids=(film.production.id,))

        row = next(one for one in rows if one["shots"] == film.first.code)
        assert (row["vendor"], row["region"]) == ("Quillpath Motion Works", "EU")
        assert row["licence_tier"] == "Apache-2.0; studio"
        assert row["terms_snapshot_hash"] == "56" * 32

    def test_leaves_empty_what_nobody_recorded(self, film: Film) -> None:
        for row in rows_of(film.producer, "ai_usage_register"):
            assert {row[name] for name in ("vendor", "terms_snapshot_hash", "region", "indemnity")} == {""}
            assert row["human_reviewer"] == ""

    def test_is_narrowed_to_a_production(self, film: Film) -> None:
        other = a_production(film.producer)

        assert rows_of(film.producer, "ai_usage_register", production_ids=(other.id,)) == []


class TestShotMap:
    def test_follows_the_cut_frame_by_frame(self, film: Film) -> None:
        painting = an_element(film.producer, film.first)
        a_cut(
            film.producer,
            film.sequence,
            of_take(film.other, 0, 8),
            of_element(painting, 0, 4),
            of_take(film.take),
            reel="R1",
        )

        rows = rows_of(film.producer, "shot_disclosure_map", production_ids=(film.production.id,))

        assert [(one["reel"], one["timecode_in_out"], one["shot"]) for one in rows] == [
            ("R1", "00:00:00:00 to 00:00:01:00", "A A020, take 1"),
            ("R1", "00:00:01:00 to 00:00:01:04", "Matte painting of the harbour"),
            ("R1", "00:00:01:04 to 00:00:03:05", "A A010, take 1"),
        ]
        generated, made, _ = rows
        source = source_statements(film.organisation_id, [film.other.id])[film.other.id]
        assert (generated["contribution"], generated["share_of_frame"]) == ("generated", "whole frame")
        assert generated["c2pa_manifest_id"] == source.manifest_id
        assert generated["digitalsourcetype"] == TRAINED_ALGORITHMIC_MEDIA
        assert generated["disclosure"] == "none"
        assert (made["contribution"], made["share_of_frame"], made["tool"]) == ("none", "none", "none")

    def test_guesses_nothing_of_an_element_nobody_vouches_for(self, film: Film) -> None:
        a_cut(
            film.producer, film.sequence, of_element(an_element(film.producer, film.first, without_ai=None))
        )

        (row,) = rows_of(film.producer, "shot_disclosure_map")

        empty = {name for name, value in row.items() if value == ""}
        assert {"reel", "contribution", "share_of_frame", "tool", "performers", "disclosure"} <= empty

    def test_says_what_is_due_and_when_it_is_met(self, film: Film) -> None:
        _decided(film.take, a_due_disclosure(film.producer, film.production.id))
        a_cut(film.producer, film.sequence, of_take(film.take))

        (row,) = rows_of(film.producer, "shot_disclosure_map")
        assert row["disclosure"] == "EU-02: due, not recorded"

        placed(film.producer, an_approval(_counsel(film), film.production.id))
        (row,) = rows_of(film.producer, "shot_disclosure_map")
        assert row["disclosure"] == "EU-02: end credit (EU)"

    @pytest.mark.slow
    def test_of_a_take_that_was_really_made_names_performer_and_consent(
        self, folder: Path, pristine_model: Path
    ) -> None:
        studio = a_studio(pristine_model)
        card = request_take(
            an_order_for(studio, studio.consenting), actor=studio.producer, idempotency_key="k"
        )
        card = rendered(card, studio)
        with tenant(studio.organisation_id):
            take = Take.objects.select_related("shot__sequence").get(id=card.id)
        selected(studio.producer, take)
        from productions.queries import sequence_card

        sequence = sequence_card(studio.organisation_id, take.shot.sequence_id)
        a_cut(studio.producer, sequence, of_take(take))

        (row,) = rows_of(studio.producer, "shot_disclosure_map")

        assert row["performers"] == "Ana Ruiz Calder"
        assert row["consent_id"] == str(studio.consent.id)
        assert row["contribution"] == "generated"
        assert take_card(studio.organisation_id, take.id).model_name in row["tool"]


class TestAuthorship:
    def test_tells_each_act_that_counts_with_its_author_and_evidence(self, film: Film) -> None:
        act = rejected(film.producer, film.take, note="too fast")
        an_element(film.producer, film.first, file_sha256="ab" * 32)

        rows = rows_of(film.producer, "human_authorship_statement", production_ids=(film.production.id,))

        told = next(one for one in rows if "too fast" in one["contribution"])
        assert told["element"] == f"{film.production.title}: Shot A010, take 1"
        assert told["human_author"] == "Ana Ruiz"
        assert told["contribution"].startswith("Rejected, ")
        assert "Every image of the take: generated by" in told["ai_part_disclaimed"]
        assert f"act {act.content_sha256}" in told["evidence_refs"]
        assert str(film.take.id) in told["evidence_refs"]
        made = next(one for one in rows if "Matte painting" in one["element"])
        assert made["ai_part_disclaimed"] == "none"
        assert "ab" * 32 in made["evidence_refs"]

    def test_leaves_out_what_was_taken_back(self, film: Film) -> None:
        act = selected(film.producer, film.take)
        take_back(act.id, note="", actor=film.producer)

        told = rows_of(film.producer, "human_authorship_statement")

        assert [one for one in told if one["contribution"].startswith(("Selected", "Taken back"))] == []

    def test_disclaims_nothing_it_does_not_know(self, film: Film) -> None:
        an_element(film.producer, film.first, without_ai=None)

        (made,) = [
            one
            for one in rows_of(film.producer, "human_authorship_statement")
            if "Matte painting" in one["element"]
        ]
        assert made["ai_part_disclaimed"] == ""


class TestDisclosures:
    def test_tell_what_is_due_before_anybody_approved_a_wording(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.production.id)

        (row,) = rows_of(film.producer, "disclosure_report")

        assert row["territory"] == f"DE: {film.production.title}"
        assert "article 50(4)" in row["law"]
        assert row["duty"] == "EU-02: end credit, on screen; before delivery"
        assert {row[name] for name in ("wording", "placement", "evidence", "date")} == {""}

    def test_tell_where_it_stands_and_what_proves_it(self, film: Film) -> None:
        a_due_disclosure(film.producer, film.production.id)
        placed(film.producer, an_approval(_counsel(film), film.production.id))

        (row,) = rows_of(film.producer, "disclosure_report")

        assert row["wording"] == "Parts of this film were made with artificial intelligence. (en)"
        assert (row["placement"], row["evidence"], row["date"]) == (
            "End credits, card 12",
            "cd" * 32,
            "2026-11-20",
        )

    def test_tell_of_what_nobody_asked_for_too(self, film: Film) -> None:
        an_approval(_counsel(film), film.production.id, wording="doc-01-cue-sheet")

        (row,) = rows_of(film.producer, "disclosure_report")

        assert row["duty"] == "No decision on record asks for it"


@pytest.mark.parametrize(
    "code", ["ai_usage_register", "shot_disclosure_map", "human_authorship_statement", "disclosure_report"]
)
def test_none_is_made_for_whom_it_is_not_meant_and_none_shows_another_studio(film: Film, code: str) -> None:
    a_cut(film.producer, film.sequence, of_take(film.take))

    with pytest.raises(RoleMissing):
        a_report(a_member(Role.PERFORMER), code)
    assert rows_of(a_member(Role.PRODUCER), code) == []
