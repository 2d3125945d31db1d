"""What is integrated is signed afterwards, whatever dies meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from audit import sequencing
from audit.checkpoint import Checkpoint as Head
from audit.checkpoint import NoteKey, verify_checkpoint
from audit.coverage import is_covered
from audit.errors import LogDamaged
from audit.inspection import inspect_logs
from audit.listening import Address, Answer, Listener
from audit.log_key import public_key, signer_client
from audit.models import Checkpoint, LogOrigin
from audit.publishing import Publisher
from audit.sequencer import integrate_pending
from audit.sequencing import run_sequencer
from audit.signer.client import SignerClient, SignerUnreachable
from audit.stored_tree import consistency_proof
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import a_signer_of_its_own, publish_all

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")


def checkpoints(organisation_id: UUID = STUDIO) -> list[Checkpoint]:
    with tenant(organisation_id):
        return list(Checkpoint.objects.select_related("origin").order_by("origin_id", "size"))


def signed_sizes(organisation_id: UUID = STUDIO) -> list[int]:
    return [row.size for row in checkpoints(organisation_id) if row.note is not None]


def origins(organisation_id: UUID = STUDIO) -> list[str]:
    with tenant(organisation_id):
        return list(LogOrigin.objects.order_by("id").values_list("origin", flat=True))


def problems() -> dict[str, set[str]]:
    """Logs by kind of problem."""
    found: dict[str, set[str]] = {}
    for problem in inspect_logs(at=now()).problems:
        found.setdefault(problem.kind, set()).add(problem.log)
    return found


def sign_behind_our_back(row: Checkpoint) -> None:
    """As if we were killed after the signer answered and before the note was stored."""
    client = signer_client()
    known = client.head(row.origin.origin)
    old_size = known.size if known else 0
    with connections["log"].cursor() as cursor:
        proof = consistency_proof(cursor, row.origin_id, old_size=old_size, new_size=row.size)
    client.sign(Head(row.origin.origin, row.size, bytes(row.root)), old_size=old_size, proof=proof)
    client.close()


class TestPublishing:
    def test_a_batch_is_committed_first_and_signed_afterwards(self) -> None:
        uid = recorded(STUDIO)
        integrate_pending()
        unsigned = checkpoints()[0]
        assert unsigned.note is None
        assert not is_covered(STUDIO, uid)

        publish_all()

        row = checkpoints()[0]
        key = public_key(settings.KEYS_FOLDER)
        assert key is not None
        assert row.note is not None
        assert verify_checkpoint(row.note, key=NoteKey.of(row.origin.origin, key)) == Head(
            row.origin.origin, 1, bytes(row.root)
        )
        assert row.signed_at is not None
        assert row.signed_at >= row.created_at
        assert is_covered(STUDIO, uid)

    def test_of_several_that_wait_the_newest_covers_all(self) -> None:
        uids = []
        for _ in range(4):
            uids.append(recorded(STUDIO))
            integrate_pending()

        publish_all()

        assert signed_sizes() == [4]
        assert all(is_covered(STUDIO, uid) for uid in uids)
        assert problems() == {}

    @pytest.mark.parametrize("integrated_meanwhile", [0, 1, 3])
    def test_what_was_signed_and_not_stored_is_no_contradiction(self, integrated_meanwhile: int) -> None:
        recorded(STUDIO)
        integrate_all()
        recorded(STUDIO)
        integrate_pending()
        sign_behind_our_back(checkpoints()[-1])
        for _ in range(integrated_meanwhile):
            recorded(STUDIO)
            integrate_pending()

        publish_all()

        assert signed_sizes() == [1, 2 + integrated_meanwhile]
        assert len(origins()) == 1
        assert problems() == {}

    def test_two_that_publish_at_once_do_not_take_each_other_for_a_restore(self) -> None:
        ended = threading.Event()
        failures: list[Exception] = []

        def publish() -> None:
            publisher = Publisher()
            try:
                while not ended.is_set():
                    publisher.publish()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shall show it
                failures.append(error)
            finally:
                publisher.close()
                connections.close_all()

        threads = [threading.Thread(target=publish) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(60):
            recorded(STUDIO)
            integrate_pending()
        ended.set()
        for thread in threads:
            thread.join()
        publish_all()

        assert failures == []
        assert len(origins()) == 1
        assert signed_sizes()[-1] == 60
        assert problems() == {}

    def test_a_signer_that_is_away_stops_nothing_but_signatures(self) -> None:
        with a_signer_of_its_own() as signer:
            recorded(STUDIO)
            integrate_all()
            signer.stop()
            recorded(STUDIO)
            assert integrate_pending() == 1
            with pytest.raises(SignerUnreachable, match="does not answer"):
                publish_all()

            signer.start()
            publish_all()

            assert signed_sizes() == [1, 2]

    def test_a_signer_with_another_key_is_somebody_else(self) -> None:
        recorded(STUDIO)
        integrate_all()
        kept = settings.KEYS_FOLDER
        with a_signer_of_its_own():
            settings.KEYS_FOLDER = kept
            recorded(STUDIO)
            integrate_pending()

            with pytest.raises(LogDamaged, match="other keys"):
                publish_all()

        assert signed_sizes() == [1]

    def test_a_damaged_log_holds_up_no_other(self) -> None:
        for organisation_id in (STUDIO, OTHER):
            recorded(organisation_id)
        integrate_all()
        recorded(STUDIO)
        integrate_pending()
        forge("UPDATE audit_checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE size = 2")
        recorded(OTHER)
        integrate_pending()

        with pytest.raises(LogDamaged, match="refuses"):
            publish_all()

        assert signed_sizes(STUDIO) == [1]
        assert signed_sizes(OTHER) == [1, 2]


def forge(statement: str) -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement.encode())


def test_a_sequencer_of_which_a_part_dies_ends_so_that_it_is_started_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would look alive and cover nothing."""

    def dies(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sequencing, "cosign_until", dies)
    stop = threading.Event()

    with pytest.raises(ZeroDivisionError):
        run_sequencer(stop)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"checkpoint_key_hex":"zz","statement_vkey":""}', b"\xff"])
def test_an_answer_that_is_none_is_a_signer_that_does_not_answer(tmp_path: Path, body: bytes) -> None:
    stop = threading.Event()
    token = tmp_path / "token"
    token.write_text("secret")
    listener = Listener(Address(path=tmp_path / "s"), lambda _asked: Answer(200, body))
    serving = threading.Thread(target=listener.serve, args=(stop,))
    serving.start()
    client = SignerClient(listener.address, token_files=[token])
    head = Head("countersign/log/" + 32 * "0", 1, bytes(32))
    try:
        for ask in (client.keys, lambda: client.head("x"), lambda: client.sign(head, old_size=0, proof=[])):
            with pytest.raises(SignerUnreachable):
                ask()
    finally:
        client.close()
        stop.set()
        serving.join()
