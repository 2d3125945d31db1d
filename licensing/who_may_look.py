"""Who of the house may look at what rests on consents that say who may. To look is not to use."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from accounts.values import Actor, Role
from core import clock
from core.tenancy import tenant
from licensing.agreed import SECTION, AgreedTerms, Audience
from licensing.agreeing.acting_for import performers_acted_for
from licensing.errors import SightNotAgreed
from licensing.models.consent import Consent
from licensing.models.decision import Decision

# Who makes a production or answers for it. Members belong to the whole studio and to no production of it, so that
# `production` and `whole_studio` are one circle here.
_WORK_ON_IT = (Role.PRODUCER, Role.ARTIST, Role.LEGAL, Role.ADMIN, Role.AUDITOR)
_CIRCLES = {
    Role.UNION_REP: Audience.UNION,
    Role.PERFORMER: Audience.OTHER_PERFORMERS,
    Role.REPRESENTATIVE: Audience.OTHER_PERFORMERS,
}


def require_sight(decision_id: UUID, *, actor: Actor) -> None:
    """Refuse whoever may not look at what was made on a decision.

    Raises:
        SightNotAgreed: a consent that it rests on says who may look, and does not name the actor's circle.
    """
    if decision_id in hidden_decisions([decision_id], actor=actor):
        raise SightNotAgreed(
            "A performer in it has agreed to who may look, and you are of no circle that the consent names."
        )


def hidden_decisions(decision_ids: Collection[UUID], *, actor: Actor) -> frozenset[UUID]:
    """Those of these decisions whose consents do not let `actor` look at what was made on them.

    Whoever works on it looks, and so does whoever is the performer or acts for them. A consent that does not say who
    may look hides nothing.
    """
    if not decision_ids or actor.is_one_of(*_WORK_ON_IT):
        return frozenset()
    circles = {_CIRCLES[role].value for role in actor.roles if role in _CIRCLES}
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rests = dict(Decision.objects.filter(id__in=decision_ids).values_list("id", "consent_ids"))
        mine = {str(one) for one in performers_acted_for(actor, on=clock.now())}
        consents = {one for ids in rests.values() for one in ids}
        rows = Consent.objects.filter(id__in=consents).values_list("id", "performer_id", "terms")
        closed = {
            consent_id
            for consent_id, performer_id, terms in rows
            if str(performer_id) not in mine
            and (allowed := AgreedTerms(str(performer_id), terms.get(SECTION) or {}).limit("visible_to"))
            is not None
            and circles.isdisjoint(allowed)
        }
    return frozenset(decision for decision, ids in rests.items() if not closed.isdisjoint(ids))
