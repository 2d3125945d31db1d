"""A studio with at least one row in every table that belongs to an organisation.

The isolation tests walk tables and addresses by themselves. When one of them says that a table has no row or that
an argument is unknown, this is the file to teach.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.operations.tokens import issue_token
from accounts.values import Actor, Role
from audit.entry_types import EntryType
from core.canonical import Canonical
from core.clock import now
from core.ids import new_id
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.models import ProductionServed, Take, TakeEvent
from generation.operations.character_sheets import put_on_sheet, take_off_sheet
from generation.operations.file_reviews import review_file
from generation.operations.queue import pause_queue, resume_queue
from generation.operations.status_lists import publish_status_lists
from generation.operations.take_caps import cap_takes
from generation.values import EventKind, TakeState
from licensing.names import ChangeReason
from licensing.operations.naming import choose_naming
from licensing.operations.performers import NewIdentifier
from licensing.operations.register_changes import Restatement, restate_performer
from licensing.operations.strikes import begin_strike
from licensing.values import Agreement
from productions.corrections import correct_production
from productions.queries import ProductionCard
from provenance.beside.operations import SidecarOrder, sign_beside_text
from provenance.models import AssetMark, SignedAsset
from provenance.queries import credential
from provenance.status_publishing import list_ids
from provenance.updating.definition import ReviewOutcome
from tests.factories.accounts import a_member, an_organisation
from tests.factories.audit import integrate_all, recorded, vouched_for
from tests.factories.authorship import everything_done
from tests.factories.custody import every_kind_of_custody
from tests.factories.deliveries import everything_delivered
from tests.factories.disclosures import everything_disclosed
from tests.factories.documents import every_kind_of_document
from tests.factories.graphs import every_node
from tests.factories.house_packs import a_house_pack
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_performer,
    an_engagement,
    counsel_confirms,
)
from tests.factories.log_readers import newest_entries
from tests.factories.masters import a_finished_master
from tests.factories.offers import everything_agreed
from tests.factories.owed import everything_owed
from tests.factories.productions import a_character, a_correction, a_production, a_sequence, a_shot
from tests.factories.provenance import make_jpeg, take_statement
from tests.factories.quotas import a_reservation
from tests.factories.references import a_reference
from tests.factories.reports import every_kind_of_report
from tests.factories.reviews import a_furnished_desk
from tests.factories.screens import everything_screened
from tests.factories.sign_offs import everything_signed_off
from tests.factories.signed_takes import sign_take
from tests.factories.takes import (
    a_descent,
    a_hosted_call,
    a_model_statement,
    a_shown,
    a_take,
    an_adapted,
)
from tests.factories.trainings import a_finished_training


@dataclass(frozen=True, slots=True)
class World:
    """`arguments`: for every argument of an address, a value that names something of this studio."""

    actor: Actor
    name: str
    arguments: dict[str, str]

    @property
    def organisation_id(self) -> UUID:
        return self.actor.organisation_id

    @property
    def marks(self) -> tuple[str, ...]:
        """What no page of another studio may show: names and identifiers of this one."""
        own = (value for name, value in self.arguments.items() if name != "list_id")
        return (self.name, str(self.organisation_id), *own)

    @property
    def marks_behind_a_link(self) -> frozenset[str]:
        """What the holder of a link may see: the names of studio and film, and what the file's credential states."""
        own = (self.arguments[name] for name in ("take_id", "origin", "manifest_id"))
        return frozenset({self.name, *own})


def a_world(name: str, folder: Path) -> World:
    """A furnished studio. `name` is in everything of it that has a name; rows are committed."""
    organisation = an_organisation(name=f"{name} Pictures")
    actor = a_member(*Role, organisation=organisation, is_staff=True)
    production = a_production(actor, title=f"{name} Rising")
    correct_production(production.id, a_correction(because=f"{name} began later."), actor=actor)
    sequence = a_sequence(actor, production, code=f"{name}-SEQ")
    shot = a_shot(actor, sequence, code=f"{name}-010", scene=f"{name} harbour")
    character = a_character(actor, production, name=f"{name} the Pilot")
    licensing = _licensing(actor, production, name)
    take = _signed_take(actor, name, folder)
    judged = review_file(
        take.id, ReviewOutcome.APPROVED, actor=a_member(Role.LEGAL, organisation=organisation)
    )
    reference = a_reference(actor, production.id, folder, title=f"{name} storyboard")
    beside = sign_beside_text(
        SidecarOrder(organisation.id, UUID(str(take.asset_id)), actor.label),
        f"{name}.sha256",
        f"{'ab' * 32}  {name}.0001.exr\n",
    )
    kept_id = UUID(licensing["custody_asset_id"])
    screened = everything_screened(actor, take, reference.id, kept_id, production.id, name)
    delivered = everything_delivered(actor, take, production.id, name)
    manifest_id = credential(organisation.id, UUID(str(take.asset_id))).manifest_id
    a_descent(a_take(actor), take)
    an_adapted(take, UUID(licensing["custody_asset_id"]))
    a_shown(take, UUID(licensing["custody_asset_id"]))
    _mark(take)
    mastered = a_finished_master(actor, take, folder)
    trained = a_finished_training(actor, production.id, take, UUID(licensing["custody_asset_id"]), name)
    a_descent(a_take(actor, model=take.model), take)
    a_hosted_call(take)
    authorship = everything_done(actor, take)
    a_model_statement(actor, take.model_id, vendor=f"{name} Motion Works")
    _queue(actor, production)
    cap_takes(production.id, most=40, actor=actor)
    sheet_entry_id = _sheet(actor, character.id, kept_id)
    token = issue_token(actor=actor, label=f"{name} farm", at=now())
    integrate_all()
    vouched_for(organisation.id)
    publish_status_lists()
    recorded(organisation.id)  # one entry that still waits for its place
    return World(
        actor=actor,
        name=name,
        arguments={
            "production_id": str(production.id),
            "sequence_id": str(sequence.id),
            "shot_id": str(shot.id),
            "character_id": str(character.id),
            "sheet_entry_id": str(sheet_entry_id),
            "token_key": token.card.token_key,
            "take_id": str(take.id),
            "review_id": str(judged.id),
            "reference_id": str(reference.id),
            "record_sha256": _process_record(),
            "asset_id": str(take.asset_id),
            "manifest_id": manifest_id,
            "sidecar_id": str(beside.id),
            "other_id": str(take.id),
            "decision_id": str(take.decision_id),
            "model_id": str(take.model_id),
            "uid": str(newest_entries(organisation.id).entries[0].uid),
            "list_id": str(list_ids()[-1]),
            "origin": newest_entries(organisation.id).entries[0].origin,
            **licensing,
            **delivered,
            **mastered,
            **trained,
            **screened,
            **authorship,
            **a_furnished_desk(actor, production),
            **every_node(actor, take, production.id),
            **every_kind_of_report(actor),
        },
    )


def _sheet(actor: Actor, character_id: UUID, asset_id: UUID) -> UUID:
    """A sheet on which a picture was, and is again."""
    (first,) = put_on_sheet(character_id, asset_id, actor=actor).items
    take_off_sheet(character_id, first.id, actor=actor)
    (again,) = put_on_sheet(character_id, asset_id, actor=actor).items
    return again.id


def _queue(actor: Actor, production: ProductionCard) -> None:
    """A queue that once stood still, and a turn of a production."""
    pause_queue("The machines are moved.", actor=actor)
    resume_queue(actor=actor)
    with tenant(actor.organisation_id):
        ProductionServed.objects.create(production_id=production.id, served_at=now())


def _licensing(actor: Actor, production: ProductionCard, name: str) -> dict[str, str]:
    counsel_confirms(actor)
    performer = a_performer(
        actor,
        f"{name} Ruiz Calder",
        aliases=(f"{name} Calder",),
        identifiers=(NewIdentifier("studio_ref", f"{name} 0000"),),
    )
    engagement = an_engagement(actor, production, performer)
    moved = Restatement(
        facts={"domicile": "US-CA"}, reason=ChangeReason.LEARNED, document_sha256=DOCUMENT_SHA256
    )
    restate_performer(performer.id, moved, actor=actor)
    consent = a_consent(
        actor, production, performer, business_reason=f"{name} cannot fall this far.", most_takes=5
    )
    a_reservation(actor, production.id, consent.id)
    choose_naming(
        performer.id, production.id, named_as=f"{name} Ruiz", document_sha256=DOCUMENT_SHA256, actor=actor
    )
    begin_strike(Agreement.SAG_INTERIM, actor=actor)
    pack = a_house_pack(actor, name)
    return {
        "pack_id": str(pack.id),
        "performer_id": str(performer.id),
        "engagement_id": str(engagement.id),
        "consent_id": str(consent.id),
        **every_kind_of_document(actor, production, performer, name),
        **every_kind_of_custody(actor, production, consent.id, name),
        **everything_agreed(actor, production, performer, name),
        **everything_owed(actor, production, performer),
        **everything_disclosed(actor, production.id),
        **everything_signed_off(actor, production.id, performer.id),
    }


def _signed_take(actor: Actor, name: str, folder: Path) -> Take:
    """A finished take with its files, its credential and a history."""
    store = MediaStore(settings.MEDIA_FOLDER)
    take_id = new_id()
    signed = sign_take(actor.organisation_id, folder, statement=take_statement(take_id=take_id, title=name))
    with store.temporary(".jpg") as draft:
        draft.write_bytes(make_jpeg())
        picture = store.keep(draft, suffix=".jpg").key
    take = a_take(
        actor,
        id=take_id,
        state=TakeState.SIGNED,
        prompt=f"{name} at the rail",
        asset_id=signed.asset_id,
        video_key=signed.key,
        poster_key=picture,
        contact_sheet_key=picture,
        finished_at=now(),
    )
    with tenant(actor.organisation_id):
        TakeEvent.objects.create(take=take, at=now(), kind=EventKind.STATE, state=TakeState.SIGNED)
    _log_request(actor.organisation_id, take)
    return take


def _mark(take: Take) -> None:
    """The row of a watermark in the take's film."""
    with tenant(take.organisation_id):
        asset = SignedAsset.objects.get(id=take.asset_id)
        AssetMark.objects.create(
            organisation_id=take.organisation_id,
            asset=asset,
            manifest_id=asset.manifest_id,
            algorithm="org.countersign.watermark.1",
            mark=b"12345678",
            keys=[1, 2],
            made_at=now(),
        )


def _process_record() -> str:
    """A record of the process of nobody's, under the digest that is its name."""
    store = MediaStore(settings.MEDIA_FOLDER)
    with store.temporary(".process-record.json") as draft:
        draft.write_bytes(b"{}")
        return store.keep(draft, suffix=".process-record.json").sha256_hex


def _log_request(organisation_id: UUID, take: Take) -> None:
    """What the log holds of a take that was asked for: its evidence begins there."""
    digest, decision = "0" * 64, str(take.decision_id)
    decided: dict[str, Canonical] = {
        "outcome": "allow",
        "rules": [],
        "pack": "test-2026",
        "stage": "generate",
    }
    recorded(
        organisation_id,
        entry_type=EntryType.USE_DECIDED,
        subject=f"decision:{decision}",
        fields={"decision": decision, "facts_sha256": digest, **decided},
    )
    recorded(
        organisation_id,
        entry_type=EntryType.TAKE_REQUESTED,
        subject=f"take:{take.id}",
        fields={"take": str(take.id), "decision": decision, "request_sha256": digest, "model_sha256": digest},
    )
