"""Facts as rules read them: every value knows its path, and may be unknown.

Three kinds of not having a value: `None` is unknown and never cleared, `()` is known to be none, `False` in an
event is known not to have happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, NamedTuple, TypeVar

from licensing.values import (
    Agreement,
    Answer,
    Biometric,
    Buyer,
    DisclosureKind,
    Event,
    ExemptBasis,
    FacialFeature,
    FormKind,
    Medium,
    OutputStatus,
    PerformerCategory,
    ProjectKind,
    Purpose,
    ReplicaType,
    Representation,
    Sensitive,
    Session,
    SignerRole,
    SigningOffRole,
    Stage,
    SubjectState,
    SyntheticRole,
    UnionAnswer,
    Use,
    ValueFinding,
    VendorPaper,
)

T_co = TypeVar("T_co", covariant=True)


class FactsUnknown(Exception):
    """A rule asked for facts nobody has stated. `paths` names them."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(dict.fromkeys(paths))


class Fact(NamedTuple, Generic[T_co]):
    """A value under its path. `stated` tells an absent name from an explicit null."""

    path: str
    value: T_co | None
    stated: bool

    @property
    def is_unknown(self) -> bool:
        return self.value is None

    def known(self) -> T_co:
        """The value.

        Raises:
            FactsUnknown: nobody has stated it.
        """
        if self.value is None:
            raise FactsUnknown([self.path])
        return self.value


@dataclass(frozen=True, slots=True)
class Project:
    project_id: Fact[str]
    kind: Fact[ProjectKind]
    agreement: Fact[Agreement]
    principal_photography_start: Fact[date]
    production_start: Fact[date]
    governing_law: Fact[str]
    buyer: Fact[Buyer]
    strike_active: Fact[tuple[Agreement, ...]]
    writers_guild_covered: Fact[bool]
    award_campaign: Fact[bool]


@dataclass(frozen=True, slots=True)
class NamedPerson:
    path: str
    person_id: Fact[str]
    features: Fact[tuple[FacialFeature, ...]]
    stays_recognisable: Fact[bool]


@dataclass(frozen=True, slots=True)
class TrainingLicence:
    affiliated: Fact[bool]
    for_pay: Fact[bool]
    public_commercial: Fact[bool]
    union_notice_at: Fact[Event]
    writers_notice_at: Fact[Event]
    meeting_pending: Fact[bool]


@dataclass(frozen=True, slots=True)
class Transfer:
    union_asked_at: Fact[Event]
    union_answer: Fact[UnionAnswer]
    assumed_in_writing: Fact[bool]


@dataclass(frozen=True, slots=True)
class UseAsked:
    use: Fact[Use]
    purpose: Fact[Purpose]
    media: Fact[tuple[Medium, ...]]
    territories: Fact[tuple[str, ...]]
    stage: Fact[Stage]
    output_status: Fact[OutputStatus]
    languages: Fact[tuple[str, ...]]
    scenes: Fact[tuple[str, ...]]
    synthetic_role: Fact[SyntheticRole]
    named_people: Fact[tuple[NamedPerson, ...]]
    photoreal: Fact[bool]
    sensitive: Fact[tuple[Sensitive, ...]]
    exempt_basis: Fact[tuple[ExemptBasis, ...]]
    basis_signed_off_by: Fact[SigningOffRole | Literal[False]]
    replaces_in_person_work: Fact[bool]
    key_visual: Fact[bool]
    unscripted_dialogue: Fact[bool]
    fabricated_statement: Fact[bool]
    archive_like: Fact[bool]
    advertiser: Fact[str]
    product_line: Fact[str]
    training: TrainingLicence
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Subject:
    path: str
    person_id: Fact[str]
    state: Fact[SubjectState]
    category: Fact[PerformerCategory]
    replica_type: Fact[ReplicaType]
    representation: Fact[Representation]
    union_covered: Fact[bool]
    employed_on_project: Fact[bool]
    recognisable: Fact[bool]
    domicile: Fact[str]
    engaged_at: Fact[Event]
    contract_date: Fact[date]
    replica_from: Fact[str]
    portrayed_as_minor: Fact[bool]
    session: Fact[Session]
    estimated_days: Fact[int]
    used_as_principal: Fact[bool]

    @property
    def label(self) -> str:
        """How messages name the person: by id, so that no name enters a record."""
        return self.person_id.value or self.path


@dataclass(frozen=True, slots=True)
class IntendedUse:
    description: Fact[str]
    reasonably_specific: Fact[bool]
    consistent_with_contract: Fact[bool]
    uses: Fact[tuple[Use, ...]]
    purposes: Fact[tuple[Purpose, ...]]
    media: Fact[tuple[Medium, ...]]
    territories: Fact[tuple[str, ...]]
    languages: Fact[tuple[str, ...]]
    scenes: Fact[tuple[str, ...]]
    sensitive: Fact[tuple[Sensitive, ...]]


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    path: str
    consent_id: Fact[str]
    person_id: Fact[str]
    project_id: Fact[str]
    replica_type: Fact[ReplicaType]
    form_kind: Fact[FormKind]
    signer_role: Fact[SignerRole]
    separately_signed_at: Fact[Event]
    authority_verified: Fact[bool]
    intended_use: IntendedUse
    requested_at: Fact[Event]
    business_reason_at: Fact[Event]
    notice_given_at: Fact[Event]
    services_at: Fact[Event]
    union_notified_at: Fact[Event]
    withdrawn_at: Fact[Event]
    business_reason: Fact[str]
    notice_waived_in_writing: Fact[bool]
    bargained: Fact[bool]
    survives_death: Fact[bool]
    valid_from: Fact[date]
    valid_until: Fact[date | Literal[False]]
    advertiser: Fact[str]
    product_line: Fact[str]
    original_production_start: Fact[date]
    most_uses: Fact[int]
    most_takes: Fact[int]
    most_seconds: Fact[int]

    @property
    def label(self) -> str:
        return self.consent_id.value or self.path


@dataclass(frozen=True, slots=True)
class Capture:
    path: str
    person_id: Fact[str]
    session_at: Fact[datetime]
    place: Fact[str]
    biometrics: Fact[tuple[Biometric, ...]]
    written_notice_at: Fact[Event]
    written_release_at: Fact[Event]
    retention_policy_public: Fact[bool]
    unrelated_use: Fact[bool]
    set_security_only: Fact[bool]


@dataclass(frozen=True, slots=True)
class SyntheticCase:
    value_finding: Fact[ValueFinding]
    union_notice_at: Fact[Event]
    bargaining_opened_at: Fact[Event]
    agreed_at: Fact[Event]
    arbitration_opened_at: Fact[Event]


@dataclass(frozen=True, slots=True)
class Model:
    name: Fact[str]
    version: Fact[str]
    on_file: Fact[tuple[VendorPaper, ...]]
    terms_changed: Fact[bool]
    talent_enhancement: Fact[bool]
    unowned_training_data: Fact[bool]
    trained_for_project: Fact[str | Literal[False]]
    reuse_consents_all: Fact[bool]
    on_market_since: Fact[date]
    ca_covered_provider: Fact[bool]


@dataclass(frozen=True, slots=True)
class BuyerAnswers:
    no_recreation: Fact[Answer]
    no_store_reuse_train: Fact[Answer]
    secured: Fact[Answer]
    temporary_only: Fact[Answer]
    no_talent_work_without_consent: Fact[Answer]
    outside_secured_tools: Fact[bool]
    written_approval_at: Fact[Event]


@dataclass(frozen=True, slots=True)
class Delivery:
    marks: Fact[tuple[DisclosureKind, ...]]
    marks_stripped: Fact[bool]
    disclosures_recorded: Fact[tuple[DisclosureKind, ...]]


@dataclass(frozen=True, slots=True)
class Workplace:
    ai_material_given_to_writer: Fact[bool]
    disclosed_to_writer: Fact[bool]
    ai_required_of_writer: Fact[bool]
    crew_prompting_displaces: Fact[bool]
    director_consulted: Fact[bool]


@dataclass(frozen=True, slots=True)
class Facts:
    asked_at: Fact[datetime]
    project: Project
    use: UseAsked
    subjects: Fact[tuple[Subject, ...]]
    consents: Fact[tuple[ConsentRecord, ...]]
    captures: Fact[tuple[Capture, ...]]
    synthetic: SyntheticCase
    model: Model
    buyer_answers: BuyerAnswers
    delivery: Delivery
    workplace: Workplace
