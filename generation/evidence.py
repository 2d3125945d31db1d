"""The evidence bundle of a take: everything that proves how it was made and on whose word, in one file.

What is in it and in which order is agreed with `tools/verify_evidence.py`, which reads it alone and offline.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import connections

from audit.bundle import Member, write_bundle
from audit.bundle_words import README
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from audit.evidence import LogEvidence, Mentioned, lines_about, log_evidence, log_members
from audit.queries import EntryLine, entries_about
from audit.sequencer import LOG
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.errors import StudioError
from core.tenancy import tenant
from generation.engines.folder import locked_files
from generation.errors import EvidenceForLegal, EvidenceInTwoLogs, NoSuchTake
from generation.models import Take
from licensing.evidence import (
    ConsentEvidence,
    DecisionEvidence,
    any_for_legal_alone,
    consents_evidence,
    decision_evidence,
)
from licensing.packs import pack_text
from productions.errors import NoSuchProduction
from productions.queries import production_facts
from provenance.evidence import AssetEvidence, asset_evidence

KIND = "take"
MODEL_CARD = "MODEL_CARD.md"


@dataclass(frozen=True, slots=True)
class _Story:
    """The entries a take's story is told by. `renders` are those before the signature; `signing` decided last."""

    asked: EntryLine
    renders: tuple[EntryLine, ...]
    signed: EntryLine
    decisions: tuple[tuple[EntryLine, DecisionEvidence], ...]
    signing: DecisionEvidence
    consents: tuple[ConsentEvidence, ...]
    about_consents: tuple[EntryLine, ...]

    @property
    def every_line(self) -> tuple[EntryLine, ...]:
        decided = (line for line, _ in self.decisions)
        return (self.asked, *self.renders, self.signed, *decided, *self.about_consents)

    @property
    def performer_ids(self) -> frozenset[UUID]:
        """Whoever the facts of a decision speak of."""
        facts = (json.loads(found.facts) for _, found in self.decisions)
        return frozenset(UUID(one["person_id"]) for stated in facts for one in stated.get("subjects", ()))


def write_take_bundle(
    organisation_id: UUID, take_id: UUID, target: BinaryIO, *, everybody: bool, with_video: bool = True
) -> None:
    """Write the evidence bundle of a signed take to `target`.

    Args:
        organisation_id: whose take it is.
        take_id: the take.
        target: stands at its beginning.
        everybody: False where the asker may not know of performers whom only legal sees.
        with_video: False leaves the video out; its digest is proved all the same.

    Raises:
        NoSuchTake: none of this organisation has the id.
        provenance.errors.AssetMissing: it is not signed.
        audit.errors.LogNotReady: the log does not cover its last entries yet.
        EvidenceInTwoLogs, EvidenceForLegal: see there.
    """
    with tenant(organisation_id):
        row: Take | None = Take.objects.filter(id=take_id).select_related("model").first()
    if row is None:
        raise NoSuchTake("There is no such take here.")
    asset = asset_evidence(organisation_id, take_id)
    story = _story(row)
    if not everybody and any_for_legal_alone(organisation_id, story.performer_ids):
        raise EvidenceForLegal(
            "This evidence names a performer known to legal alone. Ask legal to export it."
        )
    log = _log(organisation_id, row, story)
    members = [
        Member("README.txt", README.encode()),
        Member("take.json", canonical_bytes(_take(row, asset, story))),
        *_decisions(story),
        *_rules(story),
        *_consents(story.consents),
        *_model(row),
        _obligations(story.signing),
        Member("credential/definition.json", asset.definition),
        Member("credential/manifest.c2pa", asset.manifest_store),
        *([Member("video/take.mp4", asset.video)] if with_video and asset.video else []),
        *log_members(log),
        Member("trust/trust-list.json", asset.trust_list),
    ]
    write_bundle(target, kind=KIND, made_at=clock.now(), members=members)


def _story(row: Take) -> _Story:
    organisation_id = row.organisation_id
    lines = entries_about(organisation_id, f"take:{row.id}")
    signed = _last(lines, EntryType.ASSET_SIGNED)
    asked = _last(lines, EntryType.TAKE_REQUESTED)
    renders = tuple(
        line for line in lines if line.type == EntryType.RENDER_STARTED and line.index < signed.index
    )
    signing = decision_evidence(organisation_id, row.decision_id)
    named = [str(line.fields["decision"]) for line in (asked, *renders)]
    decisions = []
    for decision_id in dict.fromkeys([*named, str(signing.id)]):
        found = lines_about(
            organisation_id, Mentioned(f"decision:{decision_id}"), types=[EntryType.USE_DECIDED]
        )
        decisions.append(
            (_last(found, EntryType.USE_DECIDED), decision_evidence(organisation_id, UUID(decision_id)))
        )
    decisions.sort(key=lambda pair: pair[0].index)
    consents = consents_evidence(
        organisation_id, {one for _, found in decisions for one in found.consent_ids}
    )
    about_consents = tuple(
        line
        for one in consents
        for line in lines_about(
            organisation_id,
            Mentioned(f"consent:{one.id}", one.performer_id),
            types=[EntryType.CONSENT_RECORDED, EntryType.CONSENT_WITHDRAWN],
        )
    )
    recorded = [
        (min(line.index for line in about_consents if line.fields["consent"] == str(one.id)), one)
        for one in consents
    ]
    return _Story(
        asked=asked,
        renders=renders,
        signed=signed,
        decisions=tuple(decisions),
        signing=signing,
        consents=tuple(one for _, one in sorted(recorded, key=lambda pair: pair[0])),
        about_consents=about_consents,
    )


def organisation_of_take(take_id: UUID) -> UUID:
    """Whose take it is. For commands, which act for nobody.

    Raises:
        NoSuchTake: nobody's.
    """
    for organisation_id in _every_organisation():
        with tenant(organisation_id):
            if Take.objects.filter(id=take_id).exists():
                return organisation_id
    raise NoSuchTake("There is no such take here.")


def organisation_of_production(production_id: UUID) -> UUID:
    """As `organisation_of_take`, of a production.

    Raises:
        productions.errors.NoSuchProduction: nobody's.
    """
    for organisation_id in _every_organisation():
        with suppress(NoSuchProduction):
            production_facts(organisation_id, production_id)
            return organisation_id
    raise NoSuchProduction("There is no such production here.")


def _every_organisation() -> list[UUID]:
    with connections[LOG].cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_organisation_ids_v1() AS id")
        return [organisation_id for (organisation_id,) in cursor.fetchall()]


def _last(lines: Sequence[EntryLine], entry_type: EntryType) -> EntryLine:
    found = [line for line in lines if line.type == entry_type]
    if not found:
        raise LogNotReady(
            "The log does not hold everything that the bundle must prove yet. Try again in a moment."
        )
    return found[-1]


def _log(organisation_id: UUID, row: Take, story: _Story) -> LogEvidence:
    lines = story.every_line
    origin = story.signed.origin
    if any(line.origin != origin for line in lines):
        raise EvidenceInTwoLogs(
            "The studio's log was opened anew between this take's entries, as after a backup was put back. Bundles "
            "that span two logs are not supported yet; export the entries of both from the log's page."
        )
    (decided,) = (line.index for line, found in story.decisions if found.id == story.signing.id)
    # Everything between the last decision and the signature, so that anybody sees that no withdrawal lies there.
    stretch = range(decided, story.signed.index + 1)
    return log_evidence(
        organisation_id,
        origin,
        places={*stretch, *(line.index for line in lines)},
        mentioned=[
            Mentioned(f"take:{row.id}"),
            *(Mentioned(f"decision:{found.id}") for _, found in story.decisions),
            *(Mentioned(f"consent:{one.id}", one.performer_id) for one in story.consents),
            *(Mentioned(f"performer:{one}", one) for one in sorted(story.performer_ids)),
        ],
    )


def _take(row: Take, asset: AssetEvidence, story: _Story) -> dict[str, Canonical]:
    return {
        "asset": str(asset.asset_id),
        "decision": str(story.signing.id),
        "decision_salt": story.signing.salt.hex(),
        "file_sha256": asset.file_sha256,
        "manifest_id": asset.manifest_id,
        "request": row.request,
        "take": str(row.id),
        "v": 1,
    }


def _decisions(story: _Story) -> list[Member]:
    numbered = [(number, found) for number, (_, found) in enumerate(story.decisions, start=1)]
    return [
        *(Member(f"decision/{number}.json", found.verdict) for number, found in numbered),
        *(Member(f"decision/{number}.facts.json", found.facts) for number, found in numbered),
    ]


def _rules(story: _Story) -> list[Member]:
    """Each text once, in the order of the decisions. By number, because two texts may bear one edition's name."""
    texts = [pack_text(digest) for digest in dict.fromkeys(one.pack_sha256 for _, one in story.decisions)]
    kept = [text for text in texts if text is not None]
    return [Member(f"rules/{number}.json", text) for number, text in enumerate(kept, start=1)]


def _consents(consents: Sequence[ConsentEvidence]) -> list[Member]:
    return [
        Member(
            f"consents/{number}.json",
            canonical_bytes(
                {
                    "consent": str(one.id),
                    "document_sha256": one.document_sha256,
                    "salt": one.salt.hex(),
                    "terms_sha256": one.terms_sha256,
                }
            ),
        )
        for number, one in enumerate(consents, start=1)
    ]


def _model(row: Take) -> list[Member]:
    """Card and lock of the model, while its folder is still the one that was used; else nothing."""
    folder = Path(settings.PROJECT_FOLDER, row.model.folder)
    try:
        lock = locked_files(folder)
        card = (folder / MODEL_CARD).read_text(encoding="utf-8") if MODEL_CARD in lock else None
    except (StudioError, OSError, ValueError):
        return []
    if sha256_hex(canonical_bytes(lock)) != row.model.lock_sha256:
        return []
    if card is not None and sha256_hex(card.encode()) != lock[MODEL_CARD]["sha256"]:
        card = None
    return [Member("model.json", canonical_bytes({"card": card, "lock": lock}))]


def _obligations(signing: DecisionEvidence) -> Member:
    duties: Canonical = json.loads(signing.verdict)["duties"]
    return Member("obligations.json", canonical_bytes({"decision": str(signing.id), "duties": duties}))
