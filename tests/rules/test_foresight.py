"""Foreseeing on records alone, beside an oracle that changes the facts themselves.

No database: records are values. The oracle builds the facts of each question by hand, once without the event and once
with it, and asks the rulebook. It knows none of the code that makes facts of records or applies an event to them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.foresight.approvals import Approvals
from licensing.foresight.events import ConsentEnds, ConsentSigned, Event, StrikeEnds, StrikeStarts
from licensing.foresight.questions import Question
from licensing.foresight.records import HYPOTHETICAL, Records, StruckAgreement, after
from licensing.foresight.weighing import Scale
from licensing.gathering import FiledConsent, Person
from licensing.looking import Met
from licensing.rulebook.book import rule_book
from licensing.rules import decide
from licensing.signing_off.papers import Papers
from licensing.values import Agreement, CastMember, UseOrder
from productions.queries import ProductionFacts
from tests.factories.licensing import HOUSE_MODEL, terms

HISTORIES = 1_000
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STUDIO = UUID(int=1)
FILMS = (UUID(int=10), UUID(int=11))
PEOPLE = (UUID(int=20), UUID(int=21), UUID(int=22))
AGREEMENTS = ("sag_tvt_2026", "sag_ima_2025")

History = dict[str, Any]

_CONSENT = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "film": st.integers(0, 1),
        "kind": st.sampled_from(["ebdr_scan", "icdr"]),
        "ended": st.sampled_from([None, None, None, -5, 5]),
        "from": st.sampled_from([-90, -90, -1, 3]),
        "media": st.sampled_from([["theatrical", "svod"], ["theatrical"]]),
        "territories": st.sampled_from([["WORLD"], ["US"]]),
        "scenes": st.sampled_from([["42"], ["42", "43"], ["7"], ["*"], None]),
    }
)
_ORDER = st.fixed_dictionaries(
    {
        "film": st.integers(0, 1),
        "cast": st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from(["ebdr_scan", "icdr"])),
            max_size=2,
            unique_by=lambda one: one[0],
        ),
        "media": st.sampled_from([("theatrical",), ("svod",)]),
        "territories": st.sampled_from([("US",), ("DE",)]),
        "sensitive": st.sampled_from([(), ("nudity",), None]),
        "scenes": st.sampled_from([("42",), ("43",), ("42", "43"), ("7",), ()]),
    }
)
_HISTORY = st.fixed_dictionaries(
    {
        "consents": st.lists(_CONSENT, max_size=5),
        "union": st.sampled_from([True, True, False, None]),
        "struck": st.sampled_from([None, None, *AGREEMENTS]),
        "orders": st.lists(_ORDER, min_size=1, max_size=3),
        "event": st.sampled_from(["ends", "signed", "starts", "stops"]),
        "which": st.integers(0, 9),
    }
)


def _terms(one: dict[str, Any], number: int) -> dict[str, Any]:
    begins = AT + timedelta(days=one["from"])
    return terms(
        media=one["media"],
        territories=one["territories"],
        scenes=one["scenes"],
        valid_from=begins.date().isoformat(),
        separately_signed_at=(AT - timedelta(days=30 + number)).isoformat(),
    )


def records_of(history: History) -> Records:
    consents: dict[UUID, tuple[FiledConsent, ...]] = {}
    for number, one in enumerate(history["consents"]):
        who = PEOPLE[one["who"]]
        filed = FiledConsent(
            id=str(UUID(int=100 + number)),
            performer_id=str(who),
            production_id=str(FILMS[one["film"]]),
            replica_type=one["kind"],
            terms=_terms(one, number),
            status="active",
            ended_at=None if one["ended"] is None else AT + timedelta(days=one["ended"]),
            entry_uid=None,
            recorded_at=AT - timedelta(days=40),
            is_in_log=True,
        )
        consents[who] = (*consents.get(who, ()), filed)
    return Records(
        productions={
            film: ProductionFacts(
                kind="feature",
                agreement=agreement,
                principal_photography_start=date(2026, 9, 1),
                production_start=date(2026, 8, 1),
                governing_law="US-WA",
                buyer="none",
                award_campaign=False,
                writers_guild_covered=False,
                project_id=str(film),
            )
            for film, agreement in zip(FILMS, AGREEMENTS, strict=True)
        },
        people={
            (film, who): Person(
                id=who,
                state="living_adult",
                domicile="US-WA",
                category="principal",
                representation="union_cba_covers_replica",
                union_covered=history["union"],
                employed_on_project=True,
                recognisable=True,
                portrayed_as_minor=False,
                is_engaged=True,
                engaged_at=datetime(2026, 8, 3, tzinfo=UTC),
                contract_date=date(2026, 8, 3),
                replica_from=film,
                estimated_days=2,
            )
            for film in FILMS
            for who in PEOPLE
        },
        consents=consents,
        strikes=(StruckAgreement(history["struck"], AT - timedelta(days=9), None),)
        if history["struck"]
        else (),
        confirmed=frozenset(),
        hidden=frozenset(),
        synthetics={},
        house_pack=None,
        papers={film: Papers() for film in FILMS},
    )


def question(asked: dict[str, Any]) -> Question:
    order = UseOrder(
        organisation_id=STUDIO,
        production_id=FILMS[asked["film"]],
        shot_id=None,
        use="stunt_safety_double",
        stage="generate",
        purpose="this_production",
        output_status="final",
        media=asked["media"],
        territories=asked["territories"],
        languages=("en",),
        scenes=asked["scenes"],
        synthetic_role="none",
        photoreal=True,
        sensitive=asked["sensitive"],
        replaces_in_person_work=False,
        prompt="A figure slips on the wet roof.",
        negative_prompt="",
        cast=tuple(CastMember(performer_id=PEOPLE[who], replica_type=kind) for who, kind in asked["cast"]),
        model=HOUSE_MODEL,
        requested_at=AT,
    )
    return Question("key", UUID(int=5), order, None, Met((), ()), frozenset())


def facts_by_hand(history: History, asked: dict[str, Any], happened: Event | None) -> dict[str, Any]:
    """The oracle's: what the rulebook would be told, in its own words."""
    film, agreement = FILMS[asked["film"]], AGREEMENTS[asked["film"]]
    cast = [PEOPLE[who] for who, _ in asked["cast"]]
    consents = []
    for number, one in enumerate(history["consents"]):
        ended = None if one["ended"] is None else AT + timedelta(days=one["ended"])
        if happened == ConsentEnds(UUID(int=100 + number)):
            ended = AT
        if PEOPLE[one["who"]] in cast:
            consents.append(
                {
                    **_terms(one, number),
                    "consent_id": str(UUID(int=100 + number)),
                    "person_id": str(PEOPLE[one["who"]]),
                    "project_id": str(FILMS[one["film"]]),
                    "replica_type": one["kind"],
                    "withdrawn_at": ended.isoformat() if ended else False,
                }
            )
    if isinstance(happened, ConsentSigned) and happened.performer_id in cast:
        consents.append(
            {
                **happened.terms,
                "consent_id": HYPOTHETICAL,
                "person_id": str(happened.performer_id),
                "project_id": str(happened.production_id),
                "replica_type": happened.replica_type,
                "withdrawn_at": False,
            }
        )
    struck = {history["struck"]} - {None}
    if isinstance(happened, StrikeStarts):
        struck.add(happened.agreement.value)
    if isinstance(happened, StrikeEnds):
        struck.discard(happened.agreement.value)
    return {
        "asked_at": AT.isoformat(),
        "project": {
            "project_id": str(film),
            "kind": "feature",
            "agreement": agreement,
            "principal_photography_start": "2026-09-01",
            "production_start": "2026-08-01",
            "governing_law": "US-WA",
            "buyer": "none",
            "strike_active": sorted(struck),
            "writers_guild_covered": False,
            "award_campaign": False,
        },
        "use": {
            "use": "stunt_safety_double",
            "purpose": "this_production",
            "media": list(asked["media"]),
            "territories": list(asked["territories"]),
            "stage": "generate",
            "output_status": "final",
            "languages": ["en"],
            "scenes": list(asked["scenes"]),
            "synthetic_role": "none",
            "photoreal": True,
            "sensitive": None if asked["sensitive"] is None else list(asked["sensitive"]),
            "replaces_in_person_work": False,
            "prompt": {"named_people": []},
        },
        "subjects": [
            {
                "person_id": str(PEOPLE[who]),
                "state": "living_adult",
                "category": "principal",
                "replica_type": kind,
                "representation": "union_cba_covers_replica",
                "union_covered": history["union"],
                "employed_on_project": True,
                "recognisable": True,
                "domicile": "US-WA",
                "engaged_at": "2026-08-03T00:00:00+00:00",
                "contract_date": "2026-08-03",
                "replica_from": str(film),
                "portrayed_as_minor": False,
                "estimated_days": 2,
            }
            for who, kind in asked["cast"]
        ],
        "consents": consents,
        "model": {
            "name": HOUSE_MODEL.name,
            "version": HOUSE_MODEL.version,
            "on_file": list(HOUSE_MODEL.on_file or ()),
            "terms_changed": False,
            "talent_enhancement": False,
            "unowned_training_data": False,
            "trained_for_project": False,
            "on_market_since": "2026-03-01",
        },
    }


def event_of(history: History) -> Event | None:
    which = history["which"]
    match history["event"]:
        case "ends":
            alive = [
                number
                for number, one in enumerate(history["consents"])
                if one["ended"] is None or one["ended"] > 0
            ]
            return ConsentEnds(UUID(int=100 + alive[which % len(alive)])) if alive else None
        case "signed":
            return ConsentSigned(
                production_id=FILMS[which % 2],
                performer_id=PEOPLE[which % 3],
                replica_type="ebdr_scan",
                terms=terms(separately_signed_at=AT.isoformat(), valid_from=AT.date().isoformat()),
            )
        case "starts":
            return StrikeStarts(Agreement(AGREEMENTS[which % 2]))
        case _:
            return StrikeEnds(Agreement(history["struck"])) if history["struck"] else None


def disagreements(history: History) -> list[object]:
    """Where prediction and oracle part, and how many answers the event changes."""
    event = event_of(history)
    if event is None:
        return []
    records = records_of(history)
    scales = [
        (None, Scale(records, rule_book(), Approvals(), AT)),
        (event, Scale(after(records, event, AT), rule_book(), Approvals(), AT)),
    ]
    wrong: list[object] = []
    for asked in history["orders"]:
        for happened, scale in scales:
            verdict = scale.weigh(question(asked)).verdict
            by_hand = decide(facts_by_hand(history, asked, happened))
            if verdict.as_json() != by_hand.as_json():
                wrong.append((asked, happened, verdict.as_json(), by_hand.as_json()))
    return wrong


@settings(max_examples=HISTORIES)
@given(history=_HISTORY)
def test_what_is_foreseen_is_what_the_changed_facts_say(history: History) -> None:
    assert disagreements(history) == []


_PLAIN: History = {
    "consents": [
        {
            "who": 0,
            "film": 0,
            "kind": "ebdr_scan",
            "ended": None,
            "from": -90,
            "media": ["theatrical", "svod"],
            "territories": ["WORLD"],
            "scenes": ["42"],
        }
    ],
    "union": True,
    "struck": None,
    "orders": [
        {
            "film": 0,
            "cast": [(0, "ebdr_scan")],
            "media": ("svod",),
            "territories": ("US",),
            "sensitive": (),
            "scenes": ("42",),
        }
    ],
    "event": "ends",
    "which": 0,
}


def test_the_histories_hold_answers_that_change() -> None:
    """Else the property would hold of code that foresees nothing."""
    records, asked = records_of(_PLAIN), question(_PLAIN["orders"][0])
    for event, permitted in ((None, True), (ConsentEnds(UUID(int=100)), False)):
        state = records if event is None else after(records, event, AT)
        verdict = Scale(state, rule_book(), Approvals(), AT).weigh(asked).verdict
        assert verdict.decision.permitted is permitted


def test_a_fault_in_applying_an_event_is_noticed(monkeypatch: Any) -> None:  # noqa: ANN401 - pytest's
    assert not disagreements(_PLAIN)
    monkeypatch.setitem(globals(), "after", lambda records, _event, _at: records)

    assert disagreements(_PLAIN)
    assert disagreements({**_PLAIN, "event": "starts"})


def test_a_question_of_another_moment_or_prompt_is_not_mistaken_for_the_same() -> None:
    scale = Scale(records_of(_PLAIN), rule_book(), Approvals(), AT)
    asked = question(_PLAIN["orders"][0])
    elsewhere = replace(asked, order=replace(asked.order, scenes=("7",)))

    assert scale.weigh(asked).verdict is scale.weigh(replace(asked, key="another take")).verdict
    assert scale.weigh(asked).verdict.decision != scale.weigh(elsewhere).verdict.decision
