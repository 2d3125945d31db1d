from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.values import Actor
from core.clock import now
from core.digests import sha256_hex
from licensing.custody import files
from licensing.custody.content import content_type_of
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import (
    AssetDestroyed,
    AssetRefused,
    AssetTooLarge,
    NoSuchAsset,
    RetentionTooLong,
)
from licensing.custody.files import receiving
from licensing.custody.words import AssetKind
from licensing.errors import ConsentEnded, NoSuchConsent
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.performer_cards import ConsentCard, PerformerCard
from productions.queries import ProductionCard
from tests.factories.custody import PNG, an_asset, safetensors
from tests.factories.licensing import a_consent, a_performer, an_engagement, unknown_id

pytestmark = pytest.mark.usefixtures("committed_db")

WAV = b"RIFF\x00\x00\x00\x00WAVEfmt "


def test_an_asset_is_kept_with_all_that_is_said_of_it(
    legal: Actor, ana: PerformerCard, consent: ConsentCard
) -> None:
    asset = an_asset(legal, consent.id)

    sealed = files.path_of(legal.organisation_id, asset.id)
    assert (asset.performer_id, asset.consent_id, asset.kind) == (ana.id, consent.id, "reference_image")
    assert (asset.plain_bytes, asset.plain_sha256) == (len(PNG), sha256_hex(PNG))
    assert (asset.sealed_bytes, asset.sealed_sha256) == (
        sealed.stat().st_size,
        sha256_hex(sealed.read_bytes()),
    )
    assert asset.content_type == "image/png"
    assert sealed.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": "  "}, "what the asset is"),
        ({"region": "Burbank"}, "region"),
        ({"kind": AssetKind.VOICE}, "begins like no voice"),
        ({"kind": AssetKind.ADAPTER, "content": safetensors()}, "SHA-256 of the model"),
        ({"base_model_sha256": "ab" * 32}, "nothing else, names"),
        ({"created_at": now() + timedelta(days=1)}, "after now"),
        ({"retention_until": (now() - timedelta(days=1)).date()}, "has passed"),
        ({"kind": AssetKind.ADAPTER, "content": safetensors(), "base_model_sha256": "ab" * 32}, "trained on"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_leaves_no_file(
    legal: Actor, consent: ConsentCard, folders: Path, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssetRefused, match=said):
        an_asset(legal, consent.id, **fields)

    assert not [path for path in (folders / "media" / "custody").rglob("*") if path.is_file()]


def test_what_measures_a_person_is_kept_three_years_at_most(legal: Actor, consent: ConsentCard) -> None:
    beyond = (now() + timedelta(days=3 * 366 + 1)).date()

    with pytest.raises(RetentionTooLong, match="BIO-01"):
        an_asset(legal, consent.id, kind=AssetKind.VOICE, content=WAV, retention_until=beyond)
    an_asset(legal, consent.id, retention_until=beyond)


def test_nothing_is_kept_without_a_consent_in_force(legal: Actor, consent: ConsentCard) -> None:
    withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=legal)

    with pytest.raises(ConsentEnded):
        an_asset(legal, consent.id)
    with pytest.raises(NoSuchConsent):
        an_asset(legal, unknown_id())


def test_training_is_a_permission_of_its_own(
    legal: Actor, production: ProductionCard, ana: PerformerCard, consent: ConsentCard
) -> None:
    scan = an_asset(legal, consent.id)
    adapter: dict[str, Any] = {
        "kind": AssetKind.ADAPTER,
        "content": safetensors(),
        "base_model_sha256": "ab" * 32,
        "built_from": [scan.id],
    }

    with pytest.raises(AssetRefused, match="does not permit training"):
        an_asset(legal, consent.id, **adapter)

    trained = a_consent(legal, production, ana, uses=["train_project_model"], replica_type="voice_replica")
    assert an_asset(legal, trained.id, **adapter).built_from == (scan.id,)


def test_what_it_was_built_from_is_here_and_of_the_same_person(
    legal: Actor, production: ProductionCard, consent: ConsentCard
) -> None:
    bo = a_performer(legal, "Bo Tannhaus Ekwall")
    an_engagement(legal, production, bo)
    theirs = an_asset(legal, a_consent(legal, production, bo).id)
    gone = an_asset(legal, consent.id)
    destroy_asset(gone.id, actor=legal)

    with pytest.raises(NoSuchAsset):
        an_asset(legal, consent.id, built_from=[unknown_id()])
    with pytest.raises(AssetRefused, match="somebody else"):
        an_asset(legal, consent.id, built_from=[theirs.id])
    with pytest.raises(AssetDestroyed):
        an_asset(legal, consent.id, built_from=[gone.id])


def test_too_long_a_file_is_refused_while_it_arrives(folders: Path) -> None:
    with receiving(largest_bytes=1000) as arriving:
        arriving.write(bytes(600))
        with pytest.raises(AssetTooLarge):
            arriving.write(bytes(600))

    assert not [path for path in folders.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        (AssetKind.ADAPTER, b"\x80\x02}q\x00"),
        (AssetKind.ADAPTER, b"PK\x03\x04" + bytes(60)),
        (AssetKind.SCAN, b"<svg xmlns="),
        (AssetKind.DRIVING_CLIP, b"#EXTM3U\n"),
        (AssetKind.DRIVING_CLIP, b"ffconcat version 1.0"),
        (AssetKind.VOICE, b""),
    ],
)
def test_a_pickle_a_playlist_and_whatever_runs_something_are_not_taken(kind: AssetKind, head: bytes) -> None:
    with pytest.raises(AssetRefused):
        content_type_of(kind, head, size_bytes=10_000)
