"""Words and bounds of trainings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from licensing.custody.words import AssetKind


class TrainingState(StrEnum):
    """Where a training stands. Its row is written with the verdict: asked and decided is where it begins."""

    AWAITING_REVIEW = "awaiting_review"
    QUEUED = "queued"
    TRAINING = "training"
    KEEPING = "keeping"
    """Trained and checked; the rules are asked a last time and the adapter is taken into custody."""
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


TRAINING_IN_WORK = frozenset({TrainingState.TRAINING, TrainingState.KEEPING})
TRAINING_WAITS = frozenset({TrainingState.QUEUED, TrainingState.AWAITING_REVIEW})
TRAINING_FINAL = frozenset(TrainingState) - TRAINING_IN_WORK - TRAINING_WAITS
MOST_TRAINING_ATTEMPTS = 3


class TrainingFailure(StrEnum):
    LIKENESS_NOT_RELEASED = "likeness_not_released"
    SOURCE_UNFIT = "source_unfit"
    SCREENS_NOT_CLEAR = "screens_not_clear"
    """A rule of the house stands against what the screens say of a source."""
    MODEL_REFUSED = "model_refused"
    MODEL_CHANGED = "model_changed"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_SLOW = "too_slow"
    LEARNED_NOTHING = "learned_nothing"
    """The loss stopped being a number, or the finished adapter changes nothing."""
    NOT_TAKEN_IN = "not_taken_in"
    DISK_FULL = "disk_full"
    DEVICE_LOST = "device_lost"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    INTERNAL_ERROR = "internal_error"


SOURCE_KINDS = frozenset({AssetKind.REFERENCE_IMAGE, AssetKind.DRIVING_CLIP})
SOURCE_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/tiff", "video/mp4", "video/matroska"}
)
MOST_SOURCES = 64
# Of one training, in clear: they are held in memory, once at the worker and once at the device.
MOST_SOURCE_BYTES = 512 * 2**20
LONGEST_NAME = 120
TRIGGER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,39}")
RANKS = (1, 128)
STEPS = (10, 20_000)
LEARNING_RATES = (Decimal("0.000001"), Decimal("0.01"))
LARGEST_SEED = 2**32 - 1

WAITS_FOR_TAKES = timedelta(minutes=10)
"""A training is taken up when no take waits for the worker; after this long also when one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOrder:
    """A training as somebody asks for it.

    `frames` None: as many as the model makes by default. `model_id` None: of the models cleared for the production
    the one that was approved last.
    """

    production_id: UUID
    sources: tuple[UUID, ...]
    name: str
    trigger: str
    purpose: str
    rank: int
    steps: int
    learning_rate: Decimal
    seed: int
    frames: int | None
    model_id: UUID | None
    requested_at: datetime

    @classmethod
    def said(cls, said: Mapping[str, Any], *, production_id: UUID, at: datetime) -> TrainingOrder:
        """What a form, the API or a command was told, checked as to shape alone; `model` is `model_id` there."""
        return cls(
            production_id=production_id,
            sources=tuple(said["sources"]),
            name=said["name"],
            trigger=said["trigger"],
            purpose=said["purpose"],
            rank=said["rank"],
            steps=said["steps"],
            learning_rate=said["learning_rate"],
            seed=said["seed"],
            frames=said["frames"],
            model_id=said["model"],
            requested_at=at,
        )

    def body(self) -> dict[str, Canonical]:
        """What is asked, for its digest: the same request has the same."""
        return {
            "production": str(self.production_id),
            "sources": [str(one) for one in self.sources],
            "name": self.name,
            "trigger": self.trigger,
            "purpose": self.purpose,
            "rank": self.rank,
            "steps": self.steps,
            "learning_rate": f"{self.learning_rate:.6f}",
            "seed": self.seed,
            "frames": self.frames,
            "model": str(self.model_id) if self.model_id else None,
        }
