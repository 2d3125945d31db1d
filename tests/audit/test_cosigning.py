"""The log asks real witnesses; nothing but coverage waits for them."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from audit.checkpoint import Checkpoint as Head
from audit.checkpoint import NoteKey, open_note, sign_checkpoint, text_of
from audit.cosignature import cosign
from audit.cosigning import Cosigner, newest_signed
from audit.coverage import is_covered
from audit.inspection import inspect_logs
from audit.listening import Address, Answer, Listener
from audit.log_key import public_key, signer_client
from audit.models import Cosignature
from audit.own_folder import private_key
from audit.queries import log_summary
from audit.reopening import give_up_log
from audit.signer.signing import CHECKPOINT_KEY
from audit.witness.client import Witness, WitnessUnreachable, parse_witness
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import a_signer_of_its_own, the_sequencer, until
from tests.factories.witnesses import AWitness, a_witness

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture
def witnesses(tmp_path: Path) -> list[AWitness]:
    """Three witnesses that trust this log's signer; none runs yet."""
    client = signer_client()
    signer = client.keys().checkpoint
    client.close()
    return [
        a_witness(tmp_path / f"w{number}", name=f"witness.example/w{number}", signer=signer)
        for number in range(3)
    ]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def configure(*witnesses: Witness, quorum: int) -> None:
        monkeypatch.setattr(settings, "WITNESSES", witnesses)
        monkeypatch.setattr(settings, "WITNESS_QUORUM", quorum)

    return configure


def covered(uid: UUID) -> Callable[[], bool]:
    return lambda: is_covered(STUDIO, uid)


def cosigned_by(size: int) -> set[str]:
    with tenant(STUDIO):
        return set(Cosignature.objects.filter(size=size).values_list("witness", flat=True))


@contextmanager
def running(*witnesses: AWitness) -> Iterator[None]:
    with ExitStack() as stack:
        for witness in witnesses:
            stack.enter_context(witness.run())
        yield


class TestCoverage:
    def test_waits_for_every_witness_of_the_quorum(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        configured(*(one.configured for one in witnesses), quorum=2)
        uid = recorded(STUDIO)
        integrate_all()
        [target] = newest_signed()

        answers = [is_covered(STUDIO, uid)]
        with running(*witnesses):
            for witness in witnesses:
                cosigner = Cosigner(witness.configured)
                assert cosigner.cosign([target]) == 1
                cosigner.close()
                answers.append(is_covered(STUDIO, uid))

        assert answers == [False, False, True, True]

    def test_counts_no_witness_that_is_not_configured(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        uid = recorded(STUDIO)
        integrate_all()
        with running(witnesses[0]):
            cosigner = Cosigner(witnesses[0].configured)
            cosigner.cosign(newest_signed())
            cosigner.close()

        configured(witnesses[1].configured, quorum=1)

        assert cosigned_by(1) == {"witness.example/w0"}
        assert not is_covered(STUDIO, uid)

    def test_comes_from_the_running_sequencer_for_log_after_log(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        configured(*(one.configured for one in witnesses), quorum=3)

        with running(*witnesses), the_sequencer():
            for _ in range(5):
                uid = recorded(STUDIO)
                until(covered(uid))

        assert cosigned_by(5) == {f"witness.example/w{number}" for number in range(3)}
        assert inspect_logs(at=now()).problems == ()

    def test_is_shown_with_the_lines_of_the_witnesses(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        configured(*(one.configured for one in witnesses[:2]), quorum=2)
        with running(*witnesses[:2]), the_sequencer():
            uid = recorded(STUDIO)
            until(lambda: is_covered(STUDIO, uid))
        recorded(STUDIO)
        integrate_all()

        origin = log_summary(STUDIO).origin
        assert origin is not None
        note = Client().get(f"/log/{origin}/checkpoint").content.decode()

        key = public_key(settings.KEYS_FOLDER)
        assert key is not None
        # The one that the quorum cosigned, though a newer one is signed.
        assert open_note(note, keys=[NoteKey.of(origin, key)]).split("\n")[1] == "1"
        lines = note.partition("\n\n")[2].splitlines()
        for witness in witnesses[:2]:
            assert witness.configured.key.find(lines, text=text_of(note))


class TestAWitnessThatDoesNotAnswer:
    def test_holds_up_no_signature_and_not_the_others(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        """One is dead, one takes connections and says nothing, one works; one of three is enough."""
        with socket.create_server(("127.0.0.1", witnesses[1].port)):
            configured(*(one.configured for one in witnesses), quorum=1)
            with running(witnesses[2]), the_sequencer():
                began = time.monotonic()
                for _ in range(4):
                    uid = recorded(STUDIO)
                    until(covered(uid))
                took = time.monotonic() - began

        assert took < 4.5
        assert cosigned_by(4) == {"witness.example/w2"}

    def test_leaves_signing_alone_where_all_are_needed(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        configured(witnesses[0].configured, quorum=1)
        with the_sequencer():
            uid = recorded(STUDIO)
            until(lambda: signed() == 1)
            assert not is_covered(STUDIO, uid)

            with running(witnesses[0]):
                until(lambda: is_covered(STUDIO, uid))

    def test_is_said_to_be_away(self, witnesses: list[AWitness]) -> None:
        recorded(STUDIO)
        integrate_all()
        cosigner = Cosigner(witnesses[0].configured)

        with pytest.raises(WitnessUnreachable, match=r"witness\.example/w0"):
            cosigner.cosign(newest_signed())


class TestAWitnessThatLies:
    @pytest.mark.parametrize(
        "answer",
        [
            Answer(409, b"99999999999999999999\n"),
            Answer(409, b"2\n"),
            Answer(200, b""),
            Answer(200, b"\xff"),
            Answer(500, b"no"),
        ],
    )
    def test_stops_neither_the_log_nor_the_others(
        self, witnesses: list[AWitness], configured: Callable[..., None], answer: Answer
    ) -> None:
        with running(witnesses[1]), answering(answer) as port:
            liar = parse_witness(f"{witnesses[0].vkey}@http://127.0.0.1:{port}")
            configured(liar, witnesses[1].configured, quorum=1)
            cosigner = Cosigner(liar)
            with the_sequencer():
                for _ in range(2):
                    until(covered(recorded(STUDIO)))
            # Asked again, it is asked from what the log holds.
            for _ in range(2):
                with suppress(WitnessUnreachable):
                    assert cosigner.cosign(newest_signed()) == 0
            cosigner.close()

        assert cosigned_by(2) == {"witness.example/w1"}

    def test_a_line_without_its_end_is_given_one(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        """Else the line of the next witness would stand behind it, and the whole checkpoint be unreadable."""
        configured(*(one.configured for one in witnesses[:2]), quorum=2)
        recorded(STUDIO)
        integrate_all()
        target = newest_signed()[0]
        key = private_key(witnesses[0].folder / "witness.key.pem")
        line = cosign(text_of(target.note), name="witness.example/w0", key=key, at=now())

        with answering(Answer(200, line.removesuffix("\n").encode())) as port:
            cosigner = Cosigner(parse_witness(f"{witnesses[0].vkey}@http://127.0.0.1:{port}"))
            assert cosigner.cosign([target]) == 1
            cosigner.close()

        with tenant(STUDIO):
            assert Cosignature.objects.get().line == line


class TestAClosedLog:
    def test_stays_covered_when_witnesses_come_later(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        with a_signer_of_its_own():
            uid = recorded(STUDIO)
            integrate_all()
            origin = log_summary(STUDIO).origin
            assert origin is not None
            assert give_up_log(origin)
            client = signer_client()
            public = client.keys().checkpoint
            client.close()
            witness = a_witness(witnesses[0].folder.parent / "late", signer=public)
            configured(witness.configured, quorum=1)
            assert not is_covered(STUDIO, uid)

            with running(witness), the_sequencer():
                until(covered(uid))
                until(covered(recorded(STUDIO)))


class TestASplitView:
    def test_is_refused_by_the_witness_and_told_aloud(
        self, witnesses: list[AWitness], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Whoever has signer and database writes another history: the witness has seen the first."""
        witness = witnesses[0]
        recorded(STUDIO)
        recorded(STUDIO)
        integrate_all()
        with running(witness):
            cosigner = Cosigner(witness.configured)
            assert cosigner.cosign(newest_signed()) == 1
            [target] = newest_signed()
            forged = sign_with_the_signers_own_key(target.checkpoint.origin, 2, b"f" * 32)

            with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
                superuser.execute("SET session_replication_role = replica")
                superuser.execute("UPDATE audit_checkpoint SET root = %s, note = %s", [b"f" * 32, forged])
                superuser.execute("DELETE FROM audit_cosignature")
            with caplog.at_level(logging.ERROR):
                assert cosigner.cosign(newest_signed()) == 0
            cosigner.close()

        assert "another tree" in caplog.text
        assert cosigned_by(2) == set()

    def test_line_that_does_not_hold_is_found_by_the_check(
        self, witnesses: list[AWitness], configured: Callable[..., None]
    ) -> None:
        recorded(STUDIO)
        integrate_all()
        configured(witnesses[0].configured, quorum=1)
        with running(witnesses[0]):
            cosigner = Cosigner(witnesses[0].configured)
            cosigner.cosign(newest_signed())
            cosigner.close()
        assert inspect_logs(at=now()).problems == ()

        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("UPDATE audit_cosignature SET line = replace(line, 'A', 'B')")

        assert {problem.kind for problem in inspect_logs(at=now()).problems} == {"cosignature"}


@contextmanager
def answering(answer: Answer) -> Iterator[int]:
    """A server that answers everything alike; its port."""
    stop = threading.Event()
    listener = Listener(Address(host="127.0.0.1"), lambda _asked: answer)
    serving = threading.Thread(target=listener.serve, args=(stop,))
    serving.start()
    try:
        yield listener.address.port
    finally:
        stop.set()
        serving.join()


def signed() -> int:
    with connections["log"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_checkpoint WHERE note IS NOT NULL")
        return int(cursor.fetchone()[0])


def sign_with_the_signers_own_key(origin: str, size: int, root: bytes) -> str:
    key = private_key(settings.SIGNER_FOLDER / CHECKPOINT_KEY)
    return sign_checkpoint(Head(origin, size, root), key=key)
