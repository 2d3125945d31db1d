"""From readings, trust list and record to one state: the decision alone, without files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from provenance import certificates
from provenance.readings import (
    Examination,
    Finding,
    IngredientFinding,
    Outcome,
    Reading,
    examination_from_json,
)
from provenance.trust_list import Removal, TrustList, empty_trust_list
from provenance.values import CredentialState, Verification
from provenance.verification import OwnRecord, RepositoryAnswer, judge
from tests.factories.provenance import MANIFEST_ID, NOON

DIGEST = "f" * 64
YESTERDAY, TOMORROW = NOON - timedelta(days=1), NOON + timedelta(days=1)
LISTED = empty_trust_list(at=NOON).with_anchor(
    certificates.issue_root("Root", at=YESTERDAY).certificate, name="Root", at=YESTERDAY
)
ANCHOR = LISTED.anchors[0]
READING = Reading(
    validation_state="Trusted",
    manifest_id=MANIFEST_ID,
    success=(Finding("claimSignature.validated", ""),),
    informational=(),
    failure=(),
    ingredients=(),
    anchor_uri=ANCHOR.uri,
    issuer="Studio",
    common_name="Signer",
    certificate_serial="77",
    time=None,
    store_json=json.dumps({"manifests": {MANIFEST_ID: {"title": "Shot", "assertions": []}}}),
)
RECORD = OwnRecord(file_sha256=DIGEST, signed_at=YESTERDAY)


def _judge(
    reading: Reading | None = READING,
    *,
    trust_list: TrustList = LISTED,
    record: OwnRecord | None = RECORD,
    repository: RepositoryAnswer = RepositoryAnswer.ASKED,
    outcome: Outcome = Outcome.READ,
) -> Verification:
    return judge(
        Examination(outcome, "why", reading, DIGEST),
        trust_list=trust_list,
        record=record,
        repository=repository,
        at=NOON,
    )


def _failing(*codes: str, state: str = "Invalid") -> Reading:
    return replace(READING, validation_state=state, failure=tuple(Finding(code, "") for code in codes))


def test_an_intact_file_under_a_standing_anchor_is_trusted() -> None:
    assert _judge().state is CredentialState.TRUSTED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.NO_CREDENTIAL, CredentialState.ABSENT),
        (Outcome.DAMAGED_CREDENTIAL, CredentialState.ALTERED),
        (Outcome.UNREADABLE, CredentialState.UNREADABLE),
    ],
)
def test_what_could_not_be_read_says_why(outcome: Outcome, state: CredentialState) -> None:
    answer = _judge(None, outcome=outcome)

    assert answer.state is state
    assert answer.reasons == ("why",)


@pytest.mark.parametrize(
    "code",
    ["assertion.bmffHash.mismatch", "claimSignature.mismatch", "a.code.of.some.later.version"],
)
def test_any_failure_but_the_signers_is_altered(code: str) -> None:
    answer = _judge(_failing(code))

    assert answer.state is CredentialState.ALTERED
    assert code in answer.reasons[0]


def test_a_signature_that_nobody_confirmed_is_altered() -> None:
    answer = _judge(replace(READING, success=()))

    assert answer.state is CredentialState.ALTERED


@pytest.mark.parametrize(
    "codes",
    [
        ("signingCredential.untrusted",),
        ("signingCredential.untrusted", "signingCredential.invalid"),
        ("signingCredential.untrusted", "timeStamp.malformed"),
    ],
)
def test_an_intact_file_by_a_stranger_is_by_an_unknown_signer(codes: tuple[str, ...]) -> None:
    stranger = replace(_failing(*codes, state="Valid"), anchor_uri=None)

    answer = _judge(stranger, record=None)

    assert answer.state is CredentialState.UNKNOWN_SIGNER
    assert answer.authorization is None


def test_no_failure_without_an_anchor_is_not_trust() -> None:
    answer = _judge(replace(READING, validation_state="Valid", anchor_uri=None))

    assert answer.state is CredentialState.UNKNOWN_SIGNER


def test_an_anchor_that_is_not_on_our_list_is_not_trust() -> None:
    answer = _judge(trust_list=empty_trust_list(at=NOON))

    assert answer.state is CredentialState.UNKNOWN_SIGNER


def test_a_file_under_a_removed_anchor_is_by_a_retired_signer() -> None:
    listed = LISTED.without_anchor(ANCHOR.sha256_hex, removal=Removal.SUPERSEDED, at=YESTERDAY)

    answer = _judge(trust_list=listed, record=None)

    assert answer.state is CredentialState.RETIRED_SIGNER


def test_an_anchor_to_be_removed_tomorrow_still_stands() -> None:
    listed = LISTED.without_anchor(ANCHOR.sha256_hex, removal=Removal.SUPERSEDED, at=TOMORROW)

    assert _judge(trust_list=listed).state is CredentialState.TRUSTED


def test_a_retired_certificate_is_retired_although_its_anchor_stands() -> None:
    listed = LISTED.without_signer("77", removal=Removal.SUPERSEDED, at=YESTERDAY)

    assert _judge(trust_list=listed).state is CredentialState.RETIRED_SIGNER
    assert _judge(replace(READING, certificate_serial="78"), trust_list=listed).state is (
        CredentialState.TRUSTED
    )


def test_a_compromised_key_counts_only_with_a_record_older_than_the_report() -> None:
    listed = LISTED.without_signer("77", removal=Removal.COMPROMISED, at=NOON)

    proven = _judge(trust_list=listed, record=RECORD)
    unproven = _judge(trust_list=listed, record=None)
    later = _judge(trust_list=listed, record=replace(RECORD, signed_at=NOON))

    assert proven.state is CredentialState.RETIRED_SIGNER
    assert unproven.state is CredentialState.UNKNOWN_SIGNER
    assert later.state is CredentialState.UNKNOWN_SIGNER


def test_an_ended_certificate_counts_only_with_our_own_record() -> None:
    ended = replace(_failing("signingCredential.untrusted", "signingCredential.expired"), anchor_uri=None)

    assert _judge(ended, record=RECORD).state is CredentialState.RETIRED_SIGNER
    assert _judge(ended, record=None).state is CredentialState.UNKNOWN_SIGNER


def test_our_own_credential_around_other_bytes_is_altered() -> None:
    answer = _judge(record=replace(RECORD, file_sha256="0" * 64))

    assert answer.state is CredentialState.ALTERED
    assert answer.validation_state == "Trusted"


def test_a_broken_ingredient_breaks_the_trust_that_the_sdk_still_gives() -> None:
    broken = IngredientFinding("reference.jpg", (Finding("assertion.dataHash.mismatch", ""),))

    answer = _judge(replace(READING, ingredients=(broken,)))

    assert answer.state is CredentialState.ALTERED
    assert "reference.jpg" in answer.reasons[0]


def test_an_ingredient_by_a_stranger_is_told_and_not_held_against_the_file() -> None:
    foreign = IngredientFinding("reference.jpg", (Finding("signingCredential.untrusted", ""),))

    answer = _judge(replace(READING, ingredients=(foreign,)))

    assert answer.state is CredentialState.TRUSTED
    assert any("reference.jpg" in reason for reason in answer.reasons)


def test_an_unreachable_repository_is_said_and_does_not_decide() -> None:
    answer = _judge(record=None, repository=RepositoryAnswer.UNREACHABLE)

    assert answer.state is CredentialState.TRUSTED
    assert "own-file digest not compared: repository not reachable" in answer.reasons


def test_a_time_of_no_trusted_authority_is_not_passed_on() -> None:
    stamped = replace(READING, time="2026-11-23T12:00:00Z")
    trusted = replace(stamped, success=(*READING.success, Finding("timeStamp.trusted", "")))

    claims, proven = _judge(stamped).claims, _judge(trusted).claims

    assert claims is not None
    assert claims.signed_at is None
    assert proven is not None
    assert proven.signed_at == "2026-11-23T12:00:00Z"


def test_statements_of_other_shapes_are_survived() -> None:
    odd = {
        "title": 7,
        "claim_generator_info": {},
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": ["c2pa.created", {"action": "c2pa.created"}]}},
            {"label": "cawg.training-mining", "data": {"entries": []}},
            {"label": "org.countersign.authorization", "data": {"decision": 5}},
        ],
    }
    reading = replace(READING, store_json=json.dumps({"manifests": {MANIFEST_ID: odd}}))

    answer = _judge(reading)

    assert answer.authorization is None
    assert answer.claims is not None
    assert answer.claims.title is None


def test_an_examination_survives_the_way_between_processes() -> None:
    ingredient = IngredientFinding("a", (Finding("b", "c"),))
    examination = Examination(Outcome.READ, "", replace(READING, ingredients=(ingredient,)), DIGEST)

    assert examination_from_json(examination.to_json()) == examination
