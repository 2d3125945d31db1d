"""Who may have which report made, and whether it can be narrowed so. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.errors import RoleMissing
from accounts.values import Actor
from core.tenancy import granted_sight
from licensing.agreeing.acting_for import performers_acted_for
from licensing.doors import SEES_EVERYBODY
from licensing.errors import UnknownPerformer
from licensing.models.performer import Performer
from licensing.names import Visibility
from licensing.reporting.definition import Narrowing, ReportDefinition, Scope
from licensing.reporting.errors import ReportScopeUnfit
from licensing.reporting.words import ReportSight
from licensing.values import Agreement
from productions.queries import production_facts

_FIELD_OF = {
    Narrowing.PRODUCTION: "production_ids",
    Narrowing.PERIOD: "period_from",
    Narrowing.PERFORMER: "performer_id",
    Narrowing.AGREEMENT: "agreement",
}
_GRANTS = "SELECT count(*), count(grantee_user_id) FROM licensing_sightgrant WHERE organisation_id <> %s"


@dataclass(frozen=True, slots=True)
class Allowed:
    """`whole`: of everything the actor's roles let them see, not of the performers they act for alone."""

    whole: bool
    sight: ReportSight


def require_allowed(definition: ReportDefinition, scope: Scope, *, actor: Actor, at: datetime) -> Allowed:
    """With whose sight `actor` may have the report made.

    Raises:
        accounts.errors.RoleMissing: with nobody's.
        ReportScopeUnfit: the report is not narrowed by this.
        UnknownPerformer, productions.errors.NoSuchProduction: not here, or not theirs to know of.
    """
    whole = actor.is_one_of(*definition.roles)
    own = set(performers_acted_for(actor, on=at)) if definition.for_own else set()
    granted, to_me = grants_in_force(actor) if definition.granted else (0, 0)
    if not whole and not own and not granted:
        raise RoleMissing(frozenset(definition.roles))
    _require_scope(definition, scope, actor=actor, own=own, whole=whole)
    if not whole or to_me:
        return Allowed(whole, ReportSight.PERSONAL)
    return Allowed(whole, ReportSight.EVERYBODY if actor.is_one_of(*SEES_EVERYBODY) else ReportSight.REGISTER)


def _require_scope(
    definition: ReportDefinition, scope: Scope, *, actor: Actor, own: set[UUID], whole: bool
) -> None:
    for one in sorted(scope.narrowed_by() - definition.narrowings):
        raise ReportScopeUnfit(_FIELD_OF[one], f"This report is not narrowed by {one}.")
    begins, ends = scope.period_from, scope.period_until
    if begins is not None and ends is not None and begins >= ends:
        raise ReportScopeUnfit("period_until", "The period ends before it begins.")
    if scope.agreement is not None and scope.agreement not in {one.value for one in Agreement}:
        raise ReportScopeUnfit("agreement", "This is no agreement of the rulebook.")
    for production_id in scope.production_ids:
        production_facts(actor.organisation_id, production_id)
    if scope.performer_id is not None and scope.performer_id not in own:
        row = Performer.objects.filter(id=scope.performer_id).first()
        hidden = row is not None and row.visibility == Visibility.LEGAL_ONLY
        if row is None or not whole or (hidden and not actor.is_one_of(*SEES_EVERYBODY)):
            raise UnknownPerformer(scope.performer_id)


def grants_in_force(actor: Actor) -> tuple[int, int]:
    """How many grants of other organisations open something to the actor, and how many of them to nobody else."""
    with granted_sight(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        cursor.execute(_GRANTS, [actor.organisation_id])
        every, to_me = cursor.fetchone()
    return int(every), int(to_me)
