"""A source that is not what it should be makes no master and no take, opens nothing else, and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from core.clock import now
from core.digests import sha256_hex_of_file
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.mastering.keeping import SUFFIX
from generation.mastering.reading import SourceClip, SourceUnreadable, pictures_in
from generation.mastering.values import MasterFailure, MasterFormat, MasterSource, MasterState
from generation.models import KeptFrames
from provenance.errors import SourceUnusable
from provenance.frame_reading import Wanted, frames_of
from tests.factories.deliveries import a_signed_take
from tests.factories.hostile_media import CONCAT, PLAYLIST, a_bomb, a_film_cut_short, a_list_of_others
from tests.factories.masters import a_master
from tests.factories.provenance import FRAMES, HEIGHT, WIDTH, make_video
from tests.factories.takes import Studio

HOSTILE: dict[str, Callable[[Path], Path]] = {
    "bomb": a_bomb,
    "cut short": a_film_cut_short,
    "playlist": lambda folder: a_list_of_others(folder, PLAYLIST),
    "list of films": lambda folder: a_list_of_others(folder, CONCAT),
    "nothing": lambda folder: a_list_of_others(folder, ""),
}


def _clip(source: MasterSource = MasterSource.SIGNED_FILE, frames: int = FRAMES) -> SourceClip:
    return SourceClip(source=source, width=WIDTH, height=HEIGHT, frames=frames)


def _pictures(path: Path, clip: SourceClip) -> int:
    with pictures_in(path, clip) as pictures:
        return len(list(pictures))


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_film_of_ours_is_refused_before_it_costs_anything(kind: str, tmp_path: Path) -> None:
    path = HOSTILE[kind](tmp_path)

    with pytest.raises(SourceUnreadable, match="record"):
        _pictures(path, _clip())
    # The same file as the picture of a take that another is made from.
    with pytest.raises(SourceUnusable, match="cannot be read"):
        frames_of(
            path,
            Wanted(first_frame=0, end_frame=FRAMES, width=32, height=24),
            file_sha256=sha256_hex_of_file(path),
        )


def test_a_film_of_ours_is_read_as_recorded_and_otherwise_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mp4")

    assert _pictures(path, _clip()) == FRAMES
    for wrong, why in (
        (_clip(frames=FRAMES - 1), "more than"),
        (_clip(frames=FRAMES + 1), "of 13 pictures"),
        (_clip(MasterSource.KEPT_FRAMES), "it is mov"),
    ):
        with pytest.raises(SourceUnreadable, match=why):
            _pictures(path, wrong)
    with pictures_in(path, _clip()) as pictures:
        first = next(pictures)
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert 0 <= float(np.min(first)) < float(np.max(first)) <= 1


def test_a_hostile_source_fails_its_master_and_leaves_nothing(
    studio: Studio, settings: Settings, tmp_path: Path
) -> None:
    take = a_signed_take(studio)
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(SUFFIX) as path:
        path.write_bytes(a_film_cut_short(tmp_path).read_bytes())
        file = store.keep(path, suffix=SUFFIX)
    with tenant(studio.organisation_id):
        KeptFrames.objects.create(
            take_id=take.id,
            media_key=file.key,
            file_sha256=file.sha256_hex,
            size_bytes=file.size_bytes,
            width=take.width,
            height=take.height,
            frames=take.num_frames,
            kept_at=now(),
        )
    before = {one for one in settings.MEDIA_FOLDER.rglob("*") if one.is_file()}

    card = a_master(studio, take.id, MasterFormat.PNG_SEQUENCE)

    assert (card.state, card.failure_code) == (MasterState.FAILED, MasterFailure.SOURCE_UNFIT)
    assert "record" in card.failure_message
    assert {one for one in settings.MEDIA_FOLDER.rglob("*") if one.is_file()} == before
