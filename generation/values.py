"""Words and shapes of the generation app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from generation.adapters.values import AdapterChoice
from generation.iterating.values import Origin
from generation.serving.values import Priority
from licensing.stating import Stated
from licensing.values import CastMember

LONGEST_KEY = 200
MOST_STEPS = 200
MOST_GUIDANCE = Decimal(30)
# JSON numbers above this lose digits in some readers, and the seed stands in the credential.
LARGEST_SEED = 2**53 - 1
MOST_REFERENCES = 16
MOST_ATTEMPTS = 5
"""A render that ends its worker this often is not tried again: the next one would end another worker."""


class TakeState(StrEnum):
    REFUSED = "refused"
    AWAITING_REVIEW = "awaiting_review"
    QUEUED = "queued"
    RENDERING = "rendering"
    ENCODING = "encoding"
    SIGNING = "signing"
    SIGNED = "signed"
    FAILED = "failed"
    CANCELLED = "cancelled"


IN_WORK = frozenset({TakeState.RENDERING, TakeState.ENCODING, TakeState.SIGNING})
"""A worker holds the take, or held it when it died."""

LOADING = "load"
"""The stage of a take in work whose model is being loaded; before it the rules are asked, and no stage is named."""

CLAIMABLE = IN_WORK | {TakeState.QUEUED}
FINAL = frozenset({TakeState.REFUSED, TakeState.SIGNED, TakeState.FAILED, TakeState.CANCELLED})


class FailureCode(StrEnum):
    """Why a take failed; the message beside it says what to do."""

    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    MODEL_REFUSED = "model_refused"
    MODEL_CHANGED = "model_changed"
    SIGNING_FAILED = "signing_failed"
    PARENT_UNUSABLE = "parent_unusable"
    VENDOR_REFUSED = "vendor_refused"
    VENDOR_UNAVAILABLE = "vendor_unavailable"
    VENDOR_ANSWER_UNFIT = "vendor_answer_unfit"
    LIKENESS_NOT_RELEASED = "likeness_not_released"
    SCREENS_NOT_CLEAR = "screens_not_clear"
    LOG_UNAVAILABLE = "log_unavailable"
    DEVICE_LOST = "device_lost"
    TOO_SLOW = "too_slow"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    INTERNAL_ERROR = "internal_error"


class Screening(StrEnum):
    """What is known about likenesses in the finished picture. A check that did not run was not passed."""

    NOT_EVALUATED = "not_evaluated"
    CLEAR = "clear"
    FLAGGED = "flagged"


class EventKind(StrEnum):
    STATE = "state"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How far an attempt is. `preview_jpeg` None leaves the picture that is shown."""

    stage: str = ""
    step: int = 0
    of: int = 0
    seconds_per_step: float | None = None
    preview_jpeg: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOrder:
    """A take as somebody asks for it. None takes the model's own default, or says *unknown* where facts are meant.

    `scenes` None means the scene of the shot; `model_id` None the newest approved model; `origin` None a take that is
    made from words alone. `camera_move`: one that the model's folder declares; empty: none. `references` are media of
    the production that whoever asks looked at; no model is given them. `reference_pictures` are assets in custody
    that the model is given.
    """

    shot_id: UUID
    prompt: str
    negative_prompt: str = ""
    cast: tuple[CastMember, ...] = ()
    use: str
    purpose: str
    output_status: str
    media: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    scenes: tuple[str, ...] | None = None
    synthetic_role: str = "none"
    photoreal: bool | None = None
    sensitive: tuple[str, ...] | None = None
    replaces_in_person_work: bool | None = None
    model_id: UUID | None = None
    width: int | None = None
    height: int | None = None
    num_frames: int | None = None
    steps: int | None = None
    guidance_scale: Decimal | None = None
    seed: int | None = None
    camera_move: str = ""
    stated: Stated | None = None
    references: tuple[UUID, ...] = ()
    origin: Origin | None = None
    keep_for_mastering: bool = False
    adapters: tuple[AdapterChoice, ...] = ()
    reference_pictures: tuple[UUID, ...] = ()
    priority: Priority = Priority.NORMAL
    requested_at: datetime
