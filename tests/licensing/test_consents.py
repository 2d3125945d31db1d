from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.values import Actor, Role
from core.tenancy import tenant
from licensing.errors import (
    AlreadyEngaged,
    ConsentEnded,
    ConsentOverlaps,
    DigestMalformed,
    FactsUnreadable,
    IdentifierTaken,
    NameUnusable,
    NoSuchConsent,
    NoSuchRule,
    NoSuchStrike,
    StrikeOnRecord,
    UnknownPerformer,
)
from licensing.models.consent import Consent, ConsentEvent
from licensing.models.performer import PerformerAlias
from licensing.models.rule_pack import RuleConfirmation
from licensing.names import AliasKind, Visibility, WithdrawalReason
from licensing.operations.confirmations import confirm_pack, confirm_rule
from licensing.operations.consents import record_consent, withdraw_consent
from licensing.operations.performers import NewAlias, NewIdentifier, add_alias
from licensing.operations.strikes import begin_strike, end_strike
from licensing.queries import consent_card, consent_cards, performer_card, performers
from licensing.rule_cards import rule_pack_card
from licensing.values import Agreement
from productions.errors import NoSuchProduction
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_new_consent,
    a_performer,
    an_engagement,
    unknown_id,
)
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.LEGAL)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor)


class TestPerformers:
    def test_the_professional_name_is_the_first_alias(self, actor: Actor) -> None:
        card = a_performer(actor, "Crickett Jovansson", aliases=("CrickJo",))

        assert {alias.text for alias in card.aliases} == {"Crickett Jovansson", "CrickJo"}
        with tenant(actor.organisation_id):
            assert PerformerAlias.objects.get(text="Crickett Jovansson").normalised == "cricketjovanson"

    def test_a_further_spelling_is_added_once(self, actor: Actor) -> None:
        card = a_performer(actor)

        add_alias(card.id, NewAlias("Black Heron", AliasKind.ROLE), actor=actor)
        twice = add_alias(card.id, NewAlias("Black Heron", AliasKind.ROLE), actor=actor)

        assert [alias.text for alias in twice.aliases].count("Black Heron") == 1

    def test_a_name_without_letters_recognises_nobody(self, actor: Actor) -> None:
        with pytest.raises(NameUnusable):
            a_performer(actor, "???")

    def test_a_domicile_is_a_territory(self, actor: Actor) -> None:
        with pytest.raises(FactsUnreadable):
            a_performer(actor, domicile="UK")

    def test_an_identifier_belongs_to_one_person(self, actor: Actor) -> None:
        isni = (NewIdentifier("isni", "0000000121032683"),)
        a_performer(actor, identifiers=isni)

        with pytest.raises(IdentifierTaken):
            a_performer(actor, "Somebody Else", identifiers=isni)

    def test_strangers_are_named(self, actor: Actor, production: ProductionCard) -> None:
        with pytest.raises(UnknownPerformer):
            add_alias(unknown_id(), NewAlias("Ana"), actor=actor)
        with pytest.raises(UnknownPerformer):
            an_engagement(actor, production, a_performer(a_member(Role.LEGAL)))

    def test_whom_only_legal_sees_is_unknown_to_others(self, actor: Actor) -> None:
        hidden = a_performer(actor, visibility=Visibility.LEGAL_ONLY)

        assert performers(actor.organisation_id, everybody=False) == ()
        assert performers(actor.organisation_id, everybody=True) == (hidden,)
        with pytest.raises(UnknownPerformer):
            performer_card(actor.organisation_id, hidden.id, everybody=False)

    def test_one_engagement_in_a_production(self, actor: Actor, production: ProductionCard) -> None:
        ana = a_performer(actor)
        an_engagement(actor, production, ana)

        with pytest.raises(AlreadyEngaged):
            an_engagement(actor, production, ana)

    def test_a_replica_comes_from_a_production_of_this_house(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        elsewhere = a_production(a_member(Role.PRODUCER))

        with pytest.raises(NoSuchProduction):
            an_engagement(actor, production, a_performer(actor), replica_from=elsewhere.id)


class TestConsents:
    def test_it_is_kept_as_it_was_signed(self, actor: Actor, production: ProductionCard) -> None:
        new = a_new_consent(production, a_performer(actor))

        card = record_consent(new, actor=actor)

        assert card.terms == new.terms
        assert card.status == "active"
        assert consent_card(actor.organisation_id, card.id) == card
        assert consent_cards(actor.organisation_id) == (card,)

    def test_two_active_records_do_not_overlap(self, actor: Actor, production: ProductionCard) -> None:
        ana = a_performer(actor)
        a_consent(actor, production, ana, valid_until="2027-06-30")

        with pytest.raises(ConsentOverlaps):
            a_consent(actor, production, ana, valid_from="2027-06-30")
        a_consent(actor, production, ana, valid_from="2027-07-01")
        a_consent(actor, production, ana, replica_type="voice_replica")
        a_consent(actor, a_production(actor), ana)
        assert len(consent_cards(actor.organisation_id, performer_id=ana.id)) == 4

    def test_a_record_without_bounds_overlaps_everything(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        a_consent(actor, production, ana, valid_from=None, valid_until=None)

        with pytest.raises(ConsentOverlaps):
            a_consent(actor, production, ana)

    def test_it_is_superseded_not_edited(self, actor: Actor, production: ProductionCard) -> None:
        ana = a_performer(actor)
        old = a_consent(actor, production, ana)

        new = a_consent(actor, production, ana, scenes=["42", "43"], supersedes=old.id)

        assert consent_card(actor.organisation_id, old.id).status == "superseded"
        assert new.status == "active"
        with pytest.raises(ConsentEnded):
            a_consent(actor, production, ana, supersedes=old.id)

    def test_it_supersedes_nothing_of_another_performer_or_production(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        ana, bo = a_performer(actor), a_performer(actor, "Bo Tannhaus Ekwall")
        old = a_consent(actor, production, ana)

        with pytest.raises(NoSuchConsent):
            a_consent(actor, production, bo, supersedes=old.id)
        with pytest.raises(NoSuchConsent):
            a_consent(actor, a_production(actor), ana, supersedes=old.id)
        assert consent_card(actor.organisation_id, old.id).status == "active"

    def test_a_failed_replacement_leaves_the_old_record_active(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        first = a_consent(actor, production, ana, valid_until="2027-06-30")
        second = a_consent(actor, production, ana, valid_from="2027-07-01")

        with pytest.raises(ConsentOverlaps):
            a_consent(actor, production, ana, valid_until="2027-08-01", supersedes=first.id)

        assert consent_card(actor.organisation_id, first.id).status == "active"
        assert consent_card(actor.organisation_id, second.id).status == "active"

    def test_it_ends_once_and_says_why(self, actor: Actor, production: ProductionCard) -> None:
        consent = a_consent(actor, production, a_performer(actor))

        ended = withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)

        assert ended.status == "withdrawn"
        assert ended.withdrawn_at is not None
        with pytest.raises(ConsentEnded):
            withdraw_consent(consent.id, reason=WithdrawalReason.OTHER, actor=actor)
        with tenant(actor.organisation_id):
            kinds = list(
                ConsentEvent.objects.filter(consent_id=consent.id).values_list("kind", "reason_code")
            )
        assert kinds == [("recorded", None), ("withdrawn", "performer_wish")]

    def test_after_withdrawal_a_new_record_may_be_signed(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        old = a_consent(actor, production, ana)
        withdraw_consent(old.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)

        assert a_consent(actor, production, ana).status == "active"

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"form_kind": "handshake"}, "terms.form_kind"),
            ({"mood": "good"}, "terms.mood"),
            ({"withdrawn_at": False}, "terms.withdrawn_at"),
            ({"media": ["vhs"]}, "terms.intended_use.media[0]"),
            ({"valid_until": "2026-08-19"}, "terms.valid_until"),
            ({"description": "a\x00b"}, "terms.intended_use.description"),
            ({"replica_type": "clone"}, "terms.replica_type"),
        ],
    )
    def test_terms_no_rule_could_read_are_refused(
        self, changes: dict[str, Any], path: str, actor: Actor, production: ProductionCard
    ) -> None:
        with pytest.raises(FactsUnreadable) as raised:
            a_consent(actor, production, a_performer(actor), **changes)

        assert raised.value.extensions() == {"path": path}

    def test_strangers_and_malformed_digests_are_refused(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        new = a_new_consent(production, ana)

        with pytest.raises(DigestMalformed):
            record_consent(replace(new, document_sha256="abc"), actor=actor)
        with pytest.raises(UnknownPerformer):
            record_consent(replace(new, performer_id=unknown_id()), actor=actor)
        with pytest.raises(NoSuchProduction):
            record_consent(replace(new, production_id=unknown_id()), actor=actor)
        with pytest.raises(NoSuchConsent):
            withdraw_consent(unknown_id(), reason=WithdrawalReason.OTHER, actor=actor)
        with pytest.raises(NoSuchConsent):
            consent_card(a_member(Role.LEGAL).organisation_id, record_consent(new, actor=actor).id)


class TestTheDatabaseKeepsItsPromises:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE licensing_consent SET terms = '{}'",
            "DELETE FROM licensing_consent",
            "TRUNCATE licensing_consentevent",
            "UPDATE licensing_consentevent SET actor = 'nobody'",
            "DELETE FROM licensing_consentevent",
            "UPDATE licensing_decision SET outcome = 'allow'",
            "DELETE FROM licensing_decision",
            "UPDATE licensing_rulepack SET edition = 'other'",
            "DELETE FROM licensing_ruleconfirmation",
            "UPDATE licensing_consent SET status = 'active', withdrawn_at = NULL",
        ],
    )
    def test_evidence_is_not_changed(self, statement: str, actor: Actor, production: ProductionCard) -> None:
        ended = a_consent(actor, production, a_performer(actor))
        withdraw_consent(ended.id, reason=WithdrawalReason.OTHER, actor=actor)

        with (
            pytest.raises(DatabaseError),
            tenant(actor.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_a_row_does_not_hang_under_a_strangers_production(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        consent = a_consent(actor, production, a_performer(actor))
        elsewhere = a_member(Role.LEGAL)

        with (
            pytest.raises(DatabaseError),
            tenant(elsewhere.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO licensing_consentevent (id, organisation_id, consent_id, kind, at, actor)"
                " VALUES (gen_random_uuid(), %s, %s, 'recorded', now(), 'system')",
                [elsewhere.organisation_id, consent.id],
            )

    def test_nobody_sees_rows_outside_their_organisation(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        a_consent(actor, production, a_performer(actor))

        with tenant(a_member(Role.LEGAL).organisation_id):
            assert not Consent.objects.exists()


class TestConfirmations:
    def test_counsel_confirms_one_rule_and_the_first_word_stands(self, actor: Actor) -> None:
        first = confirm_rule("TVT-01", counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)
        again = confirm_rule("TVT-01", counsel="Somebody else", document_sha256="cd" * 32, actor=actor)

        assert again == first
        with tenant(actor.organisation_id):
            assert RuleConfirmation.objects.count() == 1

    def test_the_whole_pack_is_what_is_below_grade_a(self, actor: Actor) -> None:
        confirmed = confirm_pack(counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)

        pack = rule_pack_card(actor.organisation_id)
        assert {one.rule_id for one in confirmed} == {
            rule.id for rule in pack.rules if rule.needs_confirmation
        }
        assert all(rule.confirmed_at for rule in pack.rules if rule.needs_confirmation)
        assert "BIO-01" not in {one.rule_id for one in confirmed}

    def test_what_one_house_confirmed_says_nothing_to_another(self, actor: Actor) -> None:
        confirm_pack(counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)

        other = rule_pack_card(a_member(Role.LEGAL).organisation_id)

        assert not any(rule.confirmed_at for rule in other.rules)

    def test_unknown_rules_and_malformed_digests_are_refused(self, actor: Actor) -> None:
        with pytest.raises(NoSuchRule):
            confirm_rule("TVT-99", counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)
        with pytest.raises(DigestMalformed):
            confirm_pack(counsel="R. Lindqvist", document_sha256="no", actor=actor)


class TestStrikes:
    def test_a_strike_begins_and_ends_once(self, actor: Actor) -> None:
        begin_strike(Agreement.SAG_IMA_2025, actor=actor)

        with pytest.raises(StrikeOnRecord):
            begin_strike(Agreement.SAG_IMA_2025, actor=actor)
        end_strike(Agreement.SAG_IMA_2025, actor=actor)
        with pytest.raises(NoSuchStrike):
            end_strike(Agreement.SAG_IMA_2025, actor=actor)
