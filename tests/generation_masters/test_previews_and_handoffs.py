"""A moving preview that is signed inside, and a folder that 3D programs open: what is in it is what is said."""

from __future__ import annotations

import json
import math
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from generation.mastering import solving
from generation.mastering.animated import shown_ms
from generation.mastering.cameras import (
    CameraMove,
    CameraOrder,
    CamerasNotSaid,
    CameraSource,
    CameraTrack,
    declared_track,
)
from generation.mastering.errors import MasterNotPossible
from generation.mastering.queries import master_path
from generation.mastering.scene_files import quaternion, write_scene
from generation.mastering.values import MasterFailure, MasterFormat, MasterState
from generation.queries import TakeCard
from provenance.values import CredentialState
from provenance.verifying import verify_file, verify_path
from tests.factories.deliveries import a_delivery
from tests.factories.masters import a_master, an_asked_master, worked_on
from tests.factories.requests import a_browser
from tests.factories.takes import Studio

DOLLY = CameraOrder(
    source=CameraSource.DECLARED,
    move=CameraMove.DOLLY,
    amount=Decimal("1.5"),
    horizontal_fov=Decimal(90),
)


def _track(move: CameraMove, amount: int) -> CameraTrack:
    order = CameraOrder(
        source=CameraSource.DECLARED, move=move, amount=Decimal(amount), horizontal_fov=Decimal(90)
    )
    return declared_track(order, width=200, height=100, frames=5)


@pytest.mark.parametrize(
    ("move", "amount", "seen"),
    [
        # Where a camera at the end sees what lay straight ahead of the first one, ten away.
        (CameraMove.PAN, 45, (-7.071, 0, -7.071)),
        (CameraMove.TILT, 45, (0, -7.071, -7.071)),
        (CameraMove.DOLLY, 4, (0, 0, -6)),
        (CameraMove.TRUCK, 4, (-4, 0, -10)),
        (CameraMove.PEDESTAL, 4, (0, -4, -10)),
        (CameraMove.ROLL, 90, (0, 0, -10)),
    ],
)
def test_a_positive_move_goes_where_people_of_the_trade_say(
    move: CameraMove, amount: int, seen: tuple[float, float, float]
) -> None:
    last = _track(move, amount).poses[-1]
    assert last is not None

    assert (np.linalg.inv(last) @ [0, 0, -10, 1])[:3] == pytest.approx(seen, abs=1e-3)
    if move is CameraMove.ROLL:
        # Turned clockwise, what was above is to the left.
        assert (np.linalg.inv(last) @ [0, 1, -10, 1])[:3] == pytest.approx((-1, 0, -10), abs=1e-6)
    x, y, z, w = quaternion(last)
    turned = trimesh.transformations.quaternion_matrix([w, x, y, z])  # type: ignore[no-untyped-call]
    assert turned[:3, :3] == pytest.approx(last[:3, :3], abs=1e-9)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"source": "declared"}, "move"),
        ({"source": "declared", "move": "pan", "horizontal_fov": "40"}, "amount"),
        ({"source": "declared", "move": "pan", "amount": "400", "horizontal_fov": "40"}, "amount"),
        ({"source": "declared", "move": "still", "amount": "1", "horizontal_fov": "40"}, "amount"),
        ({"source": "declared", "move": "still", "horizontal_fov": "NaN"}, "cameras"),
        ({"source": "declared", "move": "still", "horizontal_fov": "180"}, "horizontal_fov"),
        ({"source": "solved", "move": "still"}, "move"),
        ({"source": "guessed"}, "cameras"),
    ],
)
def test_what_says_nothing_of_a_camera_is_refused_with_the_field(said: dict[str, str], field: str) -> None:
    with pytest.raises(CamerasNotSaid) as refused:
        CameraOrder.from_json(said)
    assert refused.value.field == field


def test_a_scene_reads_back_by_another_hand(tmp_path: Path) -> None:
    track = _track(CameraMove.PAN, 30)
    names = [f"frames/{number:06d}.png" for number in range(1, 6)]
    (tmp_path / "frames").mkdir()
    for name in names:
        Image.new("RGB", (200, 100), (90, 60, 30)).save(tmp_path / name)

    write_scene(track, tmp_path, fps=Fraction(24), pictures=names, take="t")

    scene = trimesh.load_scene(tmp_path / "cameras.glb")
    planes = [scene.graph[name] for name in scene.graph.nodes_geometry]
    assert len(planes) == 5
    # 90 degrees across at a distance of one: two wide, and half as high.
    _, geometry = next(one for one in planes if np.allclose(one[0], np.eye(4)))
    assert scene.geometry[geometry].bounds == pytest.approx(np.array([[-1, -0.5, -1], [1, 0.5, -1]]))
    last = track.poses[-1]
    assert last is not None
    assert any(np.allclose(one[0], last, atol=1e-6) for one in planes)
    raw = (tmp_path / "cameras.glb").read_bytes()
    said = json.loads(raw[20 : 20 + int.from_bytes(raw[12:16], "little")])
    assert said["cameras"][0]["perspective"]["yfov"] == pytest.approx(2 * math.atan(0.5))
    assert [one["uri"] for one in said["images"]] == names
    assert {one["target"]["path"] for one in said["animations"][0]["channels"]} == {"translation", "rotation"}
    times = said["accessors"][said["animations"][0]["samplers"][0]["input"]]
    assert (times["min"], times["max"]) == ([0.0], [pytest.approx(4 / 24)])
    cloud = trimesh.load_mesh(tmp_path / "cameras.ply", process=False)
    assert (len(cloud.vertices), len(cloud.faces)) == (5 + 20, 10)


def test_a_preview_is_shown_as_long_as_the_film() -> None:
    shown = shown_ms(240, Fraction(24000, 1001))

    assert sum(shown) == 10010
    assert set(shown) == {41, 42}


@pytest.mark.usefixtures("committed_db")
class TestMade:
    def test_a_preview_carries_its_credential_and_is_delivered(
        self, studio: Studio, kept_take: TakeCard
    ) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.WEBP_PREVIEW)

        assert card.state is MasterState.SIGNED, card.failure_message
        path = master_path(studio.organisation_id, card.id)
        found = verify_file(path, organisation_id=studio.organisation_id)
        assert found.state is CredentialState.TRUSTED, found.reasons
        with Image.open(path) as picture:
            assert (picture.format, picture.width) == ("WEBP", min(320, kept_take.delivered_width))
            assert getattr(picture, "n_frames", 1) == card.facts["frames"]
        assert card.facts["duration_s"] == str(Fraction(kept_take.num_frames, kept_take.fps))
        assert a_delivery(studio, kept_take, master_id=card.id).file_sha256 == card.file_sha256
        path.write_bytes(path.read_bytes()[:-1] + b"\1")
        assert verify_file(path).state is CredentialState.ALTERED

    def test_a_handoff_holds_frames_and_the_camera_as_declared(
        self, studio: Studio, kept_take: TakeCard, tmp_path: Path
    ) -> None:
        card = a_master(studio, kept_take.id, MasterFormat.HANDOFF_3D, cameras=DOLLY)

        assert card.state is MasterState.SIGNED, card.failure_message
        with zipfile.ZipFile(master_path(studio.organisation_id, card.id)) as packed:
            packed.extractall(tmp_path)
        folder = tmp_path / "handoff"
        found = verify_path(folder)
        assert found.state is CredentialState.TRUSTED, found.reasons
        said = json.loads((folder / "cameras.json").read_text())
        assert (said["source"], said["about"]["move"]) == ("declared", "dolly")
        assert len(said["cameras"]) == kept_take.num_frames
        last = said["cameras"][-1]
        assert np.array(last["camera_to_world"])[:3, 3] == pytest.approx([0, 0, -1.5])
        assert (folder / last["picture"]).is_file()
        assert "declared that the camera made a dolly of 1.5 metres, seeing 90 degrees" in card.made_from
        page = a_browser(studio.producer).get(f"/takes/{kept_take.id}").text
        assert f"camera of {kept_take.num_frames} frames declared" in page
        (folder / "cameras.json").write_text("{}")
        assert verify_path(folder).state is CredentialState.ALTERED

    def test_without_a_camera_or_a_solver_it_is_refused_with_the_cure(
        self, studio: Studio, kept_take: TakeCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from generation.operations import masters

        monkeypatch.setattr(masters, "can_solve", lambda: False)
        browser, form = a_browser(studio.producer), f"/takes/{kept_take.id}/masters/new"
        solved = CameraOrder(source=CameraSource.SOLVED)
        for cameras, why in ((None, "declare its move"), (solved, "requirements-3d.txt")):
            with pytest.raises(MasterNotPossible, match=why):
                an_asked_master(studio, kept_take.id, MasterFormat.HANDOFF_3D, cameras=cameras)
        with pytest.raises(MasterNotPossible, match="Only a hand-off"):
            an_asked_master(studio, kept_take.id, MasterFormat.H264, cameras=DOLLY)
        answer = browser.post(
            form, {"key": "k", "format": "handoff_3d", "cameras": "declared", "move": "pan", "fps": ""}
        )
        assert answer.status_code == 400
        assert "by how many degrees" in answer.text or "field of view" in answer.text

        # Asked for where it was installed, and worked on where it is not: the worker says so.
        monkeypatch.setattr(masters, "can_solve", lambda: True)
        asked = an_asked_master(studio, kept_take.id, MasterFormat.HANDOFF_3D, cameras=solved)
        if not solving.can_solve():
            failed = worked_on(asked, studio)
            assert (failed.state, failed.failure_code) == (
                MasterState.FAILED,
                MasterFailure.CAMERAS_UNSOLVED,
            )
