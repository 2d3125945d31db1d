"""What counsel keeps for screens: the register of protected pictures, what is demanded, who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.models import InputAttestation, ProtectedPicture, ProtectedPictureEnd, ScreenPolicy, ScreenRun
from generation.screens.errors import (
    NoSuchProtectedPicture,
    PictureNotProtectable,
    ProtectionEnded,
    ScreenPolicyNotPossible,
)
from generation.screens.hooks import reference_file
from generation.screens.policy import PolicyCard, policies
from generation.screens.queries import PictureCard, ScreenReport, picture_card_of, screens_of
from generation.screens.running import prepared_picture
from generation.screens.values import (
    DEMANDS_AT,
    Demand,
    PictureKind,
    ScreenedFile,
    ScreenedKind,
    ScreenKind,
    ScreenOutcome,
    ScreenStep,
)
from licensing.custody.reading import asset_card, consent_behind
from provenance.references.queries import reference_card

MOST_PICTURES = 200
LARGEST_PICTURE_BYTES = 20 * 2**20
_LONGEST_NAME = 200
_LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture:
    """A picture to look for: `content` is a PNG, JPEG or WebP as it was handed in."""

    name: str
    kind: PictureKind
    holder: str
    content: bytes


def protect_picture(new: NewPicture, *, actor: Actor) -> PictureCard:
    """Put a picture on the register; every film that is looked at from now on is searched for it.

    The file is read in a process of its own, and only what is searched for is kept.

    Raises:
        PictureNotProtectable: it is none, too plain to be told from any drawing, or a field is out of its bounds.
    """
    name, holder = _line(new.name), _line(new.holder)
    if not name:
        raise PictureNotProtectable("Say in one line what the picture is.")
    if not 0 < len(new.content) <= LARGEST_PICTURE_BYTES:
        raise PictureNotProtectable(f"A picture has at most {LARGEST_PICTURE_BYTES // 2**20} MB.")
    digest = sha256_hex(new.content)
    png = prepared_picture(new.content)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if ProtectedPicture.objects.filter(end__isnull=True).count() >= MOST_PICTURES:
            raise PictureNotProtectable(
                f"The register holds {MOST_PICTURES} pictures; more would hold up every film. Take one off first."
            )
        at, picture_id = clock.now(), new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PICTURE_PROTECTED,
            actor=actor.label,
            subject=f"picture:{picture_id}",
            fields={"picture": str(picture_id), "kind": new.kind.value, "source_sha256": digest},
            at=at,
        )
        row: ProtectedPicture = ProtectedPicture.objects.create(
            id=picture_id,
            name=name,
            kind=new.kind,
            holder=holder,
            png=png,
            source_sha256=digest,
            added_at=at,
            added_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
        return picture_card_of(row)


def release_picture(picture_id: UUID, *, reason: str, actor: Actor) -> PictureCard:
    """Take a picture off the register, once; what was found stays on record.

    Raises:
        NoSuchProtectedPicture: none of the actor's organisation has the id.
        ProtectionEnded: it was taken off before.
        PictureNotProtectable: no reason is given.
    """
    said = reason.strip()
    if not said or len(said) > _LONGEST_WORDS:
        raise PictureNotProtectable(f"Say why, in up to {_LONGEST_WORDS} characters.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row: ProtectedPicture | None = ProtectedPicture.objects.filter(id=picture_id).first()
        if row is None:
            raise NoSuchProtectedPicture("There is no such protected picture here.")
        at = clock.now()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PICTURE_RELEASED,
            actor=actor.label,
            subject=f"picture:{picture_id}",
            fields={"picture": str(picture_id)},
            at=at,
        )
        try:
            with transaction.atomic():
                ProtectedPictureEnd.objects.create(
                    picture=row, reason=said, ended_at=at, ended_by_id=actor.user_id, entry_uid=entry_uid
                )
        except IntegrityError as error:
            raise ProtectionEnded("It was taken off the register before.") from error
        return picture_card_of(ProtectedPicture.objects.select_related("end").get(id=picture_id))


def state_policy(
    step: ScreenStep, kind: ScreenKind, demand: Demand, *, reason: str, actor: Actor
) -> PolicyCard:
    """Say what the house demands of one kind of screen at one step, from now on.

    Raises:
        ScreenPolicyNotPossible: nobody could keep it, or no reason is given.
    """
    said = reason.strip()
    if demand not in DEMANDS_AT[step]:
        raise ScreenPolicyNotPossible(
            "Nobody can have looked at a film before it is finished, so nobody answers for one before it is signed. "
            "Demand that at delivery."
            if step is ScreenStep.SIGN
            else "That is demanded of a finished film at delivery alone."
        )
    if not said or len(said) > _LONGEST_WORDS:
        raise ScreenPolicyNotPossible(f"Say why, in up to {_LONGEST_WORDS} characters.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at, policy_id = clock.now(), new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.SCREEN_POLICY_STATED,
            actor=actor.label,
            subject=f"screen-policy:{policy_id}",
            fields={
                "screen_policy": str(policy_id),
                "screen_kind": kind.value,
                "stage": step.value,
                "demand": demand.value,
            },
            at=at,
        )
        ScreenPolicy.objects.create(
            id=policy_id,
            kind=kind,
            step=step,
            demand=demand,
            reason=said,
            stated_at=at,
            stated_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
    return policies(actor.organisation_id)[step, kind]


def attest_reference(reference_id: UUID, *, words: str, actor: Actor) -> ScreenReport:
    """Answer for a reference in view of the newest look at it: for everything that is not clear there.

    A later look needs another answer.

    Raises:
        provenance.errors.ReferenceMissing: this organisation has none of the id.
        ScreenPolicyNotPossible: nothing has looked at it yet, all of it is clear, or nothing is said.
    """
    card = reference_card(actor.organisation_id, reference_id)
    return _attest(
        reference_file(card),
        subject=f"reference:{reference_id}",
        when="A worker does so within a minute.",
        words=words,
        actor=actor,
    )


def attest_kept_picture(asset_id: UUID, *, words: str, actor: Actor) -> ScreenReport:
    """As `attest_reference`, for a picture or a clip in custody.

    Raises:
        licensing.custody.errors.NoSuchAsset: the actor sees none of the id.
        ScreenPolicyNotPossible: as there.
    """
    card = asset_card(asset_id, actor=actor)
    file = ScreenedFile(
        kind=ScreenedKind.CUSTODY_ASSET,
        id=asset_id,
        file_sha256=card.plain_sha256,
        production_id=consent_behind(asset_id, actor=actor).production_id,
        person_id=card.performer_id,
    )
    return _attest(
        file,
        subject=f"custody:{asset_id}",
        when="It is looked at when a take is given it, or a training.",
        words=words,
        actor=actor,
    )


def _attest(file: ScreenedFile, *, subject: str, when: str, words: str, actor: Actor) -> ScreenReport:
    said = words.strip()
    if not said or len(said) > _LONGEST_WORDS:
        raise ScreenPolicyNotPossible(f"Say what you saw, in up to {_LONGEST_WORDS} characters.")
    report = screens_of(actor.organisation_id, file.kind, file.id)
    kinds = [one.kind.value for one in report.cards if one.outcome is not ScreenOutcome.CLEAR]
    if report.run_id is None:
        raise ScreenPolicyNotPossible(f"Nothing has looked at it yet. {when}")
    if not kinds:
        raise ScreenPolicyNotPossible("Every screen says that it is clear: there is nothing to answer for.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        at = clock.now()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.INPUT_ATTESTED,
            actor=actor.label,
            subject=subject,
            fields={
                "screening": str(report.run_id),
                file.kind.value: str(file.id),
                "words_sha256": sha256_hex(said.encode()),
            },
            at=at,
            production_id=file.production_id,
            person_id=file.person_id,
        )
        InputAttestation.objects.create(
            run=ScreenRun.objects.get(id=report.run_id),
            kinds=kinds,
            words=said,
            attested_at=at,
            attested_by_id=actor.user_id,
            entry_uid=entry_uid,
        )
    return report


def _line(text: str) -> str:
    line = text.strip()
    if len(line) > _LONGEST_NAME or not (line.isprintable() or not line):
        raise PictureNotProtectable(f"Name and holder are one line of up to {_LONGEST_NAME} characters each.")
    return line
