"""Pages and the API of takes made from takes."""

from __future__ import annotations

from typing import Any

import pytest

from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take, TakeLineage
from generation.operations.takes import request_take
from generation.queries import TakeCard
from generation.values import TakeOrder
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, an_order_for, rendered

SAID: dict[str, Any] = {
    "prompt": "a red ball over the sea",
    "replica_type": "ebdr_scan",
    "use": "generate_new_performance",
    "purpose": "this_production",
    "output_status": "final",
    "shown_in": ["theatrical"],
    "territories": "US",
    "languages": "en",
    "synthetic_role": "none",
    "photoreal": "no",
    "nothing_sensitive": "on",
    "replaces_in_person_work": "no",
}


def _asked(studio: Studio, order: TakeOrder) -> TakeCard:
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


@pytest.fixture
def parent(studio: Studio) -> TakeCard:
    return rendered(_asked(studio, an_order_for(studio, studio.consenting)), studio)


def _body(studio: Studio, *cast: Any, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "prompt": "a blue ball over the sea",
        "cast": [{"performer": str(one.id), "replica_type": "ebdr_scan"} for one in cast],
        "use": "generate_new_performance",
        "purpose": "this_production",
        "output_status": "final",
        "media": ["theatrical"],
        "territories": ["US"],
        "languages": ["en"],
        "photoreal": False,
        "sensitive": [],
        "replaces_in_person_work": False,
        "model": str(studio.model.id),
        **fields,
    }


class TestPages:
    def test_a_take_offers_what_can_be_made_of_it_and_its_form_begins_with_its_request(
        self, studio: Studio, parent: TakeCard
    ) -> None:
        browser = a_browser(studio.producer)
        address = f"/shots/{studio.shot.id}/takes/new?kind=extend_after&from={parent.id}"

        assert address.replace("&", "&amp;") in browser.get(f"/takes/{parent.id}").text
        form = browser.get(address).text

        assert "a red ball moves left over the sea" in form
        assert studio.consenting.professional_name in form
        assert "Shared frames" in form
        assert 'name="size"' not in form

    def test_a_take_made_from_one_carries_its_cast_and_shows_its_family(
        self, studio: Studio, parent: TakeCard
    ) -> None:
        browser = a_browser(studio.producer)
        address = f"/shots/{studio.shot.id}/takes/new?kind=remix&from={parent.id}"

        sent = browser.post(address, {**SAID, "key": str(new_id()), "strength": "0.4"})

        assert sent.status_code == 302, sent.text
        with tenant(studio.organisation_id):
            child = Take.objects.get(number=2)
            (step,) = TakeLineage.objects.filter(take=child)
        assert child.request["cast"] == [
            {"performer": str(studio.consenting.id), "replica_type": "ebdr_scan"}
        ]
        assert step.settings == {"strength": "0.40"}
        page = browser.get(sent["Location"]).text
        assert "<del>moves left</del>" in page
        assert f"/takes/{child.id}/compare/{parent.id}" in page

    def test_several_are_asked_for_at_once(self, studio: Studio) -> None:
        browser = a_browser(studio.producer)
        model = str(studio.model.id)

        sent = browser.post(
            f"/shots/{studio.shot.id}/takes/new",
            {
                **SAID,
                "key": str(new_id()),
                "model": model,
                "variations": "2",
                "size": f"{model} 80x80",
                "length": f"{model} 9",
            },
        )

        assert sent.status_code == 302, sent.text
        with tenant(studio.organisation_id):
            made = list(Take.objects.order_by("number"))
        assert [(one.width, one.height, one.num_frames) for one in made] == [(80, 80, 9)] * 2

    def test_a_size_the_model_does_not_make_is_not_offered(self, studio: Studio) -> None:
        browser = a_browser(studio.producer)
        said = {**SAID, "key": str(new_id()), "size": f"{studio.model.id} 65x64"}
        assert browser.post(f"/shots/{studio.shot.id}/takes/new", said).status_code == 400

    def test_a_picture_needs_a_frame(self, studio: Studio, parent: TakeCard) -> None:
        browser = a_browser(studio.producer)
        address = f"/shots/{studio.shot.id}/takes/new?kind=image_to_video&from={parent.id}"
        sent = browser.post(address, {**SAID, "key": str(new_id())})
        assert sent.status_code == 400
        assert "Name the frame" in sent.text

    @pytest.mark.parametrize("asked", ["kind=dream&from={id}", "kind=loop&from=7", "kind=loop&from={new}"])
    def test_an_address_that_names_nothing_is_not_found(
        self, studio: Studio, parent: TakeCard, asked: str
    ) -> None:
        said = asked.format(id=parent.id, new=new_id())
        answer = a_browser(studio.producer).get(f"/shots/{studio.shot.id}/takes/new?{said}")
        assert answer.status_code == 404

    def test_two_takes_stand_side_by_side(self, studio: Studio, parent: TakeCard) -> None:
        other = _asked(studio, an_order_for(studio, prompt="a red box", seed=9))
        page = a_browser(studio.producer).get(f"/takes/{parent.id}/compare/{other.id}").text
        assert "<ins>box</ins>" in page
        assert page.count("<video") == 1
        assert "There is no picture of it." in page
        assert '<th scope="row">Seed</th>' in page


class TestApi:
    def test_a_take_is_made_from_another(self, studio: Studio, parent: TakeCard) -> None:
        client = an_api_client(studio.producer)
        origin = {"kind": "loop", "parents": [{"take": str(parent.id)}], "overlap": 5}

        made = client.post(
            f"/v1/shots/{studio.shot.id}/takes",
            _body(studio, studio.consenting, origin=origin),
            format="json",
            headers={"Idempotency-Key": str(new_id())},
        )

        assert made.status_code == 202, made.content
        family = client.get(f"/v1/takes/{parent.id}/family").json()
        assert [one["depth"] for one in family["relatives"]] == [0, 1]
        first, second = family["relatives"][1]["descents"]
        assert (first["kind"], first["first_frame"], second["end_frame"]) == ("loop", 12, 5)

    def test_less_than_its_parent_is_a_problem_that_says_what_is_missing(
        self, studio: Studio, parent: TakeCard
    ) -> None:
        answer = an_api_client(studio.producer).post(
            f"/v1/shots/{studio.shot.id}/takes",
            _body(studio, origin={"kind": "remix", "parents": [{"take": str(parent.id)}]}),
            format="json",
            headers={"Idempotency-Key": str(new_id())},
        )
        assert answer.status_code == 422
        assert answer.json()["missing"][0]["field"] == "cast"
        assert answer.json()["type"].endswith("less-than-parent")

    def test_variations_are_told_together(self, studio: Studio) -> None:
        answer = an_api_client(studio.producer).post(
            f"/v1/shots/{studio.shot.id}/takes/variations",
            _body(studio, variations=2),
            format="json",
            headers={"Idempotency-Key": str(new_id())},
        )
        assert answer.status_code == 202
        first, second = answer.json()["takes"]
        assert first["seed"] != second["seed"]
        assert first["decision"] != second["decision"]

    def test_refused_variations_are_a_refusal(self, studio: Studio) -> None:
        answer = an_api_client(studio.producer).post(
            f"/v1/shots/{studio.shot.id}/takes/variations",
            _body(studio, studio.other, variations=2),
            format="json",
            headers={"Idempotency-Key": str(new_id())},
        )
        assert answer.status_code == 403

    def test_a_model_tells_what_it_can_be_asked_for(self, studio: Studio) -> None:
        found = an_api_client(studio.producer).get(f"/v1/models/{studio.model.id}/options").json()
        assert found["family"] == "WanPipeline"
        assert found["sizes"][0] == {
            "ratio": "3:2",
            "width": 96,
            "height": 64,
            "delivered_width": 768,
            "delivered_height": 512,
            "is_usual": True,
        }
        assert all((one["num_frames"] - 1) % 4 == 0 for one in found["lengths"])
        assert "remix" in found["made_from"]

    def test_two_takes_are_compared(self, studio: Studio) -> None:
        first, second = (_asked(studio, an_order_for(studio, seed=seed)) for seed in (1, 2))
        found = an_api_client(studio.producer).get(f"/v1/takes/{first.id}/comparison/{second.id}").json()
        assert found["changed"] == [{"setting": "seed", "from": "1", "to": "2"}]
