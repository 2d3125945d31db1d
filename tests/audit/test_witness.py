"""A witness as a process, asked over HTTP with requests spelt as C2SP tlog-witness spells them."""

from __future__ import annotations

import base64
import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from audit.checkpoint import NoteError, NoteKey, sign_checkpoint, sign_note
from audit.cosignature import WitnessKey, cosign
from tests.factories.trees import ALog
from tests.factories.witnesses import AWitness, a_witness

SIGNER = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()


@dataclass
class Asked:
    status: int
    text: str
    content_type: str


def ask(
    witness: AWitness, body: str | bytes, *, path: str = "/w/add-checkpoint", method: str = "POST"
) -> Asked:
    connection = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=10)
    connection.request(method, path, body if isinstance(body, bytes) else body.encode())
    answer = connection.getresponse()
    told = Asked(answer.status, answer.read().decode(), answer.headers["Content-Type"])
    connection.close()
    return told


def request(log: ALog, *, old: int, proof: list[bytes] | None = None, key: Ed25519PrivateKey = SIGNER) -> str:
    """As the specification writes one: old size, proof, an empty line, the checkpoint."""
    lines = log.proof(old) if proof is None else proof
    spelt = "".join(base64.b64encode(one).decode() + "\n" for one in lines)
    return f"old {old}\n{spelt}\n{sign_checkpoint(log.head(), key=key)}"


def verified(line: str, vkey: str, text: str) -> int:
    """The time of a cosignature, checked by hand against the specification."""
    name, key_id, encoded = vkey.split("+", 2)
    public = base64.b64decode(encoded)
    assert public[:1] == b"\x04"
    mark, signer, content = line.removesuffix("\n").split(" ")
    assert (mark, signer) == ("—", name)
    raw = base64.b64decode(content)
    assert raw[:4].hex() == key_id
    seconds = int.from_bytes(raw[4:12], "big")
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[12:], message)
    return seconds


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AWitness]:
    made = a_witness(
        tmp_path_factory.mktemp("union") / "witness", signer=SIGNER.public_key().public_bytes_raw()
    )
    with made.run():
        yield made


class TestAddCheckpoint:
    def test_a_log_that_grows_is_cosigned(self, witness: AWitness) -> None:
        log, old = ALog(), 0
        for growth in (1, 3, 300, 1):
            log.grow(growth)

            told = ask(witness, request(log, old=old))

            assert told.status == 200
            seconds = verified(told.text, witness.vkey, log.head().body())
            assert abs(datetime.now(UTC) - datetime.fromtimestamp(seconds, UTC)) < timedelta(minutes=5)
            old = len(log.leaves)

    def test_the_same_checkpoint_is_cosigned_again(self, witness: AWitness) -> None:
        log = ALog().grow(3)
        ask(witness, request(log, old=0))

        told = ask(witness, request(log, old=3))

        assert told.status == 200
        assert verified(told.text, witness.vkey, log.head().body())

    def test_an_old_size_that_is_not_the_witnesss_is_answered_with_its_own(self, witness: AWitness) -> None:
        log = ALog().grow(5)
        early = ask(witness, request(log, old=2))
        ask(witness, request(log, old=0))
        log.grow(4)

        for old in (0, 3, 6, 9):
            told = ask(witness, request(log, old=old))
            assert (told.status, told.text, told.content_type) == (409, "5\n", "text/x.tlog.size")
        assert (early.status, early.text) == (409, "0\n")

    def test_a_second_tree_of_the_same_size_is_refused(self, witness: AWitness) -> None:
        """The split view: the signer itself signs both."""
        log = ALog().grow(5)
        fork = log.fork(4).grow(1, word="for somebody else")
        ask(witness, request(log, old=0))

        told = ask(witness, request(fork, old=5, proof=[]))

        assert told.status == 409
        assert ask(witness, request(log, old=5)).status == 200

    def test_a_longer_fork_is_refused(self, witness: AWitness) -> None:
        log = ALog().grow(5)
        fork = log.fork(4).grow(9, word="for somebody else")
        ask(witness, request(log, old=0))

        for proof in (fork.proof(5), [], log.fork(5).grow(8).proof(5)):
            assert ask(witness, request(fork, old=5, proof=proof)).status == 422
        assert ask(witness, request(log.grow(1), old=5)).status == 200

    def test_a_proof_from_nothing_is_refused(self, witness: AWitness) -> None:
        log = ALog().grow(5)

        assert ask(witness, request(log, old=0, proof=[log.root()])).status == 422

    def test_an_unknown_log_is_not_found(self, witness: AWitness) -> None:
        assert ask(witness, request(ALog("example.com/other").grow(1), old=0)).status == 404

    def test_a_log_not_signed_by_its_key_is_forbidden(self, witness: AWitness) -> None:
        log = ALog().grow(1)
        other_name = sign_note(log.head().body(), name="example.com/other", key=SIGNER)

        assert ask(witness, request(log, old=0, key=STRANGER)).status == 403
        assert ask(witness, f"old 0\n\n{other_name}").status == 403

    def test_signatures_of_strangers_beside_the_logs_are_passed_over(self, witness: AWitness) -> None:
        log = ALog().grow(1)
        also = cosign(log.head().body(), name="another.example", key=STRANGER, at=datetime.now(UTC))

        assert ask(witness, request(log, old=0) + also).status == 200

    def test_extension_lines_are_cosigned_with_the_rest(self, witness: AWitness) -> None:
        log = ALog().grow(1)
        text = log.head().body() + "an extension\n"

        told = ask(witness, f"old 0\n\n{sign_note(text, name=log.origin, key=SIGNER)}")

        assert verified(told.text, witness.vkey, text)
        with pytest.raises(InvalidSignature):
            verified(told.text, witness.vkey, log.head().body())

    def test_an_old_size_above_the_checkpoint_is_a_bad_request(self, witness: AWitness) -> None:
        assert ask(witness, request(ALog().grow(3), old=4, proof=[])).status == 400

    @pytest.mark.parametrize(
        "begin",
        [
            *("", "new 0\n\n", "old\n\n", "old 00\n\n", "old -1\n\n", "old 1.0\n\n", "old 0 \n\n"),
            *("old 0\nhash\n\n", "old 0\nAAAA\n\n", "old 0\n"),
            "old 0\n" + (base64.b64encode(b"h" * 32).decode() + "\n") * 64 + "\n",
        ],
    )
    def test_what_is_spelt_otherwise_is_a_bad_request(self, witness: AWitness, begin: str) -> None:
        note = sign_checkpoint(ALog().grow(1).head(), key=SIGNER)

        assert ask(witness, begin + note).status == 400
        assert ask(witness, b"old 0\n\n\xff").status == 400

    def test_other_addresses_and_methods_are_refused(self, witness: AWitness) -> None:
        assert ask(witness, request(ALog().grow(1), old=0), path="/add-checkpoint").status == 404
        assert ask(witness, "", method="GET").status == 405
        assert ask(witness, b"x" * 300_000).status == 413


class TestTheWitness:
    def test_remembers_through_kill_minus_nine(self, tmp_path: Path) -> None:
        made = a_witness(tmp_path / "w", signer=SIGNER.public_key().public_bytes_raw())
        log = ALog().grow(5)
        with made.run():
            assert ask(made, request(log, old=0)).status == 200
        fork = log.fork(4).grow(1, word="other")

        with made.run():
            assert ask(made, request(fork, old=5, proof=[])).status == 409
            assert ask(made, request(fork, old=0)).status == 409

    def test_trusts_one_log_by_its_vkey_alone(self, tmp_path: Path) -> None:
        log = ALog().grow(1)
        made = a_witness(tmp_path / "w", logs=(NoteKey.of(log.origin, SIGNER).vkey(),))

        with made.run():
            assert ask(made, request(log, old=0)).status == 200
            assert ask(made, request(ALog().grow(1), old=0)).status == 404

    def test_is_made_once_and_never_over_another(self, tmp_path: Path) -> None:
        made = a_witness(tmp_path / "w")

        with pytest.raises(subprocess.CalledProcessError):
            a_witness(tmp_path / "w")
        assert made.folder.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("lost", ["witness.key.pem", "state.jsonl", "name"])
    def test_that_lost_something_does_not_run(self, tmp_path: Path, lost: str) -> None:
        made = a_witness(tmp_path / "w")
        (made.folder / lost).unlink()

        with pytest.raises(AssertionError), made.run():
            pass

    def test_command_of_the_product_does_the_same(self, tmp_path: Path) -> None:
        manage = [sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "witness"]
        place = ["--folder", str(tmp_path / "w")]
        made = subprocess.run(
            [*manage, "init", *place, "--name", "w.example"], check=True, capture_output=True
        )
        told = subprocess.run([*manage, "status", *place], check=True, capture_output=True)

        assert made.stdout.startswith(b"w.example+")
        assert told.stdout == made.stdout


class TestCosignatures:
    KEY = Ed25519PrivateKey.generate()
    TEXT = ALog().grow(1).head().body()

    def test_say_when(self) -> None:
        at = datetime(2026, 11, 23, 12, 0, 7, tzinfo=UTC)
        line = cosign(self.TEXT, name="w.example", key=self.KEY, at=at)

        assert WitnessKey.of("w.example", self.KEY).verify(line, text=self.TEXT) == at

    def test_of_every_changed_byte_are_false(self) -> None:
        key = WitnessKey.of("w.example", self.KEY)
        line = cosign(self.TEXT, name="w.example", key=self.KEY, at=datetime.now(UTC))
        mark, name, content = line.removesuffix("\n").split(" ")
        raw = bytearray(base64.b64decode(content))
        for place in range(len(raw)):
            raw[place] ^= 1
            with pytest.raises(NoteError):
                key.verify(f"{mark} {name} {base64.b64encode(raw).decode()}\n", text=self.TEXT)
            raw[place] ^= 1
        with pytest.raises(NoteError):
            key.verify(line, text=self.TEXT + "more\n")

    def test_the_specifications_own_example_is_read(self) -> None:
        """From C2SP tlog-cosignature; the text gives no public key, so only the form is checked."""
        line = (
            "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
            "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
        )
        raw = base64.b64decode(line.split(" ")[2])

        assert int.from_bytes(raw[4:12], "big") == 1_679_315_147
        assert WitnessKey("witness.example.com/w1", b"0" * 32).find([line], text="") is None

    def test_vkeys_survive_and_false_ones_do_not(self) -> None:
        key = WitnessKey.of("w.example", self.KEY)
        assert WitnessKey.from_vkey(key.vkey()) == key

        for false in ("", "a+b", NoteKey.of("w.example", self.KEY).vkey(), key.vkey().replace("w.", "v.")):
            with pytest.raises(NoteError):
                WitnessKey.from_vkey(false)
