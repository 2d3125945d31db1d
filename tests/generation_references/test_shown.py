"""Reference pictures change one render and are gone after it. That they reach the class: `test_families`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.engines.base import Frame, Progress
from generation.engines.diffusers_engine import DiffusersEngine
from generation.engines.given import Given, ReferencePicture
from generation.engines.reference_pictures import forget, shown
from generation.engines.refusals import refusal_from_json, refusal_to_json
from generation.engines.wire import given_from_json, given_to_json
from generation.errors import MissingCapability, ReferencePictureUnusable
from tests.factories.generation import spec
from tests.factories.reference_pictures import a_picture, picture_file


class _Enough(Exception):
    """Raised by a watcher to end a render."""


def _reference(content: bytes | None = None, content_type: str = "image/png") -> ReferencePicture:
    return ReferencePicture("Reference 1", content_type, bytearray(content or picture_file()))


def _frames(engine: DiffusersEngine, *references: ReferencePicture) -> Frame:
    given = Given(references=references)
    return np.stack(list(engine.render(spec(), on_progress=lambda _: None, given=given)))


def _left(engine: DiffusersEngine) -> list[object]:
    return [one for one in engine._pipeline.vae._enc_feat_map if one is not None]


def test_a_picture_changes_the_render_it_is_for_and_no_other(engine: DiffusersEngine) -> None:
    plain, picture = _frames(engine), _reference()

    changed = _frames(engine, picture)

    assert not np.array_equal(changed, plain)
    assert not any(picture.content)
    assert not _left(engine)
    assert np.array_equal(_frames(engine), plain)
    assert np.array_equal(_frames(engine, _reference()), changed)
    other = _reference(picture_file(a_picture(seed=4)))
    assert not np.array_equal(_frames(engine, other), changed)


def test_what_was_read_is_overwritten_when_the_block_ends(engine: DiffusersEngine) -> None:
    with shown(engine._pipeline, [_reference()]) as images:
        assert np.array_equal(np.asarray(images[0]), np.asarray(a_picture()))

    assert images[0].getbbox() is None


def test_a_cancelled_render_leaves_nothing_of_it(engine: DiffusersEngine) -> None:
    plain, picture = _frames(engine), _reference()
    seen: list[Image.Image] = []
    whole = engine._pipeline.preprocess_conditions

    def watched(video: Any, mask: Any, reference_images: Any, *others: Any) -> Any:  # noqa: ANN401 - diffusers'
        seen.extend(reference_images)
        return whole(video, mask, reference_images, *others)

    def cancel(progress: Progress) -> None:
        raise _Enough

    engine._pipeline.preprocess_conditions = watched
    try:
        with pytest.raises(_Enough):
            list(engine.render(spec(), on_progress=cancel, given=Given(references=(picture,))))
    finally:
        del engine._pipeline.preprocess_conditions

    assert not any(picture.content)
    # They live as long as somebody holds the exception; what was in them does not.
    assert [one.getbbox() for one in seen] == [None]
    assert not _left(engine)
    assert np.array_equal(_frames(engine), plain)


def test_an_encoder_that_does_not_forget_ends_the_process_rather_than_render_again(
    engine: DiffusersEngine,
) -> None:
    class Stubborn:
        _enc_feat_map = (torch.zeros(1), None)

        def clear_cache(self) -> None:
            """Nothing, as a later version of it might."""

    class Pipeline:
        vae = Stubborn()

    with pytest.raises(RuntimeError, match="1 parts of a picture are still in the encoder"):
        forget(Pipeline())


def test_pictures_are_upright_and_lie_on_white(engine: DiffusersEngine) -> None:
    lying = Image.Exif()
    lying[0x0112] = 6
    clear = a_picture()
    clear.putalpha(Image.linear_gradient("L").resize(clear.size).point(lambda level: 255 * (level > 127)))
    files = [
        _reference(picture_file(kind="TIFF"), "image/tiff"),
        _reference(picture_file(exif=lying)),
        _reference(picture_file(clear)),
        _reference(picture_file(a_picture().convert("L"))),
    ]

    with shown(engine._pipeline, files) as images:
        read = [np.asarray(one) for one in images]

    whole = np.asarray(a_picture())
    assert np.array_equal(read[0], whole)
    assert np.array_equal(read[1], np.rot90(whole, -1))
    assert (read[2][:20] == 255).all()
    assert np.array_equal(read[2][-20:], whole[-20:])
    assert (read[3][..., 0] == read[3][..., 1]).all()


@pytest.mark.parametrize(
    ("content", "content_type", "why"),
    [
        (picture_file()[:200], "image/png", "cannot be read as what it was handed in as"),
        (picture_file(kind="JPEG"), "image/png", "cannot be read as what it was handed in as"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "image/svg+xml",
            "cannot be read as what it was handed in as",
        ),
        (picture_file(Image.new("I;16", (64, 64))), "image/png", "more than eight bits a channel"),
        (picture_file(a_picture(width=31, height=64)), "image/png", "31x64 pixels; a side has at least 32"),
        (picture_file(a_picture(width=300, height=32)), "image/png", "at most 8 times as many as the other"),
        (picture_file(Image.new("1", (4097, 4096))), "image/png", "more than 16777216 pixels"),
    ],
)
def test_what_is_no_picture_for_a_model_is_refused_by_name(
    engine: DiffusersEngine, content: bytes, content_type: str, why: str
) -> None:
    picture = _reference(content, content_type)

    with pytest.raises(ReferencePictureUnusable, match=why) as refusal:
        _frames(engine, picture)

    assert refusal.value.picture == "Reference 1"
    assert not any(picture.content)
    told = refusal_from_json(refusal_to_json(refusal.value))
    assert (type(told), str(told)) == (ReferencePictureUnusable, str(refusal.value))


def test_more_than_the_class_is_given_are_refused(engine: DiffusersEngine) -> None:
    with pytest.raises(MissingCapability, match="at most 4 reference pictures, not 5"):
        _frames(engine, *[_reference() for _ in range(5)])


def test_they_cross_to_the_process_at_the_device_whole() -> None:
    given = Given(references=(_reference(), _reference(picture_file(kind="JPEG"), "image/jpeg")))

    said, arrays = given_to_json(given)

    assert "content" not in str(said["references"]).replace("content_type", "")
    assert given_from_json(said, arrays) == given
