"""The invented world of the demo: two studios, their people, a film, two performers and one consent.

Every name is made up. Everything is looked for before it is made, so that running this twice changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.operations.members import give_role
from accounts.values import Actor, OrganisationKind, Role, user_actor
from core import clock
from core.tenancy import tenant
from generation.engines.folder import check_folder
from generation.model_queries import approved_models
from generation.operations.demo_cast import CONSENTING, ensure_cast
from generation.operations.demo_offer import ensure_offer
from generation.operations.model_clearances import record_clearance
from generation.operations.models import NewModel, approve_model
from licensing.values import VendorPaper
from productions.operations import add_character, add_sequence, add_shot, create_production
from productions.queries import ProductionPage, production_list, production_page
from productions.values import AgreementCode, Buyer, NewProduction, NewShot, ProductionKind

STUDIO = "lantern-gate"
OTHER_STUDIO = "harbour-nine"
FILM = "the-tidewright"
SCENE = "12"
_SHOTS = (
    NewShot(code="TW-0120", scene=SCENE, description="The signal float drifts left over the sea."),
    NewShot(code="TW-0130", scene=SCENE, description="A red ball rises over the sea at sunset."),
    NewShot(code="TW-0140", scene="13", description="A yellow star falls in the night."),
)


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    password: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoData:
    """What the demo acts with. `declared` are the facts of the use that both its requests state."""

    producer: Actor
    shot_id: UUID
    shot_code: str
    scene: str
    replica_type: str
    declared: Mapping[str, Any]
    consenting_performer_id: UUID
    consenting_name: str
    other_performer_id: UUID
    other_name: str
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    full_name: str
    roles: tuple[Role, ...]
    is_administrator: bool = False


_STUDIO_PEOPLE = (
    _Person("producer@lantern-gate.example", "Mara Eskwind", (Role.PRODUCER,)),
    _Person("artist@lantern-gate.example", "Tobin Farrowdale", (Role.ARTIST,)),
    _Person("counsel@lantern-gate.example", "Jonet Telferwick", (Role.LEGAL,)),
    _Person("auditor@lantern-gate.example", "Pell Okonridge", (Role.AUDITOR,)),
    _Person("admin@lantern-gate.example", "Sunniva Brockhollow", (Role.ADMIN,), is_administrator=True),
    _Person("performer@lantern-gate.example", CONSENTING, (Role.PERFORMER,)),
    _Person("union@lantern-gate.example", "Hollis Vandermoor", (Role.UNION_REP,)),
)
_OTHER_PEOPLE = (
    _Person("producer@harbour-nine.example", "Corwen Ashlatch", (Role.PRODUCER,)),
    _Person("counsel@harbour-nine.example", "Delphie Marrowgate", (Role.LEGAL,)),
)


def accounts_file() -> Path:
    """Where the passwords of the demo's accounts are kept, mode 0600."""
    folder: Path = settings.KEYS_FOLDER
    return folder / "demo-accounts.json"


def ensure_demo_data() -> DemoData:
    """Make what is missing of the demo's world and say who and what is in it."""
    passwords = _passwords()
    studio = _organisation(STUDIO, "Lantern Gate Pictures")
    other = _organisation(OTHER_STUDIO, "Harbour Nine Films")
    actors = {person.email: _member(person, studio, passwords) for person in _STUDIO_PEOPLE}
    for person in _OTHER_PEOPLE:
        _member(person, other, passwords)
    producer, counsel, administrator = (
        actors[_STUDIO_PEOPLE[0].email],
        actors[_STUDIO_PEOPLE[2].email],
        actors[_STUDIO_PEOPLE[4].email],
    )
    _model(administrator, counsel)
    film = _film(producer)
    cast = ensure_cast(film.card.id, scene=SCENE, counsel=counsel)
    ensure_offer(film.card.id, cast.consenting.id, person=actors[_STUDIO_PEOPLE[5].email], counsel=counsel)
    shot = film.sequences[0].shots[0]
    return DemoData(
        producer=producer,
        shot_id=shot.id,
        shot_code=shot.code,
        scene=SCENE,
        replica_type=cast.replica_type,
        declared=cast.declared,
        consenting_performer_id=cast.consenting.id,
        consenting_name=cast.consenting.professional_name,
        other_performer_id=cast.other.id,
        other_name=cast.other.professional_name,
        accounts=tuple(
            Account(person.email, passwords[person.email], ", ".join(person.roles))
            for person in (*_STUDIO_PEOPLE, *_OTHER_PEOPLE)
        ),
    )


def _passwords() -> dict[str, str]:
    """A password of its own for every account, made on this machine: none is known from the source code."""
    path = accounts_file()
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = {person.email for person in (*_STUDIO_PEOPLE, *_OTHER_PEOPLE)}
    if wanted <= known.keys():
        return known
    made = {email: secrets.token_urlsafe(12) for email in sorted(wanted - known.keys())}
    known |= made
    for user in User.objects.filter(email__in=made):
        # The database outlived the data folder: what is printed must open the door.
        user.set_password(made[user.email])
        user.save(update_fields=["password"])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(known, indent=1), encoding="utf-8")
    draft.rename(path)
    return known


def _organisation(slug: str, name: str) -> Organisation:
    # Nobody sees an organisation they do not act for, so the demo's have identifiers that can be known beforehand.
    organisation_id = uuid5(NAMESPACE_URL, f"urn:countersign:demo:{slug}")
    with tenant(organisation_id):
        row, _ = Organisation.objects.get_or_create(
            id=organisation_id, defaults={"kind": OrganisationKind.STUDIO, "name": name, "slug": slug}
        )
    return row


def _member(person: _Person, organisation: Organisation, passwords: Mapping[str, str]) -> Actor:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, passwords[person.email], full_name=person.full_name)
        if person.is_administrator:
            user.is_staff = user.is_superuser = True
            user.save()
    with tenant(organisation.id):
        for role in person.roles:
            give_role(user, role, organisation_id=organisation.id, actor_label="system")
    return user_actor(user_id=user.pk, organisation_id=organisation.id, roles=frozenset(person.roles))


def _model(administrator: Actor, counsel: Actor) -> None:
    """Approve the built-in model under the digest it has now, and have it cleared."""
    folder: Path = settings.ENVIRONMENT.model_folder
    digest = check_folder(folder).lock_sha256
    if any(card.lock_sha256 == digest for card in approved_models(administrator.organisation_id)):
        return
    inside = folder.is_relative_to(settings.PROJECT_FOLDER)
    approved = approve_model(
        NewModel(
            name="Countersign built-in",
            version=digest[:12],
            folder=str(folder.relative_to(settings.PROJECT_FOLDER)) if inside else str(folder),
            licence="Apache-2.0",
            data_statement=(
                "Trained on moving sketches that the project draws itself. No film, no photograph, no person's "
                "likeness or voice and nobody's work is in it. See MODEL_CARD.md in its folder."
            ),
            on_file=tuple(paper.value for paper in VendorPaper),
            terms_changed=False,
            talent_enhancement=False,
            unowned_training_data=False,
            trained_for_project=False,
            on_market_since=date(2026, 11, 30),
        ),
        actor=administrator,
        at=clock.now(),
    )
    record_clearance(
        approved.id,
        production_id=None,
        is_cleared=True,
        reason="Nothing of anybody's is in it: see its model card.",
        actor=counsel,
    )


def _film(producer: Actor) -> ProductionPage:
    organisation_id = producer.organisation_id
    for card in production_list(organisation_id):
        if card.slug == FILM:
            return production_page(organisation_id, card.id)
    film = create_production(
        NewProduction(
            title="The Tidewright",
            slug=FILM,
            project_code="TW",
            kind=ProductionKind.FEATURE,
            agreement=AgreementCode.SAG_TVT_2026,
            principal_photography_start=date(2026, 9, 14),
            production_start=date(2026, 8, 3),
            governing_law="US-CA",
            buyer=Buyer.NONE,
            award_campaign=False,
            writers_guild_covered=True,
        ),
        actor=producer,
    )
    sequence = add_sequence(film.id, code="SQ100", actor=producer)
    for shot in _SHOTS:
        add_shot(sequence.id, shot, actor=producer)
    add_character(film.id, name="The Tidewright", actor=producer)
    return production_page(organisation_id, film.id)
