"""What may go wrong with a take and is not a defect of ours, and the word for each."""

from __future__ import annotations

from core.errors import DiskFull
from generation.errors import (
    AdapterUnusable,
    LockMissing,
    MissingCapability,
    NoApprovedModel,
    OutOfDeviceMemory,
    ReferencePictureUnusable,
    RenderTooSlow,
    SizeNotPossible,
    UnknownPipeline,
    UnsafeModelFile,
    WeightsAltered,
)
from generation.hosted.working import HOSTED_FAILURES
from generation.iterating.errors import ParentNotUsable
from generation.screens.errors import ScreensNotClear
from generation.values import FailureCode
from licensing.custody.errors import (
    AlreadyReleased,
    AssetDestroyed,
    AssetOnHold,
    NoSuchAsset,
    ReleaseRefused,
    SealBroken,
)
from provenance.errors import (
    IngredientAltered,
    IngredientUnusable,
    NoTimeStamp,
    SignerUnfit,
    SigningFailed,
    SourceUnusable,
)

_FAILURES: tuple[tuple[tuple[type[Exception], ...], FailureCode], ...] = (
    ((OutOfDeviceMemory,), FailureCode.OUT_OF_MEMORY),
    ((RenderTooSlow,), FailureCode.TOO_SLOW),
    ((DiskFull,), FailureCode.DISK_FULL),
    ((WeightsAltered,), FailureCode.MODEL_CHANGED),
    (
        (
            *(NoApprovedModel, UnsafeModelFile, LockMissing),
            *(UnknownPipeline, MissingCapability, SizeNotPossible),
            *(AdapterUnusable, ReferencePictureUnusable),
        ),
        FailureCode.MODEL_REFUSED,
    ),
    ((ParentNotUsable,), FailureCode.PARENT_UNUSABLE),
    ((ScreensNotClear,), FailureCode.SCREENS_NOT_CLEAR),
    *HOSTED_FAILURES,
    (
        (*(NoSuchAsset, AssetDestroyed, AssetOnHold), *(ReleaseRefused, AlreadyReleased, SealBroken)),
        FailureCode.LIKENESS_NOT_RELEASED,
    ),
    (
        (SourceUnusable, SignerUnfit, SigningFailed, NoTimeStamp, IngredientUnusable, IngredientAltered),
        FailureCode.SIGNING_FAILED,
    ),
)

FORESEEN: tuple[type[Exception], ...] = tuple(kind for kinds, _code in _FAILURES for kind in kinds)


def code_of(failure: Exception) -> FailureCode:
    """The word for one of `FORESEEN`."""
    return next(code for kinds, code in _FAILURES if isinstance(failure, kinds))
