"""The check of the log recounts the limits of consents: whatever somebody changes in them by hand is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from core.tenancy import tenant
from generation.models import Take
from licensing.names import UsesAre
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_delivery_row, a_recipient, a_signed_take
from tests.factories.licensing import a_consent
from tests.factories.takes import a_studio
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")

# What is done to the quota of a unit, or to its reservation, and what is said of it.
CHANGES = [
    ("licensing_quota", "UPDATE {} SET used = 0 WHERE unit = 'uses'", "says 0 used and 0 held"),
    ("licensing_quota", "UPDATE {} SET reserved = 1 WHERE unit = 'takes'", "come to 1 and 0"),
    ("licensing_quota", "UPDATE {} SET most = 9000 WHERE unit = 'seconds'", "20 seconds, and its quota"),
    ("licensing_quota", "DELETE FROM {} WHERE unit = 'uses'", "allow 3 uses, and its quota (none)"),
    ("licensing_quota", "UPDATE {} SET unit = 'uses' WHERE unit = 'takes_as_uses'", "allow 7 takes_as_uses"),
    ("licensing_consent", "UPDATE {} SET uses_are = 'signed_takes'", "allow 3 takes_as_uses"),
    (
        "licensing_quotareservation",
        "DELETE FROM {} USING licensing_quota q WHERE q.id = quota_id AND q.unit = 'uses'",
        "and has spent nothing of its quota",
    ),
    (
        "licensing_quotareservation",
        "UPDATE {} SET state = 'released', spent = NULL WHERE amount > 1",
        "signed take",
    ),
    ("licensing_quotareservation", "UPDATE {} SET job_id = id WHERE amount = 1", "which is no delivery"),
    ("licensing_quotareservation", "UPDATE {} SET spent = spent + 1", "which is no signed take of that much"),
    ("generation_delivery", "DELETE FROM {}", "which is no delivery of that much"),
]


def _problems() -> list[tuple[str, str]]:
    report = inspect_logs(at=now(), reconcilers=registered())
    return [(problem.kind, problem.what) for problem in report.problems]


def test_whatever_is_changed_in_the_limits_is_found_with_its_identifiers(
    pristine_model: Path, settings: Settings, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    settings.MEDIA_FOLDER = tmp_path / "media"
    studio = a_studio(pristine_model)
    consent = a_consent(
        studio.producer,
        studio.production,
        studio.consenting,
        supersedes=studio.consent.id,
        most_uses=3,
        most_takes=5,
        most_seconds=20,
    )
    other = a_consent(
        studio.producer, studio.production, studio.other, most_uses=7, uses_are=UsesAre.SIGNED_TAKES
    )
    take = a_signed_take(studio, studio.consenting, studio.other)
    a_delivery(studio, take)
    integrate_all()

    assert _problems() == []
    for table, statement, said in CHANGES:
        done = statement.replace("{}", table, 1)
        with subtests.test(done), tampered(table, done):
            found = [what for kind, what in _problems() if kind == "count_differs" and said in what]
            assert found
            assert str(consent.id) in found[0] or str(other.id) in found[0]

    with tenant(studio.organisation_id):
        row = Take.objects.get(id=take.id)
    with (
        pytest.raises(IntegrityError, match="has not spent the uses"),
        tenant(studio.organisation_id),
        transaction.atomic(),
    ):
        a_delivery_row(
            studio.producer, row, a_recipient(studio.producer), studio.production.id, consent_ids=[consent.id]
        )
