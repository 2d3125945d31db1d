from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.values import Actor, Role
from audit.coverage import wait_until_covered
from core.tenancy import tenant
from licensing.custody import files, release
from licensing.custody.access import set_access
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import (
    AlreadyReleased,
    AssetDestroyed,
    AssetOnHold,
    ReleaseRefused,
    SealBroken,
)
from licensing.custody.reading import asset_events
from licensing.custody.release import release_for_job
from licensing.models.custody import CustodyKey
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use
from licensing.operations.holds import NewHold, place_hold
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.review.words import HeldKind, HoldReason
from productions.queries import ProductionCard
from tests.factories.audit import integrate_all
from tests.factories.custody import MARK, PNG, Gone, a_job, an_asset
from tests.factories.licensing import a_consent, an_order
from tests.factories.log_readers import newest_entries

pytestmark = pytest.mark.usefixtures("committed_db")


def _allowed(legal: Actor, production: ProductionCard, *cast: PerformerCard) -> UUID:
    card = decide_use(an_order(legal, production, *cast), actor=legal)
    assert card.permitted, card.reasons
    assert card.id is not None
    return card.id


@pytest.fixture
def decision(legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard) -> UUID:
    return _allowed(legal, production, ana)


def test_a_job_reads_what_was_handed_in_and_the_log_says_so(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset, job = an_asset(legal, consent.id), a_job(legal)

    with release_for_job(asset.id, job=job, decision_id=decision) as released:
        assert bytes(released.read()) == PNG
        assert b"".join(released.chunks()) == PNG

    with pytest.raises(ValueError, match="closed"):
        released.read()
    assert [one.act for one in asset_events(asset.id, actor=legal)][-2:] == ["released", "opened"]
    integrate_all()
    [entry] = [
        one
        for one in newest_entries(legal.organisation_id).entries
        if one.type == "licensing.custody.released"
    ]
    assert entry.fields["custody_asset"] == str(asset.id)
    assert entry.fields["decision"] == str(decision)
    assert (entry.fields["job"], entry.fields["fence"]) == (str(job.id), 1)


def test_nothing_of_an_asset_lies_on_the_disk_in_clear(
    legal: Actor, consent: ConsentCard, decision: UUID, folders: Path
) -> None:
    asset = an_asset(legal, consent.id)
    with release_for_job(asset.id, job=a_job(legal), decision_id=decision) as released:
        assert MARK in released.read()
        key = bytes(released._key or b"")

    kept = [path for path in folders.rglob("*") if path.is_file()]

    assert files.path_of(legal.organisation_id, asset.id) in kept
    for path in kept:
        content = path.read_bytes()
        assert MARK not in content, path
        assert key not in content, path
    with tenant(legal.organisation_id):
        assert key not in bytes(CustodyKey.objects.get(asset_id=asset.id).wrapped)


def test_an_attempt_has_the_key_once_and_the_next_one_again(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset, job = an_asset(legal, consent.id), a_job(legal)
    release_for_job(asset.id, job=job, decision_id=decision).close()

    with pytest.raises(AlreadyReleased):
        release_for_job(asset.id, job=job, decision_id=decision)

    job.fence += 1
    release_for_job(asset.id, job=job, decision_id=decision).close()
    assert [one.act for one in asset_events(asset.id, actor=legal)].count("release_refused") == 1


def test_of_two_releases_at_once_to_one_attempt_one_succeeds(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset, job = an_asset(legal, consent.id), a_job(legal)

    def ask(_: int) -> str:
        try:
            release_for_job(asset.id, job=job, decision_id=decision).close()
        except AlreadyReleased:
            return "refused"
        finally:
            connection.close()
        return "released"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(ask, range(2)))

    assert outcomes == ["refused", "released"]


def test_a_lost_claim_gets_nothing_and_that_it_tried_is_on_record(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset = an_asset(legal, consent.id)

    with pytest.raises(Gone):
        release_for_job(asset.id, job=a_job(legal, is_live=False), decision_id=decision)

    assert asset_events(asset.id, actor=legal)[-1].act == "release_refused"


def test_a_claim_lost_while_the_log_is_waited_for_gets_nothing(
    legal: Actor, consent: ConsentCard, decision: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset, job = an_asset(legal, consent.id), a_job(legal)
    waits = wait_until_covered

    def waited(organisation_id: UUID, uids: list[UUID]) -> None:
        waits(organisation_id, uids)
        job.is_live = False

    monkeypatch.setattr(release, "wait_until_covered", waited)

    with pytest.raises(Gone):
        release_for_job(asset.id, job=job, decision_id=decision)


def test_a_withdrawal_while_the_log_is_waited_for_comes_first(
    legal: Actor, consent: ConsentCard, decision: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = an_asset(legal, consent.id)
    waits = wait_until_covered

    def waited(organisation_id: UUID, uids: list[UUID]) -> None:
        waits(organisation_id, uids)
        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)

    monkeypatch.setattr(release, "wait_until_covered", waited)

    with pytest.raises(AssetDestroyed):
        release_for_job(asset.id, job=a_job(legal), decision_id=decision)


def test_nothing_is_released_after_a_withdrawal(legal: Actor, consent: ConsentCard, decision: UUID) -> None:
    asset = an_asset(legal, consent.id)
    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)

    with pytest.raises(AssetDestroyed):
        release_for_job(asset.id, job=a_job(legal), decision_id=decision)


def test_a_decision_that_refuses_or_is_about_nobody_releases_nothing(
    legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    street = decide_use(an_order(legal, production), actor=legal)
    refused = decide_use(an_order(legal, production, ana, scenes=("7",)), actor=legal)
    assert street.permitted
    assert not refused.permitted

    for decision_id in (street.id, refused.id):
        assert decision_id is not None
        with pytest.raises(ReleaseRefused):
            release_for_job(asset.id, job=a_job(legal), decision_id=decision_id)


def test_only_who_is_on_the_access_list_has_it_used(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset = an_asset(legal, consent.id)
    assert legal.user_id is not None
    set_access(asset.id, person_id=legal.user_id, allowed=False, actor=legal)

    with pytest.raises(ReleaseRefused, match="access list"):
        release_for_job(asset.id, job=a_job(legal), decision_id=decision)


def test_a_consent_that_supersedes_carries_its_assets_on(
    legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    a_consent(legal, production, ana, supersedes=consent.id)
    decision = _allowed(legal, production, ana)

    with release_for_job(asset.id, job=a_job(legal), decision_id=decision) as released:
        assert bytes(released.read()) == PNG


def test_a_hold_keeps_an_asset_from_use_and_from_destruction(
    legal: Actor, ana: PerformerCard, consent: ConsentCard, decision: UUID
) -> None:
    asset = an_asset(legal, consent.id)
    place_hold(
        NewHold(kind=HeldKind.PERFORMER, held_id=ana.id, reason=HoldReason.LAWSUIT, matter="Ruiz"),
        actor=legal,
    )

    with pytest.raises(AssetOnHold):
        release_for_job(asset.id, job=a_job(legal), decision_id=decision)
    with pytest.raises(AssetOnHold):
        destroy_asset(asset.id, actor=legal)


def test_a_changed_file_is_noticed_before_it_is_used(
    legal: Actor, consent: ConsentCard, decision: UUID
) -> None:
    asset, other = an_asset(legal, consent.id), an_asset(legal, consent.id)
    path = files.path_of(legal.organisation_id, asset.id)
    path.write_bytes(files.path_of(legal.organisation_id, other.id).read_bytes())

    with (
        release_for_job(asset.id, job=a_job(legal), decision_id=decision) as released,
        pytest.raises(SealBroken, match="another asset"),
    ):
        released.read()


def test_another_organisation_has_no_such_asset(legal: Actor, consent: ConsentCard, decision: UUID) -> None:
    from licensing.custody.errors import NoSuchAsset
    from tests.factories.accounts import a_member

    asset, stranger = an_asset(legal, consent.id), a_member(Role.LEGAL)

    with pytest.raises(NoSuchAsset):
        release_for_job(asset.id, job=a_job(stranger), decision_id=decision)


def test_the_database_lets_nobody_keep_a_key_apart_from_its_asset(legal: Actor, consent: ConsentCard) -> None:
    asset = an_asset(legal, consent.id)

    with pytest.raises(IntegrityError, match="goes only with its asset"), tenant(legal.organisation_id):
        CustodyKey.objects.filter(asset_id=asset.id).delete()
    with (
        pytest.raises(IntegrityError, match="still exists"),
        tenant(legal.organisation_id),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE licensing_custodyasset SET state = 'destroyed', destroyed_at = now(),"
            " destruction_reason = 'on_request', attestation = 'x', attestation_sha256 = 'x' WHERE id = %s",
            [asset.id],
        )
