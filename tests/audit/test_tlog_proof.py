"""Proofs as texts: made, read, and refused when anything in them is changed."""

from __future__ import annotations

import base64
import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import Checkpoint, NoteKey, sign_checkpoint
from audit.merkle import inclusion_spans, leaf_hash, tree_root
from audit.tlog_proof import LogProof, ProofRefused, proved_checkpoint, read_proof

ORIGIN = "countersign/log/4f2a"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]
INDEX = 6


def _proof(index: int = INDEX, size: int = len(LEAVES)) -> LogProof:
    leaves = LEAVES[:size]
    hashes = [tree_root(leaves[start:end]) for start, end in inclusion_spans(index=index, size=size)]
    note = sign_checkpoint(Checkpoint(ORIGIN, size, tree_root(leaves)), key=KEY)
    return LogProof(index, tuple(hashes), note)


def test_a_proof_has_the_form_of_the_specification() -> None:
    proof = _proof()

    lines = proof.to_text().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 6"]
    assert [base64.b64decode(line) for line in lines[2 : 2 + len(proof.hashes)]] == list(proof.hashes)
    assert lines[2 + len(proof.hashes)] == ""
    assert proof.to_text().endswith("\n\n" + proof.checkpoint)


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_every_place_of_every_tree_is_proved_and_read_back(size: int) -> None:
    for index in range(size):
        proof = _proof(index, size)

        assert read_proof(proof.to_text()) == proof
        signed = proved_checkpoint(proof, leaf_hash=LEAVES[index], key=NoteKey.of(ORIGIN, KEY))
        assert (signed.origin, signed.size) == (ORIGIN, size)


def test_extra_data_is_passed_over() -> None:
    text = _proof().to_text().replace("\nindex", "\nextra aGVsbG8=\nindex", 1)

    assert read_proof(text) == _proof()


def test_every_changed_byte_is_noticed() -> None:
    text = _proof().to_text().encode()
    passed = []

    for place in range(len(text)):
        changed = bytearray(text)
        changed[place] ^= 1
        # Text that is not UTF-8 is no proof either.
        with contextlib.suppress(ProofRefused, UnicodeDecodeError):
            proof = read_proof(changed.decode())
            passed.append(proved_checkpoint(proof, leaf_hash=LEAVES[INDEX], key=NoteKey.of(ORIGIN, KEY)))

    assert passed == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v1\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 06\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + "!" * 44 + "\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + (base64.b64encode(bytes(32)).decode() + "\n") * 64 + "\nnote",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        read_proof(text)


def test_another_leaf_and_another_key_prove_nothing() -> None:
    with pytest.raises(ProofRefused):
        proved_checkpoint(_proof(), leaf_hash=LEAVES[0], key=NoteKey.of(ORIGIN, KEY))
    with pytest.raises(ProofRefused):
        proved_checkpoint(
            _proof(), leaf_hash=LEAVES[INDEX], key=NoteKey.of(ORIGIN, Ed25519PrivateKey.generate())
        )
