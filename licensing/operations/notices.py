"""A performer withdraws: at once, or after the time of notice that the terms name."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor, process_actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.clock import rfc3339
from core.ids import new_id
from core.tenancy import tenant
from licensing.agreeing.acting_for import authority_for
from licensing.agreeing.cards import NoticeCard
from licensing.agreeing.errors import ActNotCovered, EventBackdated, NoticeOnRecord
from licensing.agreeing.queries import notice_card_of, notice_days
from licensing.doors import MAY_WITHDRAW
from licensing.errors import ConsentEnded, NoSuchConsent
from licensing.models.agreement import WithdrawalNotice
from licensing.models.consent import Consent
from licensing.models.document import SigningAuthority
from licensing.names import ConsentStatus, RepresentedAct, WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.turns import take_turn
from licensing.values import SignerRole

_GIVEN = (
    "The notice is recorded and stands. The log has not confirmed it yet and will without your doing. "
    "Do not send it again."
)


def give_notice(consent_id: UUID, *, actor: Actor, given_at: datetime | None = None) -> NoticeCard:
    """Withdraw a consent with the time of notice that was agreed; without one it ends now.

    Args:
        consent_id: the consent.
        actor: the performer, who has authority to withdraw for them, or legal on the word of either.
        given_at: when notice was given, where legal enters it later; now by default.

    Raises:
        NoSuchConsent: there is none of this id here.
        ActNotCovered: not this person's to withdraw.
        ConsentEnded, NoticeOnRecord: it has ended, or notice was given before.
        EventBackdated: `given_at` lies in the future, before the consent was recorded, or is not legal's to say.
        LogNotReady: it is recorded; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        take_turn(consent_id)
        row: Consent | None = Consent.objects.select_for_update().filter(id=consent_id).first()
        if row is None:
            raise NoSuchConsent("There is no such consent record here.")
        # The time is drawn after the lock: drawn before, it could lie before a decision that came first.
        at = clock.now()
        authority, reason = _who_withdraws(row, actor=actor, at=at)
        earlier = WithdrawalNotice.objects.filter(consent=row).first()
        if earlier is not None and row.status == ConsentStatus.ACTIVE:
            raise NoticeOnRecord(effective_at=rfc3339(earlier.effective_at))
        if row.status != ConsentStatus.ACTIVE:
            raise ConsentEnded(status=row.status)
        given = _given(given_at, row, authority, at=at)
        notice_id = new_id()
        try:
            with transaction.atomic():
                notice: WithdrawalNotice = WithdrawalNotice.objects.create(
                    id=notice_id,
                    consent=row,
                    authority=authority,
                    reason_code=reason,
                    given_at=given,
                    effective_at=given + timedelta(days=notice_days(row.id)),
                    recorded_at=at,
                    recorded_by_id=actor.user_id,
                )
        except IntegrityError as error:
            raise NoticeOnRecord(effective_at="the time named then") from error
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.NOTICE_GIVEN,
            actor=actor.label,
            subject=f"consent:{row.id}",
            fields={"consent": str(row.id), "notice": str(notice_id), "reason_code": reason.value},
            at=at,
            production_id=row.production_id,
            person_id=row.performer_id,
        )
        card = notice_card_of(notice)
    if card.effective_at <= at:
        withdraw_consent(consent_id, reason=reason, actor=actor)
    else:
        wait_until_covered(actor.organisation_id, [entry_uid], message=_GIVEN)
    return card


def settle_notices(organisation_id: UUID) -> int:
    """Write the end of every consent whose time of notice is over; gives how many.

    No use waits for this: the gate reads the notices themselves.
    """
    with tenant(organisation_id):
        due = list(
            WithdrawalNotice.objects.filter(
                effective_at__lte=clock.now(), consent__status=ConsentStatus.ACTIVE
            ).values_list("consent_id", "reason_code")
        )
    actor = process_actor(organisation_id=organisation_id, label="system")
    for consent_id, reason in due:
        withdraw_consent(consent_id, reason=WithdrawalReason(reason), actor=actor)
    return len(due)


def _who_withdraws(
    row: Consent, *, actor: Actor, at: datetime
) -> tuple[SigningAuthority | None, WithdrawalReason]:
    try:
        authority = authority_for(row.performer_id, RepresentedAct.WITHDRAW, actor=actor, on=at)
    except ActNotCovered:
        if not actor.is_one_of(*MAY_WITHDRAW):
            raise
        return None, WithdrawalReason.PERFORMER_WISH
    if authority.signer_role == SignerRole.PERFORMER:
        return authority, WithdrawalReason.PERFORMER_WISH
    return authority, WithdrawalReason.REPRESENTATIVE_WISH


def _given(
    given_at: datetime | None, row: Consent, authority: SigningAuthority | None, *, at: datetime
) -> datetime:
    if given_at is None:
        return at
    if authority is not None:
        raise EventBackdated("given_at", "only legal enters a notice that was given elsewhere before")
    if given_at > at:
        raise EventBackdated("given_at", "lies in the future")
    if given_at < row.recorded_at:
        raise EventBackdated("given_at", "lies before the consent was recorded")
    return given_at
