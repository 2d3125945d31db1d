"""A master's film is looked at to its end before it is signed, and whoever waits for that is called meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance import decoding
from tests.factories.films import a_film, encoded


def test_whoever_waits_for_a_film_to_be_decoded_is_called_meanwhile_and_may_end_it(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    film, called = encoded(a_film(3), tmp_path / "film.mp4"), list[int]()

    def enough() -> None:
        called.append(1)
        if len(called) == 5:
            raise Enough

    with pytest.raises(Enough):
        decoding.video_facts(film, meanwhile=enough)
    facts = decoding.video_facts(film, meanwhile=lambda: called.append(1))

    assert facts == decoding.video_facts(film)
    assert len(called) >= 5 + facts.frames
