"""A source that is not what it should be makes no master and opens nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from generation.mastering.keeping import kept_pictures
from generation.mastering.sources import signed_pictures
from tests.factories.provenance import make_video

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{other}'\n"


@pytest.mark.parametrize("read", [signed_pictures, kept_pictures])
@pytest.mark.parametrize("text", [PLAYLIST, CONCAT, "", "no film at all"])
def test_a_list_of_other_files_is_no_film(read: Callable[[Path], object], text: str, tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4")
    source = tmp_path / "source.mp4"
    source.write_text(text.format(other=other))

    with pytest.raises(av.FFmpegError):
        list(read(source))  # type: ignore[call-overload]  # an iterator of pictures


def test_a_film_that_was_cut_gives_fewer_pictures_or_an_error(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", index_first=True).read_bytes()
    source = tmp_path / "source.mp4"
    source.write_bytes(whole[: len(whole) // 2])

    try:
        pictures = list(signed_pictures(source))
    except av.FFmpegError:
        return
    assert len(pictures) < 12
