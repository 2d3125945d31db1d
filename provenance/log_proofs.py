"""The proof in a credential that the intent to sign it was logged first: read, checked, put into words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.checkpoint import NoteKey
from audit.cosignature import WitnessKey
from audit.tlog_proof import ProofRefused, cosigned_by, names_key, proved_checkpoint, read_proof
from provenance import manifest
from provenance.readings import Reading
from provenance.values import LogPlace

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """What the proof comes to.

    Attributes:
        place: where the intent stands, once that is proved.
        falsehood: a sentence, when the proof does not hold although we know the log's key.
        note: a sentence for people about a proof that holds or could not be checked; None where there is no proof.
    """

    place: LogPlace | None = None
    falsehood: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class KnownLogs:
    """The keys that vouch for the logs we know: the one that signs their checkpoints, and those of witnesses."""

    key: Ed25519PublicKey | None = None
    witnesses: tuple[WitnessKey, ...] = ()


def answer_about(reading: Reading, *, logs: KnownLogs) -> ProofAnswer:
    """What the credential proves about one of `logs`."""
    content = reading.assertion(manifest.LOG_PROOF_LABEL)
    if content is None:
        return ProofAnswer()
    text, leaf = content.get(manifest.PROOF_FIELD), content.get(manifest.LEAF_FIELD)
    if not isinstance(text, str) or not isinstance(leaf, str) or not _SHA256_HEX.fullmatch(leaf):
        return _false("it is not whole.")
    try:
        proof = read_proof(text)
        # Not the log that is stated to hold the decision: that one may have been closed since, and this one opened.
        origin = proof.checkpoint.partition("\n")[0]
        key = NoteKey.of(origin, logs.key) if logs.key else None
        if key is None or not names_key(proof, key):
            return ProofAnswer(
                note="It names its place in a log whose key we do not have, so that was not checked."
            )
        signed = proved_checkpoint(proof, leaf_hash=bytes.fromhex(leaf), key=key)
        witnesses = cosigned_by(proof, logs.witnesses)
    except ProofRefused as error:
        return _false(str(error))
    place = LogPlace(origin, proof.index, signed.size, witnesses)
    return ProofAnswer(
        place=place,
        note=f"That it would be signed was recorded in the log first, at place {place.index} of {place.size}"
        f"{_seen_by(witnesses)}.",
    )


def _seen_by(witnesses: Sequence[str]) -> str:
    return f", as {' and '.join(witnesses)} saw" if witnesses else ""


def _false(reason: str) -> ProofAnswer:
    return ProofAnswer(
        falsehood=f"The proof in it that its signing was recorded in the log is false: {reason}"
    )
