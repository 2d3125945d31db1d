"""What stands on the first page of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.values import Actor
from audit.queries import LogSummary
from licensing.models.performer import Performer
from licensing.reporting.csv_table import Written
from licensing.reporting.definition import ReportDefinition, Scope
from licensing.reporting.pdf_table import Cover
from productions.queries import production_list
from web.templatetags.words import stated, words


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """Names of what scopes may name, by id."""

    productions: dict[UUID, str]
    performers: dict[UUID, str]

    def words(self, scope: Scope) -> str:
        """The scope in words."""
        said = []
        if scope.production_ids:
            titles = [self.productions.get(one, str(one)) for one in scope.production_ids]
            said.append(f"{'productions' if len(titles) > 1 else 'production'} {', '.join(titles)}")
        if scope.performer_id:
            said.append(f"performer {self.performers.get(scope.performer_id, str(scope.performer_id))}")
        if scope.agreement:
            said.append(f"agreement {words(scope.agreement)}")
        if scope.period_from:
            said.append(f"from {stated(scope.period_from)}")
        if scope.period_until:
            said.append(f"before {stated(scope.period_until)}")
        return "; ".join(said) or "everything on record that its maker may see"


def scope_names(organisation_id: UUID, scopes: list[Scope]) -> ScopeNames:
    """What the scopes name. Call inside `core.tenancy.tenant`."""
    wanted = [one.performer_id for one in scopes if one.performer_id]
    has_productions = any(one.production_ids for one in scopes)
    return ScopeNames(
        {one.id: one.title for one in production_list(organisation_id)} if has_productions else {},
        dict(Performer.objects.filter(id__in=wanted).values_list("id", "professional_name")),
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What the first page is written of."""

    definition: ReportDefinition
    scope: Scope
    actor: Actor
    at: datetime
    written: Written
    csv_sha256: str
    log: LogSummary
    about_period: str


def cover_of(made: Made) -> Cover:
    """The first page. Call inside `core.tenancy.tenant`."""
    definition, log = made.definition, made.log
    organisation = Organisation.objects.get(id=made.actor.organisation_id)
    who = User.objects.filter(id__in=[made.actor.user_id] if made.actor.user_id else []).first()
    by = (who.full_name or who.email) if who else "the product itself, without a person"
    facts = [
        ("Report", f"{definition.number}, {definition.code}"),
        ("Scope", scope_names(organisation.id, [made.scope]).words(made.scope)),
        ("Organisation", organisation.name),
        ("Made", f"{stated(made.at)}, by {by}"),
        ("For", definition.readers),
        ("Rows", str(made.written.rows)),
        ("Fields not recorded", _missing(made.written, len(definition.columns))),
        ("Log", log.origin or "nothing was logged yet"),
        ("Rests on", f"{log.size} entries under the newest signed checkpoint, root {log.root_hex}"),
        ("SHA-256 of the CSV", made.csv_sha256),
    ]
    if made.about_period:
        facts.insert(2, ("Schedule", made.about_period))
    notes = list(definition.notes)
    if definition.period_means and (made.scope.period_from or made.scope.period_until):
        notes.insert(0, f"The period is about {definition.period_means}, in days of UTC.")
    return Cover(
        title=definition.title,
        purpose=definition.purpose,
        facts=tuple(facts),
        notes=tuple(notes),
        made=stated(made.at),
    )


def _missing(written: Written, columns: int) -> str:
    if not written.not_recorded:
        return "none"
    return (
        f"{written.not_recorded} of {written.rows * columns}. They are empty in the CSV and said to be not recorded "
        "here; what is not recorded is unknown, and clears nothing."
    )
