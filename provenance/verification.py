"""From what was read, the trust list and our own records to one of seven states, with reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from provenance import manifest
from provenance.log_proofs import KnownLogs, ProofAnswer, answer_about
from provenance.readings import Examination, Outcome, Reading, Segments
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from provenance.stated import made_action
from provenance.trust_list import OWN, Anchor, Removal, TrustList
from provenance.values import Authorization, Claims, CredentialState, Verification

_NO_LOGS = KnownLogs()

# Of a failing identity alone the SDK says Valid, as if nobody vouched for the signer of the claim.
_ABOUT_THE_IDENTITY = "cawg.x509.credential."

_IN_PLAIN_WORDS = {
    "assertion.bmffHash.mismatch": "The picture or sound is not what was signed",
    "assertion.dataHash.mismatch": "The content is not what was signed",
    "assertion.boxesHash.mismatch": "The content is not what was signed",
    "assertion.hashedURI.mismatch": "A statement inside the credential was changed",
    "claimSignature.mismatch": "The credential's signature does not fit what it signs",
    "claim.hardBindings.missing": "The credential is not bound to any content",
    "cawg.x509.credential.untrusted": "Nobody on our list vouches for the identity",
    "signingCredential.untrusted": "Nobody on our list vouches for the signer",
    "signingCredential.expired": "The signer's certificate has ended",
    "signingCredential.invalid": "The signer's certificate is not made for signing claims",
    "signingCredential.ocsp.revoked": "The signer's certificate was revoked",
}


class RepositoryAnswer(StrEnum):
    """Whether our own records could be asked about a manifest."""

    ASKED = "asked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What our repository holds about a manifest of ours.

    `first_manifest_id` is the one under which the rest of the product knows the file: where a credential was added
    to, that of the first signature.
    """

    file_sha256: str
    signed_at: datetime
    first_manifest_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Judgement:
    state: CredentialState
    reason: str
    more: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (self.reason, *self.more)


def judge(
    examination: Examination,
    *,
    trust_list: TrustList,
    record: OwnRecord | None,
    repository: RepositoryAnswer,
    at: datetime,
    logs: KnownLogs = _NO_LOGS,
) -> Verification:
    """The state of one file at `at`.

    `record` is our own entry for the manifest that was read, if there is one; `repository` says whether its absence
    means anything. `logs` are those whose proofs can be checked.
    """
    reading = examination.reading
    if reading is None:
        return Verification(
            state=_UNREAD_STATES[examination.outcome],
            validation_state=None,
            reasons=(examination.detail,),
            manifest_id=None,
            recovered=None,
            authorization=None,
            claims=None,
            file_sha256=examination.sha256_hex,
        )
    logged = answer_about(reading, logs=logs)
    judgement = _judge_reading(reading, examination, trust_list, record, logged, at)
    by_us = judgement.state in (CredentialState.TRUSTED, CredentialState.RETIRED_SIGNER) and (
        record is not None or _is_our_own(trust_list.anchor_named(reading.anchor_uri))
    )
    reasons = list(judgement.reasons)
    if logged.note is not None and judgement.state is not CredentialState.ALTERED:
        reasons.append(logged.note)
    if examination.beside is not None:
        reasons.append(
            f"The credential lies beside the file, in {examination.beside}, and not inside: whoever passes the file "
            "on without it passes on no credential."
        )
    if repository is RepositoryAnswer.UNREACHABLE:
        reasons.append("own-file digest not compared: repository not reachable")
    elif record is None and by_us:
        reasons.append(
            "This installation holds no record of that credential; only the credential itself was checked."
        )
    return Verification(
        state=judgement.state,
        validation_state=reading.validation_state,
        reasons=tuple(reasons),
        manifest_id=reading.manifest_id,
        recovered=None,
        authorization=authorization_in(reading) if by_us else None,
        claims=claims_in(reading) if judgement.state is not CredentialState.ALTERED else None,
        file_sha256=examination.sha256_hex,
        log_place=logged.place if judgement.state is not CredentialState.ALTERED else None,
        is_part=reading.segments is not None
        and reading.segments.is_part
        and judgement.state is not CredentialState.ALTERED,
    )


def _is_our_own(anchor: Anchor | None) -> bool:
    """Whether what stands under `anchor` may speak for us; None is a signer of ours that no list holds any longer."""
    return anchor is None or anchor.source == OWN


_UNREAD_STATES = {
    Outcome.NO_CREDENTIAL: CredentialState.ABSENT,
    Outcome.DAMAGED_CREDENTIAL: CredentialState.ALTERED,
    Outcome.UNREADABLE: CredentialState.UNREADABLE,
}


def _judge_reading(
    reading: Reading,
    examination: Examination,
    trust_list: TrustList,
    record: OwnRecord | None,
    logged: ProofAnswer,
    at: datetime,
) -> _Judgement:
    broken = tuple(_broken(reading))
    if reading.segments is not None and reading.segments.failing is not None:
        return _Judgement(CredentialState.ALTERED, _failing_segment(reading.segments), broken)
    if broken:
        return _Judgement(CredentialState.ALTERED, broken[0], broken[1:])
    unbound = (reading.assertion(manifest.TAKE_LABEL) or {}).get(manifest.UNBOUND_FIELD)
    if unbound is not None and unbound != examination.unbound_sha256:
        return _Judgement(
            CredentialState.ALTERED,
            "Boxes of the file that the credential's own binding leaves out were added or changed after signing.",
        )
    if record is not None and record.file_sha256 != examination.sha256_hex:
        return _Judgement(
            CredentialState.ALTERED,
            "The credential is one of ours, and the file around it is not the file we signed: "
            "bytes were added, removed or moved where the credential does not look.",
        )
    if logged.falsehood is not None:
        return _Judgement(CredentialState.ALTERED, logged.falsehood)
    notes = (*_signer_notes_on_ingredients(reading), *_segment_notes(reading))
    judgement = _judge_signer(reading, trust_list, record, at)
    return replace(judgement, more=judgement.more + _identity_note(reading) + notes)


def _failing_segment(segments: Segments) -> str:
    return (
        f"Segment {segments.failing} of the {segments.given} that were handed in is not one of those that were "
        "signed, or was changed since."
    )


def _segment_notes(reading: Reading) -> Iterator[str]:
    segments = reading.segments
    if segments is None:
        return
    if segments.signed is None:
        yield f"{segments.given} segments are as they were signed. Whether that is all of them cannot be told."
    elif segments.given >= segments.signed:
        yield f"All {segments.signed} segments are here, each as it was signed."
    else:
        yield (
            f"Only {segments.given} of the {segments.signed} segments that were signed are here. Each of them is as "
            "it was signed, and the film was longer."
        )


def _broken(reading: Reading) -> Iterator[str]:
    """Sentences about what no longer holds; none for a file whose content and statements are intact."""
    for finding in reading.failure:
        if not finding.is_about_signer:
            yield _sentence(finding.code)
    if not any(finding.code == "claimSignature.validated" for finding in reading.success):
        yield "The credential's signature was not confirmed."
    for ingredient in reading.ingredients:
        codes = [finding.code for finding in ingredient.failures if not finding.is_about_signer]
        if codes:
            yield f"What it was made from does not hold: {ingredient.title} ({', '.join(codes)})."


def _signer_notes_on_ingredients(reading: Reading) -> Iterator[str]:
    for ingredient in reading.ingredients:
        if ingredient.is_about_signer:
            yield f"It was made from {ingredient.title}, whose own signer is not on our list."


def _judge_signer(
    reading: Reading, trust_list: TrustList, record: OwnRecord | None, at: datetime
) -> _Judgement:
    """Who signed, for a file that is intact."""
    if _is_vouched_for(reading) and trust_list.anchor_named(reading.anchor_uri) is not None:
        state, reason = signer_standing(
            trust_list,
            anchor_uri=reading.anchor_uri,
            certificate_serial=reading.certificate_serial,
            proven_at=_proven_at(reading, record),
            at=at,
        )
        return _Judgement(state, reason)
    return _judge_unvouched(reading, record)


def _is_vouched_for(reading: Reading) -> bool:
    """Whether a root that was handed in vouches for the signer of the claim, whatever becomes of an identity."""
    if reading.validation_state == "Trusted":
        return True
    return (
        reading.validation_state == "Valid"
        and all(finding.code.startswith(_ABOUT_THE_IDENTITY) for finding in reading.failure)
        and any(finding.code == "signingCredential.trusted" for finding in reading.success)
    )


def _identity_note(reading: Reading) -> tuple[str, ...]:
    if reading.stated_identity is None:
        return ()
    if reading.trusted_identity is not None:
        return (f"{reading.trusted_identity} stands behind it by a key of its own.",)
    return (
        f"{reading.stated_identity} is said to stand behind it, by a key that nobody on our list vouches for.",
    )


def _proven_at(reading: Reading, record: OwnRecord | None) -> datetime | None:
    """The earliest time that somebody else than the signer vouches for: our record, or an authority of time."""
    known = [record.signed_at] if record else []
    if reading.trusted_time is not None:
        known.append(datetime.fromisoformat(reading.trusted_time))
    return min(known, default=None)


def signer_standing(
    trust_list: TrustList,
    *,
    anchor_uri: str | None,
    certificate_serial: str | None,
    proven_at: datetime | None,
    at: datetime,
) -> tuple[CredentialState, str]:
    """What the list says at `at` about the signer of an intact file, and why.

    Args:
        trust_list: every anchor ever listed.
        anchor_uri: the anchor the signature chains up to.
        certificate_serial: decimal, of the signing certificate.
        proven_at: when our own record, or a time stamp of an accepted authority, says the file was signed. The
            signer's own word does not count: whoever holds the key can write any time.
        at: the day the question is asked.
    """
    anchor = trust_list.anchor_named(anchor_uri)
    if anchor is None:
        return CredentialState.UNKNOWN_SIGNER, "The file is as it was signed, by somebody we do not know."
    removed_at, removal = anchor.removed_at, anchor.removal
    retirement = trust_list.retirement(certificate_serial)
    if removal is None and retirement is not None:
        removed_at, removal = retirement.retired_at, retirement.removal
    if removal is None or removed_at is None or at < removed_at:
        whose = "our list" if anchor.source == OWN else f"the published list {anchor.source}"
        return CredentialState.TRUSTED, f"The file is as it was signed, and its signer is on {whose}."
    if removal is Removal.SUPERSEDED or (proven_at is not None and proven_at < removed_at):
        return (
            CredentialState.RETIRED_SIGNER,
            f"The file is as it was signed. Its signer was on our list until {removed_at:%Y-%m-%d}.",
        )
    reason = (
        f"The file is as it was signed, with a key that was reported as compromised on {removed_at:%Y-%m-%d}; "
        "nothing proves that it was signed earlier."
    )
    return CredentialState.UNKNOWN_SIGNER, reason


def _judge_unvouched(reading: Reading, record: OwnRecord | None) -> _Judgement:
    codes = {finding.code for finding in reading.failure}
    if "signingCredential.expired" in codes and record is not None:
        # Without a trusted time stamp a credential ends with its certificate. Our own record stands in for it: this
        # very file, byte for byte, was signed and stored while the certificate was good.
        return _Judgement(
            CredentialState.RETIRED_SIGNER,
            "The signer's certificate has ended. Our own record holds this very file, signed on "
            f"{record.signed_at:%Y-%m-%d} when it was good.",
        )
    reasons = tuple(_sentence(finding.code) for finding in reading.failure)
    return _Judgement(
        CredentialState.UNKNOWN_SIGNER,
        "The file is as it was signed, by somebody we do not know.",
        reasons,
    )


def _sentence(code: str) -> str:
    return f"{_IN_PLAIN_WORDS.get(code, 'The credential does not hold')} ({code})."


def authorization_in(reading: Reading) -> Authorization | None:
    """The authorization that the credential states; None where it states none in the form we write."""
    content = reading.assertion(manifest.AUTHORIZATION_LABEL)
    if content is None:
        return None
    consents = content.get("consents")
    texts = {name: content.get(name) for name in ("decision", "rule_pack", "rule_pack_sha256", "log_origin")}
    if not isinstance(consents, list) or not all(isinstance(text, str) for text in texts.values()):
        return None
    return Authorization(
        decision_commitment_hex=str(texts["decision"]),
        consent_commitments_hex=tuple(str(consent) for consent in consents),
        rule_pack=str(texts["rule_pack"]),
        rule_pack_sha256=str(texts["rule_pack_sha256"]),
        log_origin=str(texts["log_origin"]),
    )


def claims_in(reading: Reading) -> Claims:
    """What the signer states, field by field; nothing in it is checked against the world."""
    active = reading.manifest()
    generators = active.get("claim_generator_info")
    generator = generators[0] if isinstance(generators, list) and generators else {}
    disclosure = reading.assertion(manifest.AI_DISCLOSURE_LABEL) or {}
    created = _created_action(reading)
    agent = created.get("softwareAgent")
    names = [name for name in (reading.issuer, reading.common_name) if name]
    return Claims(
        title=_text(active.get("title")),
        signed_by=", ".join(names) or None,
        certificate_serial=reading.certificate_serial,
        signed_at=reading.trusted_time,
        made_at=_text(created.get("when")),
        generator=_text(generator.get("name")),
        model_name=_text(disclosure.get("modelName")),
        model_version=_text(agent.get("version")) if isinstance(agent, dict) else None,
        ai_generated=(
            created.get("digitalSourceType") == TRAINED_ALGORITHMIC_MEDIA or "modelType" in disclosure
        ),
        training_allowed=_training_allowed(reading),
    )


def _created_action(reading: Reading) -> dict[str, object]:
    for content in reading.assertions(manifest.ACTIONS_LABEL):
        action = made_action(content.get("actions"))
        if action:
            return action
    return {}


def _training_allowed(reading: Reading) -> bool | None:
    entries = (reading.assertion(manifest.TRAINING_MINING_LABEL) or {}).get("entries")
    if not isinstance(entries, dict) or not entries:
        return None
    return all(isinstance(entry, dict) and entry.get("use") == "allowed" for entry in entries.values())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
