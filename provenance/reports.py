"""A verification as JSON, for the command and the API."""

from __future__ import annotations

from dataclasses import asdict

from core.clock import rfc3339
from provenance.fingerprints.values import Match
from provenance.status_answers import ListedAnswer
from provenance.values import Authorization, Today, Verification


def report(verification: Verification, *, listed: ListedAnswer | None = None) -> dict[str, object]:
    """The stable six members of `manage.py verify --json`.

    `listed` is what a signed list says, where one was handed in.
    """
    return {
        "state": str(verification.state),
        "validation_state": verification.validation_state,
        "reasons": list(verification.reasons),
        "manifest_id": verification.manifest_id,
        "recovered": verification.recovered,
        "authorization": _authorization_today(verification, listed),
    }


def full_report(verification: Verification) -> dict[str, object]:
    """The six members, the file's digest, what the signer states, its place in the log, and what it looks like."""
    claims = asdict(verification.claims) if verification.claims else None
    place = asdict(verification.log_place) if verification.log_place else None
    return report(verification) | {
        "file_sha256": verification.file_sha256,
        "claims": claims,
        "log_place": place,
        "match": match_report(verification.match),
        "told": asdict(verification.told) if verification.told else None,
    }


def match_report(match: Match | None) -> dict[str, object] | None:
    """By what and how much a file looks like one of ours; the manifest stands in `recovered`."""
    if match is None:
        return None
    return {
        "algorithm": match.algorithm,
        "similarity": match.similarity,
        "mirrored": match.mirrored,
        "start_s": match.start_s,
        "end_s": match.end_s,
    }


def _authorization_today(
    verification: Verification, listed: ListedAnswer | None = None
) -> dict[str, object] | None:
    """What the credential states, and apart from it what of that stands today, and who says so."""
    stated = authorization_report(verification.authorization)
    if stated is None:
        return None
    reference = verification.status_reference
    return stated | {
        "status_list": asdict(reference) if reference else None,
        "today": _today(verification.today),
        **({"listed": listed.to_json()} if listed else {}),
    }


def _today(today: Today | None) -> dict[str, object] | None:
    if today is None:
        return None
    return {
        "state": str(today.state),
        "reason": today.reason,
        "since": rfc3339(today.since) if today.since else None,
        "performers": list(today.performers),
    }


def authorization_report(authorization: Authorization | None) -> dict[str, object] | None:
    """Spelled as in the manifest's `org.countersign.authorization`."""
    if authorization is None:
        return None
    return {
        "decision": authorization.decision_commitment_hex,
        "consents": list(authorization.consent_commitments_hex),
        "rule_pack": authorization.rule_pack,
        "rule_pack_sha256": authorization.rule_pack_sha256,
        "log_origin": authorization.log_origin,
    }
