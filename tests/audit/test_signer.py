"""The signer as a process: it signs a log's growth, never a second history, and remembers through everything."""

from __future__ import annotations

import http.client
import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, NoteKey, open_note, sign_checkpoint, verify_checkpoint
from audit.listening import UnixConnection
from audit.own_folder import FolderUnusable
from audit.signed_heads import Signed, SignedHeads, StateUnreadable, read_heads
from audit.signer.client import HeadDiffers, SignerClient, SignerRefuses
from audit.signer.place import TOKEN, own_address
from audit.signer.signing import CHECKPOINT_KEY, STATE, NotExtended, Unfit, Unproved, open_signer
from tests.architecture.sources import ROOT
from tests.factories.signer import client_of, running
from tests.factories.trees import ALog


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house") / "signer"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[SignerClient]:
    with running(folder) as (_, address):
        found = client_of(folder, address)
        yield found
        found.close()


class TestCheckpoints:
    def test_a_log_that_grows_is_signed_each_time(self, client: SignerClient) -> None:
        log = ALog()
        key = NoteKey(log.origin, client.keys().checkpoint)
        signed = 0
        for growth in (1, 1, 5, 300, 7):
            log.grow(growth)

            note = client.sign(log.head(), old_size=signed, proof=log.proof(signed))

            assert verify_checkpoint(note, key=key) == log.head()
            signed = len(log.leaves)
            assert client.head(log.origin) == Signed(signed, log.root())

    def test_the_last_one_is_signed_again_with_the_same_bytes(self, client: SignerClient) -> None:
        log = ALog().grow(3)
        first = client.sign(log.head(), old_size=0, proof=[])

        # Whoever was killed before storing the note may not remember where it stood.
        assert client.sign(log.head(), old_size=0, proof=[]) == first
        assert client.sign(log.head(), old_size=3, proof=[]) == first

    def test_another_tree_of_the_same_size_is_refused_with_what_was_signed(
        self, client: SignerClient
    ) -> None:
        log = ALog().grow(4)
        client.sign(log.head(), old_size=0, proof=[])
        fork = log.fork(3).grow(1, word="forged")

        for old_size, proof in ((0, []), (4, []), (3, fork.proof(3))):
            with pytest.raises(HeadDiffers) as refusal:
                client.sign(fork.head(), old_size=old_size, proof=proof)
            assert refusal.value.head == Signed(4, log.root())

    def test_a_longer_fork_cannot_be_proved(self, client: SignerClient) -> None:
        log = ALog().grow(4)
        client.sign(log.head(), old_size=0, proof=[])
        fork = log.fork(3).grow(6, word="forged")

        for proof in (fork.proof(4), log.fork(4).grow(5).proof(4), []):
            with pytest.raises(SignerRefuses):
                client.sign(fork.head(), old_size=4, proof=proof)
        assert client.head(log.origin) == Signed(4, log.root())

    def test_a_shorter_log_is_refused(self, client: SignerClient) -> None:
        log = ALog().grow(9)
        client.sign(log.head(), old_size=0, proof=[])

        for old_size in (0, 5, 9):
            with pytest.raises(HeadDiffers) as refusal:
                client.sign(log.fork(5).head(), old_size=old_size, proof=[])
            assert refusal.value.head == Signed(9, log.root())

    def test_who_does_not_know_where_it_stands_is_told(self, client: SignerClient) -> None:
        log = ALog().grow(2)
        with pytest.raises(HeadDiffers) as unknown:
            client.sign(log.head(), old_size=1, proof=log.proof(1))
        client.sign(log.head(), old_size=0, proof=[])
        log.grow(2)
        with pytest.raises(HeadDiffers) as stale:
            client.sign(log.head(), old_size=1, proof=log.proof(1))

        assert unknown.value.head is None
        assert stale.value.head == Signed(2, log.root(2))

    @pytest.mark.parametrize(
        ("origin", "size"),
        [
            ("countersign/log/x", 1),
            ("example.com/log", 1),
            ("countersign/statements/" + "0" * 32, 1),
            ("countersign/log/" + "0" * 32 + "\nmore", 1),
            ("countersign/log/" + "0" * 32, 0),
            ("countersign/log/" + "0" * 32, -1),
        ],
    )
    def test_what_is_no_checkpoint_of_ours_is_never_signed(
        self, client: SignerClient, origin: str, size: int
    ) -> None:
        with pytest.raises(SignerRefuses):
            client.sign(Checkpoint(origin, size, b"r" * 32), old_size=0, proof=[])


class TestStatements:
    def test_are_signed_with_a_key_of_their_own(self, client: SignerClient) -> None:
        keys = client.keys()
        key = NoteKey.from_vkey(keys.statement_vkey)

        note = client.sign_statement("a statement\nof two lines\n")

        assert open_note(note, keys=[key]) == "a statement\nof two lines\n"
        assert key.public_bytes != keys.checkpoint

    @pytest.mark.parametrize("text", ["no newline", "a\ttab\n", "x" * 70_000 + "\n", ""])
    def test_of_another_form_are_refused(self, client: SignerClient, text: str) -> None:
        with pytest.raises(SignerRefuses):
            client.sign_statement(text)


class TestTheDoor:
    def ask(
        self, folder: Path, method: str, path: str, body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        address = own_address(folder)
        assert address.path is not None
        connection = UnixConnection(address.path, timeout=10)
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    @pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Basic {}", "bearer {}", "Bearer {}x"])
    def test_opens_only_to_the_token(self, client: SignerClient, folder: Path, token: str) -> None:
        secret = (folder / TOKEN).read_text().strip()

        assert self.ask(folder, "GET", "/v1/keys", Authorization=token.format(secret)).status == 401
        assert self.ask(folder, "GET", "/v1/keys", Authorization=f"Bearer {secret}").status == 200

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b"\xff",
            b"[" * 100_000,
            json.dumps(
                {"origin": "o", "size": True, "root_hex": "", "old_size": 0, "proof_hex": []}
            ).encode(),
            json.dumps({"origin": "o", "size": 1, "root_hex": "zz", "old_size": 0, "proof_hex": []}).encode(),
            json.dumps(
                {"origin": "o", "size": 1, "root_hex": "00" * 32, "old_size": 0, "proof_hex": [1]}
            ).encode(),
        ],
    )
    def test_nonsense_is_refused(self, client: SignerClient, folder: Path, body: bytes) -> None:
        secret = (folder / TOKEN).read_text().strip()

        answer = self.ask(
            folder,
            "POST",
            "/v1/checkpoints",
            body,
            Authorization=f"Bearer {secret}",
            Content_Length=str(len(body)),
        )

        assert answer.status == 400

    def test_what_is_too_large_is_not_read(self, client: SignerClient, folder: Path) -> None:
        assert self.ask(folder, "POST", "/v1/checkpoints", Content_Length="999999999").status == 413
        hidden = "0" * 20 + "999999999"
        assert self.ask(folder, "POST", "/v1/checkpoints", Content_Length=hidden).status == 413
        assert self.ask(folder, "POST", "/v1/checkpoints", Transfer_Encoding="chunked").status == 411

    def test_is_closed_to_other_accounts(self, client: SignerClient, folder: Path) -> None:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        # Beside the lock, which holds nothing.
        assert {mode for name, mode in modes.items() if name != "lock"} == {0o600}


class TestMemory:
    def test_outlasts_kill_minus_nine_at_any_moment(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        log, acknowledged = ALog(), 0
        for _ in range(6):
            with running(house) as (process, address):
                client = client_of(house, address)
                known = client.head(log.origin)
                assert (known.size if known else 0) >= acknowledged
                signed = known.size if known else 0
                for step in range(15):
                    log.grow(1)
                    client.sign(log.head(), old_size=signed, proof=log.proof(signed))
                    signed = acknowledged = len(log.leaves)
                    if step == 12:
                        process.kill()
                        process.wait(10)
                        break
                client.close()
        with open_signer(house) as signer:
            assert signer.head(log.origin) == Signed(acknowledged, log.root())

    def test_a_torn_last_line_is_what_was_never_answered(self, tmp_path: Path) -> None:
        path = tmp_path / STATE
        SignedHeads.begin(path)
        heads = SignedHeads(path)
        heads.put("a", Signed(1, b"1" * 32))
        heads.put("a", Signed(2, b"2" * 32))
        heads.close()
        whole = path.read_bytes()
        second = whole.index(b"\n") + 1

        for cut in range(second, len(whole)):
            path.write_bytes(whole[:cut])
            opened = SignedHeads(path)
            assert opened.get("a") == Signed(1, b"1" * 32)
            opened.put("a", Signed(3, b"3" * 32))
            opened.close()
            assert read_heads(path) == {"a": Signed(3, b"3" * 32)}

    def test_a_full_disk_leaves_it_readable(self, tmp_path: Path) -> None:
        """A line that did not fit is taken back: the next one must not stand behind half of it."""
        path = tmp_path / "state.jsonl"
        SignedHeads.begin(path)
        heads = SignedHeads(path)
        heads.put("a", Signed(1, bytes(32)))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # Python ignores the signal, so a write beyond the limit is cut short or fails like one on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30, hard))
        try:
            with pytest.raises(OSError, match=r"in full|too large"):
                heads.put("a", Signed(2, bytes(32)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        heads.put("b", Signed(3, bytes(32)))
        heads.close()

        assert read_heads(path) == {"a": Signed(1, bytes(32)), "b": Signed(3, bytes(32))}

    def test_is_written_anew_when_it_has_grown(self, tmp_path: Path) -> None:
        path = tmp_path / STATE
        SignedHeads.begin(path)
        heads = SignedHeads(path)
        for size in range(1, 200):
            heads.put("a", Signed(size, b"1" * 32))
        heads.close()

        SignedHeads(path).close()

        assert read_heads(path) == {"a": Signed(199, b"1" * 32)}
        assert len(path.read_bytes().splitlines()) == 1

    @pytest.mark.parametrize(
        "line", [b"{}", b"nonsense", b'{"origin":"a","size":1,"root_hex":"00"}', b'{"origin":"a","size":"2"}']
    )
    def test_that_was_tampered_with_stops_it(self, tmp_path: Path, line: bytes) -> None:
        path = tmp_path / STATE
        SignedHeads.begin(path)
        heads = SignedHeads(path)
        heads.put("a", Signed(2, b"2" * 32))
        heads.close()
        path.write_bytes(path.read_bytes() + line + b"\n")

        with pytest.raises(StateUnreadable):
            SignedHeads(path)

    def test_lost_it_signs_nothing_until_somebody_adopts(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        log = ALog().grow(5)
        with open_signer(house) as signer:
            note = signer.sign(log.head(), old_size=0, proof=[])
        (house / STATE).unlink()

        with pytest.raises(FolderUnusable, match="is missing"), open_signer(house):
            pass
        kept = tmp_path / "note.txt"
        kept.write_text(note)
        done = subprocess.run(
            [sys.executable, "-m", "audit.signer", "adopt", "--folder", str(house), str(kept)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "platform")},
            check=True,
            capture_output=True,
            text=True,
        )

        assert "goes on from 5 entries" in done.stdout
        with open_signer(house) as signer:
            fork = log.fork(4).grow(1, word="forged")
            with pytest.raises(NotExtended):
                signer.sign(fork.head(), old_size=0, proof=[])
            signer.sign(log.grow(1).head(), old_size=5, proof=log.proof(5))

    def test_only_checkpoints_of_its_own_key_are_adopted(self, tmp_path: Path) -> None:
        log = ALog().grow(5)
        foreign = sign_checkpoint(log.head(), key=Ed25519PrivateKey.generate())

        with open_signer(tmp_path / "signer") as signer, pytest.raises(Unfit):
            signer.adopt(foreign, asked_by_person=True)

    def test_a_key_that_is_gone_is_not_made_anew(self, tmp_path: Path) -> None:
        house = tmp_path / "signer"
        with open_signer(house) as signer:
            signer.sign(ALog().grow(1).head(), old_size=0, proof=[])
        (house / CHECKPOINT_KEY).unlink()

        with pytest.raises(FolderUnusable, match="Put it back"), open_signer(house):
            pass

    def test_the_key_of_an_earlier_version_is_moved_over_and_what_it_signed_adopted_once(
        self, tmp_path: Path
    ) -> None:
        earlier = tmp_path / "log-checkpoint.key.pem"
        key = Ed25519PrivateKey.generate()
        earlier.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        log, other = ALog().grow(5), ALog().grow(2)
        notes = [sign_checkpoint(one.head(), key=key) for one in (log, other)]

        with open_signer(tmp_path / "signer", earlier_key=earlier) as signer:
            assert signer.checkpoint_public == key.public_key().public_bytes_raw()
            signer.adopt(notes[0])
        with open_signer(tmp_path / "signer", earlier_key=earlier) as signer:
            assert signer.head(log.origin) == Signed(5, log.root())
            with pytest.raises(Unfit):
                signer.adopt(notes[1])
        assert not earlier.exists()


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_everything_signed_is_one_history(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Forks, repeats, wrong proofs and restarts in any order: two signed heads never contradict one another."""
    house = tmp_path_factory.mktemp("any") / "signer"
    origin = ALog().origin
    branches = [ALog(origin)]
    signed: dict[int, bytes] = {}
    for _ in range(data.draw(st.integers(1, 4))):
        with open_signer(house) as signer:
            for _ in range(data.draw(st.integers(1, 6))):
                branch = data.draw(st.sampled_from(branches))
                forks: bool = data.draw(st.booleans())
                if branch.leaves and forks:
                    branch = branch.fork(data.draw(st.integers(0, len(branch.leaves))))
                    branches.append(branch)
                branch.grow(data.draw(st.integers(1, 4)), word=data.draw(st.sampled_from(["one", "other"])))
                old_size = data.draw(st.sampled_from([0, *sorted(signed)]))
                proof = branch.proof(old_size) if old_size <= len(branch.leaves) else []
                try:
                    signer.sign(branch.head(), old_size=old_size, proof=proof)
                except (NotExtended, Unproved):
                    continue
                head = branch.head()
                assert all(branch.root(size) == root for size, root in signed.items() if size <= head.size)
                assert signed.get(head.size, head.root) == head.root
                assert head.size >= max(signed, default=0)
                signed[head.size] = head.root
