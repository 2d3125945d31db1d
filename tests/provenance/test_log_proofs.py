"""The proof in a credential that its signing was logged first: checked where the log is known, and reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.checkpoint import Checkpoint, sign_checkpoint, text_of
from audit.cosignature import WitnessKey, cosign
from audit.tlog_proof import LogProof
from core import clock
from provenance.examining import examine
from provenance.log_proofs import KnownLogs
from provenance.values import CredentialState, LogPlace, Verification
from provenance.verification import RepositoryAnswer, judge
from tests.factories.provenance import (
    LOG_INDEX,
    LOG_KEY,
    LOG_LEAVES,
    SignedVideo,
    a_log_proof,
    authorization_statement,
    sign_video,
    take_statement,
)

ORIGIN = "log.countersign.example/4f2a"


def _verified(
    video: SignedVideo,
    *,
    log_key: Ed25519PublicKey | None = None,
    witnesses: tuple[WitnessKey, ...] = (),
) -> Verification:
    return judge(
        examine(video.path, anchors=video.trust_list.anchors),
        trust_list=video.trust_list,
        record=None,
        repository=RepositoryAnswer.UNREACHABLE,
        at=clock.now(),
        logs=KnownLogs(log_key, witnesses),
    )


def _signed_with(proof: LogProof, folder: Path) -> SignedVideo:
    return sign_video(folder, keys_folder=folder / "keys", proof=proof)


def test_a_proof_under_the_key_of_our_log_gives_its_place(signed_video: SignedVideo) -> None:
    answer = _verified(signed_video, log_key=LOG_KEY.public_key())

    assert answer.state is CredentialState.TRUSTED
    assert answer.log_place == LogPlace(ORIGIN, LOG_INDEX, len(LOG_LEAVES))
    assert "recorded in the log first, at place 5 of 11" in " ".join(answer.reasons)


@pytest.mark.parametrize("log_key", [None, Ed25519PrivateKey.generate().public_key()])
def test_without_the_key_of_the_log_nothing_is_claimed(
    signed_video: SignedVideo, log_key: Ed25519PublicKey | None
) -> None:
    answer = _verified(signed_video, log_key=log_key)

    assert answer.state is CredentialState.TRUSTED
    assert answer.log_place is None
    assert "that was not checked" in " ".join(answer.reasons)


WITNESS = Ed25519PrivateKey.generate()
WITNESS_KEY = WitnessKey.of("union.example", WITNESS)


def _cosigned() -> LogProof:
    proof = a_log_proof()
    line = cosign(text_of(proof.checkpoint), name="union.example", key=WITNESS, at=clock.now())
    return replace(proof, checkpoint=proof.checkpoint + line)


def test_witnesses_we_know_are_named_and_others_are_not(tmp_path: Path) -> None:
    video = _signed_with(_cosigned(), tmp_path)

    known = _verified(video, log_key=LOG_KEY.public_key(), witnesses=(WITNESS_KEY,))
    unknown = _verified(video, log_key=LOG_KEY.public_key())

    assert known.log_place == LogPlace(ORIGIN, LOG_INDEX, len(LOG_LEAVES), ("union.example",))
    assert "as union.example saw" in " ".join(known.reasons)
    assert unknown.log_place == LogPlace(ORIGIN, LOG_INDEX, len(LOG_LEAVES))


def test_a_false_line_of_a_witness_we_know_is_reported(tmp_path: Path) -> None:
    proof = _cosigned()
    line = proof.checkpoint.splitlines()[-1]
    spoilt = line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:]
    video = _signed_with(replace(proof, checkpoint=proof.checkpoint.replace(line, spoilt)), tmp_path)

    answer = _verified(video, log_key=LOG_KEY.public_key(), witnesses=(WITNESS_KEY,))

    assert answer.state is CredentialState.ALTERED
    assert "The cosignature of union.example is false" in answer.reasons[0]


def _of_another_root() -> LogProof:
    note = sign_checkpoint(Checkpoint(ORIGIN, len(LOG_LEAVES), bytes(32)), key=LOG_KEY)
    return replace(a_log_proof(), checkpoint=note)


def _with_a_signature_made_up() -> LogProof:
    # The mark of our key before a signature by another: what a thief of the signing key alone can write.
    genuine, forged = a_log_proof(), a_log_proof(key=Ed25519PrivateKey.generate())
    line, other = (
        genuine.checkpoint.rstrip("\n").split("\n")[-1],
        forged.checkpoint.rstrip("\n").split("\n")[-1],
    )
    name, _, signature = line.rpartition(" ")
    return replace(
        genuine,
        checkpoint=genuine.checkpoint.replace(line, f"{name} {signature[:8]}{other.rpartition(' ')[2][8:]}"),
    )


@pytest.mark.parametrize(
    "proof",
    [
        _of_another_root(),
        _with_a_signature_made_up(),
        replace(a_log_proof(), index=4),
        replace(a_log_proof(), hashes=a_log_proof().hashes[:-1]),
        replace(a_log_proof(), checkpoint="nothing"),
    ],
    ids=["another root", "made-up signature", "another place", "cut short", "no checkpoint"],
)
def test_a_false_proof_is_reported_and_nothing_else_counts(proof: LogProof, tmp_path: Path) -> None:
    answer = _verified(_signed_with(proof, tmp_path), log_key=LOG_KEY.public_key())

    assert answer.state is CredentialState.ALTERED
    assert answer.reasons[0].startswith("The proof in it that its signing was recorded in the log is false")
    assert answer.authorization is None
    assert answer.log_place is None


def test_the_log_of_the_decision_may_have_been_closed_before_the_signing(tmp_path: Path) -> None:
    statement = take_statement(authorization=authorization_statement(log_origin="countersign/log/older"))
    video = sign_video(tmp_path, keys_folder=tmp_path / "keys", statement=statement)

    answer = _verified(video, log_key=LOG_KEY.public_key())

    assert answer.log_place == LogPlace(ORIGIN, LOG_INDEX, len(LOG_LEAVES))
    assert answer.authorization is not None
    assert answer.authorization.log_origin == "countersign/log/older"
