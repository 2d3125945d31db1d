"""Pages, the API and the table tell the same, each to those whom it concerns."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models.organisation import Organisation
from accounts.values import Actor, OrganisationKind, Role
from core.tenancy import tenant
from generation.authorship.values import Cut
from generation.deliveries.standing import standings
from generation.foresight.answering import what_if
from generation.foresight.values import WhatIf
from generation.graph.answering import graph
from generation.graph.errors import NoSuchNode
from generation.graph.still_out import still_out
from generation.graph.values import Node, NodeKind, Question
from generation.models import Delivery, Take
from generation.operations.cuts import arrange_cut
from generation.operations.recalls import record_recalls
from generation.values import TakeState
from licensing.foresight.events import ConsentEnds
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.grants import NewGrant, grant_sight
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_cards
from productions.queries import ShotCard
from tests.factories.accounts import a_member, an_organisation
from tests.factories.authorship import of_take
from tests.factories.deliveries import a_delivery_row, a_recipient
from tests.factories.documents import an_authority
from tests.factories.graphs import an_asset_row
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import a_descent
from tests.factories.what_if import a_studio_that_asks


@dataclass
class House:
    """The first take rests on Ana's consent; a remix of it, and a take of another shot, rest on Bo's."""

    actor: Actor
    production_id: UUID
    shot: ShotCard
    ana: PerformerCard
    consents: list[UUID]
    takes: list[Take]

    def delivers(self, take: int, *consents: int) -> Delivery:
        with tenant(self.actor.organisation_id):
            number = Delivery.objects.count()
        return a_delivery_row(
            self.actor,
            self.takes[take],
            a_recipient(self.actor, f"Harbour Cinemas {number}"),
            self.production_id,
            consent_ids=[self.consents[one] for one in consents],
        )

    def called(self, take: int) -> str:
        return f"{self.shot.code} take {self.takes[take].number}"

    def consent(self, which: int = 0) -> Node:
        return Node(NodeKind.CONSENT, self.consents[which])


@pytest.fixture
def house(committed_db: None) -> House:
    return _house()


def _house() -> House:
    studio = a_studio_that_asks()
    takes = [studio.take(one, state=TakeState.SIGNED) for one in (studio.ana, studio.bo, studio.bo)]
    for take in takes:
        an_asset_row(take)
    a_descent(takes[1], takes[0], kind="remix", first_frame=0, end_frame=17, source_sha256="ab" * 32)
    (bos,) = consent_cards(studio.actor.organisation_id, performer_id=studio.bo.id)
    return House(studio.actor, studio.film.id, studio.shot, studio.ana, [studio.consent.id, bos.id], takes)


def _member(organisation_id: UUID, *roles: Role) -> Actor:
    with tenant(organisation_id):
        return a_member(*roles, organisation=Organisation.objects.get(id=organisation_id))


def test_what_is_out_by_name_and_by_descent(house: House) -> None:
    named, descended = house.delivers(0, 0), house.delivers(1, 1)
    house.delivers(2, 1)

    found = still_out(house.consent(), actor=house.actor)

    assert {(one.delivery_id, one.is_named) for one in found.lines} == {
        (named.id, True),
        (descended.id, False),
    }
    assert (found.out, found.rightly, found.takes) == (2, 2, 2)
    withdraw_consent(house.consents[0], reason=WithdrawalReason.PERFORMER_WISH, actor=house.actor)
    after = {one.delivery_id: one for one in still_out(house.consent(), actor=house.actor).lines}
    assert after[named.id].standing.state == "recalled"
    assert after[named.id].is_out
    # Nothing recalls what only comes of it: whoever asks is told.
    assert (after[descended.id].standing.state, after[descended.id].outlives) == ("active", True)
    assert still_out(house.consent(), actor=house.actor).rightly == 0
    assert (
        "nothing recalls it by itself"
        in a_browser(house.actor).get(f"/graph/consent/{house.consents[0]}/out").text
    )


_HISTORY = st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 1))), min_size=1, max_size=4)


@settings(
    max_examples=6, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=_HISTORY, ended=st.integers(0, 1))
def test_whatever_was_delivered_the_graph_what_if_and_recalls_agree(
    committed_db: None, history: list[tuple[int, set[int]]], ended: int
) -> None:
    house = _house()
    rows = [house.delivers(take, *consents) for take, consents in history]
    # By hand: a file rests on a consent that its own decision names, or that of its take, or of the take before it.
    behind = [{0}, {0, 1}, {1}]
    expected = {
        row.id: (ended in consents)
        for row, (take, consents) in zip(rows, history, strict=True)
        if ended in consents | behind[take]
    }

    before = still_out(house.consent(ended), actor=house.actor)
    answer = what_if(WhatIf(event=ConsentEnds(house.consents[ended])), actor=house.actor)
    foreseen, descent = answer.pulled.deliveries, answer.descent
    withdraw_consent(house.consents[ended], reason=WithdrawalReason.PERFORMER_WISH, actor=house.actor)
    record_recalls(house.actor.organisation_id)
    after = still_out(house.consent(ended), actor=house.actor)

    assert {one.delivery_id: one.is_named for one in before.lines} == expected
    assert {one.id for one in foreseen} == {one for one, is_named in expected.items() if is_named}
    outlived = {one for one, is_named in expected.items() if not is_named}
    assert {one.id for one in descent.deliveries} == outlived
    assert {one.delivery_id for one in after.lines if one.outlives} == outlived
    # The remix has pictures of the take that rests on Ana's consent, and rests on Bo's by its own decision.
    remix = house.takes[1]
    assert [(one.id, one.comes_of, one.stops) for one in descent.takes] == (
        [(remix.id, (house.called(0),), False)] if ended == 0 else []
    )
    worth = standings(house.actor.organisation_id, rows)
    assert {one.delivery_id: one.standing.state for one in after.lines} == {
        one: worth[one].state for one in expected
    }
    assert {one.delivery_id for one in after.lines if one.standing.state == "recalled"} == {
        one for one, is_named in expected.items() if is_named
    }


def test_the_page_draws_it_and_the_tables_hold_the_same(house: House) -> None:
    house.delivers(1, 1)
    browser = a_browser(house.actor)

    page = browser.get(f"/graph/take/{house.takes[1].id}")
    out = browser.get(f"/graph/consent/{house.consents[0]}/out")
    table = browser.get(f"/graph/consent/{house.consents[0]}/out.csv")

    assert page.status_code == 200
    for said in (
        "<svg",
        "Consent of Ana Ruiz Calder",
        "Harbour Cinemas 0",
        "Tiny",
        house.called(0),
        "Bo Tannhaus",
    ):
        assert said in page.text
    assert "by descent of the file" in out.text
    (line,) = csv.DictReader(io.StringIO(table.text))
    assert (line["recipient"], line["state"], line["rests"]) == ("Harbour Cinemas 0", "active", "by descent")
    assert line["resting_on"] == f"consent:{house.consents[0]}"


def test_a_frame_of_a_cut_by_number_and_by_timecode(house: House) -> None:
    cut = Cut(items=(of_take(house.takes[2], 3, 9), of_take(house.takes[0], 2, 10)))
    arrange_cut(house.shot.sequence_id, cut, based_on=0, actor=house.actor)
    browser, client = a_browser(house.actor), an_api_client(house.actor)
    address = f"/graph/sequence/{house.shot.sequence_id}"

    by_number = browser.get(address, {"frame": "8"}, follow=True)
    by_timecode = browser.get(address, {"frame": "00:00:00:07"}, follow=True)
    answer = client.get(
        "/v1/graph",
        {"node": f"sequence:{house.shot.sequence_id}", "direction": "up", "timecode": "00:00:00:07"},
    ).json()

    assert house.called(0) in by_number.text
    assert house.called(2) not in by_number.text
    assert house.called(0) in by_timecode.text
    assert house.called(2) not in by_timecode.text
    (take,) = [one for one in answer["nodes"] if one["kind"] == "take"]
    assert (take["id"], take["frames"]) == (str(house.takes[0].id), [{"first_frame": 3, "end_frame": 4}])
    assert {one["title"] for one in answer["nodes"] if one["kind"] == "consent"} == {
        "Consent of Ana Ruiz Calder"
    }


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ({"node": "wish:00000000-0000-7000-8000-000000000000"}, 400, "invalid-request"),
        ({"node": "take:17"}, 400, "invalid-request"),
        ({"node": "take:00000000-0000-7000-8000-000000000000"}, 404, "node-unknown"),
        ({"node": "sequence:00000000-0000-7000-8000-000000000000"}, 404, "node-unknown"),
        ({"node": "take:{take}", "first_frame": 3, "end_frame": 3}, 400, "invalid-request"),
        ({"node": "take:{take}", "timecode": "01:00:00:00"}, 422, "frame-unreadable"),
        ({"node": "consent:{consent}", "first_frame": 3}, 422, "frame-unreadable"),
        ({"node": "take:{take}", "kinds": "wish"}, 400, "invalid-request"),
    ],
)
def test_what_cannot_be_asked_says_why(
    house: House, query: dict[str, object], status: int, slug: str
) -> None:
    filled = {
        name: str(value).format(take=house.takes[0].id, consent=house.consents[0])
        for name, value in query.items()
    }

    answer = an_api_client(house.actor).get("/v1/graph", filled)

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, slug)


@pytest.mark.parametrize("frame", ["x", "0", "9-3", "1:2"])
def test_a_frame_that_is_none_is_said_so_on_the_page(house: House, frame: str) -> None:
    page = a_browser(house.actor).get(f"/graph/take/{house.takes[0].id}", {"frame": frame})

    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_the_api_pages_and_filters(house: House) -> None:
    house.delivers(0, 0)
    client = an_api_client(house.actor)
    asked = {"node": f"consent:{house.consents[0]}", "direction": "down"}

    whole = client.get("/v1/graph", asked).json()
    first = client.get("/v1/graph", asked | {"limit": "2"}).json()
    takes = client.get("/v1/graph", asked | {"kinds": "take"}).json()
    near = client.get("/v1/graph", asked | {"depth": "1"}).json()

    assert whole["is_whole"]
    assert (len(first["nodes"]), first["count"]) == (2, whole["count"])
    assert first["next"]
    assert {one["kind"] for one in takes["nodes"]} == {"take"}
    assert {one["kind"] for one in near["nodes"]} == {"decision"}
    assert {(one["kind"], one["child"], one["parent"]) for one in whole["edges"]} > {
        ("signs", f"credential:{house.takes[0].asset_id}", f"take:{house.takes[0].id}"),
        ("remix", f"take:{house.takes[1].id}", f"take:{house.takes[0].id}"),
    }
    out = client.get("/v1/graph/out", {"node": f"consent:{house.consents[0]}"}).json()
    assert (out["count"], out["out"], out["by_state"]) == (1, 1, {"active": 1})


def test_the_performer_sees_what_came_of_their_consent_and_others_counted_alone(house: House) -> None:
    delivery = house.delivers(1, 1)
    performer, stranger = (_member(house.actor.organisation_id, Role.PERFORMER) for _ in range(2))
    an_authority(house.actor, house.ana, performer)

    mine = graph(Question(node=house.consent()), actor=performer)
    remix = graph(Question(node=Node(NodeKind.TAKE, house.takes[1].id)), actor=performer)
    out = still_out(house.consent(), actor=performer)

    assert mine.start.name.title == "Consent of Ana Ruiz Calder"
    assert {line.node.kind for line in remix.lines} <= {
        *(NodeKind.TAKE, NodeKind.DECISION, NodeKind.CONSENT, NodeKind.PERFORMER, NodeKind.CREDENTIAL),
        *(NodeKind.DELIVERY, NodeKind.RECIPIENT),
    }
    told = " ".join(f"{line.name.title} {line.name.detail}" for line in remix.lines)
    assert "Ana Ruiz Calder" in told
    assert "Bo Tannhaus" not in told
    assert "Harbour" not in told
    assert (remix.unnamed["consent"], remix.unnamed["performer"], remix.unnamed["model"]) == (1, 1, 2)
    assert [(one.delivery_id, one.recipient) for one in out.lines] == [(delivery.id, "a distributor")]
    for node in (house.consent(1), Node(NodeKind.TAKE, house.takes[2].id)):
        with pytest.raises(NoSuchNode):
            graph(Question(node=node), actor=performer)
    with pytest.raises(NoSuchNode):
        graph(Question(node=house.consent()), actor=stranger)


def test_a_union_sees_by_its_grant_alone_and_other_studios_see_nothing(house: House) -> None:
    house.delivers(0, 0)
    union = a_member(Role.UNION_REP, organisation=an_organisation(kind=OrganisationKind.UNION))
    stranger = a_member(Role.LEGAL, Role.ADMIN)
    for actor in (union, stranger):
        for kind, one in (("consent", house.consents[0]), ("take", house.takes[0].id)):
            assert a_browser(actor).get(f"/graph/{kind}/{one}").status_code == 404
            assert a_browser(actor).get(f"/graph/{kind}/{one}/out.csv").status_code == 404

    grant_sight(
        NewGrant(grantee_organisation_id=union.organisation_id, performer_id=house.ana.id), actor=house.actor
    )

    page = a_browser(union).get(f"/graph/consent/{house.consents[0]}/out")
    assert page.status_code == 200
    assert "A distributor" in page.text
    assert "Harbour" not in page.text
    assert a_browser(union).get(f"/graph/take/{house.takes[0].id}").status_code == 200
    assert a_browser(union).get(f"/graph/consent/{house.consents[1]}").status_code == 404


def test_the_command_prints_the_tree_as_json_and_as_a_drawing(house: House, tmp_path: Path) -> None:
    house.delivers(1, 1)
    who = ["--organisation", str(house.actor.organisation_id), "--as", str(house.actor.user_id)]
    drawing = tmp_path / "take.svg"

    def told(*arguments: str) -> str:
        output = io.StringIO()
        call_command("graph", *arguments, *who, stdout=output)
        return output.getvalue()

    tree = told("take", str(house.takes[1].id))
    consent = told("consent", str(house.consents[0]), "--direction", "down", "--svg", str(drawing))
    said = json.loads(told("take", str(house.takes[1].id), "--json"))

    assert "It rests on:" in tree
    assert f"└─ remix: {house.called(0)}" in tree or f"├─ remix: {house.called(0)}" in tree
    assert str(house.consent()) in tree
    assert "received:" in consent
    assert "It rests on" not in consent
    assert {one["kind"] for one in said["edges"]} >= {"remix", "decided_by", "hands_out"}
    boxes = ET.fromstring(drawing.read_text()).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - of our own
    assert f"Delivery to {'Harbour Cinemas 0'}"[:18] in " ".join(str(one.text) for one in boxes)
    stranger = a_member(Role.PRODUCER)
    with pytest.raises(CommandError, match="no such thing"):
        call_command(
            *("graph", "take", str(house.takes[1].id)),
            *("--organisation", str(stranger.organisation_id), "--as", str(stranger.user_id)),
        )
