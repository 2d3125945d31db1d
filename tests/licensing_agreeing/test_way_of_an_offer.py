from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.values import Actor, Role
from audit.queries import entries_about
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.agreeing.asked import NOTICE_DAYS, REPLICA_TYPE
from licensing.agreeing.errors import (
    ActNotCovered,
    AnswersIncomplete,
    NoSuchOffer,
    OfferOutOfTurn,
    PerformerAlone,
)
from licensing.agreeing.queries import agreement_document, offer_card, offer_cards
from licensing.agreeing.states import NEXT, Answer, OfferState
from licensing.documents.errors import OtherTermsMeant, SignerWithoutAuthority, TermsContradict
from licensing.errors import ConsentOverlaps, FactsUnreadable
from licensing.names import RepresentedAct
from licensing.operations.agreements import countersign_offer, sign_offer
from licensing.operations.answers import TermReply, answer_offer, refuse_offer
from licensing.operations.authorities import NewAuthority, verify_authority
from licensing.operations.offers import (
    propose_terms,
    send_offer,
    take_back_offer,
    take_their_terms,
)
from licensing.operations.strikes import begin_strike
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card
from licensing.values import Agreement, SignerRole
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.documents import a_colleague, rider_terms
from tests.factories.licensing import DOCUMENT_SHA256, a_consent
from tests.factories.offers import a_draft, agreed, an_offer, in_force, signed, yes_to_all

pytestmark = pytest.mark.usefixtures("committed_db")


def _representative(legal: Actor, ana: PerformerCard, role: SignerRole, *acts: RepresentedAct) -> Actor:
    person = a_colleague(legal, Role.REPRESENTATIVE)
    assert person.user_id is not None
    verify_authority(
        NewAuthority(
            performer_id=ana.id,
            person_id=person.user_id,
            signer_role=role,
            document_sha256=DOCUMENT_SHA256,
            valid_from=ana.created_at.date(),
            acts=acts or tuple(RepresentedAct),
        ),
        actor=legal,
    )
    return person


class TestTheWayOfAnOffer:
    def test_from_draft_to_a_consent_in_force(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = in_force(an_offer(legal, production, ana), performer, legal)

        assert (offer.state, offer.standing) == ("active", "active")
        assert offer.consent_id is not None
        consent = consent_card(legal.organisation_id, offer.consent_id)
        assert consent.status == "active"
        assert consent.is_in_log
        assert consent.terms["authority_verified"] is True
        assert {name: consent.terms[name] for name in rider_terms()} == rider_terms()
        assert consent.document_sha256 == sha256_hex(agreement_document(offer.id, actor=legal))
        assert [one.to_state for one in offer.events] == ["drafted", "offered", "signed", "active"]

    def test_each_step_is_in_the_log(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = in_force(an_offer(legal, production, ana), performer, legal)

        entries = entries_about(legal.organisation_id, f"offer:{offer.id}", person_id=ana.id)

        assert [one.type for one in entries] == [
            "licensing.offer.made",
            "licensing.offer.answered",
            "licensing.offer.signed",
            "licensing.offer.signed",
        ]

    def test_a_draft_is_the_studios_alone(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        draft = a_draft(legal, production, ana)

        with pytest.raises(NoSuchOffer):
            offer_card(draft.id, actor=performer)
        assert offer_cards(performer, mine=True) == ()

        sent = send_offer(draft.id, actor=legal)

        assert [one.id for one in offer_cards(performer, mine=True)] == [sent.id]

    def test_what_is_countered_becomes_a_round_and_nothing_is_edited(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)
        replies = yes_to_all(offer) | {
            "intended_use.media": TermReply(Answer.COUNTER, ["theatrical"]),
            NOTICE_DAYS: TermReply(Answer.COUNTER, 7),
        }

        countered = answer_offer(offer.id, replies, terms_sha256=offer.latest.terms_sha256, actor=performer)
        assert countered.state == "countered"
        (media,) = (one for one in countered.latest.asked if one.path == "intended_use.media")
        assert media.counter_text == "Shown in these media: theatrical."

        again = take_their_terms(offer.id, actor=legal)
        assert again.state == "offered"
        assert [one.terms["intended_use"]["media"] for one in again.rounds] == [  # type: ignore[index,call-overload]
            ["theatrical", "svod"],
            ["theatrical"],
        ]
        assert [one.withdrawal_notice_days for one in again.rounds] == [0, 7]
        assert all(one.answer is None for one in again.latest.asked)

        final = in_force(again, performer, legal)
        assert final.state == "active"

    def test_a_no_needs_other_words_of_the_studio(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)
        replies = yes_to_all(offer) | {"intended_use.uses": TermReply(Answer.NO)}
        answer_offer(offer.id, replies, terms_sha256=offer.latest.terms_sha256, actor=performer)

        with pytest.raises(OfferOutOfTurn, match="Answered no"):
            take_their_terms(offer.id, actor=legal)

        other = propose_terms(
            offer.id, rider_terms(uses=["create_replica"]), withdrawal_notice_days=0, actor=legal
        )
        assert (other.state, other.latest.number) == ("offered", 2)

    def test_every_term_is_answered_and_no_other(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)
        replies = yes_to_all(offer) | {"intended_use.colour": TermReply(Answer.YES)}
        del replies["intended_use.media"]

        with pytest.raises(AnswersIncomplete) as refused:
            answer_offer(offer.id, replies, terms_sha256=offer.latest.terms_sha256, actor=performer)

        assert refused.value.missing == ("intended_use.media",)
        assert refused.value.unasked == ("intended_use.colour",)

    @pytest.mark.parametrize(
        ("path", "counter", "refusal"),
        [
            ("intended_use.media", ["cinema"], FactsUnreadable),
            ("intended_use.media", ["theatrical", "theatrical"], TermsContradict),
            ("valid_until", "2026-01-01", TermsContradict),
            (NOTICE_DAYS, -1, FactsUnreadable),
            (REPLICA_TYPE, "icdr", FactsUnreadable),
        ],
    )
    def test_a_counter_that_nobody_could_sign_is_refused(
        self,
        legal: Actor,
        production: ProductionCard,
        ana: PerformerCard,
        performer: Actor,
        path: str,
        counter: object,
        refusal: type[Exception],
    ) -> None:
        offer = an_offer(legal, production, ana)
        replies = yes_to_all(offer) | {path: TermReply(Answer.COUNTER, counter)}  # type: ignore[arg-type]

        with pytest.raises(refusal):
            answer_offer(offer.id, replies, terms_sha256=offer.latest.terms_sha256, actor=performer)

        assert offer_card(offer.id, actor=legal).state == "offered"

    def test_nothing_is_answered_or_signed_for_terms_that_were_not_read(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)

        with pytest.raises(OtherTermsMeant):
            answer_offer(offer.id, yes_to_all(offer), terms_sha256="0" * 64, actor=performer)
        agreed(offer, performer)
        with pytest.raises(OtherTermsMeant):
            sign_offer(offer.id, terms_sha256="0" * 64, actor=performer)

    def test_a_refusal_is_final(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = an_offer(legal, production, ana)

        assert refuse_offer(offer.id, actor=performer).state == "refused"

        acts: tuple[Callable[[], object], ...] = (
            lambda: agreed(offer, performer),
            lambda: refuse_offer(offer.id, actor=performer),
            lambda: take_back_offer(offer.id, actor=legal),
        )
        for act in acts:
            with pytest.raises(OfferOutOfTurn):
                act()

    def test_one_person_does_not_sign_for_both_sides(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        both = a_colleague(legal, Role.LEGAL, Role.PERFORMER)
        assert both.user_id is not None
        verify_authority(
            NewAuthority(
                performer_id=ana.id,
                person_id=both.user_id,
                signer_role=SignerRole.PERFORMER,
                document_sha256=DOCUMENT_SHA256,
                valid_from=ana.created_at.date(),
            ),
            actor=legal,
        )
        offer = signed(an_offer(legal, production, ana), both)

        with pytest.raises(OfferOutOfTurn):
            countersign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=both)

    def test_what_would_overlap_is_refused_before_it_is_signed(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        old = a_consent(legal, production, ana)
        offer = signed(an_offer(legal, production, ana), performer)

        with pytest.raises(ConsentOverlaps):
            countersign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=legal)
        assert [one.side for one in offer_card(offer.id, actor=legal).latest.signatures] == ["performer"]
        take_back_offer(offer.id, actor=legal)

        successor = in_force(an_offer(legal, production, ana, supersedes=old.id), performer, legal)

        assert successor.standing == "active"
        assert consent_card(legal.organisation_id, old.id).status == "superseded"

    def test_a_strike_suspends_and_does_not_end(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        offer = in_force(an_offer(legal, production, ana), performer, legal)

        assert production.agreement is not None
        begin_strike(Agreement(production.agreement), actor=legal)

        assert offer_card(offer.id, actor=legal).standing == "suspended"


class TestWhoActs:
    def test_a_role_alone_answers_for_nobody(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        offer = an_offer(legal, production, ana)
        stranger = a_colleague(legal, Role.PERFORMER)

        acts: tuple[Callable[[], object], ...] = (
            lambda: answer_offer(
                offer.id, yes_to_all(offer), terms_sha256=offer.latest.terms_sha256, actor=stranger
            ),
            lambda: refuse_offer(offer.id, actor=stranger),
            lambda: sign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=stranger),
        )
        for act in acts:
            with pytest.raises(ActNotCovered):
                act()

    def test_an_authority_covers_what_it_names_and_no_more(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        agent = _representative(legal, ana, SignerRole.AGENT_WITH_POWER, RepresentedAct.ANSWER)
        offer = an_offer(legal, production, ana, signer_role="agent_with_power")

        agreed(offer, agent)

        with pytest.raises(ActNotCovered):
            sign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=agent)
        with pytest.raises(ActNotCovered):
            refuse_offer(offer.id, actor=agent)

    def test_whoever_signs_does_so_in_the_role_that_the_terms_name(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        agent = _representative(legal, ana, SignerRole.AGENT_WITH_POWER)
        offer = agreed(an_offer(legal, production, ana, signer_role="performer"), agent)

        with pytest.raises(ActNotCovered):
            sign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=agent)

    def test_an_adult_agrees_to_nudity_in_person(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        agent = _representative(legal, ana, SignerRole.AGENT_WITH_POWER)
        offer = an_offer(legal, production, ana, sensitive=["nudity"])

        with pytest.raises(PerformerAlone):
            agreed(offer, agent)

        assert agreed(offer, performer).standing == "agreed"

    def test_a_producer_does_not_bind_the_studio(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
    ) -> None:
        producer = a_colleague(legal, Role.PRODUCER)
        offer = signed(an_offer(producer, production, ana), performer)

        with pytest.raises(SignerWithoutAuthority):
            countersign_offer(offer.id, terms_sha256=offer.latest.terms_sha256, actor=producer)

    def test_another_studio_finds_nothing(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        offer = an_offer(legal, production, ana)

        with pytest.raises(NoSuchOffer):
            offer_card(offer.id, actor=a_member(*Role))


class TestTheDatabase:
    def _refused(self, actor: Actor, statement: str, *parameters: UUID | None) -> str:
        with (
            pytest.raises(DatabaseError) as refused,
            tenant(actor.organisation_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, parameters)
        return str(refused.value)

    def test_knows_the_same_steps_as_the_code(self, legal: Actor) -> None:
        with connection.cursor() as cursor:
            for before in OfferState:
                for after in OfferState:
                    cursor.execute("SELECT licensing_offer_may_go_v1(%s, %s)", [before, after])
                    assert cursor.fetchone()[0] == (after in NEXT[before]), (before, after)

    def test_takes_no_step_that_is_none(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        offer = an_offer(legal, production, ana)

        statement = "UPDATE licensing_offer SET state = 'drafted' WHERE id = %s"
        assert "does not go from offered to drafted" in self._refused(legal, statement, offer.id)

    @pytest.mark.parametrize(
        "table", ["offerround", "termanswer", "offersignature", "offerevent", "withdrawalnotice"]
    )
    def test_edits_nothing(self, legal: Actor, table: str) -> None:
        statement = f"UPDATE licensing_{table} SET organisation_id = organisation_id"  # noqa: S608 - named above

        assert "permission denied" in self._refused(legal, statement)

    def test_takes_no_event_from_the_past(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        offer = an_offer(legal, production, ana)

        refusal = self._refused(
            legal,
            "INSERT INTO licensing_offerevent"
            " (id, organisation_id, offer_id, number, from_state, to_state, at, actor)"
            " VALUES (gen_random_uuid(), %s, %s, 3, 'offered', 'offered', '2020-01-01', 'x')",
            legal.organisation_id,
            offer.id,
        )

        assert "does not follow" in refusal

    def test_takes_no_signature_without_answers(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        offer = an_offer(legal, production, ana)

        refusal = self._refused(
            legal,
            "INSERT INTO licensing_offersignature"
            " (id, organisation_id, round_id, side, terms_sha256, signed_at, signed_by_id)"
            " SELECT gen_random_uuid(), organisation_id, id, 'studio', terms_sha256, now(), %s"
            " FROM licensing_offerround WHERE offer_id = %s",
            legal.user_id,
            offer.id,
        )

        assert "not every term was answered yes" in refusal
