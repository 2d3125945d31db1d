"""A claimed basis: refused until counsel signs it off, and never more than what was signed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.values import Role
from audit.inspection import inspect_logs
from audit.queries import entries_about
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.errors import UnknownPerformer
from licensing.evidence import decision_evidence
from licensing.grounds import GroundsState, grounds_of
from licensing.models.sign_off import BasisSignOff
from licensing.moments import Moment
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import redecide
from licensing.operations.sign_offs import revoke_sign_off
from licensing.operations.strikes import begin_strike, end_strike
from licensing.queries import consents_stand
from licensing.reconciling import RECONCILER
from licensing.signing_off.errors import NoSuchSignOff, OwnClaim, SignOffNotPossible, SignOffNotStanding
from licensing.signing_off.queries import papers_of_production
from licensing.stating import Stated
from licensing.values import Agreement, ExemptBasis, SigningOffRole, Use
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.licensing import a_consent, a_performer, an_engagement, rule_ids
from tests.factories.sign_offs import WHY, a_sign_off
from tests.licensing_signing_off.conftest import Post


def _signed(post: Post, **changes: Any) -> Any:  # noqa: ANN401 - any field, and the card
    card = a_sign_off(post.counsel, post.production.id, **changes)
    integrate_all()
    return card


class TestTheGate:
    def test_refuses_a_claim_until_counsel_signs_it_and_then_keeps_the_basis(self, post: Post) -> None:
        before = post.ask()
        assert (before.outcome, rule_ids(before)) == ("deny_until", {"TVT-07"})

        card = _signed(post)
        after = post.ask()

        assert after.outcome == "allow_with_duties"
        (duty,) = [one for one in after.duties if one.duty == "record_basis"]
        assert dict(duty.inputs) == {"basis": "customary_post", "signed_off_by": "clearance"}
        assert after.id is not None
        verdict = json.loads(decision_evidence(post.organisation_id, after.id).verdict)
        assert verdict["papers"] == [
            {
                "kind": "basis_sign_off",
                "id": str(card.id),
                "basis": "customary_post",
                "performer": None,
                "capacity": "clearance",
                "signed_at": verdict["papers"][0]["signed_at"],
                "signed_by": post.counsel.label,
                "valid_until": card.valid_until.isoformat(),
                "content_sha256": card.content_sha256,
            }
        ]
        assert before.id is not None
        assert "papers" not in json.loads(decision_evidence(post.organisation_id, before.id).verdict)

    @pytest.mark.parametrize(
        ("signed", "asked"),
        [
            ({"basis": ExemptBasis.SUBSTANTIALLY_AS_SCRIPTED}, {}),
            ({"use": Use.DUB_LANGUAGE}, {}),
            ({"scenes": ("43",)}, {}),
            ({"scenes": ("42",)}, {"scenes": ("42", "43")}),
            ({"scenes": ("42",)}, {"scenes": ()}),
            ({"shots": "other"}, {}),
            ({"shots": "this"}, {"shot_id": None}),
            ({"performer_id": "bo"}, {}),
            ({}, {"stated": Stated(exempt_basis=("customary_post", "unrecognisable"))}),
        ],
    )
    def test_counts_nothing_beyond_what_was_signed(
        self, post: Post, signed: dict[str, Any], asked: dict[str, Any]
    ) -> None:
        if "shots" in signed:
            signed = {"shots": post.shots[1:] if signed["shots"] == "other" else post.shots[:1]}
        if "performer_id" in signed:
            signed = {"performer_id": a_performer(post.counsel, "Bo Lindqvist").id}
        _signed(post, **signed)

        assert post.ask(post.order(**asked)).outcome == "deny_until"

    def test_counts_what_was_signed_for_this_scene_shot_and_person(self, post: Post) -> None:
        _signed(post, scenes=("41", "42"), shots=post.shots, performer_id=post.ana.id)

        assert post.ask().outcome == "allow_with_duties"

    def test_wants_everybody_in_question_signed_off(self, post: Post) -> None:
        bo = a_performer(post.counsel, "Bo Lindqvist")
        an_engagement(post.producer, post.production, bo)
        _signed(post, performer_id=post.ana.id)
        together = post.order(post.ana, bo)
        assert post.ask(together).outcome == "deny_until"

        _signed(post, performer_id=bo.id)

        assert post.ask(together).outcome == "allow_with_duties"

    def test_counts_no_signature_of_whoever_asks(self, post: Post) -> None:
        _signed(post)

        assert post.ask(actor=post.counsel).outcome == "deny_until"
        assert post.ask().outcome == "allow_with_duties"

    def test_counts_a_signature_once_the_log_covers_it(self, post: Post) -> None:
        source = a_sign_off(post.counsel, post.production.id, use=Use.DUB_LANGUAGE)
        with tenant(post.organisation_id):
            row = BasisSignOff.objects.get(id=source.id)
            row.pk, row.use, row.entry_uid = new_id(), Use.ALTER_RECORDED, new_id()
            row.save(force_insert=True)

        assert post.ask().outcome == "deny_until"

    @pytest.mark.parametrize("sensitive", [("nudity",), ("sexual",)])
    def test_lifts_no_prohibition(self, post: Post, sensitive: tuple[str, ...]) -> None:
        _signed(post)

        refused = post.ask(post.order(sensitive=sensitive))

        assert refused.outcome == "deny"
        assert "INT-01" in rule_ids(refused)

    def test_is_not_heard_in_a_strike(self, post: Post) -> None:
        _signed(post)
        stood = post.ask()
        assert stood.id is not None
        begin_strike(Agreement.SAG_TVT_2026, actor=post.counsel)

        refused = post.ask()
        assert refused.outcome == "deny"
        assert "TVT-17" in rule_ids(refused)
        assert not consents_stand(post.organisation_id, stood.id)

        end_strike(Agreement.SAG_TVT_2026, actor=post.counsel)
        assert post.ask().outcome == "allow_with_duties"
        assert consents_stand(post.organisation_id, stood.id)

    def test_is_not_heard_beside_a_withdrawal(self, post: Post) -> None:
        consent = a_consent(
            post.counsel,
            post.production,
            post.ana,
            replica_type="digital_alteration",
            uses=["alter_recorded"],
        )
        _signed(post)
        assert post.ask().outcome == "allow_with_duties"
        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=post.counsel)

        assert post.ask().outcome == "deny_until"

    def test_stops_work_that_rests_on_a_signature_taken_back(self, post: Post) -> None:
        card = _signed(post)
        stood = post.ask()
        assert stood.id is not None
        assert grounds_of(post.organisation_id, [stood.id])[stood.id].state is GroundsState.STANDS

        revoke_sign_off(card.id, reason="A word was changed after all.", actor=post.counsel)

        assert not consents_stand(post.organisation_id, stood.id, hold=True)
        became = grounds_of(post.organisation_id, [stood.id])[stood.id]
        assert became.state is GroundsState.APPROVAL_WITHDRAWN
        again = redecide(
            stood.id, organisation_id=post.organisation_id, stage="generate", actor_label="worker:one"
        )
        assert again.outcome == "deny_until"

    def test_says_of_another_moment_what_it_would_have_said_then(self, post: Post) -> None:
        unsigned = clock.now()
        card = _signed(post)
        signed = clock.now()
        revoke_sign_off(card.id, reason="A word was changed after all.", actor=post.counsel)
        later = clock.now() + timedelta(days=31)

        def then(as_of: Any, known_at: Any) -> str:  # noqa: ANN401 - times
            return post.ask(dry_run=True, moment=Moment(as_of, known_at)).outcome

        assert then(unsigned, unsigned) == "deny_until"
        assert then(signed, signed) == "allow_with_duties"
        assert then(later, signed) == "deny_until"
        assert then(clock.now(), clock.now()) == "deny_until"


class TestCounsel:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"reason": "x" * 2001}, "reason"),
            ({"document_sha256": "ab"}, "document_sha256"),
            ({"capacity": SigningOffRole.PRODUCER}, "capacity"),
            ({"valid_until": clock.now().date() - timedelta(days=2)}, "valid_until"),
            ({"scenes": (" ",)}, "scenes"),
            ({"shots": (new_id(),)}, "shots"),
        ],
    )
    def test_is_told_what_is_missing(self, post: Post, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(SignOffNotPossible) as refused:
            a_sign_off(post.counsel, post.production.id, **fields)
        assert refused.value.field == field

    def test_signs_nothing_they_claimed(self, post: Post) -> None:
        post.ask(actor=post.counsel)

        with pytest.raises(OwnClaim):
            a_sign_off(post.counsel, post.production.id)
        other = a_member(Role.LEGAL, organisation=post.organisation)
        assert a_sign_off(other, post.production.id).stands
        assert a_sign_off(post.counsel, post.production.id, use=Use.DUB_LANGUAGE).stands

    def test_puts_another_scope_in_its_place(self, post: Post) -> None:
        first = _signed(post)
        second = _signed(post, scenes=("7",), supersedes=first.id)

        assert post.ask().outcome == "deny_until"
        with pytest.raises(SignOffNotStanding):
            revoke_sign_off(first.id, reason="Once more.", actor=post.counsel)
        with pytest.raises(SignOffNotPossible):
            a_sign_off(
                post.counsel,
                post.production.id,
                basis=ExemptBasis.UNRECOGNISABLE,
                supersedes=second.id,
            )
        history = papers_of_production(post.organisation_id, post.production.id).sign_offs
        assert [(one.id, one.stands) for one in history] == [(second.id, True), (first.id, False)]

    def test_of_another_studio_finds_nothing(self, post: Post) -> None:
        card = a_sign_off(post.counsel, post.production.id)
        stranger = a_member(Role.LEGAL)

        with pytest.raises(NoSuchSignOff):
            revoke_sign_off(card.id, reason="Not mine.", actor=stranger)
        with pytest.raises(UnknownPerformer):
            a_sign_off(post.counsel, post.production.id, performer_id=a_performer(stranger).id)


class TestTheDatabase:
    def test_keeps_what_was_signed(self, post: Post) -> None:
        card = a_sign_off(post.counsel, post.production.id)

        with tenant(post.organisation_id):
            for statement in (
                "UPDATE licensing_basissignoff SET reason = 'x'",
                "DELETE FROM licensing_basissignoff",
            ):
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            assert BasisSignOff.objects.get(id=card.id).reason == WHY

    @pytest.mark.parametrize("who", ["producer", "claimant"])
    def test_takes_no_signature_but_of_another_one_of_legal(self, post: Post, who: str) -> None:
        if who == "claimant":
            post.ask(actor=post.counsel)
        signer = post.producer if who == "producer" else post.counsel
        source = a_sign_off(a_member(Role.LEGAL, organisation=post.organisation), post.production.id)

        with tenant(post.organisation_id):
            row = BasisSignOff.objects.get(id=source.id)
            row.pk, row.signed_by_id = new_id(), signer.user_id
            with pytest.raises(DatabaseError), transaction.atomic():
                row.save(force_insert=True)

    def test_agrees_with_the_log_and_the_log_tells_no_words(self, post: Post) -> None:
        card = a_sign_off(post.counsel, post.production.id, performer_id=post.ana.id)
        ended = revoke_sign_off(card.id, reason="A word was changed after all.", actor=post.counsel)
        integrate_all()

        (signed,) = entries_about(post.organisation_id, f"sign-off:{card.id}")
        (revoked,) = entries_about(post.organisation_id, f"sign-off:{ended.id}")
        assert (signed.type, signed.fields["state"]) == ("licensing.basis.signed_off", "signed_off")
        assert (revoked.fields["state"], revoked.fields["supersedes"]) == ("revoked", str(card.id))
        assert WHY not in str(signed.fields)
        found = inspect_logs(at=clock.now(), reconcilers=(RECONCILER,)).problems
        assert [one for one in found if "basis" in one.what or "signed off" in one.what] == []
