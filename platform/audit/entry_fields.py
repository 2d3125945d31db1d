"""Which fields an entry of each type may carry, and of what kind they are.

An entry is never erased, so nothing personal may enter one. Each field has a kind that no name, address or free
text fits; whoever is meant stands in the log as an identifier or a salted commitment.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_fields_of_films import FIELDS_OF_FILMS
from audit.entry_fields_of_keys import FIELDS_OF_KEYS, ON_TOP_OF_A_MANIFEST
from audit.entry_fields_of_screens import FIELDS_OF_SCREENS
from audit.entry_types import EntryType
from audit.field_groups import Fields
from audit.field_groups import fields as _fields
from audit.field_kinds import EntryRefused, Kind, is_of_kind
from core.canonical import Canonical

FIELDS: Mapping[EntryType, Fields] = {
    EntryType.TOKEN_ISSUED: _fields(token_key=Kind.TOKEN_HEAD),
    EntryType.TOKEN_REVOKED: _fields(token_key=Kind.TOKEN_HEAD),
    EntryType.MEMBER_ADDED: _fields(member=Kind.IDENTIFIER, role=Kind.CODE),
    EntryType.MEMBER_REMOVED: _fields(member=Kind.IDENTIFIER, role=Kind.CODE),
    EntryType.MEMBER_CHANGED: _fields(member=Kind.IDENTIFIER, role=Kind.CODE),
    EntryType.SUBJECT_ERASED: _fields(person=Kind.COMMITMENT),
    EntryType.LOG_REOPENED: _fields(
        old_origin_sha256=Kind.SHA256,
        signed_size=Kind.NUMBER,
        signed_root=Kind.SHA256,
        stored_size=Kind.NUMBER,
    ),
    EntryType.GAP_ACKNOWLEDGED: _fields(origin_sha256=Kind.SHA256, reason_code=Kind.CODE),
    # Of what the statement rests on: how many entries the log had, and how many of each type it speaks of.
    EntryType.STATEMENT_ISSUED: _fields(
        statement=Kind.IDENTIFIER,
        statement_sha256=Kind.SHA256,
        optional={"kind": Kind.CODE, "size": Kind.NUMBER, "counters": Kind.NUMBERS},
    ),
    EntryType.PRODUCTION_CHANGED: _fields(
        change=Kind.IDENTIFIER, reason_code=Kind.CODE, document_sha256=Kind.SHA256
    ),
    EntryType.PERFORMER_REGISTERED: _fields(performer=Kind.COMMITMENT),
    EntryType.ENGAGEMENT_RECORDED: _fields(engagement=Kind.IDENTIFIER, performer=Kind.COMMITMENT),
    EntryType.REGISTER_CHANGED: _fields(
        change=Kind.IDENTIFIER, performer=Kind.COMMITMENT, reason_code=Kind.CODE, document_sha256=Kind.SHA256
    ),
    EntryType.AUTHORITY_VERIFIED: _fields(
        authority=Kind.IDENTIFIER, performer=Kind.COMMITMENT, document_sha256=Kind.SHA256
    ),
    EntryType.AUTHORITY_REVOKED: _fields(authority=Kind.IDENTIFIER),
    EntryType.RIDER_PREPARED: _fields(
        rider=Kind.IDENTIFIER, document_sha256=Kind.SHA256, terms_sha256=Kind.SHA256, pack_sha256=Kind.SHA256
    ),
    EntryType.RIDER_SIGNED: _fields(
        rider=Kind.IDENTIFIER,
        side=Kind.CODE,
        document_sha256=Kind.SHA256,
        terms_sha256=Kind.SHA256,
        certificate_sha256=Kind.SHA256,
        optional={"authority": Kind.IDENTIFIER},
    ),
    EntryType.DOCUMENT_RECEIVED: _fields(
        document=Kind.IDENTIFIER, document_sha256=Kind.SHA256, state=Kind.CODE
    ),
    EntryType.DOCUMENT_REFUSED: _fields(document_sha256=Kind.SHA256, reason_code=Kind.CODE),
    EntryType.DOCUMENT_TRANSCRIBED: _fields(
        document=Kind.IDENTIFIER, transcription=Kind.IDENTIFIER, terms_sha256=Kind.SHA256
    ),
    EntryType.TRANSCRIPTION_CHECKED: _fields(
        transcription=Kind.IDENTIFIER, terms_sha256=Kind.SHA256, outcome=Kind.CODE
    ),
    EntryType.CONSENT_RECORDED: _fields(
        consent=Kind.IDENTIFIER, document_sha256=Kind.SHA256, terms_sha256=Kind.SHA256
    ),
    EntryType.CONSENT_WITHDRAWN: _fields(consent=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.NOTICE_GIVEN: _fields(consent=Kind.IDENTIFIER, notice=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.OFFER_MADE: _fields(offer=Kind.IDENTIFIER, round=Kind.NUMBER, terms_sha256=Kind.SHA256),
    EntryType.OFFER_ANSWERED: _fields(offer=Kind.IDENTIFIER, round=Kind.NUMBER, terms_sha256=Kind.SHA256),
    EntryType.OFFER_COUNTERED: _fields(offer=Kind.IDENTIFIER, round=Kind.NUMBER, terms_sha256=Kind.SHA256),
    EntryType.OFFER_SIGNED: _fields(
        offer=Kind.IDENTIFIER,
        round=Kind.NUMBER,
        side=Kind.CODE,
        terms_sha256=Kind.SHA256,
        optional={"authority": Kind.IDENTIFIER},
    ),
    EntryType.OFFER_REFUSED: _fields(offer=Kind.IDENTIFIER),
    EntryType.OFFER_TAKEN_BACK: _fields(offer=Kind.IDENTIFIER),
    EntryType.SIGHT_GRANTED: _fields(grant=Kind.IDENTIFIER),
    EntryType.SIGHT_ENDED: _fields(grant=Kind.IDENTIFIER),
    EntryType.NAMING_CHOSEN: _fields(
        naming=Kind.IDENTIFIER,
        performer=Kind.COMMITMENT,
        state=Kind.CODE,
        optional={"authority": Kind.IDENTIFIER, "document_sha256": Kind.SHA256},
    ),
    EntryType.USE_DECIDED: _fields(
        decision=Kind.IDENTIFIER,
        outcome=Kind.CODE,
        rules=Kind.RULES,
        facts_sha256=Kind.SHA256,
        pack=Kind.EDITION,
        stage=Kind.CODE,
        optional={
            "shot": Kind.IDENTIFIER,
            "pack_sha256": Kind.SHA256,
            "verdict_sha256": Kind.SHA256,
            "performers": Kind.COMMITMENTS,
        },
    ),
    EntryType.CASE_OPENED: _fields(case=Kind.IDENTIFIER, decision=Kind.IDENTIFIER, rules=Kind.RULES),
    EntryType.CASE_APPROVED: _fields(
        case=Kind.IDENTIFIER,
        approval=Kind.IDENTIFIER,
        decision=Kind.IDENTIFIER,
        rules=Kind.RULES,
        limits_sha256=Kind.SHA256,
        state=Kind.CODE,
        optional={"delegation": Kind.IDENTIFIER, "document_sha256": Kind.SHA256},
    ),
    EntryType.CASE_SECOND_KEY_GIVEN: _fields(
        case=Kind.IDENTIFIER,
        approval=Kind.IDENTIFIER,
        limits_sha256=Kind.SHA256,
        optional={"delegation": Kind.IDENTIFIER, "authority": Kind.IDENTIFIER},
    ),
    EntryType.CASE_REFUSED: _fields(case=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.CASE_WITHDRAWN: _fields(case=Kind.IDENTIFIER),
    EntryType.DELEGATION_GIVEN: _fields(
        delegation=Kind.IDENTIFIER, member=Kind.IDENTIFIER, stand_in=Kind.IDENTIFIER
    ),
    EntryType.DELEGATION_ENDED: _fields(delegation=Kind.IDENTIFIER),
    EntryType.HOLD_PLACED: _fields(hold=Kind.IDENTIFIER, held=Kind.CODE, reason_code=Kind.CODE),
    EntryType.HOLD_LIFTED: _fields(hold=Kind.IDENTIFIER),
    EntryType.PACK_CONFIRMED: _fields(pack=Kind.EDITION, rule=Kind.RULE, document_sha256=Kind.SHA256),
    EntryType.PACK_STAGED: _fields(house_pack=Kind.IDENTIFIER, pack_sha256=Kind.SHA256, edition=Kind.NUMBER),
    EntryType.PACK_ACTIVATED: _fields(
        house_pack=Kind.IDENTIFIER,
        activation=Kind.IDENTIFIER,
        pack_sha256=Kind.SHA256,
        decisions=Kind.NUMBER,
        flipped=Kind.NUMBER,
    ),
    EntryType.STRIKE_BEGUN: _fields(strike=Kind.IDENTIFIER, agreement=Kind.CODE),
    EntryType.STRIKE_ENDED: _fields(strike=Kind.IDENTIFIER, agreement=Kind.CODE),
    EntryType.CUSTODY_RECEIVED: _fields(
        custody_asset=Kind.IDENTIFIER,
        asset_kind=Kind.CODE,
        consent=Kind.IDENTIFIER,
        sealed_sha256=Kind.SHA256,
        performers=Kind.COMMITMENTS,
    ),
    EntryType.OBLIGATION_OPENED: _fields(
        obligation=Kind.IDENTIFIER,
        duty=Kind.CODE,
        rule=Kind.RULE,
        optional={"decision": Kind.IDENTIFIER, "performers": Kind.COMMITMENTS},
    ),
    EntryType.OBLIGATION_SERVED: _fields(obligation=Kind.IDENTIFIER, document_sha256=Kind.SHA256),
    EntryType.OBLIGATION_WAIVED: _fields(obligation=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.CALENDAR_ENTERED: _fields(calendar=Kind.IDENTIFIER, document_sha256=Kind.SHA256),
    EntryType.RATE_ENTERED: _fields(rate=Kind.IDENTIFIER, document_sha256=Kind.SHA256),
    EntryType.RATE_CONFIRMED: _fields(rate=Kind.IDENTIFIER, document_sha256=Kind.SHA256),
    EntryType.RATE_ENDED: _fields(rate=Kind.IDENTIFIER, document_sha256=Kind.SHA256),
    EntryType.LEDGER_POSTED: _fields(
        posting=Kind.IDENTIFIER, obligation=Kind.IDENTIFIER, kind=Kind.CODE, posting_sha256=Kind.SHA256
    ),
    EntryType.PAYMENT_RECORDED: _fields(
        payment=Kind.IDENTIFIER, obligation=Kind.IDENTIFIER, posting_sha256=Kind.SHA256
    ),
    EntryType.PAY_STATEMENT_ISSUED: _fields(
        statement=Kind.IDENTIFIER, statement_sha256=Kind.SHA256, optional={"performers": Kind.COMMITMENTS}
    ),
    EntryType.CUSTODY_RELEASED: _fields(
        release=Kind.IDENTIFIER,
        performers=Kind.COMMITMENTS,
        optional={
            "custody_asset": Kind.IDENTIFIER,
            "decision": Kind.IDENTIFIER,
            "job": Kind.IDENTIFIER,
            "fence": Kind.NUMBER,
        },
    ),
    EntryType.CUSTODY_DESTROYED: _fields(
        custody_asset=Kind.IDENTIFIER,
        reason_code=Kind.CODE,
        attestation_sha256=Kind.SHA256,
        performers=Kind.COMMITMENTS,
    ),
    EntryType.DISCLOSURE_APPROVED: _fields(
        disclosure=Kind.IDENTIFIER,
        kind=Kind.CODE,
        state=Kind.CODE,
        content_sha256=Kind.SHA256,
        optional={"supersedes": Kind.IDENTIFIER},
    ),
    EntryType.DISCLOSURE_PLACED: _fields(
        disclosure=Kind.IDENTIFIER, placing=Kind.IDENTIFIER, document_sha256=Kind.SHA256
    ),
    EntryType.BASIS_SIGNED_OFF: _fields(
        sign_off=Kind.IDENTIFIER,
        basis=Kind.CODE,
        state=Kind.CODE,
        content_sha256=Kind.SHA256,
        optional={
            "supersedes": Kind.IDENTIFIER,
            "document_sha256": Kind.SHA256,
            "performers": Kind.COMMITMENTS,
        },
    ),
    EntryType.BUYER_APPROVAL_RECORDED: _fields(
        buyer_approval=Kind.IDENTIFIER,
        state=Kind.CODE,
        content_sha256=Kind.SHA256,
        document_sha256=Kind.SHA256,
        optional={"supersedes": Kind.IDENTIFIER},
    ),
    EntryType.SYNTHETIC_OPENED: _fields(synthetic=Kind.IDENTIFIER),
    EntryType.SYNTHETIC_STEPPED: _fields(
        synthetic=Kind.IDENTIFIER,
        synthetic_step=Kind.IDENTIFIER,
        step_code=Kind.CODE,
        optional={"proof_sha256": Kind.SHA256},
    ),
    # What it rests on: how many entries the log had, and their root.
    EntryType.REPORT_MADE: _fields(
        report=Kind.IDENTIFIER,
        kind=Kind.CODE,
        csv_sha256=Kind.SHA256,
        pdf_sha256=Kind.SHA256,
        size=Kind.NUMBER,
        log_root=Kind.SHA256,
        optional={"schedule": Kind.IDENTIFIER},
    ),
    EntryType.REPORT_SCHEDULED: _fields(schedule=Kind.IDENTIFIER, kind=Kind.CODE),
    EntryType.REPORT_SCHEDULE_ENDED: _fields(schedule=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.FINDING_RECORDED: _fields(
        finding=Kind.IDENTIFIER,
        kind=Kind.CODE,
        state=Kind.CODE,
        optional={"performers": Kind.COMMITMENTS},
    ),
    EntryType.TRAINING_LICENCE_RECORDED: _fields(
        training_licence=Kind.IDENTIFIER, optional={"proof_sha256": Kind.SHA256}
    ),
    EntryType.MODEL_APPROVED: _fields(
        model_sha256=Kind.SHA256,
        optional={"production": Kind.IDENTIFIER, "content_sha256": Kind.SHA256},
    ),
    EntryType.MODEL_CLEARED: _fields(
        clearance=Kind.IDENTIFIER,
        model_sha256=Kind.SHA256,
        content_sha256=Kind.SHA256,
        state=Kind.CODE,
        optional={"production": Kind.IDENTIFIER},
    ),
    EntryType.TAKE_REQUESTED: _fields(
        take=Kind.IDENTIFIER,
        decision=Kind.IDENTIFIER,
        request_sha256=Kind.SHA256,
        model_sha256=Kind.SHA256,
        optional={"performers": Kind.COMMITMENTS},
    ),
    EntryType.TAKE_REFUSED: _fields(decision=Kind.IDENTIFIER, optional={"take": Kind.IDENTIFIER}),
    EntryType.RENDER_STARTED: _fields(
        take=Kind.IDENTIFIER,
        attempt=Kind.NUMBER,
        fence=Kind.NUMBER,
        decision=Kind.IDENTIFIER,
        model_sha256=Kind.SHA256,
        optional={"performers": Kind.COMMITMENTS},
    ),
    EntryType.TAKE_FAILED: _fields(take=Kind.IDENTIFIER, attempt=Kind.NUMBER, reason_code=Kind.CODE),
    EntryType.TAKE_CANCELLED: _fields(take=Kind.IDENTIFIER),
    EntryType.TAKE_RETRIED: _fields(take=Kind.IDENTIFIER),
    EntryType.TAKE_PRIORITISED: _fields(take=Kind.IDENTIFIER, priority=Kind.CODE),
    EntryType.QUEUE_PAUSED: _fields(pause=Kind.IDENTIFIER),
    EntryType.QUEUE_RESUMED: _fields(pause=Kind.IDENTIFIER),
    EntryType.TAKES_CAPPED: _fields(cap=Kind.IDENTIFIER, optional={"most": Kind.NUMBER}),
    EntryType.PUT_ON_SHEET: _fields(sheet_entry=Kind.IDENTIFIER, custody_asset=Kind.IDENTIFIER),
    EntryType.TAKEN_OFF_SHEET: _fields(sheet_entry=Kind.IDENTIFIER, custody_asset=Kind.IDENTIFIER),
    EntryType.WORKER_DRAINED: _fields(worker=Kind.IDENTIFIER),
    EntryType.WORKER_RESTORED: _fields(worker=Kind.IDENTIFIER),
    EntryType.TAKE_RESUMED: _fields(take=Kind.IDENTIFIER, decision=Kind.IDENTIFIER),
    **FIELDS_OF_FILMS,
    # Of what a person did to a work. What it says, with a salt of its own, is known by its digest alone.
    EntryType.CONTRIBUTION_RECORDED: _fields(
        contribution=Kind.IDENTIFIER,
        kind=Kind.CODE,
        content_sha256=Kind.SHA256,
        optional={"take": Kind.IDENTIFIER, "supersedes": Kind.IDENTIFIER},
    ),
    EntryType.SIGNING_INTENDED: _fields(
        asset=Kind.IDENTIFIER,
        take=Kind.IDENTIFIER,
        source_sha256=Kind.SHA256,
        manifest_sha256=Kind.SHA256,
        signer_certificate_sha256=Kind.SHA256,
    ),
    EntryType.ASSET_SIGNED: _fields(
        asset=Kind.IDENTIFIER,
        take=Kind.IDENTIFIER,
        file_sha256=Kind.SHA256,
        manifest_id=Kind.MANIFEST,
        intent=Kind.IDENTIFIER,
        optional={"manifest_store_sha256": Kind.SHA256},
    ),
    EntryType.REFERENCE_INTENDED: _fields(
        reference=Kind.IDENTIFIER,
        source_sha256=Kind.SHA256,
        manifest_sha256=Kind.SHA256,
        signer_certificate_sha256=Kind.SHA256,
    ),
    EntryType.REFERENCE_RECEIVED: _fields(
        reference=Kind.IDENTIFIER, source_sha256=Kind.SHA256, file_sha256=Kind.SHA256, state=Kind.CODE
    ),
    EntryType.REFERENCE_REFUSED: _fields(source_sha256=Kind.SHA256, reason_code=Kind.CODE),
    # `cause` is what the addition tells of: a case, a delivery, a manifest taken in.
    EntryType.CREDENTIAL_UPDATED: Fields({**ON_TOP_OF_A_MANIFEST, "reason_code": Kind.CODE}, {}),
    # `cause` is the master that was asked for.
    EntryType.DERIVATIVE_SIGNED: Fields(ON_TOP_OF_A_MANIFEST, {}),
    EntryType.ASSET_DELIVERED: _fields(
        delivery=Kind.IDENTIFIER,
        asset=Kind.IDENTIFIER,
        performers=Kind.COMMITMENTS,
        optional={"decision": Kind.IDENTIFIER, "recipient": Kind.IDENTIFIER, "take": Kind.IDENTIFIER},
    ),
    EntryType.DELIVERY_INTENDED: _fields(
        delivery=Kind.IDENTIFIER,
        asset=Kind.IDENTIFIER,
        take=Kind.IDENTIFIER,
        recipient=Kind.IDENTIFIER,
        decision=Kind.IDENTIFIER,
        request_sha256=Kind.SHA256,
    ),
    EntryType.DELIVERY_RECALLED: _fields(delivery=Kind.IDENTIFIER, reason_code=Kind.CODE),
    EntryType.RECALL_NOTIFIED: _fields(
        delivery=Kind.IDENTIFIER,
        recall_notice=Kind.IDENTIFIER,
        channel=Kind.CODE,
        optional={"proof_sha256": Kind.SHA256},
    ),
    EntryType.RECALL_ACKNOWLEDGED: _fields(delivery=Kind.IDENTIFIER, optional={"link": Kind.IDENTIFIER}),
    EntryType.RETENTION_STATED: _fields(
        delivery=Kind.IDENTIFIER, retention=Kind.IDENTIFIER, words_sha256=Kind.SHA256
    ),
    EntryType.LINK_ISSUED: _fields(link=Kind.IDENTIFIER, delivery=Kind.IDENTIFIER),
    EntryType.LINK_REVOKED: _fields(link=Kind.IDENTIFIER, delivery=Kind.IDENTIFIER),
    EntryType.DISPUTE_OPENED: _fields(
        dispute=Kind.IDENTIFIER, take=Kind.IDENTIFIER, reason_code=Kind.CODE, words_sha256=Kind.SHA256
    ),
    EntryType.DISPUTE_ENDED: _fields(
        dispute=Kind.IDENTIFIER, take=Kind.IDENTIFIER, outcome=Kind.CODE, words_sha256=Kind.SHA256
    ),
    **FIELDS_OF_KEYS,
    **FIELDS_OF_SCREENS,
}


def allowed_fields(entry_type: EntryType, fields: Mapping[str, Canonical]) -> dict[str, Canonical]:
    """`fields`, proved to be what `entry_type` may carry. A field that is None is left out.

    Raises:
        EntryRefused: a field is unknown, missing, or of another kind; the message does not repeat its value.
    """
    known = FIELDS[entry_type]
    stated: dict[str, Canonical] = {name: value for name, value in fields.items() if value is not None}
    for name in known.required:
        if name not in stated:
            raise EntryRefused(f"{entry_type} lacks the field {name}.")
    for name, value in stated.items():
        kind = known.required.get(name) or known.optional.get(name)
        if kind is None:
            raise EntryRefused(f"{entry_type} has no field {name}.")
        if not is_of_kind(value, kind):
            raise EntryRefused(f"The field {name} of {entry_type} is no {kind.name.lower()}: {kind.value}.")
    return stated
