"""The facts about a take that its credential states. Pure; made by the caller, checked here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 200
_ALGORITHM = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_BINDING_VALUE = re.compile(r"[!-~]{1,4096}")


class StatementIncomplete(ValueError):
    """A fact is missing or cannot be what it claims to be. The message names the field. A defect of the caller."""


@dataclass(frozen=True, slots=True)
class AuthorizationStatement:
    """On what authority the take was made: salted digests, no names.

    Attributes:
        decision_commitment_hex: HMAC-SHA-256 of the decision under its own salt.
        consent_commitments_hex: one per consent relied on; empty where none was needed.
        rule_pack: id and edition of the rule pack that decided.
        log_origin: name of the transparency log that holds the decision.
    """

    decision_commitment_hex: str
    consent_commitments_hex: tuple[str, ...]
    rule_pack: str
    rule_pack_sha256: str
    log_origin: str

    def __post_init__(self) -> None:
        _digest("decision_commitment_hex", self.decision_commitment_hex)
        for commitment in self.consent_commitments_hex:
            _digest("consent_commitments_hex", commitment)
        if len(set(self.consent_commitments_hex)) != len(self.consent_commitments_hex):
            raise StatementIncomplete("consent_commitments_hex: the same consent twice")
        _text("rule_pack", self.rule_pack)
        _digest("rule_pack_sha256", self.rule_pack_sha256)
        _text("log_origin", self.log_origin)


@dataclass(frozen=True, slots=True)
class SoftBinding:
    """A value by which the content is found again without its credential.

    Attributes:
        alg: name of the algorithm on C2PA's list, such as `io.iscc.v0`, or a reverse-domain name of one's own.
        value: as that algorithm spells it; public.

    Source: C2PA 2.4, 18.10 (`c2pa.soft-binding`).
    """

    alg: str
    value: str

    def __post_init__(self) -> None:
        if not _ALGORITHM.fullmatch(self.alg):
            raise StatementIncomplete(f"soft_bindings: {self.alg!r} names no algorithm")
        if not _BINDING_VALUE.fullmatch(self.value):
            raise StatementIncomplete("soft_bindings: a value is one printable ASCII word")


@dataclass(frozen=True, slots=True)
class TakeStatement:
    """What was made, by which model, when. Neither people nor the prompt have a field here, on purpose.

    Attributes:
        title: production language for the take; public for ever, so nobody's name.
        width, height: pixels of the delivered video.
        fps: frames a second, exactly: 24, or Fraction(24000, 1001).
        generated_width, generated_height: pixels the model rendered.
        model_sha256: digest of the model's weights, hexadecimal.
        created_at: aware; when the model finished rendering.
        media_type: of the file to be signed.
        soft_bindings: each of another algorithm, in the order in which they are written.
    """

    take_id: UUID
    title: str
    width: int
    height: int
    frames: int
    fps: Fraction | int
    generated_width: int
    generated_height: int
    model_name: str
    model_version: str
    model_sha256: str
    seed: int
    steps: int
    created_at: datetime
    authorization: AuthorizationStatement
    media_type: str = "video/mp4"
    soft_bindings: tuple[SoftBinding, ...] = ()

    def __post_init__(self) -> None:
        for field in ("title", "model_name", "model_version"):
            _text(field, getattr(self, field))
        for field in ("width", "height", "frames", "generated_width", "generated_height", "steps"):
            _whole(field, getattr(self, field), lowest=1)
        _whole("seed", self.seed, lowest=0)
        _rate("fps", self.fps)
        _digest("model_sha256", self.model_sha256)
        if self.created_at.tzinfo is None:
            raise StatementIncomplete("created_at: a time without a zone")
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            raise StatementIncomplete(f"media_type: {self.media_type!r} is none")
        algorithms = [binding.alg for binding in self.soft_bindings]
        if len(set(algorithms)) != len(algorithms):
            raise StatementIncomplete("soft_bindings: two of the same algorithm")


def _text(field: str, value: object) -> None:
    if (
        not isinstance(value, str)
        or not value.strip()
        or len(value) > _LONGEST_TEXT
        or not value.isprintable()
    ):
        raise StatementIncomplete(f"{field}: needs one printable line of at most {_LONGEST_TEXT} characters")


def _digest(field: str, value: object) -> None:
    if not isinstance(value, str) or not _SHA256_HEX.fullmatch(value):
        raise StatementIncomplete(f"{field}: needs 64 lower-case hexadecimal digits")


def _whole(field: str, value: object, *, lowest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        raise StatementIncomplete(f"{field}: {value!r} is not a whole number from {lowest}")


def _rate(field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or value <= 0:
        raise StatementIncomplete(f"{field}: {value!r} is not a fraction above 0")
