"""The facts about a take that its credential states. Pure; made by the caller, checked here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from provenance.sdk.contents import Relationship

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 200
_ALGORITHM = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_BINDING_VALUE = re.compile(r"[!-~]{1,4096}")


# CAWG Training and Data Mining 1.1: the four entries it defines.
TRAINING_MINING_ENTRIES = (
    "cawg.ai_generative_training",
    "cawg.ai_inference",
    "cawg.ai_training",
    "cawg.data_mining",
)


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


class HumanOversight(StrEnum):
    """How far a person stands behind what a model made (C2PA 2.4, 18.28.4)."""

    FULLY_AUTONOMOUS = "fully_autonomous"
    PROMPT_GUIDED = "prompt_guided"
    HUMAN_VALIDATED = "human_validated"
    """A person looked at the finished file and approved it; so this is stated after the first signature alone."""


class TrainingUse(StrEnum):
    ALLOWED = "allowed"
    NOT_ALLOWED = "notAllowed"
    CONSTRAINED = "constrained"


@dataclass(frozen=True, slots=True)
class TrainingEntry:
    """What machines that learn may do with the file. `constraint_info` is public and names nobody."""

    entry: str
    use: TrainingUse
    constraint_info: str = ""

    def __post_init__(self) -> None:
        if self.entry not in TRAINING_MINING_ENTRIES:
            raise StatementIncomplete(f"training: {self.entry!r} is no entry of CAWG's")
        if (self.use is TrainingUse.CONSTRAINED) != bool(self.constraint_info):
            raise StatementIncomplete("training: what is constrained says how, and nothing else does")


@dataclass(frozen=True, slots=True)
class Adapter:
    """Weights that were laid over the model's, such as a LoRA."""

    kind: str
    name: str
    weights_sha256: str

    def __post_init__(self) -> None:
        _text("adapters", self.kind)
        _text("adapters", self.name)
        _digest("adapters", self.weights_sha256)


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """A picture that the model was given and that nobody else gets: known by the digest of its file alone.

    It is no ingredient, because what is embedded of an ingredient would hand out a likeness in custody.
    """

    name: str
    file_sha256: str

    def __post_init__(self) -> None:
        _text("reference_pictures", self.name)
        _digest("reference_pictures", self.file_sha256)


class InputReader(StrEnum):
    """Who took something in when a take was made."""

    MODEL = "model"
    PEOPLE = "people"
    """Whoever asked for the take looked at it; the model was given words alone."""


@dataclass(frozen=True, slots=True)
class StatedIngredient:
    """A file that a take was made from.

    Attributes:
        label: by which actions name it; one word.
        title: public for ever, so nobody's name.
        file_sha256: of the whole file as it was kept.
        digital_source_type: what its own credential states, as a URL; None where it states none.
    """

    label: str
    title: str
    relationship: Relationship
    media_type: str
    file_sha256: str
    read_by: InputReader = InputReader.MODEL
    digital_source_type: str | None = None

    def __post_init__(self) -> None:
        if not _WORD.fullmatch(self.label):
            raise StatementIncomplete(f"ingredients: {self.label!r} is no label")
        _text("ingredients", self.title)
        _digest("ingredients", self.file_sha256)
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            raise StatementIncomplete(f"ingredients: {self.media_type!r} is no media type")


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
        model_card_sha256: digest of the model's card; empty where it has none.
        adapters: what was laid over the model's weights.
        reference_pictures: what the model was given of a likeness in custody.
        training: what machines that learn may do with the file; what is not named is not allowed.
        ingredients: at most one of them is the parent that this take goes on from.
        seed, steps: None where whoever runs the model was not told one.
        camera_move: what the model was told that the camera does, one word of its folder; empty where it was not.
        host: name of whoever runs the model, where that is a service of somebody else's; `model_sha256` is then of
            what was declared of it, and a parent is the file that the service sent.
        lossy: what of the model's settings changes the picture for speed or memory, each in one line.
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
    seed: int | None
    steps: int | None
    created_at: datetime
    authorization: AuthorizationStatement
    media_type: str = "video/mp4"
    soft_bindings: tuple[SoftBinding, ...] = ()
    model_card_sha256: str = ""
    adapters: tuple[Adapter, ...] = ()
    reference_pictures: tuple[ReferencePicture, ...] = ()
    human_oversight: HumanOversight = HumanOversight.PROMPT_GUIDED
    training: tuple[TrainingEntry, ...] = ()
    ingredients: tuple[StatedIngredient, ...] = ()
    camera_move: str = ""
    host: str = ""
    lossy: tuple[str, ...] = ()

    @property
    def parent(self) -> StatedIngredient | None:
        """The file that this take goes on from; None where it was made anew."""
        parents = [one for one in self.ingredients if one.relationship is Relationship.PARENT_OF]
        return parents[0] if parents else None

    def __post_init__(self) -> None:
        said = [field for field in ("host", "camera_move") if getattr(self, field)]
        for field in ("title", "model_name", "model_version", *said):
            _text(field, getattr(self, field))
        for field in ("width", "height", "frames", "generated_width", "generated_height"):
            _whole(field, getattr(self, field), lowest=1)
        for field, lowest in (("steps", 1), ("seed", 0)):
            if getattr(self, field) is not None or not self.host:
                _whole(field, getattr(self, field), lowest=lowest)
        for one in self.lossy:
            _text("lossy", one)
        _rate("fps", self.fps)
        _digest("model_sha256", self.model_sha256)
        if self.created_at.tzinfo is None:
            raise StatementIncomplete("created_at: a time without a zone")
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            raise StatementIncomplete(f"media_type: {self.media_type!r} is none")
        if self.model_card_sha256:
            _digest("model_card_sha256", self.model_card_sha256)
        _once("soft_bindings: two of the same algorithm", [one.alg for one in self.soft_bindings])
        _once("training: an entry twice", [one.entry for one in self.training])
        _once("reference_pictures: a name twice", [one.name for one in self.reference_pictures])
        _once("ingredients: a label twice", [one.label for one in self.ingredients])
        _once(
            "ingredients: two parents",
            [one.relationship for one in self.ingredients if one.relationship is Relationship.PARENT_OF],
        )


def _text(field: str, value: object) -> None:
    if (
        not isinstance(value, str)
        or not value.strip()
        or len(value) > _LONGEST_TEXT
        or not value.isprintable()
    ):
        raise StatementIncomplete(f"{field}: needs one printable line of at most {_LONGEST_TEXT} characters")


def _once(said: str, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise StatementIncomplete(said)


def _digest(field: str, value: object) -> None:
    if not isinstance(value, str) or not _SHA256_HEX.fullmatch(value):
        raise StatementIncomplete(f"{field}: needs 64 lower-case hexadecimal digits")


def _whole(field: str, value: object, *, lowest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        raise StatementIncomplete(f"{field}: {value!r} is not a whole number from {lowest}")


def _rate(field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or value <= 0:
        raise StatementIncomplete(f"{field}: {value!r} is not a fraction above 0")
