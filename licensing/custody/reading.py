"""What people read about custody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from accounts.values import Actor
from core.clock import rfc3339
from core.tenancy import tenant
from licensing.custody.cards import AssetCard, ConsentBehind, CustodyEventCard, CustodyLogRow
from licensing.custody.errors import AssetDestroyed, AssetOnHold, NoSuchAsset
from licensing.custody.holding import is_on_hold, people_with_access, standing_consent
from licensing.custody.training_terms import permits_training
from licensing.custody.words import AssetKind, AssetState, CustodyAct
from licensing.doors import SEES_EVERYBODY
from licensing.models.custody import CustodyAsset, CustodyEvent
from licensing.names import Visibility

_ACCESS_ACTS = (CustodyAct.RELEASED, CustodyAct.OPENED, CustodyAct.RELEASE_REFUSED)


def asset_cards(actor: Actor) -> tuple[AssetCard, ...]:
    """Every asset in custody, destroyed ones too, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_card(row) for row in _rows(actor))


def adapters_held(actor: Actor) -> tuple[AssetCard, ...]:
    """The adapters that are still in custody, the latest first."""
    return assets_held(actor, kinds=[AssetKind.ADAPTER])


def assets_held(actor: Actor, *, kinds: Collection[AssetKind]) -> tuple[AssetCard, ...]:
    """What is still in custody of these kinds, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_card(row) for row in _rows(actor).filter(kind__in=kinds, state=AssetState.HELD))


def assets_among(ids: Collection[UUID], *, actor: Actor) -> dict[UUID, AssetCard]:
    """Those of these assets that `actor` may be told of, destroyed ones too."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return {row.id: _card(row) for row in _rows(actor).filter(id__in=ids)}


def held_among(ids: Collection[UUID]) -> dict[UUID, AssetKind]:
    """Those of these assets that are still in custody, with their kind. Call inside `core.tenancy.tenant`."""
    rows = CustodyAsset.objects.filter(id__in=ids, state=AssetState.HELD).values_list("id", "kind")
    return {one: AssetKind(kind) for one, kind in rows}


def seen_among(ids: Collection[UUID], *, actor: Actor) -> frozenset[UUID]:
    """Those of these assets that `actor` may be told of."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return frozenset(_visible(actor).filter(id__in=ids).values_list("id", flat=True))


def consent_behind(asset_id: UUID, *, actor: Actor) -> ConsentBehind:
    """The consent that an asset is kept under now: the one it was handed in under, or what superseded that.

    Raises:
        NoSuchAsset: not here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rows(actor).filter(id=asset_id).first()
        if row is None:
            raise NoSuchAsset("There is no such asset in custody here.")
        consent = standing_consent(row.consent) or row.consent
        return ConsentBehind(
            id=consent.id,
            production_id=consent.production_id,
            performer_id=consent.performer_id,
            replica_type=consent.replica_type,
            permits_training=permits_training(consent.terms),
            valid_until=consent.valid_until,
        )


def asset_card(asset_id: UUID, *, actor: Actor) -> AssetCard:
    """One asset.

    Raises:
        NoSuchAsset: not here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rows(actor).filter(id=asset_id).first()
        if row is None:
            raise NoSuchAsset("There is no such asset in custody here.")
        return _card(row)


def require_usable(card: AssetCard) -> None:
    """Refuse what nobody may choose, whoever asks; the same is asked again, locked, when a key is released.

    Raises:
        AssetDestroyed, AssetOnHold: see there.
    """
    if card.state == AssetState.DESTROYED:
        raise AssetDestroyed("This asset was destroyed.")
    if card.is_on_hold:
        raise AssetOnHold("A litigation hold keeps this asset. It is not used until the hold is lifted.")


def asset_events(asset_id: UUID, *, actor: Actor) -> tuple[CustodyEventCard, ...]:
    """What happened to an asset, the first first.

    Raises:
        NoSuchAsset: not here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        if not _rows(actor).filter(id=asset_id).exists():
            raise NoSuchAsset("There is no such asset in custody here.")
        rows = CustodyEvent.objects.select_related("release").filter(asset_id=asset_id)
        return tuple(_event(row) for row in rows)


def attestation(asset_id: UUID, *, actor: Actor) -> str:
    """The signed attestation of an asset's destruction.

    Raises:
        NoSuchAsset: not here, or not destroyed.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rows(actor).filter(id=asset_id).exclude(attestation="").first()
        if row is None:
            raise NoSuchAsset("There is no attestation: the asset is not here, or it was not destroyed.")
        note: str = row.attestation
        return note


def custody_log(actor: Actor) -> tuple[CustodyLogRow, ...]:
    """The replica custody log: report 2, one row for each asset."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_log_row(row) for row in _rows(actor))


def _visible(actor: Actor) -> QuerySet[CustodyAsset]:
    rows: QuerySet[CustodyAsset] = CustodyAsset.objects.all()
    if not actor.is_one_of(*SEES_EVERYBODY):
        rows = rows.exclude(depicts__visibility=Visibility.LEGAL_ONLY)
    return rows


def _rows(actor: Actor) -> QuerySet[CustodyAsset]:
    rows = _visible(actor).select_related("depicts", "consent__production")
    return rows.prefetch_related("built_from", "built_into", "events__release")


def _card(row: CustodyAsset) -> AssetCard:
    return AssetCard(
        id=row.id,
        kind=row.kind,
        label=row.label,
        performer_id=row.depicts_id,
        performer_name=row.depicts.professional_name,
        consent_id=row.consent_id,
        production_title=row.consent.production.title,
        built_from=tuple(one.parent_id for one in row.built_from.all()),
        built_into=tuple(one.asset_id for one in row.built_into.all()),
        base_model_sha256=row.base_model_sha256,
        content_type=row.content_type,
        region=row.region,
        retention_until=row.retention_until,
        plain_bytes=row.plain_bytes,
        plain_sha256=row.plain_sha256,
        sealed_bytes=row.sealed_bytes,
        sealed_sha256=row.sealed_sha256,
        created_at=row.created_at,
        received_at=row.received_at,
        state=row.state,
        is_on_hold=is_on_hold(row, production_id=row.consent.production_id),
        access=tuple(sorted(people_with_access(row.id))),
        destroyed_at=row.destroyed_at,
        destruction_reason=row.destruction_reason,
        attestation_sha256=row.attestation_sha256,
    )


def _event(row: CustodyEvent) -> CustodyEventCard:
    release = row.release
    return CustodyEventCard(
        asset_id=row.asset_id,
        act=row.act,
        note=row.note,
        at=row.at,
        actor=row.actor,
        job_id=release.job_id if release else None,
        fence=release.fence if release else None,
        purpose=release.purpose if release else None,
        decision_id=release.decision_id if release else None,
    )


def _log_row(row: CustodyAsset) -> CustodyLogRow:
    events = list(row.events.all())
    copies = [one.note for one in events if one.act == CustodyAct.COPY_RECORDED]
    return CustodyLogRow(
        asset=f"{row.kind} {row.id}",
        person=row.depicts.professional_name,
        built_from=" ".join(str(one.parent_id) for one in row.built_from.all()),
        created_at=rfc3339(row.created_at),
        region=row.region,
        access_list=" ".join(str(one) for one in sorted(people_with_access(row.id))),
        access_events="; ".join(
            f"{rfc3339(one.at)} {one.act} {one.release.job_id if one.release else one.note}".strip()
            for one in events
            if one.act in _ACCESS_ACTS
        ),
        copies="; ".join(["sealed file in the media store", *copies]),
        retention_until=row.retention_until.isoformat(),
        destroyed_at=rfc3339(row.destroyed_at) if row.destroyed_at else "",
        attestation=row.attestation_sha256,
    )
