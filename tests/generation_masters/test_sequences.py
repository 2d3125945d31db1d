"""Sequences of pictures: exactly the frames, or the light that they mean, signed by their list."""

from __future__ import annotations

import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest

from generation.mastering.encoding import FramesMissing
from generation.mastering.folders import write_sequence
from generation.mastering.picture import FloatPicture
from generation.mastering.queries import master_path
from generation.mastering.reading import SourceClip, pictures_in
from generation.mastering.sequences import write_exr, write_png
from generation.mastering.values import MasterFormat, MasterSource, MasterSpec, MasterState
from generation.queries import TakeCard
from provenance.queries import path_of
from provenance.values import CredentialState
from provenance.verifying import verify_path
from tests.factories.masters import a_master
from tests.factories.takes import Studio

# sRGB code values of a grey card's neighbours and their light by IEC 61966-2-1, worked out by hand.
KNOWN_LIGHT = {0: 0.0, 10: 0.003035, 118: 0.181164, 128: 0.215861, 188: 0.502886, 255: 1.0}


def _picture(seed: int = 3) -> FloatPicture:
    return np.random.default_rng(seed).random((32, 48, 3), dtype=np.float32)


def test_an_exr_holds_the_light_of_known_patches(tmp_path: Path) -> None:
    codes = np.array([*KNOWN_LIGHT], np.float32)
    patches = np.repeat(np.repeat(codes[None, :, None] / 255, 4, axis=0), 3, axis=2).astype(np.float32)

    write_exr(patches, tmp_path / "patches.exr", note="A test.")

    with OpenEXR.File(str(tmp_path / "patches.exr")) as file:
        header, pixels = dict(file.header()), file.channels()["RGB"].pixels.copy()
    assert pixels.dtype == np.float16
    for place, light in enumerate(KNOWN_LIGHT.values()):
        assert pixels[2, place, 1] == pytest.approx(light, rel=1e-3, abs=1e-6)
    assert header["chromaticities"] == pytest.approx((0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290))
    assert header["comments"] == "A test."


@pytest.mark.parametrize(("bits", "kind"), [(8, "rgb24"), (16, "rgb48be")])
def test_a_png_holds_exactly_the_levels_and_says_srgb(bits: int, kind: str, tmp_path: Path) -> None:
    picture = _picture()

    write_png(picture, tmp_path / "one.png", bits=bits)

    with av.open(str(tmp_path / "one.png")) as container:
        frame = next(container.decode(video=0))
    assert frame.format.name == kind
    assert np.array_equal(frame.to_ndarray(), np.rint(picture * np.float64(2**bits - 1)))
    # ITU-T H.273: primaries of BT.709, the transfer of IEC 61966-2-1.
    assert (frame.color_primaries, frame.color_trc) == (1, 13)


def test_a_source_of_another_size_makes_none(tmp_path: Path) -> None:
    spec = MasterSpec(format=MasterFormat.PNG_SEQUENCE, width=64, height=48, frames=1, fps=Fraction(24))

    with pytest.raises(FramesMissing):
        write_sequence([_picture()], tmp_path, spec, bits=16, note="", on_frame=lambda _: None)


@pytest.mark.usefixtures("committed_db")
class TestSigned:
    @pytest.mark.parametrize("master_format", [MasterFormat.PNG_SEQUENCE, MasterFormat.EXR_SEQUENCE])
    def test_a_sequence_is_the_kept_frames_under_a_signed_list(
        self, studio: Studio, kept_take: TakeCard, master_format: MasterFormat, tmp_path: Path
    ) -> None:
        card = a_master(studio, kept_take.id, master_format)

        assert (card.state, card.source) == (MasterState.SIGNED, MasterSource.KEPT_FRAMES), (
            card.failure_message
        )
        assert (card.facts["width"], card.facts["frames"]) == (kept_take.width, kept_take.num_frames)
        path = master_path(studio.organisation_id, card.id)
        with zipfile.ZipFile(path) as packed:
            packed.extractall(tmp_path / "out")
        found = verify_path(tmp_path / "out" / "frames")
        assert found.state is CredentialState.TRUSTED, found.reasons
        assert found.claims is not None
        assert found.claims.ai_generated
        assert found.today is not None
        assert len(list((tmp_path / "out" / "frames").iterdir())) == kept_take.num_frames

        changed = next((tmp_path / "out" / "frames").iterdir())
        changed.write_bytes(changed.read_bytes() + b"\0")
        assert verify_path(tmp_path / "out" / "frames").state is CredentialState.ALTERED

    def test_the_pngs_are_the_frames_to_the_last_level(
        self, studio: Studio, kept_take: TakeCard, tmp_path: Path
    ) -> None:
        from core.tenancy import tenant
        from generation.models import KeptFrames

        card = a_master(studio, kept_take.id, MasterFormat.PNG_SEQUENCE)
        with tenant(studio.organisation_id):
            row = KeptFrames.objects.get(take_id=kept_take.id)
        with zipfile.ZipFile(master_path(studio.organisation_id, card.id)) as packed:
            packed.extractall(tmp_path)

        clip = SourceClip(
            source=MasterSource.KEPT_FRAMES, width=row.width, height=row.height, frames=row.frames
        )
        with pictures_in(path_of(row.media_key), clip) as kept:
            pictures = [np.rint(one * np.float64(65535)) for one in kept]
        for number, wanted in enumerate(pictures, start=1):
            with av.open(str(tmp_path / "frames" / f"{number:06d}.png")) as container:
                assert np.array_equal(next(container.decode(video=0)).to_ndarray(), wanted)
