"""Refusals of an engine, told across the border of its process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import StudioError
from generation import errors

_OF_FILES: dict[str, type[errors.UnsafeModelFile]] = {
    one.__name__: one
    for one in (
        errors.PickleWeights,
        errors.CodeInModelFolder,
        errors.UnexpectedModelFile,
        errors.WeightsAltered,
    )
}
_NAMED: dict[str, type[errors.AdapterUnusable | errors.ReferencePictureUnusable]] = {
    one.__name__: one for one in (errors.AdapterUnusable, errors.ReferencePictureUnusable)
}
_IN_WORDS: dict[str, type[StudioError]] = {
    one.__name__: one
    for one in (
        errors.LockMissing,
        errors.UnknownPipeline,
        errors.MissingCapability,
        errors.OutOfDeviceMemory,
        errors.LearnedNothing,
    )
}


def refusal_to_json(refusal: StudioError) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": type(refusal).__name__, "message": str(refusal)}
    if isinstance(refusal, errors.UnsafeModelFile):
        told |= {"file": refusal.file, "why": refusal.why}
    if isinstance(refusal, errors.AdapterUnusable):
        told |= {"name": refusal.adapter, "why": refusal.why}
    if isinstance(refusal, errors.ReferencePictureUnusable):
        told |= {"name": refusal.picture, "why": refusal.why}
    if isinstance(refusal, errors.SourceUnreadable):
        told |= {"number": refusal.number, "why": refusal.why}
    if isinstance(refusal, errors.SizeNotPossible):
        told |= {"field": refusal.field, "given": refusal.given, "allowed": refusal.allowed}
    return told


def refusal_from_json(told: Mapping[str, Any]) -> Exception:
    """The refusal that was told; one that nobody knows is a defect."""
    kind = told["kind"]
    if kind in _OF_FILES:
        return _OF_FILES[kind](told["file"], told["why"])
    if kind == errors.SizeNotPossible.__name__:
        return errors.SizeNotPossible(field=told["field"], given=told["given"], allowed=told["allowed"])
    if kind == errors.SourceUnreadable.__name__:
        return errors.SourceUnreadable(told["number"], told["why"])
    if kind in _NAMED:
        return _NAMED[kind](told["name"], told["why"])
    if kind in _IN_WORDS:
        return _IN_WORDS[kind](told["message"])
    return RuntimeError(f"The engine refused as {kind}: {told['message']}")
