from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.values import Actor
from core import clock
from core.clock import now
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.custody import destruction, files
from licensing.custody.access import record_copy
from licensing.custody.attestation import AttestationInvalid, read_attestation
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import AssetDestroyed
from licensing.custody.keys import attestation_vkey
from licensing.custody.reading import asset_card, asset_events, attestation, custody_log
from licensing.custody.sweeping import sweep
from licensing.custody.words import AssetKind
from licensing.models.custody import CustodyKey
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.holds import NewHold, lift_hold, place_hold
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.review.words import HeldKind, HoldReason
from productions.queries import ProductionCard
from tests.factories.audit import integrate_all
from tests.factories.custody import an_asset, safetensors
from tests.factories.licensing import a_consent, a_performer, an_engagement
from tests.factories.log_readers import newest_entries

pytestmark = pytest.mark.usefixtures("committed_db")


def _keys(actor: Actor) -> int:
    with tenant(actor.organisation_id):
        return CustodyKey.objects.count()


def test_destroyed_on_request_with_an_attestation_that_the_log_names(
    legal: Actor, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    record_copy(asset.id, place="Scan house, since 1 March", actor=legal)

    card = destroy_asset(asset.id, actor=legal)

    note = attestation(asset.id, actor=legal)
    said = read_attestation(note, vkey=attestation_vkey(settings.KEYS_FOLDER))
    assert (said["asset"], said["reason"]) == (str(asset.id), "on_request")
    assert [one.get("recorded_as") for one in said["copies"]] == [None, "Scan house, since 1 March"]
    assert said["copies"][0]["sealed_sha256"] == asset.sealed_sha256
    # The performer stands in it as a commitment, the label not at all.
    assert str(ana.id) not in note
    assert ana.professional_name not in note
    assert asset.label not in note
    integrate_all()
    [entry] = [
        one
        for one in newest_entries(legal.organisation_id).entries
        if one.type == "licensing.custody.destroyed"
    ]
    assert entry.fields["attestation_sha256"] == sha256_hex(note.encode()) == card.attestation_sha256
    assert (_keys(legal), files.path_of(legal.organisation_id, asset.id).exists()) == (0, False)
    assert [one.act for one in asset_events(asset.id, actor=legal)][-2:] == ["destroyed", "file_removed"]
    with pytest.raises(AssetDestroyed):
        destroy_asset(asset.id, actor=legal)


def test_an_attestation_cannot_be_changed_or_passed_off(legal: Actor, consent: ConsentCard) -> None:
    asset = an_asset(legal, consent.id)
    destroy_asset(asset.id, actor=legal)
    note, key = attestation(asset.id, actor=legal), attestation_vkey(settings.KEYS_FOLDER)

    with pytest.raises(AttestationInvalid):
        read_attestation(note.replace("on_request", "retention"), vkey=key)
    with pytest.raises(AttestationInvalid):
        read_attestation(note, vkey=attestation_vkey(Path(settings.KEYS_FOLDER) / "elsewhere"))


def test_a_withdrawal_destroys_what_is_kept_under_it_and_what_was_built_from_that(
    legal: Actor, production: ProductionCard, ana: PerformerCard
) -> None:
    uses = ["create_replica", "generate_new_performance", "train_project_model"]
    given = a_consent(legal, production, ana, uses=uses)
    other = a_consent(legal, production, ana, uses=uses, replica_type="voice_replica")
    scan = an_asset(legal, given.id)
    adapter = an_asset(
        legal,
        other.id,
        kind=AssetKind.ADAPTER,
        content=safetensors(),
        built_from=[scan.id],
        base_model_sha256="ab" * 32,
    )
    apart = an_asset(legal, other.id)

    withdraw_consent(given.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)

    states = {one.id: asset_card(one.id, actor=legal).state for one in (scan, adapter, apart)}
    assert states == {scan.id: "destroyed", adapter.id: "destroyed", apart.id: "held"}
    assert asset_card(scan.id, actor=legal).destruction_reason == "consent_withdrawn"


def test_a_withdrawal_stands_although_the_signing_key_cannot_be_read(
    legal: Actor, consent: ConsentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = an_asset(legal, consent.id)

    def no_volume(*_: object) -> str:
        raise OSError("the volume does not answer")

    monkeypatch.setattr(destruction, "attestation_note", no_volume)
    ended = withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)
    assert (ended.status, asset_card(asset.id, actor=legal).state) == ("withdrawn", "held")
    monkeypatch.undo()

    assert sweep().destroyed == 1
    assert asset_card(asset.id, actor=legal).state == "destroyed"


def test_a_hold_outlasts_the_withdrawal_and_the_sweep_destroys_when_it_is_lifted(
    legal: Actor, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    hold = place_hold(
        NewHold(kind=HeldKind.PERFORMER, held_id=ana.id, reason=HoldReason.LAWSUIT, matter="Ruiz"),
        actor=legal,
    )
    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)
    assert sweep().destroyed == 0
    assert asset_card(asset.id, actor=legal).state == "held"
    assert [one.act for one in asset_events(asset.id, actor=legal)].count("destruction_held_up") == 1

    lift_hold(hold.id, because="settled", actor=legal)

    assert sweep().destroyed == 1
    assert asset_card(asset.id, actor=legal).destruction_reason == "consent_withdrawn"


def test_what_was_kept_under_a_superseded_consent_ends_with_the_one_in_its_place(
    legal: Actor, production: ProductionCard, ana: PerformerCard
) -> None:
    first = a_consent(legal, production, ana)
    scan, held = an_asset(legal, first.id), an_asset(legal, first.id)
    second = a_consent(legal, production, ana, supersedes=first.id)
    third = a_consent(legal, production, ana, supersedes=second.id)
    apart = an_asset(legal, third.id)
    hold = place_hold(
        NewHold(kind=HeldKind.PERFORMER, held_id=ana.id, reason=HoldReason.LAWSUIT, matter="Ruiz"),
        actor=legal,
    )
    assert sweep().destroyed == 0
    withdraw_consent(third.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)
    assert asset_card(scan.id, actor=legal).state == "held"

    lift_hold(hold.id, because="settled", actor=legal)

    assert sweep().destroyed == 3
    for one in (scan, held, apart):
        assert asset_card(one.id, actor=legal).destruction_reason == "consent_withdrawn"


def test_what_is_past_its_last_day_is_destroyed_by_the_sweep(
    legal: Actor, consent: ConsentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = an_asset(legal, consent.id, retention_until=(now() + timedelta(days=1)).date())
    long = an_asset(legal, consent.id)
    assert sweep().destroyed == 0

    later = now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    call_command("custody", "sweep")

    assert asset_card(short.id, actor=legal).destruction_reason == "retention_ended"
    assert asset_card(long.id, actor=legal).state == "held"


_KILLED_BEFORE_COMMIT = """
import os, signal, sys
sys.path[:0] = ["platform", "."]
import django; django.setup()
from uuid import UUID
from django.test import override_settings
from licensing.custody import intake
from pathlib import Path
from accounts.values import Role, user_actor
organisation, user, consent, media, keys = sys.argv[1:]
def dies(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
intake.note_of = dies
from tests.factories.custody import an_asset
actor = user_actor(user_id=UUID(user), organisation_id=UUID(organisation), roles=frozenset({Role.LEGAL}))
with override_settings(MEDIA_FOLDER=Path(media), KEYS_FOLDER=Path(keys)):
    an_asset(actor, UUID(consent))
"""


def test_killed_between_file_and_commit_it_leaves_nothing(
    legal: Actor, consent: ConsentCard, folders: Path
) -> None:
    from django.db import connection

    kept = an_asset(legal, consent.id)
    database = connection.settings_dict
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            _KILLED_BEFORE_COMMIT,
            *map(str, (legal.organisation_id, legal.user_id, consent.id)),
            str(folders / "media"),
            str(folders / "keys"),
        ],
        cwd=settings.PROJECT_FOLDER,
        env=os.environ | {"DATABASE_URL": _url(database)},
        timeout=120,
        check=False,
    )
    assert ended.returncode == -9
    assert len(list(files.sealed_files())) == 2
    assert _keys(legal) == 1

    assert sweep().orphans == 0, "too young: somebody may be handing it in"
    time.sleep(0.05)
    assert sweep(orphan_after_s=0.01).orphans == 1

    assert [asset_id for _, asset_id, _ in files.sealed_files()] == [kept.id]


def test_killed_between_commit_and_removal_the_file_goes_with_the_next_sweep(
    legal: Actor, consent: ConsentCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = an_asset(legal, consent.id)
    monkeypatch.setattr(destruction, "remove_file", lambda *_: False)
    destroy_asset(asset.id, actor=legal)
    monkeypatch.undo()
    assert files.path_of(legal.organisation_id, asset.id).exists()

    assert sweep().left_files == 1

    assert not files.path_of(legal.organisation_id, asset.id).exists()
    assert asset_events(asset.id, actor=legal)[-1].act == "file_removed"


def test_the_custody_log_has_the_columns_of_the_report(
    legal: Actor, production: ProductionCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)
    bo = a_performer(legal, "Bo Tannhaus Ekwall")
    an_engagement(legal, production, bo)
    destroy_asset(asset.id, actor=legal)

    [row] = custody_log(legal)

    assert row.asset == f"reference_image {asset.id}"
    assert row.person == "Ana Ruiz Calder"
    assert row.access_list == str(legal.user_id)
    assert row.copies == "sealed file in the media store"
    assert (bool(row.destroyed_at), len(row.attestation)) == (True, 64)


def _url(database: dict[str, object]) -> str:
    from urllib.parse import quote

    host = quote(str(database["HOST"]), safe="")
    password = quote(str(database["PASSWORD"] or ""), safe="")
    return f"postgresql://{database['USER']}:{password}@{host}:{database['PORT'] or ''}/{database['NAME']}"
