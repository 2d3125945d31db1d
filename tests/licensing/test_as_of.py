"""What the gate would have said at another time, beside what it did say then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.values import Actor, Role
from core import clock
from core.canonical import canonical_bytes
from core.tenancy import tenant
from licensing.agreeing.errors import UnknownMoment
from licensing.decision_cards import DecisionCard
from licensing.errors import ConsentEnded, UnknownPerformer
from licensing.models.decision import Decision
from licensing.moments import Moment, moment
from licensing.names import ChangeReason, WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.gate import decide_use, facts_as_of
from licensing.operations.notices import give_notice
from licensing.operations.performers import NewAlias, add_alias
from licensing.operations.register_changes import Restatement, restate_performer
from licensing.operations.strikes import begin_strike, end_strike
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement, UseOrder
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, user_of
from tests.factories.house_packs import a_house_pack
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
    rule_ids,
)
from tests.factories.productions import a_production

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER, Role.LEGAL)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


@dataclass
class History:
    """A performer in a production, and everything that may happen to them. Each act may find nothing to act on."""

    actor: Actor = field(default_factory=lambda: a_member(Role.PRODUCER, Role.LEGAL))

    def __post_init__(self) -> None:
        self.production = a_production(self.actor, governing_law="US-WA")
        self.ana = a_performer(self.actor, "Ana Ruiz Calder")
        self.consents: list[UUID] = []
        self.is_struck = self.is_engaged = False
        self.names = self.homes = 0

    def consent(self) -> None:
        """One after another: each replaces the one before, if that still stands."""
        try:
            card = a_consent(
                self.actor, self.production, self.ana, supersedes=self.consents[-1] if self.consents else None
            )
        except ConsentEnded:
            card = a_consent(self.actor, self.production, self.ana)
        self.consents.append(card.id)

    def withdraw(self) -> None:
        if self.consents:
            try:
                withdraw_consent(self.consents[-1], reason=WithdrawalReason.PERFORMER_WISH, actor=self.actor)
            except ConsentEnded:
                return

    def notice(self) -> None:
        if self.consents:
            try:
                give_notice(self.consents[-1], actor=self.actor)
            except ConsentEnded:
                return

    def strike(self) -> None:
        (end_strike if self.is_struck else begin_strike)(Agreement.SAG_TVT_2026, actor=self.actor)
        self.is_struck = not self.is_struck

    def confirm(self) -> None:
        counsel_confirms(self.actor)

    def engage(self) -> None:
        if not self.is_engaged:
            an_engagement(self.actor, self.production, self.ana)
            self.is_engaged = True

    def name(self) -> None:
        """A spelling that the prompt uses; a second one more."""
        self.names += 1
        add_alias(
            self.ana.id,
            NewAlias("Zazie Quell" if self.names == 1 else f"Zazie {self.names}"),
            actor=self.actor,
        )

    def move(self) -> None:
        """Their home, which the register changes with its reason."""
        self.homes += 1
        facts = {"domicile": "US-CA" if self.homes % 2 else "US-WA"}
        new = Restatement(facts=facts, reason=ChangeReason.LEARNED, document_sha256="ab" * 32)
        restate_performer(self.ana.id, new, actor=self.actor)

    def order(self, *, named: bool) -> UseOrder:
        if named:
            return an_order(self.actor, self.production, prompt="Zazie Quell crosses the yard.")
        return an_order(self.actor, self.production, self.ana)


_ACTS: dict[str, Callable[[History], None]] = {
    "consent": History.consent,
    "withdraw": History.withdraw,
    "notice": History.notice,
    "strike": History.strike,
    "confirm": History.confirm,
    "engage": History.engage,
    "name": History.name,
    "move": History.move,
}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(sorted(_ACTS)), min_size=2, max_size=7), named=st.booleans())
def test_asked_about_a_moment_it_says_what_it_said_then(
    committed_db: None, acts: list[str], *, named: bool
) -> None:
    history = History()
    order = history.order(named=named)
    said = [decide_use(order, actor=history.actor)]
    for act in acts:
        _ACTS[act](history)
        said.append(decide_use(order, actor=history.actor))

    for card in said:
        then = Moment(card.decided_at, card.decided_at)
        again = decide_use(order, actor=history.actor, dry_run=True, moment=then)
        assert (again.outcome, again.reasons, again.decided_at) == (
            card.outcome,
            card.reasons,
            card.decided_at,
        )
        assert _facts_then(order, then) == _facts_of(card, history.actor)


def _facts_then(order: UseOrder, then: Moment) -> bytes:
    with tenant(order.organisation_id):
        return canonical_bytes(facts_as_of(order, then))


def _facts_of(card: DecisionCard, actor: Actor) -> bytes:
    with tenant(actor.organisation_id):
        return bytes(Decision.objects.get(id=card.id).facts)


def _cleared(actor: Actor, production: ProductionCard) -> tuple[PerformerCard, UUID]:
    """A performer in the production whose consent holds until the end of 2028."""
    counsel_confirms(actor)
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    return ana, a_consent(actor, production, ana).id


def test_what_is_on_record_now_speaks_about_what_was_not_entered_then(
    actor: Actor, production: ProductionCard
) -> None:
    counsel_confirms(actor)
    ana = a_performer(actor)
    a_consent(actor, production, ana)
    before = clock.now()
    an_engagement(actor, production, ana)
    order = an_order(actor, production, ana)

    as_known_then = decide_use(order, actor=actor, dry_run=True, moment=moment(before, before))
    as_known_now = decide_use(order, actor=actor, dry_run=True, moment=moment(before))

    assert as_known_then.outcome == "escalate"
    assert as_known_now.outcome == "allow_with_duties"


def test_a_fact_that_became_another_one_is_what_it_was(actor: Actor, production: ProductionCard) -> None:
    ana, _ = _cleared(actor, production)
    order = an_order(actor, production, ana)
    new = Restatement(
        facts={"state": "minor"},
        reason=ChangeReason.LEARNED,
        document_sha256="ab" * 32,
        true_since=date(2026, 10, 1),
    )
    restate_performer(ana.id, new, actor=actor)

    before = decide_use(order, actor=actor, dry_run=True, moment=moment(datetime(2026, 9, 30, tzinfo=UTC)))
    after = decide_use(order, actor=actor, dry_run=True, moment=moment(datetime(2026, 10, 2, tzinfo=UTC)))

    assert not any("does not bind" in reason.message for reason in before.reasons)
    assert any("does not bind for minor" in reason.message for reason in after.reasons)


def test_a_date_to_come_meets_the_end_of_a_consent(actor: Actor, production: ProductionCard) -> None:
    ana, _ = _cleared(actor, production)
    order = an_order(actor, production, ana)

    within = decide_use(
        order, actor=actor, dry_run=True, moment=moment(datetime(2028, 12, 31, 12, tzinfo=UTC))
    )
    beyond = decide_use(order, actor=actor, dry_run=True, moment=moment(datetime(2029, 1, 2, tzinfo=UTC)))

    assert within.outcome == "allow_with_duties"
    assert beyond.outcome == "deny_until"
    assert any("ended on 2028-12-31" in reason.message for reason in beyond.reasons)


def test_who_was_not_registered_yet_was_not_known(actor: Actor, production: ProductionCard) -> None:
    before = clock.now()
    ana = a_performer(actor)

    with pytest.raises(UnknownPerformer):
        decide_use(an_order(actor, production, ana), actor=actor, dry_run=True, moment=moment(before, before))


def test_the_houses_own_rules_are_those_of_then(actor: Actor, production: ProductionCard) -> None:
    order = an_order(actor, production, media=("airline",))
    before = clock.now()
    a_house_pack(actor, "Night Ferry")

    assert "HOUSE-1" in rule_ids(decide_use(order, actor=actor, dry_run=True))
    assert "HOUSE-1" not in rule_ids(decide_use(order, actor=actor, dry_run=True, moment=moment(before)))


def test_nothing_is_recorded_of_another_time(actor: Actor, production: ProductionCard) -> None:
    card = decide_use(
        an_order(actor, production),
        actor=actor,
        dry_run=True,
        moment=moment(datetime(2026, 10, 1, tzinfo=UTC)),
    )

    assert card.id is None
    with tenant(actor.organisation_id):
        assert not Decision.objects.exists()
    with pytest.raises(ValueError, match="never recorded"):
        decide_use(an_order(actor, production), actor=actor, moment=moment(clock.now()))


def test_nobody_knows_what_will_be_known(actor: Actor) -> None:
    with pytest.raises(UnknownMoment, match="known_at"):
        moment(clock.now(), clock.now() + timedelta(days=1))
    with pytest.raises(UnknownMoment, match="as_of"):
        moment(datetime(2026, 10, 1))  # noqa: DTZ001 - the point of it


def _body(production: ProductionCard, **fields: object) -> dict[str, object]:
    body: dict[str, object] = {
        "production_id": str(production.id),
        "use": "generate_new_performance",
        "purpose": "this_production",
        "output_status": "final",
        "media": ["theatrical"],
        "territories": ["US"],
        "synthetic_role": "none",
        "photoreal": True,
        "sensitive": [],
        "prompt": "A rainy street at night.",
        "model": {"name": "house-video", "version": "1.4.0"},
    }
    return body | fields


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"dry_run": True, "as_of": "2026-10-01T00:00:00Z"}, 200, None),
        ({"as_of": "2026-10-01T00:00:00Z"}, 400, "as_of"),
        ({"dry_run": True, "known_at": "2026-10-01T00:00:00Z"}, 400, "known_at"),
        (
            {"dry_run": True, "as_of": "2026-10-01T00:00:00Z", "known_at": "2999-10-01T00:00:00Z"},
            422,
            "known_at",
        ),
    ],
)
def test_the_api_asks_about_another_time_in_a_dry_run_alone(
    client: Client,
    actor: Actor,
    production: ProductionCard,
    fields: dict[str, object],
    status: int,
    named: str | None,
) -> None:
    client.force_login(user_of(actor))

    answer = client.post("/v1/decisions", _body(production, **fields), content_type="application/json")

    assert answer.status_code == status, answer.content
    document = json.loads(answer.content)
    if named is None:
        assert document["decided_at"] == "2026-10-01T00:00:00Z"
        assert document["id"] is None
    else:
        assert named in json.dumps(document)
