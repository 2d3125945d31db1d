"""What the audience is told, by where the work is seen (NY-03, EU-01, EU-02, CA-03, CN-01)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import Case, either, met
from licensing.clauses.consent_need import claimed_bases, signed_off
from licensing.clauses.findings import BEFORE_DELIVERY, PUBLIC, Duty, Finding
from licensing.clauses.personality import advertises
from licensing.clauses.synthetics import human_role
from licensing.facts import FactsUnknown
from licensing.places import EU
from licensing.values import DisclosureKind, DutyKind, ExemptBasis, Medium, Outcome

_ADVERT_BASES = frozenset(
    {ExemptBasis.EXPRESSIVE_AD_CONSISTENT, ExemptBasis.AUDIO_AD, ExemptBasis.TRANSLATION_ONLY}
)
_FITTING_NOTICES = (
    DisclosureKind.END_CREDIT,
    DisclosureKind.ON_SCREEN,
    DisclosureKind.EU_ICON_FULL,
    DisclosureKind.EU_ICON_PARTIAL,
    DisclosureKind.EU_ICON_DEEPFAKE,
)
_CHINA = "CN"


def synthetic_advert(case: Case) -> Iterator[Finding]:
    """NY-03."""
    if not met(
        lambda: human_role(case),
        lambda: case.released_in("US-NY"),
        lambda: case.in_force("NY-03"),
        lambda: advertises(case),
        lambda: not _only_audio(case),
        lambda: not _advert_exempt(case),
    ):
        return
    text = "An advert seen in New York shows a synthetic performer and says so conspicuously."
    yield from _disclosed(case, text, (DisclosureKind.AD_CONSPICUOUS,))


def _only_audio(case: Case) -> bool:
    media = case.facts.use.media.known()
    return bool(media) and set(media) == {Medium.AUDIO}


def _advert_exempt(case: Case) -> bool:
    return bool(_ADVERT_BASES.intersection(claimed_bases(case))) and signed_off(case)


def _disclosed(case: Case, text: str, kinds: tuple[DisclosureKind, ...]) -> Iterator[Finding]:
    """A duty while the work is made; a door when it is delivered."""
    duty = Duty(DutyKind.DISCLOSE, PUBLIC, {"kinds": [kind.value for kind in kinds]}, BEFORE_DELIVERY)
    if not case.delivering():
        yield Finding(Outcome.DUTY, text, duties=(duty,))
    elif not set(kinds).intersection(case.facts.delivery.disclosures_recorded.known()):
        yield Finding(Outcome.DENY_UNTIL, f"{text} None of {', '.join(kinds)} is recorded.", duties=(duty,))


def machine_readable_marks(case: Case) -> Iterator[Finding]:
    """EU-01. Older systems have time to mark; nobody has time to strip."""
    if not met(lambda: case.released_in(EU), case.delivering, lambda: case.in_force("EU-01")):
        return
    delivery, missing = case.facts.delivery, []
    if delivery.marks_stripped.is_unknown:
        missing.append(delivery.marks_stripped.path)
    elif delivery.marks_stripped.known():
        yield Finding(Outcome.DENY_UNTIL, "Marks were stripped from the file.")
    try:
        lacking = _lacking_marks(case)
    except FactsUnknown as unknown:
        missing.extend(unknown.paths)
    else:
        if lacking:
            yield Finding(Outcome.DENY_UNTIL, f"The file carries no {' and no '.join(lacking)}.")
    if missing:
        raise FactsUnknown(missing)


def _lacking_marks(case: Case) -> tuple[str, ...]:
    marks = case.facts.delivery.marks.known()
    lacking = tuple(
        kind.value for kind in (DisclosureKind.C2PA, DisclosureKind.WATERMARK) if kind not in marks
    )
    rule = case.rule("EU-01")
    begins = rule.valid_from
    if not lacking or case.today >= rule.day("older_systems_from"):
        return lacking
    since = case.facts.model.on_market_since.known()
    return lacking if begins is None or since >= begins else ()


def lifelike_output(case: Case) -> Iterator[Finding]:
    """EU-02. Consent does not replace it."""
    if not met(
        lambda: bool(case.subjects),
        lambda: case.released_in(EU),
        lambda: case.in_force("EU-02"),
        case.facts.use.photoreal.known,
        lambda: either(*(subject.recognisable.known for subject in case.subjects)),
    ):
        return
    text = "Lifelike output that resembles a real person reaches the EU and is disclosed."
    yield from _disclosed(case, text, _FITTING_NOTICES)


def latent_disclosure(case: Case) -> Iterator[Finding]:
    """CA-03."""
    if not met(lambda: case.released_in("US-CA"), case.delivering, lambda: case.in_force("CA-03")):
        return
    if case.facts.model.ca_covered_provider.known():
        fields = ["provider", "system", "version", "created_at", "unique_id"]
        duty = Duty(DutyKind.DISCLOSE, PUBLIC, {"latent": fields}, BEFORE_DELIVERY)
        text = "The provider is covered: the latent disclosure stays in the file."
        yield Finding(Outcome.DUTY, text, duties=(duty,))
    elif DisclosureKind.C2PA not in case.facts.delivery.marks.known():
        yield Finding(
            Outcome.WARN, "The file carries no content credentials; the provider counts as not covered."
        )


def china(case: Case) -> Iterator[Finding]:
    """CN-01."""
    if met(lambda: case.released_in(_CHINA), lambda: case.in_force("CN-01")):
        yield Finding(Outcome.ESCALATE, "The release reaches China, where labels depend on the role.")
