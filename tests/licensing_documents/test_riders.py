from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.values import Actor, Role
from audit.queries import entries_about
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.document_cards import RiderCard
from licensing.document_pages import rider_page
from licensing.document_queries import authority_cards, rider_card, rider_cards, rider_file
from licensing.documents import files
from licensing.documents.errors import (
    DocumentAltered,
    NoSuchRider,
    OtherTermsMeant,
    RiderOutOfTurn,
    TermsContradict,
    TranscriptionUnconfirmed,
)
from licensing.documents.pdf_examination import SignatureState
from licensing.documents.pdf_reading import examine
from licensing.documents.signing_keys import trusted_roots
from licensing.errors import (
    ConsentOverlaps,
    FactsUnreadable,
    NoSuchConsent,
)
from licensing.names import Visibility
from licensing.operations.consents import record_consent
from licensing.operations.riders import put_rider_on_record, sign_for_performer, sign_for_studio
from licensing.performer_cards import PerformerCard
from licensing.terms import NewConsent
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import (
    a_colleague,
    a_rider,
    a_signed_rider,
    an_authority,
    rider_terms,
    with_text_added,
)
from tests.factories.licensing import a_performer
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")

OLD_WORDING = "UPDATE licensing_rider SET wording = '2026-11' WHERE replica_type = 'ebdr_scan'"


def _stored(sha256: str) -> Path:
    return files._store().path(f"{sha256[:2]}/{sha256}.pdf")


class TestTheWayOfARider:
    def test_from_terms_to_a_consent(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_rider(legal, production, ana)
        assert rider.state == "prepared"
        after_studio = sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
        assert after_studio.state == "awaiting_performer"
        signed = sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)
        assert signed.state == "signed"

        consent = put_rider_on_record(rider.id, actor=legal)

        pdf = rider_file(rider.id, actor=legal)
        assert sha256_hex(pdf) == consent.document_sha256 == signed.document_sha256
        assert examine(pdf, roots=trusted_roots(settings.KEYS_FOLDER)).state is SignatureState.VALID
        assert consent.status == "active"
        assert consent.terms["authority_verified"] is True
        assert str(consent.terms["separately_signed_at"]).startswith(
            f"{signed.signatures[1].signed_at:%Y-%m-%dT%H:%M}"
        )
        assert {name: consent.terms[name] for name in rider_terms()} == rider_terms()
        assert rider_card(rider.id, actor=legal).state == "on_record"
        assert rider_card(rider.id, actor=legal).consent_id == consent.id

    def test_each_step_is_in_the_log(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_signed_rider(legal, production, ana, performer)
        put_rider_on_record(rider.id, actor=legal)

        entries = entries_about(legal.organisation_id, f"rider:{rider.id}", person_id=ana.id)

        assert [one.type for one in entries] == [
            "licensing.rider.prepared",
            "licensing.rider.signed",
            "licensing.rider.signed",
        ]

    def test_its_uses_are_what_the_wording_says_that_was_signed(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        before = a_signed_rider(legal, production, ana, performer, most_uses=3)
        now = a_signed_rider(legal, production, ana, performer, most_uses=3, replica_type="voice_replica")

        with tampered("licensing_rider", OLD_WORDING):
            shown = rider_page(before.id, actor=legal).text
            old = put_rider_on_record(before.id, actor=legal)
            new = put_rider_on_record(now.id, actor=legal)

        assert shown.wording == "2026-11"
        assert "every take that is signed is one: 3" in str(shown.sections)
        assert [(one.unit, one.most) for one in old.quotas] == [("takes_as_uses", 3)]
        assert [(one.unit, one.most) for one in new.quotas] == [("uses", 3)]
        assert "3 of 3 uses left. Each delivery is one." in {one.in_words for one in new.quotas}

    def test_a_second_record_of_the_same_rider_overlaps(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_signed_rider(legal, production, ana, performer)
        put_rider_on_record(rider.id, actor=legal)

        with pytest.raises(ConsentOverlaps):
            put_rider_on_record(rider.id, actor=legal)

    def test_a_rider_supersedes_an_earlier_consent(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        first = put_rider_on_record(a_signed_rider(legal, production, ana, performer).id, actor=legal)
        second = a_signed_rider(legal, production, ana, performer, scenes=["43"], supersedes=first.id)

        assert put_rider_on_record(second.id, actor=legal).status == "active"

    def test_the_steps_come_in_their_order_and_once(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_rider(legal, production, ana)

        with pytest.raises(RiderOutOfTurn):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)
        with pytest.raises(RiderOutOfTurn):
            put_rider_on_record(rider.id, actor=legal)
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
        with pytest.raises(RiderOutOfTurn):
            sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
        with pytest.raises(RiderOutOfTurn):
            put_rider_on_record(rider.id, actor=legal)
        sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)
        with pytest.raises(RiderOutOfTurn):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=performer)

    def test_nobody_signs_for_both_sides(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        other_legal = a_colleague(legal, Role.LEGAL)
        an_authority(other_legal, ana, legal)
        rider = a_rider(legal, production, ana)
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)

        with pytest.raises(RiderOutOfTurn, match="the other side"):
            sign_for_performer(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
        assert rider_card(rider.id, actor=legal).state == "awaiting_performer"

    def test_two_hands_at_once_make_one_signature(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)
        others = [a_colleague(legal, Role.LEGAL) for _ in range(4)]
        together = Barrier(len(others))

        def sign(actor: Actor) -> bool:
            together.wait()
            try:
                sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=actor)
            except RiderOutOfTurn:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(len(others)) as pool:
            signed = list(pool.map(sign, others))

        assert sorted(signed) == [False, False, False, True]
        assert len(rider_card(rider.id, actor=legal).signatures) == 1

    def test_whoever_read_other_terms_does_not_sign(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)

        with pytest.raises(OtherTermsMeant) as raised:
            sign_for_studio(rider.id, terms_sha256="0" * 64, actor=legal)
        assert raised.value.extensions()["stored_sha256"] == rider.terms_sha256


class TestWhatCannotBeSigned:
    @pytest.mark.parametrize(
        ("changes", "error", "path"),
        [
            ({"separately_signed_at": "2026-08-20T15:00:00Z"}, FactsUnreadable, "terms.separately_signed_at"),
            ({"authority_verified": True}, FactsUnreadable, "terms.authority_verified"),
            ({"form_kind": None}, FactsUnreadable, "terms.form_kind"),
            ({"form_kind": "verbal"}, FactsUnreadable, "terms.form_kind"),
            ({"signer_role": None}, FactsUnreadable, "terms.signer_role"),
            ({"mood": "good"}, FactsUnreadable, "terms.mood"),
            ({"description": "x" * 70_000}, FactsUnreadable, "terms"),
            ({"valid_until": "2020-01-01"}, TermsContradict, "terms.valid_until"),
            ({"scenes": ["*", "42"]}, TermsContradict, "terms.intended_use.scenes"),
        ],
    )
    def test_terms(
        self,
        changes: dict[str, Any],
        error: type[Exception],
        path: str,
        legal: Actor,
        production: ProductionCard,
        ana: PerformerCard,
    ) -> None:
        from licensing.operations.riders import NewRider, prepare_rider

        stated = rider_terms()
        intended = stated["intended_use"]
        for name, value in changes.items():
            (intended if name in intended else stated)[name] = value
        new = NewRider(
            production_id=production.id, performer_id=ana.id, replica_type="ebdr_scan", terms=stated
        )

        with pytest.raises(error) as raised:
            prepare_rider(new, actor=legal)
        assert raised.value.path == path  # type: ignore[attr-defined]  # both errors have it
        assert rider_cards(legal) == ()

    def test_a_consent_of_somebody_else_is_not_superseded(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        with pytest.raises(NoSuchConsent):
            a_rider(legal, production, ana, supersedes=new_id())


class TestASignedFileThatWasTouched:
    @pytest.fixture
    def signed(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> RiderCard:
        return a_signed_rider(legal, production, ana, performer)

    def test_a_file_changed_on_the_disk_gives_no_consent(self, signed: RiderCard, legal: Actor) -> None:
        path = _stored(signed.document_sha256)
        path.write_bytes(with_text_added(path.read_bytes()))

        with pytest.raises(DocumentAltered, match="changed on the disk"):
            put_rider_on_record(signed.id, actor=legal)
        with pytest.raises(DocumentAltered):
            rider_file(signed.id, actor=legal)

    def test_a_file_that_is_gone_gives_no_consent(self, signed: RiderCard, legal: Actor) -> None:
        _stored(signed.document_sha256).unlink()

        with pytest.raises(DocumentAltered, match="gone"):
            put_rider_on_record(signed.id, actor=legal)

    def test_certificates_nobody_knows_any_more_give_no_consent(
        self,
        signed: RiderCard,
        legal: Actor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("licensing.operations.riders.trusted_roots", lambda _: ())

        with pytest.raises(DocumentAltered) as raised:
            put_rider_on_record(signed.id, actor=legal)
        assert len(raised.value.complaints) == 2

    def test_a_document_on_record_stands_for_no_other_terms(
        self,
        signed: RiderCard,
        legal: Actor,
        production: ProductionCard,
        ana: PerformerCard,
    ) -> None:
        wider = {
            **rider_terms(scenes=["*"]),
            "separately_signed_at": "2026-08-20T15:00:00-07:00",
        }
        for digest in (signed.document_sha256, signed.unsigned_sha256, signed.signatures[0].document_sha256):
            with pytest.raises(TranscriptionUnconfirmed):
                record_consent(
                    NewConsent(
                        production_id=production.id,
                        performer_id=ana.id,
                        replica_type="ebdr_scan",
                        terms=wider,
                        document_sha256=digest,
                    ),
                    actor=legal,
                )


class TestTheDatabaseKeepsItsPromises:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE licensing_rider SET terms = '{}'",
            "DELETE FROM licensing_rider",
            "UPDATE licensing_ridersignature SET signed_at = now()",
            "DELETE FROM licensing_ridersignature",
            "TRUNCATE licensing_ridersignature",
            "DELETE FROM licensing_signingauthority",
            "UPDATE licensing_signingauthority SET valid_until = NULL",
            "UPDATE licensing_signingauthority SET revoked_at = NULL, revoked_by_id = NULL",
        ],
    )
    def test_evidence_is_not_changed(
        self, statement: str, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        a_signed_rider(legal, production, ana, performer)

        with (
            pytest.raises(DatabaseError),
            tenant(legal.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_no_row_says_that_somebody_signed_under_anothers_authority(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        rider = a_rider(legal, production, ana)
        sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=legal)
        stranger = a_colleague(legal, Role.PERFORMER)
        (authority,) = authority_cards(ana.id, actor=legal)

        with (
            pytest.raises(DatabaseError, match="by_the_authorised"),
            tenant(legal.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO licensing_ridersignature (id, organisation_id, rider_id, side, signer_role,"
                " authority_id, signed_by_id, certificate_sha256, document_sha256, signed_at)"
                " VALUES (gen_random_uuid(), %s, %s, 'performer', 'performer', %s, %s, repeat('a', 64),"
                " repeat('b', 64), now())",
                [legal.organisation_id, rider.id, authority.id, stranger.user_id],
            )


class TestWhoSees:
    def test_another_organisation_sees_nothing(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        rider = a_rider(legal, production, ana)
        elsewhere = a_member(Role.LEGAL)

        assert rider_cards(elsewhere) == ()
        with pytest.raises(NoSuchRider):
            rider_card(rider.id, actor=elsewhere)
        with pytest.raises(NoSuchRider):
            sign_for_studio(rider.id, terms_sha256=rider.terms_sha256, actor=elsewhere)

    def test_a_hidden_performers_rider_is_seen_by_legal_and_by_whoever_signs(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        hidden = a_performer(legal, "Bo Tannhaus Ekwall", visibility=Visibility.LEGAL_ONLY)
        signer = a_colleague(legal, Role.PERFORMER)
        an_authority(legal, hidden, signer)
        rider = a_rider(legal, production, hidden)

        assert rider_card(rider.id, actor=signer).id == rider.id
        assert len(rider_cards(legal)) == 1
        assert rider_cards(a_colleague(legal, Role.PRODUCER)) == ()
