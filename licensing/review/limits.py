"""The limits of an approval: typed, so that the gate keeps them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.digests import sha256_hex
from licensing.errors import DigestMalformed
from licensing.places import uncovered
from licensing.review.errors import LimitsTooWide

# Nobody knows further ahead what a use will mean; longer is approved again.
LONGEST = timedelta(days=366)
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What the limits bound or what changes nothing about the use, in an order that was asked.
_BOUNDED = ("media", "territories", "duration_ms")
_LISTS = ("media", "territories", "languages", "scenes", "sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an approval covers; None is no limit of that kind.

    Attributes:
        valid_until: from this moment on it covers nothing.
        most_takes: how many takes it is for.
        most_ms: how many milliseconds of video, over all takes.
        conditions: in words, for people; they stand in every decision that rests on the approval.
        document_sha256: the paper it rests on, such as a buyer's approval; empty if there is none.
    """

    valid_until: datetime
    media: tuple[str, ...]
    territories: tuple[str, ...]
    most_takes: int | None = None
    most_ms: int | None = None
    conditions: tuple[str, ...] = ()
    document_sha256: str = ""

    def as_json(self) -> dict[str, Canonical]:
        """As evidence shows them and as `sha256` is of."""
        stated = asdict(self) | {"valid_until": rfc3339(self.valid_until)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}

    @property
    def sha256(self) -> str:
        return sha256_hex(canonical_bytes(self.as_json()))

    def contain(self, media: Iterable[str], territories: Iterable[str]) -> bool:
        """Whether a use reaches nothing beyond them."""
        return set(media) <= set(self.media) and not uncovered(territories, self.territories)

    def check(self, *, at: datetime, media: Iterable[str], territories: Iterable[str]) -> None:
        """That they narrow what was asked.

        Raises:
            LimitsTooWide: they give more than was asked, or nothing, or end in the past or too far ahead.
            DigestMalformed: the paper's digest is none.
        """
        if self.document_sha256 and not _SHA256.fullmatch(self.document_sha256):
            raise DigestMalformed("The paper's SHA-256 has 64 hexadecimal digits in lower case.")
        if not at < self.valid_until <= at + LONGEST:
            raise LimitsTooWide(
                "valid_until", "An approval ends after now and within a year; longer is asked again."
            )
        if not self.media or not set(self.media) <= set(media):
            raise LimitsTooWide("media", "Approve some of the media that were asked for, and no others.")
        if not self.territories or uncovered(self.territories, tuple(territories)):
            raise LimitsTooWide(
                "territories", "Approve territories within those that were asked for, and no others."
            )
        if self.most_takes is not None and self.most_takes < 1:
            raise LimitsTooWide("most_takes", "Approve at least one take, or refuse the case.")
        if self.most_ms is not None and self.most_ms < 1:
            raise LimitsTooWide("most_seconds", "Approve some length, or refuse the case.")


def order_sha256(asked: Mapping[str, Any]) -> str:
    """Digest of an order without when it was asked: the same order again has the same."""
    return _digest(asked, ("requested_at",))


def use_sha256(asked: Mapping[str, Any]) -> str:
    """Digest of what an approval is for: the order without when, at which door, and what the limits bound.

    Of a delivery it is for that recipient.
    """
    delivery = asked.get("delivery")
    return _digest(
        dict(asked) | {"recipient": delivery and delivery["recipient_id"]},
        ("requested_at", "stage", "delivery", *_BOUNDED),
    )


def uses_sha256(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Digests of what an approval may be for to cover this order: a delivery, or the use whoever gets it."""
    return tuple({use_sha256(asked), use_sha256(dict(asked) | {"delivery": None})})


def _digest(asked: Mapping[str, Any], left_out: tuple[str, ...]) -> str:
    kept = {name: value for name, value in asked.items() if name not in left_out and value is not None}
    for name in _LISTS:
        if isinstance(kept.get(name), list | tuple):
            kept[name] = sorted(kept[name])
    if "cast" in kept:
        kept["cast"] = sorted(kept["cast"], key=lambda one: (one["performer_id"], one["replica_type"]))
    return sha256_hex(canonical_bytes(kept))
