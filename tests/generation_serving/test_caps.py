"""How many takes one person may have waiting: in the installation, and in one production."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from audit.queries import entries_about
from core.errors import StudioError
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import TakeCapNotPossible, TooManyTakes
from generation.models import TakeCap
from generation.operations.take_caps import cap_takes
from generation.operations.takes import request_take, retry_take
from generation.values import FailureCode, TakeState
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio, a_take, an_order_for

pytestmark = pytest.mark.usefixtures("committed_db")
BUILT_IN = Path(__file__).resolve().parents[2] / "generation" / "builtin_model"


@pytest.fixture
def studio(committed_db: None) -> Studio:
    return a_studio(BUILT_IN)


def _ask(studio: Studio, **order: object) -> TakeState:
    return request_take(
        an_order_for(studio, **order), actor=studio.producer, idempotency_key=str(new_id())
    ).state


def _member(studio: Studio, role: Role) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(role, organisation=organisation)


def _waiting(studio: Studio, state: TakeState = TakeState.QUEUED, **columns: object) -> UUID:
    take = a_take(
        studio.producer,
        shot_id=studio.shot.id,
        model=studio.model,
        number=int(str(new_id().int)[-8:]),
        state=state,
        **columns,
    )
    return UUID(str(take.id))


def test_a_production_refuses_one_person_what_others_and_other_productions_may(studio: Studio) -> None:
    actor = studio.producer
    cap_takes(studio.production.id, most=2, actor=actor)
    _waiting(studio)
    # In review it waits for people, and for no device.
    _waiting(studio, TakeState.AWAITING_REVIEW)
    assert _ask(studio) is TakeState.QUEUED

    with pytest.raises(TooManyTakes, match=f"for {studio.production.title}, and one person may have 2"):
        _ask(studio)
    elsewhere = a_shot(actor, a_sequence(actor, a_production(actor, title="Another film")))
    assert _ask(studio, shot_id=elsewhere.id) is TakeState.QUEUED
    artist = _member(studio, Role.ARTIST)
    request_take(an_order_for(studio), actor=artist, idempotency_key=str(new_id()))
    failed = _waiting(studio, TakeState.FAILED, failure_code=FailureCode.DEVICE_LOST, failure_message="Gone.")
    with pytest.raises(TooManyTakes):
        retry_take(failed, actor=actor)

    cap_takes(studio.production.id, most=None, actor=actor)
    assert _ask(studio) is TakeState.QUEUED


def test_the_refusal_says_whose_cap_it_is(studio: Studio) -> None:
    cap_takes(studio.production.id, most=1, actor=studio.producer)
    _waiting(studio)
    client, address = an_api_client(studio.producer), f"/v1/shots/{studio.shot.id}/takes"
    body = {
        "prompt": "a red ball moves left over the sea",
        "use": "generate_new_performance",
        "purpose": "this_production",
        "output_status": "final",
        "media": ["theatrical"],
        "territories": ["US"],
        "languages": ["en"],
        "photoreal": False,
        "sensitive": [],
        "replaces_in_person_work": False,
    }

    def refused() -> tuple[int, object, object]:
        answer = client.post(address, body, format="json", headers={"Idempotency-Key": str(new_id())})
        said = answer.json()
        return answer.status_code, said["type"].rpartition("/")[2], said.get("cap", said)

    assert refused() == (429, "too-many-takes", "production")
    with override_settings(TAKES_PER_PERSON=1):
        assert refused() == (429, "too-many-takes", "installation")


def test_of_two_requests_at_once_one_takes_the_last_place(studio: Studio) -> None:
    cap_takes(studio.production.id, most=1, actor=studio.producer)

    def asked(_: int) -> str:
        try:
            return _ask(studio).value
        except StudioError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(asked, range(3)))

    assert answers == ["TooManyTakes", "TooManyTakes", "queued"]


def test_it_is_set_on_the_productions_own_page_and_by_api_and_logged(studio: Studio) -> None:
    browser, address = a_browser(studio.producer), f"/productions/{studio.production.id}/take-cap"
    assert "Takes per person" in browser.get(f"/productions/{studio.production.id}").text
    assert "no cap of its own" in browser.get(address).text

    wrong = browser.post(address, {"most": "0"})
    assert wrong.status_code == 400
    assert browser.post(address, {"most": "12"}, follow=True).status_code == 200
    assert browser.post(address, {"most": "12"}).status_code == 302
    client = an_api_client(studio.producer)
    said = client.get(f"/v1{address}").json()
    assert (said["most"], said["production"]) == (12, str(studio.production.id))
    assert client.put(f"/v1{address}", {"most": None}, format="json").json()["most"] is None
    assert "What held before" in browser.get(address).text

    integrate_all()
    logged = entries_about(studio.organisation_id, f"production:{studio.production.id}")
    capped = [one for one in logged if one.type == "generation.takes.capped"]
    assert [one.fields.get("most") for one in sorted(capped, key=lambda one: one.index)] == [12, None]


def test_who_may_not_set_it_and_what_it_may_not_be(studio: Studio) -> None:
    address = f"/productions/{studio.production.id}/take-cap"
    artist, stranger = _member(studio, Role.ARTIST), a_member(Role.PRODUCER)

    assert a_browser(artist).get(address).status_code == 200
    assert "Set it" not in a_browser(artist).get(address).text
    assert a_browser(artist).post(address, {"most": "3"}).status_code == 403
    assert an_api_client(artist).put(f"/v1{address}", {"most": 3}, format="json").status_code == 403
    assert a_browser(stranger).post(address, {"most": "3"}).status_code == 404
    for most in (0, -1, 10**9):
        with pytest.raises(TakeCapNotPossible):
            cap_takes(studio.production.id, most=most, actor=studio.producer)
    cap_takes(studio.production.id, most=3, actor=studio.producer)
    with pytest.raises(DatabaseError), tenant(studio.organisation_id):
        TakeCap.objects.update(most=4)
