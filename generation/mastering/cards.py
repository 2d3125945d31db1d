"""Masters as pages, the API and commands see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from generation.mastering.cameras import CameraOrder
from generation.mastering.values import FORMATS, MASTER_FINAL, MasterFormat, MasterSource, MasterState
from generation.models import Master
from provenance.values import SignedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterCard:
    """One master. `file_sha256`, `size_bytes` and `manifest_id` are None while it is not signed.

    `frames`: of the whole. `facts` were read back of the file. `is_downloadable`: signed, and the log covers the
    signature. With a recipient it bears a watermark of its own and goes to nobody else.
    """

    id: UUID
    take_id: UUID
    format: MasterFormat
    fps: Fraction
    source: MasterSource
    source_sha256: str
    cameras: dict[str, object] | None
    state: MasterState
    requested_at: datetime
    finished_at: datetime | None
    decision_id: UUID
    attempt: int
    frames: int
    frames_done: int
    seconds_per_frame: float | None
    cancel_requested: bool
    failure_code: str | None
    failure_message: str
    facts: dict[str, object]
    recipient_id: UUID | None
    recipient_name: str | None
    asset_id: UUID | None
    file_sha256: str | None
    size_bytes: int | None
    manifest_id: str | None
    is_downloadable: bool

    @property
    def title(self) -> str:
        return FORMATS[self.format].title

    @property
    def note(self) -> str:
        return FORMATS[self.format].note

    @property
    def media_type(self) -> str:
        return FORMATS[self.format].media_type

    @property
    def suffix(self) -> str:
        return FORMATS[self.format].suffix

    @property
    def is_marked(self) -> bool:
        return self.recipient_id is not None

    @property
    def is_settled(self) -> bool:
        """Nothing more will change by itself."""
        return self.state in MASTER_FINAL and (self.state is not MasterState.SIGNED or self.is_downloadable)

    @property
    def is_final(self) -> bool:
        return self.state in MASTER_FINAL

    @property
    def share_done(self) -> float:
        """From 0 to 1, of the frames; what follows them is signing."""
        if self.state in (MasterState.SIGNING, MasterState.SIGNED):
            return 1.0
        return min(self.frames_done / self.frames, 1.0)

    @property
    def seconds_left(self) -> int | None:
        """Of encoding, at the pace of its frames so far; None while nobody can say."""
        if (
            self.state is not MasterState.ENCODING
            or self.seconds_per_frame is None
            or self.frames_done >= self.frames
        ):
            return None
        return round(self.seconds_per_frame * (self.frames - self.frames_done))

    @property
    def made_from(self) -> str:
        """What its pictures come from, and of a hand-off its cameras, in sentences."""
        said = MADE_FROM[self.source]
        return said if self.cameras is None else f"{said} {CameraOrder.from_json(self.cameras).told}"


MADE_FROM = {
    MasterSource.KEPT_FRAMES: "Made from the model's own frames, 16 bits a channel, kept without loss.",
    MasterSource.SIGNED_FILE: "Made from the signed 8-bit H.264: no more shades than that has, coded once more.",
}


def master_card_of(row: Master, file: SignedFile | None, *, downloadable: bool) -> MasterCard:
    """The card of a row whose take is at hand."""
    return MasterCard(
        id=row.id,
        take_id=row.take_id,
        format=MasterFormat(row.format),
        fps=Fraction(row.fps),
        source=MasterSource(row.source),
        source_sha256=row.source_sha256,
        cameras=row.cameras,
        state=MasterState(row.state),
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        decision_id=row.decision_id,
        attempt=row.attempt,
        frames=row.take.num_frames,
        frames_done=row.frames_done,
        seconds_per_frame=row.seconds_per_frame,
        cancel_requested=row.cancel_requested_at is not None,
        failure_code=row.failure_code,
        failure_message=row.failure_message,
        facts=row.facts,
        recipient_id=row.recipient_id,
        recipient_name=row.recipient.name if row.recipient else None,
        asset_id=row.asset_id,
        file_sha256=file.sha256_hex if file else None,
        size_bytes=file.size_bytes if file else None,
        manifest_id=file.manifest_id if file else None,
        is_downloadable=downloadable,
    )
