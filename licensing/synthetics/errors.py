"""What a case file of a Synthetic refuses."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchSyntheticFile(StudioError):
    """There is no such case file, or it is another organisation's."""


class SyntheticFileOnRecord(StudioError):
    """This role of the production has a case file already."""


class StepRefused(StudioError):
    """The step does not follow from those on record, or lacks what it needs; the message says which."""
