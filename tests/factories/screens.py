"""Protected pictures, rules for screens, and looks at files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from accounts.values import Actor
from generation.engines.given import InMemory, ReferencePicture
from generation.models import Take
from generation.operations.screens import (
    NewPicture,
    attest_kept_picture,
    attest_reference,
    protect_picture,
    release_picture,
    state_policy,
)
from generation.screens.handed_in import screen_new_references
from generation.screens.hooks import ReleasedPicture, screen_released_pictures
from generation.screens.protocols import Frame
from generation.screens.queries import PictureCard
from generation.screens.recording import screen_file
from generation.screens.values import (
    Demand,
    PictureKind,
    ScreenedFile,
    ScreenedKind,
    ScreenKind,
    ScreenStep,
)
from licensing.custody.reading import asset_card
from provenance.queries import path_of


def a_logo(word: str = "KESTREL") -> Image.Image:
    """A drawn mark, RGBA on a white ground."""
    picture = Image.new("RGBA", (400, 240), (255, 255, 255, 255))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((10, 60, 390, 180), outline=(30, 50, 120, 255), width=10)
    pen.polygon([(200, 5), (250, 55), (150, 55)], fill=(190, 30, 40, 255))
    pen.text((40, 85), word, font=ImageFont.load_default(62), fill=(30, 50, 120, 255))
    return picture


def png_of(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def with_logo(frame: Frame, logo: Image.Image, *, width: int, left: int, top: int) -> Frame:
    """`frame` with the logo in it, that wide."""
    drawn = Image.fromarray(frame)
    small = logo.resize((width, round(logo.height * width / logo.width)))
    drawn.paste(small, (left, top), small)
    return np.asarray(drawn, np.uint8)


def a_protected_picture(actor: Actor, name: str = "Kestrel's mark", word: str = "KESTREL") -> PictureCard:
    new = NewPicture(name=name, kind=PictureKind.LOGO, holder="Kestrel Works", content=png_of(a_logo(word)))
    return protect_picture(new, actor=actor)


def demanding(
    actor: Actor, demand: Demand, *, kind: ScreenKind, step: ScreenStep = ScreenStep.DELIVER
) -> None:
    state_policy(step, kind, demand, reason="As agreed with the distributor.", actor=actor)


def only_shown_at_delivery(actor: Actor) -> None:
    """Legal says that deliveries of likenesses wait for nobody who answers for the film."""
    demanding(actor, Demand.SHOWN, kind=ScreenKind.FACES)


def everything_screened(
    actor: Actor, take: Take, reference_id: UUID, custody_asset_id: UUID, production_id: UUID, name: str
) -> dict[str, str]:
    """A look at a take, a reference and a picture in custody that somebody answers for, a register, and a rule."""
    picture = a_protected_picture(actor, f"{name} mark", name.upper()[:8])
    gone = a_protected_picture(actor, f"{name} old mark", name.lower()[:8])
    release_picture(gone.id, reason=f"{name} owns it now.", actor=actor)
    demanding(actor, Demand.ATTEST, kind=ScreenKind.MARKS)
    screen_new_references()
    attest_reference(reference_id, words=f"{name} drew it.", actor=actor)
    file = ScreenedFile(kind=ScreenedKind.TAKE, id=take.id, file_sha256="0" * 64, production_id=production_id)
    screen_file(
        file, path_of(take.video_key), organisation_id=actor.organisation_id, actor_label="worker:render-1"
    )
    kept = asset_card(custody_asset_id, actor=actor)
    screen_file(
        ScreenedFile(
            kind=ScreenedKind.CUSTODY_ASSET,
            id=kept.id,
            file_sha256=kept.plain_sha256,
            production_id=production_id,
            person_id=kept.performer_id,
        ),
        ReferencePicture("Reference 1", "image/png", bytearray(png_of(a_logo()))),
        organisation_id=actor.organisation_id,
        actor_label="worker:render-1",
        expected=(kept.performer_id,),
    )
    attest_kept_picture(kept.id, words=f"{name} alone is in it.", actor=actor)
    return {"picture_id": str(picture.id)}


@contextmanager
def held_in_clear(
    monkeypatch: pytest.MonkeyPatch, releasing: ModuleType
) -> Iterator[list[ReleasedPicture[InMemory]]]:
    """Everything that attempts of `releasing` hold in clear within the block; of each it was so when screens looked.

    After it none of them may hold anything any more, and there was one at least.
    """
    seen: list[ReleasedPicture[InMemory]] = []

    def looked(claimed: Any, released: Any, *, meanwhile: Any) -> None:  # noqa: ANN401 - passed on as they are
        assert all(any(one.picture.content) for one in released)
        seen.extend(released)
        screen_released_pictures(claimed, released, meanwhile=meanwhile)

    monkeypatch.setattr(releasing, "screen_released_pictures", looked)
    yield seen
    assert seen
    assert not any(any(one.picture.content) for one in seen)
