from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string

from accounts.values import Actor, Role
from audit.queries import EntryLine, entries_about
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from licensing.document_cards import DocumentCard
from licensing.document_queries import document_card, document_cards, document_file
from licensing.documents.errors import (
    CheckedByTheSamePerson,
    DocumentActive,
    DocumentAltered,
    DocumentOnRecord,
    DocumentTooLarge,
    DocumentUnreadable,
    NoSuchDocument,
    NoSuchTranscription,
    OtherTermsMeant,
    TermsContradict,
    TranscriptionChecked,
    TranscriptionUnconfirmed,
)
from licensing.errors import FactsUnreadable, UnknownPerformer
from licensing.models.document import Transcription, TranscriptionCheck
from licensing.operations.consents import record_consent
from licensing.operations.documents import (
    check_transcription,
    put_transcription_on_record,
    receive_document,
    transcribe_document,
)
from licensing.performer_cards import PerformerCard
from licensing.terms import NewConsent
from productions.errors import NoSuchProduction
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import (
    a_colleague,
    a_scan,
    an_unsigned_pdf,
    rider_terms,
    signed_by_both,
    with_action,
    with_text_added,
)
from tests.factories.licensing import a_performer, terms

HandIn = Callable[[bytes], DocumentCard]

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def second(legal: Actor) -> Actor:
    return a_colleague(legal, Role.LEGAL)


@pytest.fixture
def handed_in(legal: Actor, production: ProductionCard, ana: PerformerCard) -> HandIn:
    def hand_in(pdf: bytes) -> DocumentCard:
        return receive_document(pdf, production_id=production.id, performer_id=ana.id, actor=legal)

    return hand_in


class TestWhatIsFound:
    def test_a_scan_is_called_unsigned_and_kept_as_it_is(self, handed_in: HandIn, legal: Actor) -> None:
        card = handed_in(a_scan())

        assert card.state == "unsigned"
        assert card.sha256 == sha256_hex(a_scan())
        assert document_file(card.id, actor=legal) == a_scan()
        assert document_cards(legal) == (card,)

    def test_a_stranger_s_signature_is_called_unknown(self, handed_in: HandIn, tmp_path: Path) -> None:
        card = handed_in(signed_by_both(an_unsigned_pdf(), tmp_path))

        assert card.state == "unknown_signer"
        assert [one["state"] for one in card.signatures] == ["unknown_signer", "unknown_signer"]
        assert card.terms_sha256_inside is not None

    def test_a_signature_of_ours_is_called_valid(self, handed_in: HandIn) -> None:
        from django.conf import settings

        assert handed_in(signed_by_both(an_unsigned_pdf(), settings.KEYS_FOLDER)).state == "valid"

    def test_a_file_changed_after_signing_is_refused_and_logged(
        self,
        handed_in: HandIn,
        legal: Actor,
        ana: PerformerCard,
        tmp_path: Path,
    ) -> None:
        changed = with_text_added(signed_by_both(an_unsigned_pdf(), tmp_path))

        with pytest.raises(DocumentAltered) as raised:
            handed_in(changed)

        assert len(raised.value.complaints) == 2
        assert document_cards(legal) == ()
        give_up_at = time.monotonic() + 10
        refusals: list[EntryLine] = []
        while not refusals:
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
            found = entries_about(legal.organisation_id, f"performer:{ana.id}", person_id=ana.id)
            refusals = [one for one in found if one.type == "licensing.document.refused"]
        (refusal,) = refusals
        assert refusal.fields["reason_code"] == "altered"
        assert refusal.fields["document_sha256"] == sha256_hex(changed)

    def test_something_hung_on_after_the_signature_is_refused(
        self,
        handed_in: HandIn,
        tmp_path: Path,
    ) -> None:
        with pytest.raises(DocumentAltered, match="added"):
            handed_in(signed_by_both(an_unsigned_pdf(), tmp_path) + b"\n% and all other uses\n")

    def test_a_file_that_acts_is_refused(self, handed_in: HandIn) -> None:
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("1")}
        )

        with pytest.raises(DocumentActive) as raised:
            handed_in(with_action(a_scan(), action))
        assert raised.value.extensions() == {"kinds": ["JavaScript"]}

    def test_what_is_no_pdf_is_refused(self, handed_in: HandIn) -> None:
        with pytest.raises(DocumentUnreadable):
            handed_in(b"PK\x03\x04")
        with pytest.raises(DocumentTooLarge):
            handed_in(b"%PDF-" + b"0" * 21 * 2**20)

    def test_the_same_file_is_taken_once(self, handed_in: HandIn) -> None:
        card = handed_in(a_scan())

        with pytest.raises(DocumentOnRecord) as raised:
            handed_in(a_scan())
        assert raised.value.extensions() == {"document": str(card.id)}

    def test_strangers_are_named(self, legal: Actor, production: ProductionCard, ana: PerformerCard) -> None:
        with pytest.raises(UnknownPerformer):
            receive_document(a_scan(), production_id=production.id, performer_id=new_id(), actor=legal)
        with pytest.raises(NoSuchProduction):
            receive_document(a_scan(), production_id=new_id(), performer_id=ana.id, actor=legal)


class TestTwoPeopleRead:
    def test_from_a_scan_to_a_consent(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
    ) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        (transcription,) = read.transcriptions
        assert transcription.agrees is None

        agreed = check_transcription(
            transcription.id, terms_sha256=transcription.terms_sha256, agrees=True, actor=second
        )
        consent = put_transcription_on_record(transcription.id, actor=legal)

        assert agreed.transcriptions[0].checked_by == second.user_id
        assert consent.document_sha256 == document.sha256
        assert consent.terms == terms()
        assert document_card(document.id, actor=legal).transcriptions[0].consent_id == consent.id

    def test_each_step_is_in_the_log(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
        ana: PerformerCard,
    ) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        (one,) = read.transcriptions
        check_transcription(one.id, terms_sha256=one.terms_sha256, agrees=True, actor=second)
        put_transcription_on_record(one.id, actor=legal)

        found = entries_about(legal.organisation_id, f"document:{document.id}", person_id=ana.id)

        assert [entry.type for entry in found] == [
            "licensing.document.received",
            "licensing.document.transcribed",
            "licensing.transcription.checked",
        ]

    def test_one_person_is_not_two(self, handed_in: HandIn, legal: Actor) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        (one,) = read.transcriptions

        with pytest.raises(CheckedByTheSamePerson):
            check_transcription(one.id, terms_sha256=one.terms_sha256, agrees=True, actor=legal)
        with pytest.raises(TranscriptionUnconfirmed):
            put_transcription_on_record(one.id, actor=legal)

    def test_the_database_itself_wants_two_people(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
    ) -> None:
        document = handed_in(a_scan())
        transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)

        def check(claimed_transcriber: Actor) -> None:
            with tenant(legal.organisation_id), transaction.atomic():
                TranscriptionCheck.objects.create(
                    transcription=Transcription.objects.get(),
                    transcribed_by_id=claimed_transcriber.user_id,
                    checked_by_id=legal.user_id,
                    agrees=True,
                    checked_at=document.received_at,
                )

        with pytest.raises(IntegrityError, match="two_people"):
            check(legal)
        # Nor by naming somebody else as the transcriber.
        with pytest.raises(IntegrityError, match="of_the_transcriber"):
            check(second)

    def test_a_disagreement_is_final_and_the_document_is_read_anew(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
    ) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        (wrong,) = read.transcriptions
        check_transcription(wrong.id, terms_sha256=wrong.terms_sha256, agrees=False, actor=second)

        with pytest.raises(TranscriptionUnconfirmed):
            put_transcription_on_record(wrong.id, actor=legal)
        with pytest.raises(TranscriptionChecked):
            check_transcription(wrong.id, terms_sha256=wrong.terms_sha256, agrees=True, actor=second)
        again = transcribe_document(
            document.id, replica_type="ebdr_scan", terms=terms(scenes=["43"]), actor=second
        )
        right = next(one for one in again.transcriptions if one.agrees is None)
        check_transcription(right.id, terms_sha256=right.terms_sha256, agrees=True, actor=legal)
        assert put_transcription_on_record(right.id, actor=legal).intended_use["scenes"] == ["43"]

    def test_whoever_compared_other_terms_confirms_nothing(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
    ) -> None:
        read = transcribe_document(
            handed_in(a_scan()).id, replica_type="ebdr_scan", terms=terms(), actor=legal
        )

        with pytest.raises(OtherTermsMeant):
            check_transcription(read.transcriptions[0].id, terms_sha256="0" * 64, agrees=True, actor=second)

    def test_terms_at_odds_with_those_inside_the_document_are_refused(
        self,
        handed_in: HandIn,
        legal: Actor,
        tmp_path: Path,
    ) -> None:
        document = handed_in(signed_by_both(an_unsigned_pdf(), tmp_path))
        signed_at = {"separately_signed_at": "2026-08-20T15:00:00-07:00"}

        with pytest.raises(TermsContradict, match="carries other terms"):
            transcribe_document(
                document.id,
                replica_type="ebdr_scan",
                terms={**rider_terms(scenes=["*"]), **signed_at},
                actor=legal,
            )
        read = transcribe_document(
            document.id, replica_type="ebdr_scan", terms={**rider_terms(), **signed_at}, actor=legal
        )
        assert len(read.transcriptions) == 1

    def test_unreadable_and_contradictory_terms_are_refused(self, handed_in: HandIn, legal: Actor) -> None:
        document = handed_in(a_scan())

        with pytest.raises(FactsUnreadable):
            transcribe_document(document.id, replica_type="ebdr_scan", terms={"mood": "good"}, actor=legal)
        with pytest.raises(TermsContradict):
            transcribe_document(
                document.id, replica_type="ebdr_scan", terms=terms(valid_until="2020-01-01"), actor=legal
            )

    def test_no_consent_rests_on_a_document_nobody_confirmed(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
        production: ProductionCard,
        ana: PerformerCard,
    ) -> None:
        document = handed_in(a_scan())
        new = NewConsent(
            production_id=production.id,
            performer_id=ana.id,
            replica_type="ebdr_scan",
            terms=terms(),
            document_sha256=document.sha256,
        )

        with pytest.raises(TranscriptionUnconfirmed):
            record_consent(new, actor=legal)
        read = transcribe_document(
            document.id, replica_type="ebdr_scan", terms=terms(scenes=["43"]), actor=legal
        )
        (one,) = read.transcriptions
        check_transcription(one.id, terms_sha256=one.terms_sha256, agrees=True, actor=second)
        with pytest.raises(TranscriptionUnconfirmed):
            record_consent(new, actor=legal)

    def test_a_document_of_another_performer_carries_nothing(
        self,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
        production: ProductionCard,
    ) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        (one,) = read.transcriptions
        check_transcription(one.id, terms_sha256=one.terms_sha256, agrees=True, actor=second)

        with pytest.raises(TranscriptionUnconfirmed):
            record_consent(
                NewConsent(
                    production_id=production.id,
                    performer_id=a_performer(legal, "Bo Tannhaus Ekwall").id,
                    replica_type="ebdr_scan",
                    terms=terms(),
                    document_sha256=document.sha256,
                ),
                actor=legal,
            )

    def test_another_organisation_sees_nothing(self, handed_in: HandIn, legal: Actor) -> None:
        document = handed_in(a_scan())
        read = transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=legal)
        elsewhere = a_member(Role.LEGAL)

        with pytest.raises(NoSuchDocument):
            document_card(document.id, actor=elsewhere)
        with pytest.raises(NoSuchDocument):
            transcribe_document(document.id, replica_type="ebdr_scan", terms=terms(), actor=elsewhere)
        with pytest.raises(NoSuchTranscription):
            put_transcription_on_record(read.transcriptions[0].id, actor=elsewhere)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE licensing_receiveddocument SET state = 'valid'",
            "DELETE FROM licensing_transcription",
            "UPDATE licensing_transcription SET terms = '{}'",
            "DELETE FROM licensing_transcriptioncheck",
        ],
    )
    def test_evidence_is_not_changed(
        self,
        statement: str,
        handed_in: HandIn,
        legal: Actor,
        second: Actor,
    ) -> None:
        from django.db import DatabaseError

        read = transcribe_document(
            handed_in(a_scan()).id, replica_type="ebdr_scan", terms=terms(), actor=legal
        )
        (one,) = read.transcriptions
        check_transcription(one.id, terms_sha256=one.terms_sha256, agrees=True, actor=second)

        with (
            pytest.raises(DatabaseError),
            tenant(legal.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
