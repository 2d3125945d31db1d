"""What a file by somebody else states and proves, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core import clock
from provenance import keys, manifest
from provenance.errors import IngredientUnusable
from provenance.examining import examine_bounded
from provenance.identity_roots import identity_roots_pem
from provenance.ingredients import refuse_unclean
from provenance.readings import Outcome, Reading
from provenance.stated import made_action
from provenance.time_stamping import accepted_roots_pem
from provenance.values import CredentialState
from provenance.verification import RepositoryAnswer, judge


@dataclass(frozen=True, slots=True)
class Look:
    """What was found out about a file. Texts are empty where it bears no credential, or that says nothing."""

    sha256_hex: str
    state: CredentialState
    manifest_id: str = ""
    signed_by: str = ""
    stated_source_type: str = ""

    @property
    def has_credential(self) -> bool:
        return self.state is not CredentialState.ABSENT


def look_at(title: str, path: Path) -> Look:
    """What the file at `path` bears, read in a process of its own. An intact credential by a stranger is one.

    Args:
        title: what to call the file in a refusal.
        path: of a file of unknown origin.

    Raises:
        IngredientUnusable: it is no media that we can open.
        IngredientAltered: it was changed after it was signed.
    """
    at = clock.now()
    listed = keys.load_trust_list(settings.KEYS_FOLDER, at=at)
    examination = examine_bounded(
        path,
        anchors=listed.anchors,
        tsa_roots_pem=accepted_roots_pem(),
        identity_roots_pem=identity_roots_pem(settings.KEYS_FOLDER),
    )
    if examination.outcome is Outcome.UNREADABLE or examination.sha256_hex is None:
        raise IngredientUnusable(title, examination.detail)
    if examination.outcome is Outcome.NO_CREDENTIAL:
        return Look(examination.sha256_hex, CredentialState.ABSENT)
    refuse_unclean(title, examination)
    reading = examination.reading
    if reading is None:
        raise IngredientUnusable(title, examination.detail)
    state = judge(
        examination, trust_list=listed, record=None, repository=RepositoryAnswer.UNREACHABLE, at=at
    ).state
    return Look(
        examination.sha256_hex,
        state,
        manifest_id=reading.manifest_id[:200],
        signed_by=signer_in(reading),
        stated_source_type=source_type_in(reading),
    )


def signer_in(reading: Reading) -> str:
    """Organisation and name in the signing certificate, at most 300 characters."""
    return ", ".join(name for name in (reading.issuer, reading.common_name) if name)[:300]


def source_type_in(reading: Reading) -> str:
    """The digital source type that the credential states, as a URL; empty where it states none."""
    for content in reading.assertions(manifest.ACTIONS_LABEL):
        stated = made_action(content.get("actions")).get("digitalSourceType")
        if isinstance(stated, str):
            return stated[:200]
    return ""
