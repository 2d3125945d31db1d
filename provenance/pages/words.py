"""A verification in words for somebody who never heard of C2PA."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import TypeAlias

from provenance.fingerprints.values import DHASH_ALGORITHM, ISCC_ALGORITHM
from provenance.reports import full_report
from provenance.values import Claims, CredentialState, LogPlace, PublicState, Verification

Fact: TypeAlias = tuple[str, str | None]

_TITLES = {
    CredentialState.TRUSTED: "This file is what it says it is",
    CredentialState.RETIRED_SIGNER: "Genuine when it was signed",
    CredentialState.UNKNOWN_SIGNER: "Intact, but signed by somebody we do not know",
    CredentialState.ALTERED: "This file was changed after it was signed",
    CredentialState.RECOVERED: "There is no credential in this file; it looks like a film of ours",
    CredentialState.ABSENT: "There is no credential in this file",
    CredentialState.UNREADABLE: "We cannot read this file",
}
_MEANINGS = {
    CredentialState.TRUSTED: (
        "Not one frame was changed since it was signed, and we know the signer. "
        "That says who made it and how, not that what it shows is true."
    ),
    CredentialState.RETIRED_SIGNER: (
        "Nothing was changed since it was signed. The signer was on our list at the time and has left it since."
    ),
    CredentialState.UNKNOWN_SIGNER: (
        "Nothing was changed since it was signed. Anybody can sign a file, so without knowing the signer "
        "that alone proves little."
    ),
    CredentialState.ALTERED: (
        "It carries a credential that does not fit the file. Do not rely on anything it says about itself."
    ),
    CredentialState.RECOVERED: (
        "Its pictures look like those of a file that we signed. That says where it probably comes from. It does not "
        "say that nothing was changed: without its credential nobody can."
    ),
    CredentialState.ABSENT: (
        "That is true of most files and proves nothing either way. A credential is also lost when a file is "
        "converted or sent through most messengers."
    ),
    CredentialState.UNREADABLE: "It is damaged, empty, or of a kind we do not know, so nothing can be said about it.",
}
_PART = "A part of what was signed, and unchanged"
_SIGNERS = {
    CredentialState.TRUSTED: "We know the signer.",
    CredentialState.RETIRED_SIGNER: "The signer was on our list at the time and has left it since.",
    CredentialState.UNKNOWN_SIGNER: "Anybody can sign a film, and we do not know who signed this one.",
}
_MEANING_OF_PART = (
    "Each piece is as it was signed, and others are missing: what they showed is not known here."
)
_TONES = {
    CredentialState.TRUSTED: "good",
    CredentialState.RETIRED_SIGNER: "warn",
    CredentialState.UNKNOWN_SIGNER: "warn",
    CredentialState.ALTERED: "bad",
    CredentialState.RECOVERED: "warn",
    CredentialState.ABSENT: "quiet",
    CredentialState.UNREADABLE: "bad",
}


_FOUND_BY = {DHASH_ALGORITHM: "fingerprint of the pictures", ISCC_ALGORITHM: "ISCC of the video"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows. Facts are terms beside what is shown of them, letter for letter; None is not stated."""

    verification: Verification
    title: str
    meaning: str
    tone: str
    facts: tuple[Fact, ...]
    authorization: tuple[Fact, ...]
    likeness: tuple[Fact, ...]
    then: str | None
    now: str | None
    now_unknown: str
    ours: str | None
    report_url: str
    report_name: str


def answer_in_words(verification: Verification) -> Answer:
    state = verification.state
    return Answer(
        verification=verification,
        title=_PART if verification.is_part else _TITLES[state],
        meaning=f"{_MEANING_OF_PART} {_SIGNERS[state]}" if verification.is_part else _MEANINGS[state],
        tone="warn" if verification.is_part else _TONES[state],
        facts=_facts(verification.claims),
        authorization=_authorization(verification),
        likeness=_likeness(verification),
        then=_then(verification),
        now=_now(verification),
        now_unknown=_now_unknown(verification),
        ours=_ours(verification),
        # In the page itself, because nothing is kept that could be fetched later.
        report_url=f"data:application/json;base64,{b64encode(_report(verification)).decode('ascii')}",
        report_name=f"verification-{(verification.file_sha256 or 'unread')[:16]}.json",
    )


def _report(verification: Verification) -> bytes:
    return json.dumps(full_report(verification), indent=2, ensure_ascii=False).encode()


def _then(verification: Verification) -> str | None:
    """What was authorised when the file was made; None where its credential is no authority for that."""
    stated = verification.authorization
    if stated is None:
        return None
    consents = len(stated.consent_commitments_hex)
    if consents == 0:
        rested = "It needed no performer's consent."
    else:
        rested = f"It rested on {consents} consent{'s' if consents > 1 else ''} of performers."
    return f"Yes. A recorded decision under the rules of {stated.rule_pack} permitted it. {rested}"


def _ours(verification: Verification) -> str | None:
    """The manifest of a file of ours, as it is or by its looks: its studio knows to whom it was given."""
    if verification.recovered is not None:
        return verification.recovered
    return verification.manifest_id if verification.today is not None else None


def _now(verification: Verification) -> str | None:
    """What no longer stands, beside the state of the credential: an intact file is not one that may still be used."""
    today = verification.today
    if today is None or today.state in (PublicState.ACTIVE, PublicState.NOT_DELIVERED):
        return None
    return f"now_{today.state.value}"


def _now_unknown(verification: Verification) -> str:
    """Why nobody here can say what stands now; shown only where that is so."""
    if verification.status_reference is not None:
        return "We keep no record of this file. Its own studio publishes a signed list that tells it, named below."
    return "We keep no record of this file, and its credential names no list that would tell it."


def _facts(claims: Claims | None) -> tuple[Fact, ...]:
    if claims is None:
        return ()
    return (
        ("Signed by", claims.signed_by),
        ("Proven time of signing", claims.signed_at),
        ("Said to be made at", claims.made_at),
        ("Title", claims.title),
        ("Made by AI", "Yes" if claims.ai_generated else None),
        ("Model", " ".join(word for word in (claims.model_name, claims.model_version) if word) or None),
        ("Made with", claims.generator),
        ("May train AI", _yes_or_no(claims.training_allowed)),
    )


def _yes_or_no(stated: bool | None) -> str | None:  # noqa: FBT001 - the value itself, not a switch
    return None if stated is None else "Yes" if stated else "No"


def _authorization(verification: Verification) -> tuple[Fact, ...]:
    stated = verification.authorization
    if stated is None:
        return ()
    return (
        ("Decision", stated.decision_commitment_hex),
        ("Consents referred to", str(len(stated.consent_commitments_hex))),
        ("Rule pack", stated.rule_pack),
        ("Recorded in log", stated.log_origin),
        ("Place in log", _place(verification.log_place)),
        ("Status list", verification.status_reference.uri if verification.status_reference else None),
        ("Index in it", str(verification.status_reference.index) if verification.status_reference else None),
    )


def _likeness(verification: Verification) -> tuple[Fact, ...]:
    match = verification.match
    if match is None:
        return ()
    stretch = (
        f"second {match.start_s:.1f} to {match.end_s:.1f}" if match.start_s is not None else "the whole file"
    )
    return (
        ("Its credential would be", match.manifest_id),
        ("Similarity", f"{match.similarity} of 100"),
        ("Found by", _FOUND_BY.get(match.algorithm, "invisible watermark")),
        ("Looks alike in", stretch + (", mirrored left to right" if match.mirrored else "")),
    )


def _place(place: LogPlace | None) -> str | None:
    if place is None:
        return None
    witnessed = f", witnessed by {', '.join(place.witnesses)}" if place.witnesses else ""
    return f"{place.index} of {place.size}, proved{witnessed}"
