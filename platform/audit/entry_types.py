"""What may be logged: every type of entry. Which fields each may carry stands in `audit.entry_fields`."""

from __future__ import annotations

from enum import StrEnum


class EntryType(StrEnum):
    """`app.noun.verbed`: in the past tense, because the entry and the act commit together."""

    TOKEN_ISSUED = "accounts.token.issued"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "accounts.token.revoked"  # noqa: S105 - the name of an event
    MEMBER_ADDED = "accounts.member.added"
    MEMBER_REMOVED = "accounts.member.removed"
    MEMBER_CHANGED = "accounts.member.changed"
    SUBJECT_ERASED = "audit.subject.erased"
    LOG_REOPENED = "audit.log.reopened"
    GAP_ACKNOWLEDGED = "audit.gap.acknowledged"
    STATEMENT_ISSUED = "audit.statement.issued"
    PERFORMER_REGISTERED = "licensing.performer.registered"
    ENGAGEMENT_RECORDED = "licensing.engagement.recorded"
    REGISTER_CHANGED = "licensing.register.changed"
    AUTHORITY_VERIFIED = "licensing.authority.verified"
    AUTHORITY_REVOKED = "licensing.authority.revoked"
    RIDER_PREPARED = "licensing.rider.prepared"
    RIDER_SIGNED = "licensing.rider.signed"
    DOCUMENT_RECEIVED = "licensing.document.received"
    DOCUMENT_REFUSED = "licensing.document.refused"
    DOCUMENT_TRANSCRIBED = "licensing.document.transcribed"
    TRANSCRIPTION_CHECKED = "licensing.transcription.checked"
    CONSENT_RECORDED = "licensing.consent.recorded"
    CONSENT_WITHDRAWN = "licensing.consent.withdrawn"
    NOTICE_GIVEN = "licensing.notice.given"
    OFFER_MADE = "licensing.offer.made"
    OFFER_ANSWERED = "licensing.offer.answered"
    OFFER_COUNTERED = "licensing.offer.countered"
    OFFER_SIGNED = "licensing.offer.signed"
    OFFER_REFUSED = "licensing.offer.refused"
    OFFER_TAKEN_BACK = "licensing.offer.taken_back"
    SIGHT_GRANTED = "licensing.sight.granted"
    SIGHT_ENDED = "licensing.sight.ended"
    USE_DECIDED = "licensing.use.decided"
    CASE_OPENED = "licensing.case.opened"
    CASE_APPROVED = "licensing.case.approved"
    CASE_SECOND_KEY_GIVEN = "licensing.case.second_key_given"
    CASE_REFUSED = "licensing.case.refused"
    CASE_WITHDRAWN = "licensing.case.withdrawn"
    DELEGATION_GIVEN = "licensing.delegation.given"
    DELEGATION_ENDED = "licensing.delegation.ended"
    HOLD_PLACED = "licensing.hold.placed"
    HOLD_LIFTED = "licensing.hold.lifted"
    PACK_CONFIRMED = "licensing.pack.confirmed"
    PACK_STAGED = "licensing.pack.staged"
    PACK_ACTIVATED = "licensing.pack.activated"
    STRIKE_BEGUN = "licensing.strike.begun"
    STRIKE_ENDED = "licensing.strike.ended"
    CUSTODY_RECEIVED = "licensing.custody.received"
    OBLIGATION_OPENED = "licensing.obligation.opened"
    OBLIGATION_SERVED = "licensing.obligation.served"
    OBLIGATION_WAIVED = "licensing.obligation.waived"
    CALENDAR_ENTERED = "licensing.calendar.entered"
    RATE_ENTERED = "licensing.rate.entered"
    RATE_CONFIRMED = "licensing.rate.confirmed"
    RATE_ENDED = "licensing.rate.ended"
    LEDGER_POSTED = "licensing.ledger.posted"
    PAYMENT_RECORDED = "licensing.payment.recorded"
    PAY_STATEMENT_ISSUED = "licensing.statement.issued"
    CUSTODY_RELEASED = "licensing.custody.released"
    CUSTODY_DESTROYED = "licensing.custody.destroyed"
    SYNTHETIC_OPENED = "licensing.synthetic.opened"
    SYNTHETIC_STEPPED = "licensing.synthetic.stepped"
    REPORT_MADE = "licensing.report.made"
    REPORT_SCHEDULED = "licensing.report.scheduled"
    REPORT_SCHEDULE_ENDED = "licensing.report.schedule_ended"
    FINDING_RECORDED = "licensing.finding.recorded"
    TRAINING_LICENCE_RECORDED = "licensing.training_licence.recorded"
    MODEL_APPROVED = "generation.model.approved"
    TAKE_REQUESTED = "generation.take.requested"
    TAKE_REFUSED = "generation.take.refused"
    RENDER_STARTED = "generation.render.started"
    TAKE_FAILED = "generation.take.failed"
    TAKE_CANCELLED = "generation.take.cancelled"
    TAKE_RETRIED = "generation.take.retried"
    TAKE_RESUMED = "generation.take.resumed"
    SIGNING_INTENDED = "provenance.signing.intended"
    ASSET_SIGNED = "provenance.asset.signed"
    ASSET_DELIVERED = "provenance.asset.delivered"
    DELIVERY_INTENDED = "generation.delivery.intended"
    DELIVERY_RECALLED = "generation.delivery.recalled"
    RECALL_NOTIFIED = "generation.recall.notified"
    RECALL_ACKNOWLEDGED = "generation.recall.acknowledged"
    RETENTION_STATED = "generation.retention.stated"
    LINK_ISSUED = "generation.link.issued"
    LINK_REVOKED = "generation.link.revoked"


# What tells of a use, and in `performers` whom it touched: what a statement of non-use speaks of, in this order. A
# take is asked for on a decision, which is one of them; taking into custody and destroying are no use.
USES = (
    EntryType.USE_DECIDED,
    EntryType.RENDER_STARTED,
    EntryType.CUSTODY_RELEASED,
    EntryType.ASSET_DELIVERED,
)
