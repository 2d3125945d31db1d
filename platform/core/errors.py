"""The root of every refusal the product can explain."""

from __future__ import annotations


class StudioError(Exception):
    """An expected refusal: something a person did, lacks or can cure.

    Anything else that escapes is a defect and leaves as an opaque 500. Subclasses carry their facts as
    attributes and are registered in `config.problems`, which gives them a stable slug, a status and a page.
    """

    def extensions(self) -> dict[str, object]:
        """Members to add to the problem document; plain JSON values only."""
        return {}


class DatabaseUnavailable(StudioError):
    """The database does not answer."""


class DiskFull(StudioError):
    """The media volume has no room for what was about to be written."""
