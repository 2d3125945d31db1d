"""Who may use an asset, and where else copies of it lie. Both lists only grow."""

from __future__ import annotations

from uuid import UUID

from accounts.models.membership import Membership
from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.custody.cards import AssetCard
from licensing.custody.errors import AssetDestroyed, AssetRefused
from licensing.custody.holding import locked, note_of, people_with_access
from licensing.custody.reading import asset_card
from licensing.custody.words import AssetState, CustodyAct
from licensing.models.custody import CustodyAccess, CustodyAsset


def set_access(asset_id: UUID, *, person_id: UUID, allowed: bool, actor: Actor) -> AssetCard:
    """Put a member on the access list or take them off it. A release asks whether whoever asked is on it.

    Raises:
        NoSuchAsset: not here.
        AssetDestroyed: nobody uses it any more.
        AssetRefused: no member, or it stands like that already.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        asset = locked(asset_id)
        if asset.state == AssetState.DESTROYED:
            raise AssetDestroyed("This asset was destroyed.")
        if (person_id in people_with_access(asset_id)) == allowed:
            raise AssetRefused("The access list says so already.")
        if allowed and not Membership.objects.filter(user_id=person_id).exists():
            raise AssetRefused("Only members of the organisation are put on an access list.")
        _note(asset, person_id, allowed=allowed, actor=actor)
    return asset_card(asset_id, actor=actor)


def put_on_list(asset_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Put somebody on the list of an asset that was taken in a moment ago, inside the caller's transaction.

    An adapter may be used by whoever asked for its training, who was on the lists of all that it was trained on.
    """
    _note(locked(asset_id), person_id, allowed=True, actor=actor)


def _note(asset: CustodyAsset, person_id: UUID, *, allowed: bool, actor: Actor) -> None:
    at = clock.now()
    CustodyAccess.objects.create(
        asset=asset, person_id=person_id, allowed=allowed, at=at, by_id=actor.user_id
    )
    act = CustodyAct.ACCESS_GIVEN if allowed else CustodyAct.ACCESS_TAKEN
    note_of(asset, act, actor=actor, at=at, note=str(person_id))


def record_copy(asset_id: UUID, *, place: str, actor: Actor) -> AssetCard:
    """Record that a copy lies outside this house, such as with the company that scanned. It cannot be destroyed here.

    Raises:
        NoSuchAsset: not here.
        AssetRefused: no place is named.
    """
    if not place.strip():
        raise AssetRefused("Say where the copy is, and since when.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        asset = locked(asset_id)
        note_of(asset, CustodyAct.COPY_RECORDED, actor=actor, at=clock.now(), note=place.strip())
    return asset_card(asset_id, actor=actor)
