from __future__ import annotations

import pytest

from accounts.values import Role
from productions.queries import production_list, production_page
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.productions import a_production, a_sequence
from tests.factories.requests import a_browser

pytestmark = pytest.mark.django_db

FILLED_IN = {"title": "The Night Ferry", "project_code": "NF", "slug": "night-ferry", "kind": "feature"}


def test_a_producer_builds_a_production_up_by_hand() -> None:
    actor = a_member()
    browser = a_browser(actor)

    opened = browser.post("/productions/new", FILLED_IN | {"governing_law": "US-CA", "award_campaign": "no"})
    page = opened["Location"]
    production = production_list(actor.organisation_id)[0]
    browser.post(f"{page}/sequences/new", {"code": "FRY"})
    (sequence,) = production_page(actor.organisation_id, production.id).sequences
    browser.post(f"{page}/sequences/{sequence.id}/shots/new", {"code": "FRY-010", "scene": "12"})
    browser.post(f"{page}/characters/new", {"name": "The Pilot"})

    shown = browser.get(page).text
    assert all(word in shown for word in ("The Night Ferry", "FRY-010", "Scene 12", "The Pilot", "US-CA"))
    assert "not stated" in shown


def test_what_is_left_open_stays_unknown_and_what_is_denied_is_known() -> None:
    actor = a_member()

    a_browser(actor).post("/productions/new", FILLED_IN | {"award_campaign": "no", "agreement": "none"})

    (card,) = production_list(actor.organisation_id)
    facts = production_page(actor.organisation_id, card.id).facts
    assert (facts.agreement, facts.award_campaign) == ("none", False)
    assert (facts.buyer, facts.governing_law, facts.writers_guild_covered) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "", "This field is required."),
        ("project_code", "a/b", "Letters, digits, dots, hyphens and underscores only."),
        ("governing_law", "Utopia land", "at most 8 characters"),
        ("governing_law", "utopia", "A territory such as"),
        ("kind", "soap", "Select a valid choice."),
        ("title", "a\x00b", "Null characters are not allowed."),
        ("principal_photography_start", "soon", "Enter a valid date."),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_the_rest_is_kept(field: str, value: str, told: str) -> None:
    answer = a_browser(a_member()).post("/productions/new", {**FILLED_IN, "slug": "kept-slug", field: value})

    assert answer.status_code == 400
    assert told in answer.text
    assert "kept-slug" in answer.text


def test_a_taken_code_is_told_beside_its_field() -> None:
    actor = a_member()
    a_production(actor, project_code="NF")

    answer = a_browser(actor).post("/productions/new", FILLED_IN)

    assert answer.status_code == 400
    assert "is taken" in answer.text


def test_who_may_not_shape_is_offered_no_way_to() -> None:
    producer = a_member()
    production = a_production(producer)
    sequence = a_sequence(producer, production)
    auditor = a_browser(a_membership(a_user(), producer.organisation_id, Role.AUDITOR))

    for path in ("/productions", f"/productions/{production.id}"):
        page = auditor.get(path)
        assert page.status_code == 200
        assert "/new" not in page.text
    for path in ("sequences", f"sequences/{sequence.id}/shots", "characters"):
        assert auditor.get(f"/productions/{production.id}/{path}/new").status_code == 403


def test_an_artist_shapes_and_does_not_open() -> None:
    producer = a_member()
    production = a_production(producer)
    artist = a_browser(a_membership(a_user(), producer.organisation_id, Role.ARTIST))

    assert artist.get("/productions/new").status_code == 403
    assert artist.post(f"/productions/{production.id}/sequences/new", {"code": "A"}).status_code == 302


def test_the_first_page_of_a_new_studio_says_what_to_do() -> None:
    assert "Open the first one" in a_browser(a_member()).get("/productions").text
    assert "A producer of your organisation" in a_browser(a_member(Role.AUDITOR)).get("/productions").text
