from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.values import Role
from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take
from tests.factories.accounts import a_member
from tests.factories.requests import an_api_client
from tests.factories.takes import Studio, a_studio, a_take, an_order_for, rendered

BODY: dict[str, Any] = {
    "prompt": "a red ball moves left over the sea",
    "use": "generate_new_performance",
    "purpose": "this_production",
    "output_status": "final",
    "media": ["theatrical", "svod"],
    "territories": ["US"],
    "languages": ["en"],
    "photoreal": False,
    "sensitive": [],
    "replaces_in_person_work": False,
    "seed": 7,
}


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _with(studio: Studio, who: str) -> dict[str, Any]:
    performer = getattr(studio, who)
    return {**BODY, "cast": [{"performer": str(performer.id), "replica_type": "ebdr_scan"}]}


def _post(studio: Studio, body: dict[str, Any], *, key: str | None = "", query: str = "") -> Any:  # noqa: ANN401 - the test client's answer
    headers = {} if key is None else {"Idempotency-Key": key or str(new_id())}
    client = an_api_client(studio.producer)
    return client.post(f"/v1/shots/{studio.shot.id}/takes{query}", body, format="json", headers=headers)


@pytest.mark.usefixtures("committed_db")
class TestAsking:
    def test_a_permitted_take_is_accepted_and_says_where_it_is(self, studio: Studio) -> None:
        answer = _post(studio, _with(studio, "consenting"))

        taken = an_api_client(studio.producer).get(answer["Location"])
        assert answer.status_code == 202
        assert answer.json()["state"] == "queued"
        assert taken.json() == {**answer.json(), "waiting": {"place": 1, "paused": False, "workers": 0}}
        assert [word["word"] for word in answer.json()["understood"]] == ["red", "ball", "sea"]

    def test_a_refused_take_is_a_problem_with_rule_cure_and_take(self, studio: Studio) -> None:
        answer = _post(studio, _with(studio, "other"))

        problem = answer.json()
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert problem["type"].endswith("/problems/use-refused")
        assert "TVT-01" in {reason["rule"] for reason in problem["reasons"]}
        assert all(reason["cure"] for reason in problem["reasons"])
        assert an_api_client(studio.producer).get(f"/v1/takes/{problem['take']}").json()["state"] == "refused"

    def test_a_trial_answers_and_leaves_nothing(self, studio: Studio) -> None:
        yes, no = (
            _post(studio, _with(studio, who), key=None, query="?dry_run=1") for who in ("consenting", "other")
        )

        assert (yes.status_code, no.status_code) == (200, 200)
        assert (yes.json()["permitted"], no.json()["permitted"]) == (True, False)
        assert "TVT-01" in {reason["rule"] for reason in no.json()["reasons"]}
        with tenant(studio.organisation_id):
            assert not Take.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "status", "slug"),
        [
            ({"prompt": ""}, 422, "prompt-empty"),
            ({"prompt": "x" * 10_000}, 422, "prompt-too-long"),
            ({"width": 100}, 422, "size-not-possible"),
            ({"num_frames": 16}, 422, "size-not-possible"),
            ({"model": str(new_id())}, 409, "no-approved-model"),
            ({"use": "conquer_the_world"}, 400, "invalid-request"),
            ({"seed": -1}, 400, "invalid-request"),
            ({"cast": "somebody"}, 400, "invalid-request"),
            ({"cast": [{"performer": str(new_id()), "replica_type": "icdr"}]}, 404, "performer-unknown"),
        ],
    )
    def test_bad_input_is_a_problem_of_its_own(
        self, studio: Studio, changes: dict[str, Any], status: int, slug: str
    ) -> None:
        answer = _post(studio, {**BODY, **changes})

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (status, slug)

    def test_a_size_problem_names_the_field_and_what_is_possible(self, studio: Studio) -> None:
        problem = _post(studio, {**BODY, "num_frames": 16}).json()

        assert (problem["field"], problem["given"]) == ("num_frames", 16)
        assert "13 or 17" in problem["allowed"]

    def test_a_key_is_needed_and_belongs_to_one_request(self, studio: Studio) -> None:
        without = _post(studio, BODY, key=None)
        first, same, other = (_post(studio, {**BODY, "seed": seed}, key="one key") for seed in (1, 1, 2))

        assert (without.status_code, first.status_code, same.status_code, other.status_code) == (
            400,
            202,
            202,
            409,
        )
        assert first.json()["id"] == same.json()["id"] == other.json()["take"]

    def test_of_a_shot_of_another_studio_is_not_found(self, studio: Studio) -> None:
        client = an_api_client(a_studio(Path(studio.model.folder)).producer)

        answer = client.post(
            f"/v1/shots/{studio.shot.id}/takes", BODY, format="json", headers={"Idempotency-Key": "k"}
        )

        assert answer.status_code == 404

    def test_is_for_producers_and_artists(self, studio: Studio) -> None:
        from accounts.models.organisation import Organisation

        with tenant(studio.organisation_id):
            organisation = Organisation.objects.get(id=studio.organisation_id)
        client = an_api_client(a_member(Role.AUDITOR, organisation=organisation))

        answer = client.post(
            f"/v1/shots/{studio.shot.id}/takes", BODY, format="json", headers={"Idempotency-Key": "k"}
        )

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (403, "role-missing")
        assert client.get(f"/v1/shots/{studio.shot.id}/takes").status_code == 200

    def test_strangers_are_turned_away(self, studio: Studio) -> None:
        assert APIClient().get(f"/v1/shots/{studio.shot.id}/takes").status_code == 401


@pytest.mark.usefixtures("committed_db")
class TestFollowing:
    def test_cancelling_and_the_history_that_tells_of_it(self, studio: Studio) -> None:
        client = an_api_client(studio.producer)
        take = _post(studio, BODY).json()["id"]

        cancelled = client.post(f"/v1/takes/{take}/cancel")
        again = client.post(f"/v1/takes/{take}/retry")
        events = client.get(f"/v1/takes/{take}/events").json()

        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "take-not-retryable")
        assert [event["state"] for event in events["events"]] == ["queued", "cancelled"]

    def test_the_history_comes_in_pages(self, studio: Studio) -> None:
        client = an_api_client(studio.producer)
        take = _post(studio, BODY).json()["id"]
        client.post(f"/v1/takes/{take}/cancel")

        first = client.get(f"/v1/takes/{take}/events?limit=1").json()
        second = client.get(f"/v1/takes/{take}/events?limit=1&after={first['next_after']}").json()

        assert [event["state"] for page in (first, second) for event in page["events"]] == [
            "queued",
            "cancelled",
        ]
        assert second["next_after"] is None

    def test_there_is_no_video_before_it_is_signed(self, studio: Studio) -> None:
        take = _post(studio, BODY).json()["id"]

        answer = an_api_client(studio.producer).get(f"/v1/takes/{take}/video")

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "video-not-ready")

    @pytest.mark.parametrize("what", ["", "/events", "/video", "/poster", "/contact-sheet"])
    def test_another_studio_finds_nothing(self, what: str) -> None:
        take = a_take(a_member())

        assert an_api_client(a_member()).get(f"/v1/takes/{take.id}{what}").status_code == 404

    def test_models_that_are_approved_are_listed(self, studio: Studio) -> None:
        (model,) = an_api_client(studio.producer).get("/v1/models").json()

        assert model["lock_sha256"] == studio.model.lock_sha256


@pytest.mark.usefixtures("committed_db")
def test_a_signed_takes_files_can_be_fetched_in_ranges(studio: Studio) -> None:
    from generation.operations.takes import request_take

    card = request_take(an_order_for(studio), actor=studio.producer, idempotency_key="k")
    rendered(card, studio)
    client = an_api_client(studio.producer)

    whole = b"".join(client.get(f"/v1/takes/{card.id}/video"))
    part = client.get(f"/v1/takes/{card.id}/video", headers={"Range": "bytes=4-7"})
    poster = client.get(f"/v1/takes/{card.id}/poster")
    take = client.get(f"/v1/takes/{card.id}").json()

    assert whole[4:8] == b"ftyp" == b"".join(part)
    assert part.status_code == 206
    assert poster["Content-Type"] == "image/jpeg"
    assert (take["state"], take["screening"]) == ("signed", "not_evaluated")
    assert take["asset"] is not None
