"""What the tables say happened and what the log says are held against each other, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings

from accounts.operations.tokens import issue_token, revoke_token
from accounts.values import Role
from audit.entry_types import EntryType
from audit.errors import LogNotReady
from audit.inspection import inspect_logs
from audit.models import Checkpoint
from audit.reconciliation import registered
from audit.reopening import reopen_log
from audit.signed_heads import Signed
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.operations.file_reviews import review_file
from generation.operations.takes import cancel_take, request_take
from generation.queries import TakeCard
from generation.values import TakeState
from licensing.models.strike import Strike
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.strikes import begin_strike, end_strike
from licensing.values import Agreement
from provenance.updating.definition import ReviewOutcome
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import publish_all
from tests.factories.takes import Studio, a_studio, an_order_for, rendered
from tests.sequencing import SEQUENCER
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def sequenced() -> bool:
    """Acts wait here for the log, as they do in production."""
    return True


def problems(*, processes: int | None = None) -> list[tuple[str, str]]:
    """Kind of each problem, and what is said of it."""
    report = inspect_logs(at=now(), reconcilers=registered(), processes=processes)
    return [(problem.kind, problem.what) for problem in report.problems]


def asked(studio: Studio) -> TakeCard:
    order = an_order_for(studio, studio.consenting)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


@pytest.fixture
def studio() -> Studio:
    """A studio that did one of everything that leaves both an entry and a row."""
    studio = a_studio(Path(settings.PROJECT_FOLDER) / "generation" / "builtin_model")
    lawyer = studio.producer
    signed = rendered(asked(studio), studio)
    assert signed.state is TakeState.SIGNED
    # Whoever asked for a take does not judge it.
    judge = a_membership(a_user(), lawyer.organisation_id, Role.LEGAL)
    review_file(signed.id, ReviewOutcome.APPROVED, actor=judge)
    cancel_take(asked(studio).id, actor=lawyer)
    begin_strike(Agreement.SAG_IMA_2025, actor=lawyer)
    end_strike(Agreement.SAG_IMA_2025, actor=lawyer)
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=lawyer)
    assert asked(studio).state is TakeState.REFUSED
    token = issue_token(actor=lawyer, label="laptop", at=now())
    revoke_token(token.card.token_key, actor=lawyer, at=now())
    issue_token(actor=lawyer, label="desktop", at=now())
    integrate_all()
    return studio


def test_a_studio_that_worked_has_no_problems(studio: Studio) -> None:
    assert problems() == []
    assert problems(processes=2) == []


# Table, what is done to it, the kind of problem, and part of what is said.
ANOTHER = '{"id": "018f0000-0000-7000-8000-00000000ffff"%s}'


def a_copy_of(table: str, changes: str) -> str:
    """A statement that writes a row again with `changes`, but for columns that the database makes itself."""
    (model,) = (one for one in apps.get_models() if one._meta.db_table == table)
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    row = f"SELECT (jsonb_populate_record(t, '{changes}')).* FROM {table} t LIMIT 1"  # noqa: S608 - of this file
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({row}) AS again"  # noqa: S608 - as above


CHANGES = [
    ("provenance_signedasset", "DELETE FROM {}", "entry_without_act", "provenance.asset.signed"),
    (
        "provenance_signedasset",
        "UPDATE {} SET file_sha256 = repeat('ab', 32)",
        "digest_differs",
        "file_sha256",
    ),
    (
        "provenance_signedasset",
        "UPDATE {} SET manifest_store = ''",
        "digest_differs",
        "manifest_store_sha256",
    ),
    (
        "provenance_signedasset",
        "UPDATE {} SET manifest_id = 'urn:c2pa:' || gen_random_uuid()",
        "digest_differs",
        "manifest_id",
    ),
    ("provenance_signedasset", "UPDATE {} SET take_id = id", "digest_differs", "take"),
    (
        "provenance_signedasset",
        "UPDATE {} SET statement_sha256 = repeat('ab', 32)",
        "digest_differs",
        "intent",
    ),
    ("provenance_signedasset", "UPDATE {} SET statement = '{}'", "digest_differs", "statements of asset"),
    (
        "provenance_credentialupdate",
        "DELETE FROM {}",
        "entry_without_act",
        "provenance.credential.updated",
    ),
    (
        "provenance_credentialupdate",
        "UPDATE {} SET updates_manifest_id = 'urn:c2pa:' || gen_random_uuid()",
        "digest_differs",
        "updates",
    ),
    ("provenance_credentialupdate", "UPDATE {} SET manifest_store = ''", "digest_differs", "manifest_store"),
    ("provenance_credentialupdate", "UPDATE {} SET cause_id = id", "digest_differs", "cause"),
    ("provenance_credentialupdate", "UPDATE {} SET statement = '{}'", "digest_differs", "credential update"),
    ("provenance_signingintent", "DELETE FROM {}", "entry_without_act", "provenance.signing.intended"),
    (
        "provenance_signingintent",
        "UPDATE {} SET source_sha256 = repeat('ab', 32)",
        "digest_differs",
        "source_sha256",
    ),
    ("licensing_decision", "UPDATE {} SET facts = facts || ' '", "digest_differs", "facts_sha256"),
    ("licensing_decision", "UPDATE {} SET facts_sha256 = repeat('ab', 32)", "digest_differs", "facts_sha256"),
    ("licensing_decision", "UPDATE {} SET outcome = 'deny'", "digest_differs", "outcome"),
    ("licensing_decision", "UPDATE {} SET stage = 'deliver'", "digest_differs", "stage"),
    ("licensing_decision", "DELETE FROM {}", "entry_without_act", "licensing.use.decided"),
    (
        "licensing_decision",
        a_copy_of("licensing_decision", ANOTHER % ""),
        "act_without_entry",
        "licensing.use.decided",
    ),
    ("licensing_rulepack", "UPDATE {} SET edition = '2001-01'", "digest_differs", "pack"),
    (
        "licensing_consent",
        'UPDATE {} SET terms = terms || \'{"valid_until": "2099-12-31"}\'',
        "digest_differs",
        "terms",
    ),
    ("licensing_consent", "UPDATE {} SET terms_sha256 = repeat('ab', 32)", "digest_differs", "terms_sha256"),
    (
        "licensing_consent",
        "UPDATE {} SET document_sha256 = repeat('cd', 32)",
        "digest_differs",
        "document_sha256",
    ),
    ("licensing_consent", "UPDATE {} SET entry_uid = id", "digest_differs", "uid"),
    (
        "licensing_consent",
        "UPDATE {} SET status = 'active', withdrawn_at = NULL",
        "entry_without_act",
        "licensing.consent.withdrawn",
    ),
    ("licensing_consent", "DELETE FROM {}", "entry_without_act", "licensing.consent.recorded"),
    ("licensing_consentevent", "UPDATE {} SET reason_code = 'other'", "digest_differs", "reason_code"),
    ("licensing_strike", "UPDATE {} SET ended_at = NULL", "entry_without_act", "licensing.strike.ended"),
    ("licensing_strike", "UPDATE {} SET agreement = 'sag_netcode'", "digest_differs", "agreement"),
    ("licensing_strike", "DELETE FROM {}", "entry_without_act", "licensing.strike.begun"),
    (
        "licensing_strike",
        a_copy_of("licensing_strike", ANOTHER % ""),
        "act_without_entry",
        "strike.begun",
    ),
    ("licensing_ruleconfirmation", "DELETE FROM {}", "entry_without_act", "licensing.pack.confirmed"),
    (
        "licensing_ruleconfirmation",
        a_copy_of("licensing_ruleconfirmation", ANOTHER % ', "rule_id": "XX-1"'),
        "act_without_entry",
        "rule XX-1",
    ),
    ("generation_take", "UPDATE {} SET request = '{}'", "digest_differs", "request of take"),
    (
        "generation_take",
        "UPDATE {} SET request_sha256 = repeat('ab', 32)",
        "digest_differs",
        "request_sha256",
    ),
    (
        "generation_take",
        "UPDATE {} SET asset_id = id WHERE asset_id IS NOT NULL",
        "act_without_entry",
        "provenance.asset.signed",
    ),
    ("generation_take", "DELETE FROM {}", "entry_without_act", "generation.take.requested"),
    (
        "generation_take",
        "UPDATE {} SET state = 'queued' WHERE state = 'refused'",
        "entry_without_act",
        "generation.take.refused",
    ),
    (
        "generation_modelrelease",
        "UPDATE {} SET lock_sha256 = repeat('ab', 32)",
        "digest_differs",
        "model_sha256",
    ),
    (
        "generation_takeevent",
        "UPDATE {} SET attempt = 9 WHERE state = 'encoding'",
        "act_without_entry",
        "generation.render.started",
    ),
    (
        "generation_takeevent",
        "DELETE FROM {} WHERE state = 'rendering'",
        "entry_without_act",
        "generation.render.started",
    ),
    (
        "generation_takeevent",
        "DELETE FROM {} WHERE state = 'cancelled'",
        "entry_without_act",
        "generation.take.cancelled",
    ),
    (
        "accounts_apitoken",
        "UPDATE {} SET token_key = 'made up'",
        "act_without_entry",
        "accounts.token.issued",
    ),
    ("audit_logorigin", "DELETE FROM {}", "act_without_entry", "licensing.use.decided"),
    (
        "audit_entry",
        "DELETE FROM {} WHERE type = 'licensing.use.decided'",
        "act_before_entry",
        "render.started",
    ),
    (
        "audit_entry",
        "DELETE FROM {} WHERE type = 'generation.render.started'",
        "act_before_entry",
        "signing.intended",
    ),
    (
        "audit_entry",
        "DELETE FROM {} WHERE type = 'provenance.asset.signed'",
        "act_without_entry",
        "asset.signed",
    ),
]


def test_whatever_is_changed_in_a_table_is_found(studio: Studio, subtests: pytest.Subtests) -> None:
    for table, statement, kind, said in CHANGES:
        done = statement.replace("{}", table, 1)
        with subtests.test(done), tampered(table, done):
            found = problems()
            assert [what for problem, what in found if problem == kind and said in what], found


def reopened(organisation_id: UUID) -> None:
    """The organisation's log is closed and another opened, as after a restore that lost an entry."""
    with SEQUENCER.held():
        with tenant(organisation_id):
            newest = Checkpoint.objects.select_related("origin").order_by("-size")[0]
        signed = Signed(newest.size + 1, bytes(newest.root))
        assert reopen_log(organisation_id, newest.origin.origin, signed)
        publish_all()


def begun(organisation_id: UUID, strike: UUID, entry_type: EntryType = EntryType.STRIKE_BEGUN) -> UUID:
    fields = {"strike": str(strike), "agreement": Agreement.SAG_IMA_2025.value}
    return recorded(organisation_id, entry_type=entry_type, fields=fields)


class TestEntries:
    def test_a_second_one_for_the_same_act_is_found(self) -> None:
        actor = a_member(Role.LEGAL)
        begin_strike(Agreement.SAG_IMA_2025, actor=actor)
        with tenant(actor.organisation_id):
            strike = Strike.objects.get()
        uid = begun(actor.organisation_id, strike.id)
        integrate_all()

        (problem,) = problems()

        assert problem[0] == "entry_twice"
        assert str(uid) in problem[1]
        assert str(strike.id) in problem[1]

    def test_one_that_stands_before_what_it_rests_on_is_found(self) -> None:
        actor, strike = a_member(Role.LEGAL), new_id()
        for entry_type in (EntryType.STRIKE_ENDED, EntryType.STRIKE_BEGUN):
            begun(actor.organisation_id, strike, entry_type)
            integrate_all()

        found = problems()

        assert {kind for kind, _ in found} == {"entry_without_act", "act_before_entry"}
        (before,) = (what for kind, what in found if kind == "act_before_entry")
        assert "stands before the licensing.strike.begun that it rests on" in before

    def test_one_that_rests_on_nothing_is_found(self) -> None:
        actor = a_member(Role.LEGAL)
        begun(actor.organisation_id, new_id(), EntryType.STRIKE_ENDED)
        integrate_all()

        (before,) = (what for kind, what in problems() if kind == "act_before_entry")

        assert "stands in the log without the licensing.strike.begun" in before


class TestWaiting:
    @pytest.fixture
    def strike(self, settings: Any) -> Iterator[None]:  # noqa: ANN401 - pytest-django's settings
        """A strike that was committed while no sequencer ran."""
        settings.LOG_WAIT_S = 0.05
        actor = a_member(Role.LEGAL)
        with SEQUENCER.held():
            with pytest.raises(LogNotReady):
                begin_strike(Agreement.SAG_IMA_2025, actor=actor)
            yield

    @pytest.mark.usefixtures("strike")
    def test_an_act_whose_entry_waits_has_one(self) -> None:
        assert problems() == []

    @pytest.mark.usefixtures("strike")
    def test_an_entry_that_was_dropped_before_it_had_its_place_is_missed(self) -> None:
        with tampered("audit_outbox", "DELETE FROM audit_outbox"):
            (problem,) = problems()

        assert problem[0] == "act_without_entry"
        assert "licensing.strike.begun" in problem[1]

    def test_an_act_in_a_log_that_was_opened_anew_is_authorised_by_the_old_one(self) -> None:
        actor = a_member(Role.LEGAL)
        begin_strike(Agreement.SAG_IMA_2025, actor=actor)
        reopened(actor.organisation_id)
        end_strike(Agreement.SAG_IMA_2025, actor=actor)
        integrate_all()

        assert {kind for kind, _ in problems()} == {"reopened"}
