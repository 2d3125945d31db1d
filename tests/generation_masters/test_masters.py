"""A master is made of a signed take where the rules still permit it, and says what it is made from."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
import pytest

from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.errors import DeliveryNotPossible, DeliveryNotStanding
from generation.graph.values import Direction, Node, NodeKind, Question
from generation.graph.walking import walk
from generation.mastering import making
from generation.mastering.errors import MasterConflict, MasterRefused, NoSuchMaster
from generation.mastering.queries import kept_frames_of, master_card, master_path, masters_of_take
from generation.mastering.values import MasterFailure, MasterFormat, MasterSource, MasterState
from generation.models import KeptFrames, Master
from generation.operations.delivery_links import fetch_file, issue_link
from generation.operations.masters import MasterOrder, request_master
from generation.queries import TakeCard, take_files
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from provenance import c2pa_gateway, keys, laying_out
from provenance.deriving.operations import sign_derivative
from provenance.queries import path_of
from provenance.readings import Reading
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.factories import tampering
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_signed_take
from tests.factories.masters import a_master, an_asked_master, worked_on
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

pytestmark = pytest.mark.usefixtures("committed_db")


def _reading(studio: Studio, master_id: object) -> Reading:
    from django.conf import settings

    anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=clock.now()).anchors
    path = master_path(studio.organisation_id, master_card(studio.organisation_id, master_id).id)  # type: ignore[arg-type]
    return c2pa_gateway.read(path, anchors=anchors)


def _withdraw(studio: Studio) -> None:
    withdraw_consent(
        studio.consent.id,
        reason=WithdrawalReason.PERFORMER_WISH,
        actor=studio.producer,
    )


class TestFromKeptFrames:
    def test_a_prores_master_is_signed_with_the_take_as_its_parent(
        self, studio: Studio, kept_take: TakeCard
    ) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.PRORES_422_HQ)

        assert (card.state, card.source) == (MasterState.SIGNED, MasterSource.KEPT_FRAMES)
        path = master_path(studio.organisation_id, card.id)
        found = verify_file(path, organisation_id=studio.organisation_id)
        assert found.state is CredentialState.TRUSTED, found.reasons
        assert found.claims is not None
        assert found.claims.ai_generated
        reading = _reading(studio, card.id)
        take_reading = verify_file(take_files(studio.organisation_id, kept_take.id).video)
        assert set(json.loads(reading.store_json)["manifests"]) == {
            card.manifest_id,
            take_reading.manifest_id,
        }
        stated = reading.assertion("org.countersign.master")
        assert stated is not None
        assert (stated["made_from"], stated["source_bits"]) == ("kept_frames", 16)
        assert card.file_sha256 == sha256_hex_of_file(path)

    @pytest.mark.parametrize("master_format", [MasterFormat.PRORES_422_HQ, MasterFormat.H264])
    def test_a_large_one_is_signed_in_the_file_that_was_encoded(
        self,
        studio: Studio,
        kept_take: TakeCard,
        master_format: MasterFormat,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def anew(*_arguments: object) -> bytes:
            raise AssertionError("written anew")

        monkeypatch.setattr(laying_out, "IN_MEMORY_BYTES", 0)
        monkeypatch.setattr(c2pa_gateway, "sign_into", anew)

        card = a_master(studio, kept_take.id, master_format)

        assert card.state is MasterState.SIGNED, card.failure_message
        path = master_path(studio.organisation_id, card.id)
        content = path.read_bytes()
        assert [box.kind for box in tampering.boxes(content)][:3] == [b"ftyp", b"uuid", b"moov"]
        assert verify_file(path).state is CredentialState.TRUSTED

    def test_its_facts_are_those_of_the_file(self, studio: Studio, kept_take: TakeCard) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.HEVC_10, fps=Fraction(24000, 1001))

        assert {
            name: card.facts[name]
            for name in ("codec", "codec_tag", "pix_fmt", "fps", "primaries", "matrix", "range", "frames")
        } == {
            "codec": "hevc",
            "codec_tag": "hvc1",
            "pix_fmt": "yuv420p10le",
            "fps": "24000/1001",
            "primaries": "BT.709",
            "matrix": "BT.709",
            "range": "limited",
            "frames": kept_take.num_frames,
        }
        # The take has eight frames a second, so the same frames at another rate are an act of their own.
        actions = _reading(studio, card.id).assertion("c2pa.actions.v2")
        assert actions is not None
        assert [one["action"] for one in actions["actions"]] == [  # type: ignore[attr-defined]
            "c2pa.opened",
            "c2pa.transcoded",
            "c2pa.edited",
        ]

    def test_keeping_changes_nothing_of_the_take_itself(self, studio: Studio, kept_take: TakeCard) -> None:
        with tenant(studio.organisation_id):
            kept = KeptFrames.objects.get(take_id=kept_take.id)
        with av.open(str(path_of(kept.media_key))) as container:
            deep = [frame.to_ndarray(format="gbrp16le") for frame in container.decode(video=0)]
        plain = a_signed_take(studio, studio.consenting)

        frames = [_decoded(take_files(studio.organisation_id, one.id).video) for one in (kept_take, plain)]

        assert np.array_equal(frames[0], frames[1])
        assert len(deep) == kept_take.num_frames
        # More shades than eight bits have.
        assert len(np.unique(np.stack(deep))) > 256
        assert kept.file_sha256 == sha256_hex_of_file(path_of(kept.media_key))
        assert kept_frames_of(studio.organisation_id, plain.id) is None


def _decoded(path: object) -> npt.NDArray[np.uint8]:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray() for frame in container.decode(video=0)])


class TestFromTheSignedFile:
    def test_it_says_so(self, studio: Studio) -> None:
        take = a_signed_take(studio)

        card = a_master(studio, take.id, MasterFormat.H264)

        assert (card.state, card.source) == (MasterState.SIGNED, MasterSource.SIGNED_FILE)
        stated = _reading(studio, card.id).assertion("org.countersign.master")
        assert stated is not None
        assert stated["source_bits"] == 8
        assert "8-bit H.264" in str(stated["note"])
        assert stated["source_sha256"] == take_files(studio.organisation_id, take.id).video.stem

    def test_a_file_that_is_not_the_signed_one_makes_none(self, studio: Studio) -> None:
        take = a_signed_take(studio)
        asked = an_asked_master(studio, take.id, MasterFormat.H264)
        video = take_files(studio.organisation_id, take.id).video
        video.write_bytes(video.read_bytes()[:-1] + b"\0")

        card = worked_on(asked, studio)

        assert (card.state, card.failure_code) == (MasterState.FAILED, MasterFailure.SOURCE_UNFIT)


class TestRefused:
    def test_when_a_consent_was_withdrawn_before_it_is_asked_for(
        self, studio: Studio, kept_take: TakeCard
    ) -> None:
        _withdraw(studio)

        with pytest.raises(MasterRefused) as refused:
            an_asked_master(studio, kept_take.id, MasterFormat.PRORES_4444)

        assert refused.value.reasons
        assert masters_of_take(studio.organisation_id, kept_take.id) == ()

    def test_when_a_consent_is_withdrawn_while_it_waits(self, studio: Studio, kept_take: TakeCard) -> None:
        asked = an_asked_master(studio, kept_take.id, MasterFormat.PRORES_4444)
        _withdraw(studio)

        card = worked_on(asked, studio)

        assert card.state is MasterState.REFUSED
        assert card.asset_id is None

    def test_when_a_consent_is_withdrawn_while_it_is_signed(
        self, studio: Studio, kept_take: TakeCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = an_asked_master(studio, kept_take.id, MasterFormat.H264)
        sign = sign_derivative

        def withdrawn_then_signed(*args: object, **options: object) -> object:
            _withdraw(studio)
            return sign(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(making, "sign_derivative", withdrawn_then_signed)

        card = worked_on(asked, studio)

        assert card.state is MasterState.REFUSED
        with pytest.raises(Exception, match="no finished file"):
            master_path(studio.organisation_id, card.id)


class TestAsking:
    def test_the_same_key_gives_the_same_master(self, studio: Studio, kept_take: TakeCard) -> None:
        order = MasterOrder(take_id=kept_take.id, format=MasterFormat.H264)
        key = str(new_id())

        first, again = (request_master(order, actor=studio.producer, idempotency_key=key) for _ in range(2))

        assert first.id == again.id
        with pytest.raises(MasterConflict):
            request_master(
                MasterOrder(take_id=kept_take.id, format=MasterFormat.HEVC_10),
                actor=studio.producer,
                idempotency_key=key,
            )

    def test_a_stranger_finds_none(self, studio: Studio, kept_take: TakeCard) -> None:
        card = an_asked_master(studio, kept_take.id, MasterFormat.H264)

        with pytest.raises(NoSuchMaster):
            master_card(a_member().organisation_id, card.id)

    def test_two_workers_make_one(self, studio: Studio, kept_take: TakeCard) -> None:
        asked = an_asked_master(studio, kept_take.id, MasterFormat.H264)

        card = worked_on(asked, studio)
        again = worked_on(asked, studio)

        assert (again.asset_id, again.attempt) == (card.asset_id, 1)

    def test_a_signed_one_changes_no_more(self, studio: Studio, kept_take: TakeCard) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.H264)

        with pytest.raises(Exception, match="only grows"), tenant(studio.organisation_id):
            Master.objects.filter(id=card.id).update(facts={})


class TestDelivered:
    def test_a_master_goes_out_by_its_link_and_comes_back_with_a_withdrawal(
        self, studio: Studio, kept_take: TakeCard
    ) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.PRORES_422_HQ)
        other = a_master(studio, kept_take.id, MasterFormat.EXR_SEQUENCE)

        delivery = a_delivery(studio, kept_take, master_id=card.id)
        packed = a_delivery(studio, kept_take, master_id=other.id)

        assert (delivery.format, delivery.file_sha256) == ("ProRes 422 HQ", card.file_sha256)
        assert packed.file_sha256 == other.file_sha256
        with tenant(studio.organisation_id):
            below = walk(Question(node=Node(NodeKind.TAKE, kept_take.id), directions=(Direction.DOWN,)))
        assert {one.node for one in below.nodes} >= {
            Node(NodeKind.MASTER, card.id),
            Node(NodeKind.DELIVERY, delivery.id),
            Node(NodeKind.DELIVERY, packed.id),
        }
        link = issue_link(delivery.id, lasts=timedelta(days=1), actor=studio.producer)
        handed = fetch_file(link.token)
        assert sha256_hex_of_file(handed.path) == card.file_sha256
        got = a_browser(studio.producer).get(f"/handouts/{link.token}/file")
        assert got["Content-Type"] == "video/quicktime"
        assert ".mov" in got["Content-Disposition"]
        _withdraw(studio)
        with pytest.raises(DeliveryNotStanding):
            fetch_file(link.token)

    def test_another_takes_master_is_refused(self, studio: Studio, kept_take: TakeCard) -> None:
        other = a_signed_take(studio)
        card = a_master(studio, other.id, MasterFormat.H264)

        with pytest.raises(DeliveryNotPossible) as refused:
            a_delivery(studio, kept_take, master_id=card.id)

        assert refused.value.field == "master"


def test_the_log_tells_of_it_and_agrees_with_the_tables(studio: Studio, kept_take: TakeCard) -> None:
    card = a_master(studio, kept_take.id, MasterFormat.PRORES_422_HQ)
    asked = an_asked_master(studio, kept_take.id, MasterFormat.H264)
    _withdraw(studio)
    worked_on(asked, studio)

    integrate_all()
    types = [one.type for one in entries_about(studio.organisation_id, f"take:{kept_take.id}")]
    assert {
        "generation.frames.kept",
        "generation.master.requested",
        "provenance.derivative.signed",
        "generation.master.ended",
    } <= set(types)
    report = inspect_logs(at=clock.now(), reconcilers=registered())
    assert [(problem.kind, problem.what) for problem in report.problems] == []
    assert card.is_downloadable
