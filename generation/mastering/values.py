"""Words and shapes of masters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from generation.mastering.cameras import CameraOrder


class MasterFormat(StrEnum):
    """What a master may be asked for as."""

    H264 = "h264"
    HEVC_10 = "hevc_10"
    PRORES_422_HQ = "prores_422_hq"
    PRORES_4444 = "prores_4444"
    DNXHR_HQX = "dnxhr_hqx"
    AV1_10 = "av1_10"
    PNG_SEQUENCE = "png_sequence"
    EXR_SEQUENCE = "exr_sequence"
    WEBP_PREVIEW = "webp_preview"
    HANDOFF_3D = "handoff_3d"


class MasterState(StrEnum):
    QUEUED = "queued"
    ENCODING = "encoding"
    SIGNING = "signing"
    SIGNED = "signed"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


MASTER_IN_WORK = frozenset({MasterState.ENCODING, MasterState.SIGNING})
MASTER_CLAIMABLE = MASTER_IN_WORK | {MasterState.QUEUED}
MASTER_FINAL = frozenset({MasterState.SIGNED, MasterState.REFUSED, MasterState.FAILED, MasterState.CANCELLED})
MOST_MASTER_ATTEMPTS = 3


class MasterSource(StrEnum):
    """What the pictures of a master were taken from."""

    KEPT_FRAMES = "kept_frames"
    """The model's own frames in 16 bits a channel, kept without loss when the take was made."""
    SIGNED_FILE = "signed_file"
    """The take's signed H.264 file, decoded: 8 bits a channel, and one generation more of lossy coding."""


class MasterFailure(StrEnum):
    SOURCE_UNFIT = "source_unfit"
    DISK_FULL = "disk_full"
    ENCODER_FAILED = "encoder_failed"
    SIGNING_FAILED = "signing_failed"
    CAMERAS_UNSOLVED = "cameras_unsolved"
    MARK_UNREAD = "mark_unread"
    """It was to bear a watermark for one recipient, and that cannot be read in the finished file."""
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFacts:
    """One format as it is offered. `bits` a channel; `suffix` with its dot.

    `is_sequence`: a folder of pictures in the size the model made, packed, with the credential beside their list.
    `is_animation`: one picture file that moves. `needs_cameras`: only made where it is said where the camera stood.
    """

    title: str
    suffix: str
    media_type: str
    bits: int
    note: str
    is_sequence: bool = False
    is_animation: bool = False
    needs_cameras: bool = False

    @property
    def is_film(self) -> bool:
        return not (self.is_sequence or self.is_animation)


FORMATS = {
    MasterFormat.H264: FormatFacts(
        title="H.264",
        suffix=".mp4",
        media_type="video/mp4",
        bits=8,
        note="4:2:0, High profile, for screening",
    ),
    MasterFormat.HEVC_10: FormatFacts(
        title="HEVC 10-bit",
        suffix=".mp4",
        media_type="video/mp4",
        bits=10,
        note="4:2:0, Main 10, tagged hvc1",
    ),
    MasterFormat.PRORES_422_HQ: FormatFacts(
        title="ProRes 422 HQ",
        suffix=".mov",
        media_type="video/quicktime",
        bits=10,
        note="4:2:2, for editing",
    ),
    MasterFormat.PRORES_4444: FormatFacts(
        title="ProRes 4444",
        suffix=".mov",
        media_type="video/quicktime",
        bits=10,
        note="4:4:4 without alpha, for grading",
    ),
    MasterFormat.DNXHR_HQX: FormatFacts(
        title="DNxHR HQX",
        suffix=".mov",
        media_type="video/quicktime",
        bits=10,
        note="4:2:2, for editing",
    ),
    MasterFormat.AV1_10: FormatFacts(
        title="AV1 10-bit",
        suffix=".mp4",
        media_type="video/mp4",
        bits=10,
        note="4:2:0, small, for screening",
    ),
    MasterFormat.PNG_SEQUENCE: FormatFacts(
        title="PNG sequence",
        suffix=".zip",
        media_type="application/zip",
        bits=16,
        note="the frames exactly, sRGB",
        is_sequence=True,
    ),
    MasterFormat.EXR_SEQUENCE: FormatFacts(
        title="EXR sequence",
        suffix=".zip",
        media_type="application/zip",
        bits=16,
        note="half floats in linear light, for compositing",
        is_sequence=True,
    ),
    MasterFormat.WEBP_PREVIEW: FormatFacts(
        title="Animated preview",
        suffix=".webp",
        media_type="image/webp",
        bits=8,
        note="WebP, 320 pixels wide, for mails and boards",
        is_animation=True,
    ),
    MasterFormat.HANDOFF_3D: FormatFacts(
        title="Hand-off for 3D",
        suffix=".zip",
        media_type="application/zip",
        bits=16,
        note="PNG frames with the camera's way as JSON, GLB and PLY",
        is_sequence=True,
        needs_cameras=True,
    ),
}

# Beside the frames: JSON, GLB and PLY.
HANDOFF_FILES = 3
PREVIEW_WIDTH = 320

# What a film may be shown at; exact, because 23.976 is no rate.
RATES = (
    *(Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60)),
)


def rate_of(text: str) -> Fraction:
    """The rate that `text` spells: `24` or `24000/1001`.

    Raises:
        ValueError: it spells none that masters are made at.
    """
    try:
        rate = Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(f"{text!r} is no rate") from error
    if rate not in RATES:
        raise ValueError(f"{text!r} is no rate that masters are made at")
    return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterSpec:
    """One master, complete. Sizes in pixels; `fps` exactly as the file says it; `cameras` of a hand-off alone."""

    format: MasterFormat
    width: int
    height: int
    frames: int
    fps: Fraction
    cameras: CameraOrder | None = None

    @property
    def facts(self) -> FormatFacts:
        return FORMATS[self.format]
