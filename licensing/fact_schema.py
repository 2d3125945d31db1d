"""Which facts exist, where they stand and of what type they are."""

from __future__ import annotations

from collections.abc import Mapping

from licensing.fact_reading import Node, read_object
from licensing.facts import (
    BuyerAnswers,
    Capture,
    ConsentRecord,
    Delivery,
    Fact,
    Facts,
    IntendedUse,
    Model,
    NamedPerson,
    Project,
    Subject,
    SyntheticCase,
    TrainingLicence,
    Transfer,
    UseAsked,
    Workplace,
)
from licensing.facts_weighed import weighed
from licensing.values import (
    Agreement,
    Answer,
    Biometric,
    Buyer,
    DisclosureKind,
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


def read_facts(values: Mapping[str, object], *, from_register: bool = False) -> Facts:
    """The facts that `values`, plain JSON values, state.

    Args:
        values: the facts.
        from_register: the consents come from the register, where each was read when it was recorded and names its
            person, production and kind. Those that no rule can weigh in this question are not read again.

    Raises:
        BadFacts: a name, type or value the vocabulary does not have; the message starts with its path.
    """
    return read_object("", weighed(values) if from_register else values, _facts)


def _facts(node: Node) -> Facts:
    return Facts(
        asked_at=node.instant("asked_at"),
        project=node.section("project", _project),
        use=node.section("use", _use),
        subjects=node.records("subjects", _subject),
        consents=node.records("consents", _consent),
        captures=node.records("captures", _capture),
        synthetic=node.section("synthetic", _synthetic),
        model=node.section("model", _model),
        buyer_answers=node.section("buyer_answers", _buyer_answers),
        delivery=node.section("delivery", _delivery),
        workplace=node.section("workplace", _workplace),
    )


def _project(node: Node) -> Project:
    return Project(
        project_id=node.text("project_id"),
        kind=node.one_of("kind", ProjectKind),
        agreement=node.one_of("agreement", Agreement),
        principal_photography_start=node.day("principal_photography_start"),
        production_start=node.day("production_start"),
        governing_law=node.territory("governing_law"),
        buyer=node.one_of("buyer", Buyer),
        strike_active=node.some_of("strike_active", Agreement),
        writers_guild_covered=node.boolean("writers_guild_covered"),
        award_campaign=node.boolean("award_campaign"),
    )


def _use(node: Node) -> UseAsked:
    return UseAsked(
        use=node.one_of("use", Use),
        purpose=node.one_of("purpose", Purpose),
        media=node.some_of("media", Medium),
        territories=node.territories("territories"),
        stage=node.one_of("stage", Stage),
        output_status=node.one_of("output_status", OutputStatus),
        languages=node.texts("languages"),
        scenes=node.texts("scenes"),
        synthetic_role=node.one_of("synthetic_role", SyntheticRole),
        named_people=node.section("prompt", _named_people),
        photoreal=node.boolean("photoreal"),
        sensitive=node.some_of("sensitive", Sensitive),
        exempt_basis=node.some_of("exempt_basis", ExemptBasis),
        basis_signed_off_by=node.one_of_or_false("basis_signed_off_by", SigningOffRole),
        replaces_in_person_work=node.boolean("replaces_in_person_work"),
        key_visual=node.boolean("key_visual"),
        unscripted_dialogue=node.boolean("unscripted_dialogue"),
        fabricated_statement=node.boolean("fabricated_statement"),
        archive_like=node.boolean("archive_like"),
        advertiser=node.text("advertiser"),
        product_line=node.text("product_line"),
        training=node.section("training", _training),
        transfer=node.section("transfer", _transfer),
    )


def _named_people(node: Node) -> Fact[tuple[NamedPerson, ...]]:
    return node.records("named_people", _named_person)


def _named_person(node: Node) -> NamedPerson:
    return NamedPerson(
        path=node.path,
        person_id=node.text("person_id"),
        features=node.some_of("features", FacialFeature),
        stays_recognisable=node.boolean("stays_recognisable"),
    )


def _training(node: Node) -> TrainingLicence:
    return TrainingLicence(
        affiliated=node.boolean("affiliated"),
        for_pay=node.boolean("for_pay"),
        public_commercial=node.boolean("public_commercial"),
        union_notice_at=node.event("union_notice_at"),
        writers_notice_at=node.event("writers_notice_at"),
        meeting_pending=node.boolean("meeting_pending"),
    )


def _transfer(node: Node) -> Transfer:
    return Transfer(
        union_asked_at=node.event("union_asked_at"),
        union_answer=node.one_of("union_answer", UnionAnswer),
        assumed_in_writing=node.boolean("assumed_in_writing"),
    )


def _subject(node: Node) -> Subject:
    return Subject(
        path=node.path,
        person_id=node.text("person_id"),
        state=node.one_of("state", SubjectState),
        category=node.one_of("category", PerformerCategory),
        replica_type=node.one_of("replica_type", ReplicaType),
        representation=node.one_of("representation", Representation),
        union_covered=node.boolean("union_covered"),
        employed_on_project=node.boolean("employed_on_project"),
        recognisable=node.boolean("recognisable"),
        domicile=node.territory("domicile"),
        engaged_at=node.event("engaged_at"),
        contract_date=node.day("contract_date"),
        replica_from=node.text("replica_from"),
        portrayed_as_minor=node.boolean("portrayed_as_minor"),
        session=node.one_of("session", Session),
        estimated_days=node.integer("estimated_days"),
        used_as_principal=node.boolean("used_as_principal"),
    )


def _consent(node: Node) -> ConsentRecord:
    return ConsentRecord(
        path=node.path,
        consent_id=node.text("consent_id"),
        person_id=node.text("person_id"),
        project_id=node.text("project_id"),
        replica_type=node.one_of("replica_type", ReplicaType),
        form_kind=node.one_of("form_kind", FormKind),
        signer_role=node.one_of("signer_role", SignerRole),
        separately_signed_at=node.event("separately_signed_at"),
        authority_verified=node.boolean("authority_verified"),
        intended_use=node.section("intended_use", _intended_use),
        requested_at=node.event("requested_at"),
        business_reason_at=node.event("business_reason_at"),
        notice_given_at=node.event("notice_given_at"),
        services_at=node.event("services_at"),
        union_notified_at=node.event("union_notified_at"),
        withdrawn_at=node.event("withdrawn_at"),
        business_reason=node.text("business_reason"),
        notice_waived_in_writing=node.boolean("notice_waived_in_writing"),
        bargained=node.boolean("bargained"),
        survives_death=node.boolean("survives_death"),
        valid_from=node.day("valid_from"),
        valid_until=node.date_or_never("valid_until"),
        advertiser=node.text("advertiser"),
        product_line=node.text("product_line"),
        original_production_start=node.day("original_production_start"),
        # No rule reads these: how much of them is left is counted, see `licensing.quotas`.
        most_uses=node.count("most_uses"),
        most_takes=node.count("most_takes"),
        most_seconds=node.count("most_seconds"),
    )


def _intended_use(node: Node) -> IntendedUse:
    return IntendedUse(
        description=node.text("description"),
        reasonably_specific=node.boolean("reasonably_specific"),
        consistent_with_contract=node.boolean("consistent_with_contract"),
        uses=node.some_of("uses", Use),
        purposes=node.some_of("purposes", Purpose),
        media=node.some_of("media", Medium),
        territories=node.territories("territories"),
        languages=node.texts("languages"),
        scenes=node.texts("scenes"),
        sensitive=node.some_of("sensitive", Sensitive),
    )


def _capture(node: Node) -> Capture:
    return Capture(
        path=node.path,
        person_id=node.text("person_id"),
        session_at=node.instant("session_at"),
        place=node.territory("place"),
        biometrics=node.some_of("biometrics", Biometric),
        written_notice_at=node.event("written_notice_at"),
        written_release_at=node.event("written_release_at"),
        retention_policy_public=node.boolean("retention_policy_public"),
        unrelated_use=node.boolean("unrelated_use"),
        set_security_only=node.boolean("set_security_only"),
    )


def _synthetic(node: Node) -> SyntheticCase:
    return SyntheticCase(
        value_finding=node.one_of("value_finding", ValueFinding),
        union_notice_at=node.event("union_notice_at"),
        bargaining_opened_at=node.event("bargaining_opened_at"),
        agreed_at=node.event("agreed_at"),
        arbitration_opened_at=node.event("arbitration_opened_at"),
    )


def _model(node: Node) -> Model:
    return Model(
        name=node.text("name"),
        version=node.text("version"),
        on_file=node.some_of("on_file", VendorPaper),
        terms_changed=node.boolean("terms_changed"),
        talent_enhancement=node.boolean("talent_enhancement"),
        unowned_training_data=node.boolean("unowned_training_data"),
        trained_for_project=node.text_or_false("trained_for_project"),
        reuse_consents_all=node.boolean("reuse_consents_all"),
        on_market_since=node.day("on_market_since"),
        ca_covered_provider=node.boolean("ca_covered_provider"),
    )


def _buyer_answers(node: Node) -> BuyerAnswers:
    return BuyerAnswers(
        no_recreation=node.one_of("no_recreation", Answer),
        no_store_reuse_train=node.one_of("no_store_reuse_train", Answer),
        secured=node.one_of("secured", Answer),
        temporary_only=node.one_of("temporary_only", Answer),
        no_talent_work_without_consent=node.one_of("no_talent_work_without_consent", Answer),
        outside_secured_tools=node.boolean("outside_secured_tools"),
        written_approval_at=node.event("written_approval_at"),
    )


def _delivery(node: Node) -> Delivery:
    return Delivery(
        marks=node.some_of("marks", DisclosureKind),
        marks_stripped=node.boolean("marks_stripped"),
        disclosures_recorded=node.some_of("disclosures_recorded", DisclosureKind),
    )


def _workplace(node: Node) -> Workplace:
    return Workplace(
        ai_material_given_to_writer=node.boolean("ai_material_given_to_writer"),
        disclosed_to_writer=node.boolean("disclosed_to_writer"),
        ai_required_of_writer=node.boolean("ai_required_of_writer"),
        crew_prompting_displaces=node.boolean("crew_prompting_displaces"),
        director_consulted=node.boolean("director_consulted"),
    )
