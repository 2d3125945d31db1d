"""Adding to the credential of a signed file: history kept, content kept, intent first, once for one cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction

from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from provenance import c2pa_gateway, decoding, keys, queries
from provenance.errors import AssetMissing, FileNotOurs
from provenance.manifest import AI_DISCLOSURE_LABEL, LEGAL_REVIEW_LABEL
from provenance.models import CredentialUpdate, SignedAsset, SigningIntent
from provenance.operations import sign_take_file
from provenance.readings import Reading
from provenance.statement import StatementIncomplete
from provenance.updating.definition import (
    DeliveryNote,
    LegalReview,
    RepositoryReceipt,
    ReviewOutcome,
    UpdatedFile,
    update_definition,
)
from provenance.updating.operations import UpdateOrder, update_credential
from provenance.updating.queries import current_file
from provenance.values import CredentialState, SignedFile, UpdateReason
from provenance.verifying import verify_file
from tests.factories.accounts import an_organisation
from tests.factories.provenance import MANIFEST_ID, NOON, make_jpeg, make_video, take_statement
from tests.provenance.rubric_answers import CONFORMANCE, INTEGRITY, crjson_of, rubric_answers

GOLDEN = Path(__file__).parent / "golden" / "update.json"
REVIEW = LegalReview(
    outcome=ReviewOutcome.APPROVED,
    case_commitment_hex="ca" * 32,
    reviewed_at=NOON,
    disclosure=(("modelType", "c2pa.types.model"), ("modelName", "countersign/builtin-small")),
)
NOTE = DeliveryNote(recipient_commitment_hex="ab" * 32, decision_commitment_hex="de" * 32, delivered_at=NOON)
RECEIPT = RepositoryReceipt(
    repository_uri="https://credentials.example.org",
    manifest_id=MANIFEST_ID,
    anchor_uri="https://credentials.example.org/v1/manifests/9b0d3f6e/receipts",
    proof=(("alg", "tlog-proof"), ("leaf_hash", "ef" * 32)),
)
FILE = UpdatedFile("Shot A12, take 3", "video/mp4")


class Stopped(Exception):
    """What a caller's guard raises in these tests."""


class TestDefinition:
    def test_additions_give_the_golden_definition(self) -> None:
        definition = update_definition(FILE, (REVIEW, NOTE, RECEIPT), manifest_id=MANIFEST_ID, at=NOON)

        assert definition.to_json() == json.loads(GOLDEN.read_text(encoding="utf-8"))

    def test_a_refusal_states_no_persons_approval(self) -> None:
        refused = replace(REVIEW, outcome=ReviewOutcome.REFUSED)

        assert [one.label for one in refused.to_assertions()] == [LEGAL_REVIEW_LABEL]

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            (lambda: update_definition(FILE, (), manifest_id=MANIFEST_ID, at=NOON), "says nothing"),
            (
                lambda: update_definition(FILE, (NOTE, NOTE), manifest_id=MANIFEST_ID, at=NOON),
                "two of a kind",
            ),
            (lambda: replace(NOTE, recipient_commitment_hex="Example Films"), "recipient_commitment_hex"),
            (lambda: replace(REVIEW, case_commitment_hex=""), "case_commitment_hex"),
            (lambda: replace(REVIEW, reviewed_at=NOON.replace(tzinfo=None)), "reviewed_at"),
            (lambda: replace(RECEIPT, anchor_uri="here"), "anchor_uri"),
            (lambda: replace(RECEIPT, proof=()), "proof"),
        ],
    )
    def test_what_cannot_be_stated_is_refused_by_name(self, make: Callable[[], object], said: str) -> None:
        with pytest.raises(StatementIncomplete, match=said):
            make()


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def signed(studio: UUID, tmp_path: Path, keys_folder: Path, media_folder: Path) -> SignedFile:
    return sign_take_file(
        organisation_id=studio,
        statement=take_statement(),
        source=make_video(tmp_path / "source.mp4"),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
    )


def _order(studio: UUID, file: SignedFile, **changes: Any) -> UpdateOrder:  # noqa: ANN401 - any field
    order = UpdateOrder(
        organisation_id=studio,
        file_id=file.asset_id,
        reason=UpdateReason.LEGAL_REVIEW,
        cause_id=new_id(),
        additions=(REVIEW,),
        actor="user:018f0000-0000-7000-8000-000000000001",
    )
    return replace(order, **changes)


def _reading(path: Path, keys_folder: Path) -> Reading:
    anchors = keys.load_trust_list(keys_folder, at=clock.now()).anchors
    return c2pa_gateway.read(path, anchors=anchors)


def _logged() -> list[str]:
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "SELECT type FROM (SELECT type, recorded_at FROM audit_entry"
            " UNION ALL SELECT type, recorded_at FROM audit_outbox) AS told ORDER BY recorded_at"
        )
        return [row[0] for row in cursor.fetchall()]


class TestUpdated:
    def test_the_copy_is_trusted_plays_alike_and_holds_every_manifest(
        self, studio: UUID, signed: SignedFile, keys_folder: Path
    ) -> None:
        updated = update_credential(_order(studio, signed))

        before, after = queries.path_of(signed.key), queries.path_of(updated.key)
        answer = verify_file(after)
        reading = _reading(after, keys_folder)
        assert answer.state is updated.state is CredentialState.TRUSTED
        assert answer.manifest_id == updated.manifest_id != signed.manifest_id
        assert set(json.loads(reading.store_json)["manifests"]) == {signed.manifest_id, updated.manifest_id}
        assert decoding.streams_sha256(after) == decoding.streams_sha256(before)
        assert sha256_hex_of_file(before) == signed.sha256_hex
        assert verify_file(before).state is CredentialState.TRUSTED

    def test_what_the_first_manifest_states_is_still_read_and_what_was_added_comes_first(
        self, studio: UUID, signed: SignedFile, keys_folder: Path
    ) -> None:
        updated = update_credential(_order(studio, signed))

        answer = verify_file(queries.path_of(updated.key))
        reading = _reading(queries.path_of(updated.key), keys_folder)
        assert answer.authorization is not None
        assert answer.authorization.decision_commitment_hex == "d" * 64
        assert answer.claims is not None
        assert answer.claims.title == "Shot A12, take 3"
        assert answer.claims.ai_generated
        assert answer.log_place is not None
        review, disclosure = reading.assertion(LEGAL_REVIEW_LABEL), reading.assertion(AI_DISCLOSURE_LABEL)
        assert review is not None
        assert review["outcome"] == "approved"
        assert disclosure is not None
        assert disclosure["contentProfile"] == {"humanOversightLevel": "human_validated"}

    def test_every_rubric_holds_for_the_update(
        self, studio: UUID, signed: SignedFile, keys_folder: Path
    ) -> None:
        updated = update_credential(_order(studio, signed, additions=(REVIEW, NOTE, RECEIPT)))

        anchors = keys.load_trust_list(keys_folder, at=clock.now()).anchors
        crjson = crjson_of(queries.path_of(updated.key), anchors)
        for rubric in (CONFORMANCE, INTEGRITY):
            assert [name for name, holds in rubric_answers(rubric, crjson).items() if not holds] == []

    def test_an_update_of_an_update_keeps_all_three(
        self, studio: UUID, signed: SignedFile, keys_folder: Path
    ) -> None:
        reviewed = update_credential(_order(studio, signed))
        file = current_file(studio, signed.asset_id)

        delivered = update_credential(
            _order(studio, signed, file_id=file, reason=UpdateReason.DELIVERY, additions=(NOTE,))
        )

        reading = _reading(queries.path_of(delivered.key), keys_folder)
        assert file == reviewed.asset_id
        assert len(json.loads(reading.store_json)["manifests"]) == 3
        assert [one["label"] for one in reading.history()] == [
            delivered.manifest_id,
            reviewed.manifest_id,
            signed.manifest_id,
        ]
        assert verify_file(queries.path_of(delivered.key)).state is CredentialState.TRUSTED
        assert current_file(studio, signed.asset_id) == reviewed.asset_id

    def test_intent_stands_before_the_update_in_log_and_tables(
        self, studio: UUID, signed: SignedFile
    ) -> None:
        order = _order(studio, signed)

        updated = update_credential(order)

        with tenant(studio):
            row = CredentialUpdate.objects.select_related("intent").get()
        assert _logged()[-2:] == ["provenance.signing.intended", "provenance.credential.updated"]
        assert (row.id, row.asset_id, row.cause_id) == (updated.asset_id, signed.asset_id, order.cause_id)
        assert row.updates_manifest_id == signed.manifest_id
        assert row.intent.asset_id == row.id
        assert row.intent.manifest_sha256 == row.statement_sha256
        assert row.intent.source_sha256 == signed.sha256_hex

    def test_one_cause_is_stated_once(self, studio: UUID, signed: SignedFile, media_folder: Path) -> None:
        order = _order(studio, signed)

        assert update_credential(order) == update_credential(order)
        with tenant(studio):
            assert (SignedAsset.objects.count(), CredentialUpdate.objects.count()) == (1, 1)
        assert len([path for path in media_folder.rglob("*") if path.is_file()]) == 2

    def test_a_changed_byte_of_the_copy_is_found(
        self, studio: UUID, signed: SignedFile, tmp_path: Path
    ) -> None:
        updated = update_credential(_order(studio, signed))
        content = bytearray(queries.path_of(updated.key).read_bytes())
        content[-20] ^= 1
        (tmp_path / "altered.mp4").write_bytes(bytes(content))

        assert verify_file(tmp_path / "altered.mp4").state is CredentialState.ALTERED

    def test_an_appended_box_outside_the_binding_is_found_by_the_first_manifests_statement(
        self, studio: UUID, signed: SignedFile, tmp_path: Path
    ) -> None:
        updated = update_credential(_order(studio, signed))
        appended = tmp_path / "appended.mp4"
        appended.write_bytes(
            queries.path_of(updated.key).read_bytes() + b"\x00\x00\x00\x10free" + b"\x00" * 8
        )

        answer = verify_file(appended, organisation_id=an_organisation().id)

        assert answer.state is CredentialState.ALTERED


class TestRefused:
    def test_a_file_that_is_nobodys_here(self, studio: UUID, signed: SignedFile) -> None:
        with pytest.raises(AssetMissing):
            update_credential(_order(an_organisation().id, signed))

    def test_a_file_that_was_changed_on_the_volume(self, studio: UUID, signed: SignedFile) -> None:
        path = queries.path_of(signed.key)
        path.write_bytes(path.read_bytes() + b"\x00\x00\x00\x08free")

        with pytest.raises(FileNotOurs, match="not the one that was signed"):
            update_credential(_order(studio, signed))
        with tenant(studio):
            assert SigningIntent.objects.count() == 1

    def test_a_file_that_is_gone(self, studio: UUID, signed: SignedFile) -> None:
        queries.path_of(signed.key).unlink()

        with pytest.raises(FileNotOurs, match="no longer"):
            update_credential(_order(studio, signed))

    def test_a_guard_that_stops_it_leaves_no_file_and_no_record(
        self, studio: UUID, signed: SignedFile, media_folder: Path
    ) -> None:
        def stop() -> None:
            raise Stopped

        with pytest.raises(Stopped):
            update_credential(_order(studio, signed), publish_guard=stop)

        with tenant(studio):
            assert CredentialUpdate.objects.count() == 0
        assert [path for path in media_folder.rglob("*") if path.is_file()] == [queries.path_of(signed.key)]

    def test_the_record_is_never_changed(self, studio: UUID, signed: SignedFile) -> None:
        update_credential(_order(studio, signed))

        with pytest.raises(DatabaseError), transaction.atomic(), tenant(studio):
            CredentialUpdate.objects.update(reason=UpdateReason.DELIVERY)


def test_a_strangers_manifest_beneath_an_update_is_not_passed_on_as_ours(
    studio: UUID, signed: SignedFile, keys_folder: Path
) -> None:
    updated = update_credential(_order(studio, signed))
    reading = _reading(queries.path_of(updated.key), keys_folder)
    store = json.loads(reading.store_json)
    (parent,) = store["manifests"][updated.manifest_id]["ingredients"]
    active = parent["validation_results"]["activeManifest"]
    active["success"] = [one for one in active["success"] if one["code"] != "signingCredential.trusted"]

    told = replace(reading, store_json=json.dumps(store))

    assert [one["label"] for one in told.history()] == [updated.manifest_id]
