"""One attempt of one worker at one take: what it was given to know."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from uuid import UUID

from django.conf import settings

from generation.clearances import standing
from generation.engines.camera_moves import with_camera_move
from generation.iterating.claimed import ClaimedParent, parents_claimed
from generation.models import Take
from generation.spec import RenderSpec
from licensing.operations.quotas import Hold
from licensing.quotas import Amounts, take_amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One attempt of one worker at one take, with all it needs to know.

    `worker` is its name, and `label` that name in the log.
    """

    take_id: UUID
    organisation_id: UUID
    production_id: UUID
    worker: str
    label: str
    fence: int
    attempt: int
    decision_id: UUID
    number: int
    shot_code: str
    spec: RenderSpec
    model_folder: Path
    model_name: str
    model_version: str
    model_sha256: str
    model_is_approved: bool
    parents: tuple[ClaimedParent, ...] = ()
    keeps_frames: bool = False
    camera_move: str = ""
    hold: Hold | None = None
    references: tuple[UUID, ...] = ()

    @property
    def amounts(self) -> Amounts:
        """What the take takes of the limits of consents."""
        return take_amounts(self.spec.duration_ms)


def claim_of(row: Take, *, label: str) -> Claim:
    """The claim that `row` stands for, whose model and shot are at hand. Inside `core.tenancy.tenant`."""
    return Claim(
        take_id=row.id,
        organisation_id=row.organisation_id,
        production_id=row.shot.sequence.production_id,
        worker=row.worker,
        label=label,
        fence=row.fence,
        attempt=row.attempt,
        decision_id=row.decision_id,
        number=row.number,
        shot_code=row.shot.code,
        spec=RenderSpec(
            prompt=with_camera_move(row.prompt, row.camera_words),
            negative_prompt=row.negative_prompt,
            width=row.width,
            height=row.height,
            num_frames=row.num_frames,
            fps=Fraction(row.fps),
            steps=row.steps,
            guidance_scale=float(row.guidance_scale),
            seed=row.seed,
            delivered_width=row.delivered_width,
            delivered_height=row.delivered_height,
        ),
        model_folder=Path(settings.PROJECT_FOLDER, row.model.folder),
        model_name=row.model.name,
        model_version=row.model.version,
        model_sha256=row.model.lock_sha256,
        model_is_approved=row.model.approved_at is not None
        and standing(row.model_id, row.shot.sequence.production_id).is_cleared,
        parents=parents_claimed(row.id),
        references=tuple(UUID(one) for one in row.request.get("references", ())),
        camera_move=row.camera_move,
        keeps_frames=bool(row.request.get("keep_for_mastering")),
    )


def worker_label(worker: str) -> str:
    """The name under which a worker stands in the log: lower case, digits and hyphens.

    Without its machine, which is often called after the person who owns it; that stands in the take's row.
    """
    own, _, _machine = worker.lower().partition("@")
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in own)
    return f"worker:{name.strip('-')[:60] or 'render'}"
