import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import (
    Checkpoint,
    NoteError,
    NoteKey,
    open_note,
    parse_checkpoint,
    sign_checkpoint,
    signature_line,
    verify_checkpoint,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = "example.com/behind-the-sofa"
PUBLIC = NoteKey.of(ORIGIN, KEY)
CHECKPOINT = Checkpoint(ORIGIN, 20852163, bytes(range(32)))

# Source: the package documentation of golang.org/x/mod/sumdb/note, the origin of the format.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


class TestUpstreamNote:
    def test_its_signature_verifies(self) -> None:
        text = open_note(NEUMANN_NOTE, keys=[NoteKey.from_vkey(NEUMANN)])

        assert text.endswith("what your problem is.\n")

    def test_its_key_is_spelt_as_it_was_read(self) -> None:
        assert NoteKey.from_vkey(NEUMANN).vkey() == NEUMANN

    def test_one_other_letter_spoils_it(self) -> None:
        with pytest.raises(NoteError, match="false"):
            open_note(NEUMANN_NOTE.replace("answer", "Answer"), keys=[NoteKey.from_vkey(NEUMANN)])


class TestCheckpoints:
    @given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
    def test_what_is_signed_is_what_is_read(self, size: int, root: bytes) -> None:
        checkpoint = Checkpoint(ORIGIN, size, root)

        note = sign_checkpoint(checkpoint, key=KEY)

        assert verify_checkpoint(note, key=PUBLIC) == checkpoint

    def test_body_has_the_three_lines_of_the_specification(self) -> None:
        root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")

        body = Checkpoint(ORIGIN, 20852163, root).body()

        assert body == f"{ORIGIN}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    def test_every_changed_byte_is_refused(self) -> None:
        note = sign_checkpoint(CHECKPOINT, key=KEY).encode()

        for place in range(len(note)):
            changed = note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]
            with pytest.raises((NoteError, UnicodeDecodeError)):
                verify_checkpoint(changed.decode(), key=PUBLIC)

    def test_a_stranger_with_the_same_name_is_nobody(self) -> None:
        note = sign_checkpoint(CHECKPOINT, key=STRANGER)

        with pytest.raises(NoteError, match="No known key"):
            verify_checkpoint(note, key=PUBLIC)

    def test_a_key_speaks_only_for_its_own_log(self) -> None:
        text = Checkpoint("example.com/other", 1, bytes(32)).body()
        note = f"{text}\n{signature_line(text, name=ORIGIN, key=KEY)}"

        with pytest.raises(NoteError, match="another log"):
            verify_checkpoint(note, key=PUBLIC)

    def test_cosignatures_of_others_are_passed_over(self) -> None:
        note = sign_checkpoint(CHECKPOINT, key=KEY)
        witnessed = note + signature_line(CHECKPOINT.body(), name="union.example/witness", key=STRANGER)

        assert verify_checkpoint(witnessed, key=PUBLIC) == CHECKPOINT

    def test_a_second_false_signature_of_a_known_key_spoils_the_note(self) -> None:
        note = sign_checkpoint(CHECKPOINT, key=KEY)
        false = signature_line("other text\n", name=ORIGIN, key=KEY)

        with pytest.raises(NoteError, match="false"):
            verify_checkpoint(note + false, key=PUBLIC)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "origin\n",
            "origin\n5\n",
            "origin\n05\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "origin\n-5\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "origin\n²\n" + base64.b64encode(bytes(32)).decode() + "\n",
            f"origin\n{2**63}\n" + base64.b64encode(bytes(32)).decode() + "\n",
            f"origin\n{'9' * 5000}\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "origin\n5\n" + base64.b64encode(bytes(31)).decode() + "\n",
            "origin\n5\n" + base64.b64encode(bytes(32)).decode(),
            "origin\n5\n" + base64.b64encode(bytes(32)).decode().replace("AAA=", "AAB=") + "\n",
            "\n5\n" + base64.b64encode(bytes(32)).decode() + "\n",
            "origin\n5\n" + base64.b64encode(bytes(32)).decode() + "\n\nextension\n",
        ],
    )
    def test_other_spellings_are_refused(self, text: str) -> None:
        with pytest.raises(NoteError):
            parse_checkpoint(text)

    @pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\there", "no\u00a0break"])
    def test_a_name_with_spaces_or_plus_cannot_sign(self, name: str) -> None:
        with pytest.raises(NoteError):
            signature_line("text\n", name=name, key=KEY)

    @pytest.mark.parametrize(
        "vkey",
        [
            "name",
            "name+c74f20a3",
            "name+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc",
        ],
    )
    def test_a_vkey_that_does_not_fit_itself_is_refused(self, vkey: str) -> None:
        with pytest.raises(NoteError):
            NoteKey.from_vkey(vkey)
