"""Assets in custody, sealed as they would arrive."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from licensing.custody.access import set_access
from licensing.custody.cards import AssetCard
from licensing.custody.comparing import allow_comparison
from licensing.custody.destruction import destroy_asset
from licensing.custody.files import receiving
from licensing.custody.intake import NewAsset, take_in
from licensing.custody.words import AssetKind
from licensing.models.custody import CustodyRelease
from licensing.models.decision import Decision
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.order import Step
from licensing.synthetics.words import SyntheticStepKind
from productions.queries import ProductionCard
from tests.factories.takes import a_decision

MARK = b"the likeness of somebody, in clear"
PNG = b"\x89PNG\r\n\x1a\n" + MARK + bytes(range(256)) * 8


def safetensors(content: bytes = MARK) -> bytes:
    header = json.dumps(
        {"w": {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}}
    ).encode()
    return struct.pack("<Q", len(header)) + header + content


def an_asset(actor: Actor, consent_id: UUID, *, content: bytes = PNG, **fields: Any) -> AssetCard:  # noqa: ANN401 - any field
    """A reference image that the actor may have used, kept for a year."""
    facts: dict[str, Any] = {
        "kind": AssetKind.REFERENCE_IMAGE,
        "label": "Face, neutral",
        "consent_id": consent_id,
        "built_from": [],
        "base_model_sha256": "",
        "region": "US-CA",
        "retention_until": (now() + timedelta(days=365)).date(),
        "created_at": now() - timedelta(days=1),
    }
    with receiving(largest_bytes=10**9) as arriving:
        arriving.write(content)
        card = take_in(NewAsset(**facts | fields), arriving.finish(), actor=actor)
    assert actor.user_id is not None
    return set_access(card.id, person_id=actor.user_id, allowed=True, actor=actor)


class Gone(Exception):
    """The job's claim is lost."""


@dataclass
class AJob:
    """A job outside any take; it holds its claim while `is_live`."""

    organisation_id: UUID
    id: UUID
    fence: int = 1
    label: str = "worker:test"
    is_live: bool = True

    def hold(self, decision_id: UUID) -> None:
        if not self.is_live:
            raise Gone


def a_job(actor: Actor, **fields: Any) -> AJob:  # noqa: ANN401 - any field
    return AJob(organisation_id=actor.organisation_id, id=new_id(), **fields)


def every_kind_of_custody(
    actor: Actor, production: ProductionCard, consent_id: UUID, name: str
) -> dict[str, str]:
    """A row in every table of custody and of the case files of Synthetics."""
    scan = an_asset(actor, consent_id, label=f"{name} neutral face")
    destroyed = an_asset(actor, consent_id, label=f"{name} smiling", built_from=[scan.id])
    with tenant(actor.organisation_id):
        decision = Decision.objects.filter(outcome="allow").first() or Decision.objects.get(
            id=a_decision(actor, production.id)
        )
        release_id = new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CUSTODY_RELEASED,
            actor="worker:test",
            subject=f"custody:{scan.id}",
            fields={
                "release": str(release_id),
                "performers": subjects.performers(actor.organisation_id, [scan.performer_id]),
            },
            at=now(),
        )
        CustodyRelease.objects.create(
            id=release_id,
            asset_id=scan.id,
            decision=decision,
            job_id=new_id(),
            fence=1,
            purpose="render",
            released_at=now(),
            actor="worker:test",
            entry_uid=entry_uid,
        )
    allow_comparison(scan.id, is_allowed=True, document_sha256="c0" * 32, actor=actor)
    destroy_asset(destroyed.id, actor=actor)
    file = open_file(
        NewSyntheticFile(
            production_id=production.id, role=f"{name} giant", why_human_role="A man, grown large."
        ),
        actor=actor,
    )
    take_step(
        file.id,
        Step(kind=SyntheticStepKind.NOTE, happened_at=now(), text=f"{name} asked for a drawing."),
        actor=actor,
    )
    return {
        "custody_asset_id": str(scan.id),
        "destroyed_asset_id": str(destroyed.id),
        "synthetic_file_id": str(file.id),
    }
