"""What is foreseen of deliveries is what each is worth once the event happened, whatever was delivered and when."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as product
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.deliveries.cards import RecipientCard
from generation.deliveries.queries import deliveries
from generation.foresight.answering import what_if
from generation.foresight.values import WhatIf
from generation.models import Delivery, Take
from generation.operations.recalls import recall_delivery, record_recalls
from generation.values import TakeState
from licensing.foresight.events import (
    ConsentEnds,
    Event,
    HousePackInForce,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.house_rules.signed_pack import signed_pack
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.house_packs import stage_pack
from licensing.operations.strikes import begin_strike, end_strike
from licensing.values import Agreement
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.deliveries import a_delivery_row, a_recipient
from tests.factories.licensing import a_consent, an_engagement
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client
from tests.factories.what_if import Studio, a_studio_that_asks
from tests.rules.test_house_rules import RULE, text

pytestmark = pytest.mark.usefixtures("committed_db")

HISTORIES = 12
LATE = datetime(2031, 1, 1, tzinfo=UTC)


class House:
    """A studio with two films, each of whose two people signed a consent, and a file that goes out."""

    def __init__(self) -> None:
        self.studio: Studio = a_studio_that_asks()
        actor = self.studio.actor
        commercial = a_production(actor, governing_law="US-WA", agreement=Agreement.SAG_COMMERCIALS_2025)
        for one in (self.studio.ana, self.studio.bo):
            an_engagement(actor, commercial, one)
        self.films: list[ProductionCard] = [self.studio.film, commercial]
        self.consents: list[UUID] = [
            self.studio.consent.id,
            a_consent(actor, commercial, self.studio.ana).id,
            a_consent(actor, commercial, self.studio.bo).id,
        ]
        self.take: Take = self.studio.take(self.studio.ana, state=TakeState.SIGNED)
        self.recipient: RecipientCard = a_recipient(actor)

    def delivers(
        self, *consents: int, film: int = 0, until: date | None = None, recipient: RecipientCard | None = None
    ) -> Delivery:
        return a_delivery_row(
            self.studio.actor,
            self.take,
            recipient or self.recipient,
            self.films[film].id,
            consent_ids=[self.consents[one] for one in consents],
            valid_until=until,
        )

    def worth(self) -> dict[UUID, str]:
        """What each delivery is worth at this moment, as its page says."""
        cards = deliveries(self.studio.actor.organisation_id)
        return {card.id: card.standing.state.value for card in cards}

    def foreseen(self, event: Event, at: datetime | None = None) -> dict[UUID, tuple[str, str]]:
        answer = self.studio.what_if(event, at)
        return {one.id: (one.before, one.after) for one in answer.pulled.deliveries}

    def happens(self, event: Event) -> None:
        actor = self.studio.actor
        match event:
            case ConsentEnds(consent_id):
                withdraw_consent(consent_id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)
            case StrikeStarts(agreement):
                begin_strike(agreement, actor=actor)
            case StrikeEnds(agreement):
                end_strike(agreement, actor=actor)
            case _:
                raise AssertionError(f"No history holds {event}.")


@pytest.fixture
def house(committed_db: None) -> House:
    return House()


_DELIVERY = st.fixed_dictionaries(
    {
        "film": st.integers(0, 1),
        "consents": st.sets(st.integers(0, 2)),
        "until": st.sampled_from([None, date(2026, 11, 2), date(2030, 1, 1)]),
        "recalled": st.sampled_from([False, False, False, True]),
    }
)
_EVENT = st.tuples(st.sampled_from(["ends", "strike", "strike ends"]), st.integers(0, 2))
_HISTORY = st.lists(
    st.tuples(st.lists(_DELIVERY, min_size=1, max_size=4), _EVENT, st.booleans()), min_size=1, max_size=4
)


def _event(house: House, kind: str, which: int, ended: set[UUID], struck: set[Agreement]) -> Event | None:
    agreement = (Agreement.SAG_TVT_2026, Agreement.SAG_COMMERCIALS_2025)[which % 2]
    match kind:
        case "ends":
            consent = house.consents[which]
            return None if consent in ended else ConsentEnds(consent)
        case "strike":
            return None if agreement in struck else StrikeStarts(agreement)
        case _:
            return StrikeEnds(agreement) if agreement in struck else None


@settings(max_examples=HISTORIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=_HISTORY)
def test_what_is_foreseen_of_each_delivery_is_what_it_is_worth_once_it_happened(
    committed_db: None, history: list[Any]
) -> None:
    house = House()
    ended: set[UUID] = set()
    struck: set[Agreement] = set()
    for given_out, (kind, which), written_down in history:
        for one in given_out:
            row = house.delivers(*one["consents"], film=one["film"], until=one["until"])
            if one["recalled"] and house.worth()[row.id] == "active":
                recall_delivery(row.id, reason="The cut was changed.", actor=house.studio.actor)
        event = _event(house, kind, which, ended, struck)
        if event is None:
            continue
        before = house.worth()
        foreseen = house.foreseen(event)
        house.happens(event)
        after = house.worth()

        assert foreseen == {one: (before[one], after[one]) for one in before if before[one] != after[one]}

        if isinstance(event, ConsentEnds):
            ended.add(event.consent_id)
        elif isinstance(event, StrikeStarts):
            struck.add(event.agreement)
        elif isinstance(event, StrikeEnds):
            struck.discard(event.agreement)
        if written_down:
            record_recalls(house.studio.actor.organisation_id)


def test_a_withdrawal_recalls_a_strike_suspends_and_the_rest_stays(house: House) -> None:
    both = house.delivers(0, 1)
    other_film = house.delivers(1, film=1)
    house.delivers()

    assert house.foreseen(ConsentEnds(house.consents[0])) == {both.id: ("active", "recalled")}
    assert house.foreseen(StrikeStarts(Agreement.SAG_TVT_2026)) == {both.id: ("active", "suspended")}
    assert house.foreseen(StrikeStarts(Agreement.SAG_COMMERCIALS_2025)) == {
        other_film.id: ("active", "suspended")
    }


def test_the_end_of_a_strike_lets_deliveries_stand_again(house: House) -> None:
    held = house.delivers(0)
    house.happens(StrikeStarts(Agreement.SAG_TVT_2026))

    assert house.foreseen(StrikeEnds(Agreement.SAG_TVT_2026)) == {held.id: ("suspended", "active")}
    # A withdrawal is the worse of the two.
    assert house.foreseen(ConsentEnds(house.consents[0])) == {held.id: ("suspended", "recalled")}


def test_a_day_to_come_ends_terms_and_consents_that_run_out(house: House) -> None:
    term = house.delivers(until=date(2030, 1, 1))
    house.delivers()
    consent = house.delivers(0)

    assert house.foreseen(TimePasses(), LATE) == {
        term.id: ("active", "ended"),
        consent.id: ("active", "ended"),
    }


def test_own_rules_take_back_nothing_that_was_delivered(house: House) -> None:
    house.delivers(0)
    rule = {**RULE, "valid_from": "2020-01-01"}
    pack = stage_pack(signed_pack(text(rule), product.KEYS_FOLDER), actor=house.studio.actor)

    assert house.foreseen(HousePackInForce(pack.id)) == {}


def test_deliveries_of_one_production_alone_may_be_asked_about(house: House) -> None:
    house.delivers(0)
    event = ConsentEnds(house.consents[0])
    actor = house.studio.actor

    here = what_if(WhatIf(event=event, production_id=house.studio.film.id), actor=actor)
    elsewhere = what_if(WhatIf(event=event, production_id=house.films[1].id), actor=actor)

    assert (len(here.pulled.deliveries), len(elsewhere.pulled.deliveries)) == (1, 0)


def test_what_another_studio_delivered_is_in_no_answer(house: House) -> None:
    house.delivers(0)
    stranger = a_member()

    answer = what_if(WhatIf(event=StrikeStarts(Agreement.SAG_TVT_2026)), actor=stranger)

    assert answer.pulled.deliveries == ()


def test_the_page_the_api_and_the_table_name_recipients_media_territories_and_term(house: House) -> None:
    row = house.delivers(0, until=date(2030, 1, 1))
    asked = {"event": "consent_ends", "consent": str(house.consents[0])}
    shown = {"kind": "consent", "consent": str(house.consents[0])}
    browser, client = a_browser(house.studio.actor), an_api_client(house.studio.actor)

    page = browser.get("/legal/what-if", shown).content.decode()
    table = browser.get("/legal/what-if/deliveries.csv", shown)
    answer = client.post("/v1/what-if", asked, format="json").json()
    lines = client.post("/v1/what-if/deliveries", asked, format="json")

    for said in ("Northern Lights Distribution", "1 would be recalled", "1 January 2030", "US"):
        assert said in page
    (told,) = answer["pulled"]["deliveries"]
    assert (told["id"], told["recipient"], told["media"], told["territories"]) == (
        str(row.id),
        "Northern Lights Distribution",
        ["svod"],
        ["US"],
    )
    assert (told["valid_until"], told["before"], told["after"]) == ("2030-01-01", "active", "recalled")
    assert lines.content.decode().splitlines()[0] == table.content.decode().splitlines()[0]
    (line,) = csv.DictReader(io.StringIO(table.content.decode()))
    assert (line["delivery"], line["recipient"], line["territories"], line["valid_until"], line["after"]) == (
        str(row.id),
        "Northern Lights Distribution",
        "US",
        "2030-01-01",
        "recalled",
    )
    assert "withdrawn" in line["why"]
