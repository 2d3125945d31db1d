"""What came from a service for a take, as its credential states it, and as pages and the API tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.media_store import MediaStore
from core.tenancy import tenant
from generation.claimed_take import Claim
from generation.engines.hosted_declaration import HostedDeclaration, Sent, is_hosted, read_declaration
from generation.errors import NoSuchModel, NoSuchTake
from generation.hosted.values import CallState
from generation.models import HostedCall, ModelRelease, Take
from provenance.sdk.contents import Relationship
from provenance.statement import StatedIngredient
from provenance.values import CredentialState

_LABEL = "hosted-film"
_MEDIA_TYPE = "video/mp4"


@dataclass(frozen=True, slots=True)
class HostedAnswer:
    """`ingredient`: the film that came, where it bears a credential of its own. `seed`, `steps`: None if untold."""

    host: str
    seed: int | None
    steps: int | None
    ingredient: StatedIngredient | None
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedCallCard:
    """One request to a service. Texts are empty where nothing is known; times are aware."""

    id: UUID
    attempt: int
    host: str
    hosted_model: str
    territory: str
    sent_fields: tuple[str, ...]
    sent_sha256: str
    prompt_sha256: str
    prompt_characters: int
    sent_at: datetime
    job_id: str
    state: CallState
    ended_at: datetime | None
    words: str
    answer_sha256: str
    answer_bytes: int
    credential_state: str
    manifest_id: str
    signed_by: str
    stated_source_type: str

    @property
    def has_credential(self) -> bool:
        return self.credential_state not in ("", CredentialState.ABSENT.value)


def answer_behind(claimed: Claim) -> HostedAnswer | None:
    """What a service sent for the claim's take; None where the model has weights of its own.

    Raises:
        UnexpectedModelFile: the declaration cannot be read any more.
    """
    if not is_hosted(claimed.model_folder):
        return None
    declared, spec = read_declaration(claimed.model_folder), claimed.spec
    with tenant(claimed.organisation_id):
        row = HostedCall.objects.filter(take_id=claimed.take_id, state=CallState.ANSWERED).first()
    if row is None:
        raise RuntimeError("A service sent nothing for a take that is to be signed.")
    bears_credential = row.credential_state != CredentialState.ABSENT
    return HostedAnswer(
        host=row.host,
        seed=spec.seed if Sent.SEED in declared.sends else None,
        steps=spec.steps if Sent.STEPS in declared.sends else None,
        ingredient=StatedIngredient(
            label=_LABEL,
            title=f"Film from {row.host}",
            relationship=Relationship.PARENT_OF,
            media_type=_MEDIA_TYPE,
            file_sha256=row.answer_sha256,
            digital_source_type=row.stated_source_type or None,
        )
        if bears_credential
        else None,
        path=MediaStore(settings.MEDIA_FOLDER).path(row.answer_key),
    )


def answer_files(answer: HostedAnswer | None) -> dict[str, Path]:
    """Where the film lies that goes into the credential, by label; none where it bears no credential."""
    return {} if answer is None or answer.ingredient is None else {answer.ingredient.label: answer.path}


def calls_of(organisation_id: UUID, take_id: UUID) -> tuple[HostedCallCard, ...]:
    """All that was sent to services for a take, the latest first.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        if not Take.objects.filter(id=take_id).exists():
            raise NoSuchTake("There is no such take here.")
        return tuple(_card(row) for row in HostedCall.objects.filter(take_id=take_id))


def declaration_of(organisation_id: UUID, model_id: UUID) -> HostedDeclaration | None:
    """What is declared of the service that runs a model; None where it has weights of its own.

    Raises:
        NoSuchModel: the studio has approved none of this id.
        UnexpectedModelFile: the declaration cannot be read any more.
    """
    with tenant(organisation_id):
        row = ModelRelease.objects.filter(id=model_id, approved_at__isnull=False).first()
    if row is None:
        raise NoSuchModel("There is no such model here.")
    return read_declaration(Path(settings.PROJECT_FOLDER, row.folder)) if row.host else None


def _card(row: HostedCall) -> HostedCallCard:
    return HostedCallCard(
        id=row.id,
        attempt=row.attempt,
        host=row.host,
        hosted_model=row.hosted_model,
        territory=row.territory,
        sent_fields=tuple(row.sent_fields),
        sent_sha256=row.sent_sha256,
        prompt_sha256=row.prompt_sha256,
        prompt_characters=row.prompt_characters,
        sent_at=row.sent_at,
        job_id=row.job_id,
        state=CallState(row.state),
        ended_at=row.ended_at,
        words=row.words,
        answer_sha256=row.answer_sha256,
        answer_bytes=row.answer_bytes,
        credential_state=row.credential_state,
        manifest_id=row.manifest_id,
        signed_by=row.signed_by,
        stated_source_type=row.stated_source_type,
    )
