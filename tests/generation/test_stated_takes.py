"""What a producer answers on the form or sends with a take is what the rules are asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take
from generation.ordering import request_body
from generation.values import TakeState
from licensing.models.decision import Decision
from licensing.reporting.buyer_log import five_answers
from productions.values import Buyer, ProductionKind
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio, an_order_for

pytestmark = pytest.mark.usefixtures("committed_db")

SAID: dict[str, Any] = {
    "prompt": "a red ball over the sea",
    "replica_type": "ebdr_scan",
    "use": "generate_new_performance",
    "purpose": "this_production",
    "output_status": "temp",
    "shown_in": ["theatrical"],
    "territories": "US",
    "languages": "en",
    "synthetic_role": "none",
    "photoreal": "no",
    "nothing_sensitive": "on",
    "replaces_in_person_work": "no",
}
FIVE = (
    "no_recreation",
    "no_store_reuse_train",
    "secured",
    "temporary_only",
    "no_talent_work_without_consent",
)
ALL_YES = dict.fromkeys(FIVE, "yes") | {
    "outside_secured_tools": "no",
    "key_visual": "no",
    "unscripted_dialogue": "no",
    "fabricated_statement": "no",
}


def _say(studio: Studio, **changes: Any) -> tuple[Take, Decision, dict[str, Any]]:  # noqa: ANN401 - form values
    said = {**SAID, "key": str(new_id()), "model": str(studio.model.id), **changes}
    answer = a_browser(studio.producer).post(f"/shots/{studio.shot.id}/takes/new", said)
    assert answer.status_code == 302, answer.content.decode()
    return _latest(studio)


def _latest(studio: Studio) -> tuple[Take, Decision, dict[str, Any]]:
    with tenant(studio.organisation_id):
        take = Take.objects.order_by("-number")[0]
        decision = Decision.objects.get(id=take.decision_id)
    return take, decision, json.loads(bytes(decision.facts))


def _form(studio: Studio) -> str:
    answer = a_browser(studio.producer).get(f"/shots/{studio.shot.id}/takes/new")
    assert answer.status_code == 200
    return str(answer.content.decode())


def _rules(decision: Decision) -> set[str]:
    return {reason["rule_id"] for reason in decision.reasons}


class TestForNetflix:
    @pytest.fixture
    def studio(self, pristine_model: Path) -> Studio:
        return a_studio(pristine_model, buyer=Buyer.NETFLIX)

    def test_every_question_answered_well_lets_a_take_begin(self, studio: Studio) -> None:
        take, decision, facts = _say(studio, **ALL_YES)

        assert take.state == TakeState.QUEUED, decision.reasons
        assert facts["buyer_answers"] == {
            **dict.fromkeys(FIVE, "yes"),
            "outside_secured_tools": False,
            "written_approval_at": False,
        }
        assert facts["use"]["key_visual"] is False

    @pytest.mark.parametrize("answer", ["no", "unsure"])
    def test_an_answer_that_is_not_yes_goes_to_legal(self, studio: Studio, answer: str) -> None:
        take, decision, _ = _say(studio, **ALL_YES | {"secured": answer})

        assert take.state == TakeState.AWAITING_REVIEW
        assert "NFX-01" in _rules(decision)
        assert "APP-02" not in _rules(decision)

    def test_a_question_left_open_stays_unknown(self, studio: Studio) -> None:
        take, decision, facts = _say(studio, **ALL_YES | {"secured": ""})

        assert take.state == TakeState.AWAITING_REVIEW
        assert "APP-02" in _rules(decision)
        assert "secured" not in facts["buyer_answers"]

    def test_the_report_to_the_buyer_prints_the_answers(self, studio: Studio) -> None:
        _, decision, _ = _say(studio, **ALL_YES | {"secured": "unsure"})

        said = five_answers(decision)

        assert isinstance(said, list)
        assert "secured: unsure" in said
        assert "temporary only: yes" in said

    def test_the_form_asks_and_answers_nothing_itself(self, studio: Studio) -> None:
        page = _form(studio)

        assert "What Netflix asks" in page
        assert '<option value="" selected>Not answered</option>' in page
        assert '<option value="yes" selected>' not in page

    def test_the_api_takes_the_same_answers(self, studio: Studio) -> None:
        answer = _post(
            studio, {"buyer_answers": dict.fromkeys(FIVE, "yes") | {"outside_secured_tools": False}}
        )

        take, decision, facts = _latest(studio)
        assert answer.status_code == 202, answer.json()
        assert take.state == TakeState.QUEUED, decision.reasons
        assert facts["buyer_answers"]["secured"] == "yes"

    def test_nobody_types_in_that_the_buyer_approved(self, studio: Studio) -> None:
        _post(studio, {"buyer_answers": {"secured": "no", "written_approval_at": "2026-11-01T00:00:00Z"}})

        _, _, facts = _latest(studio)
        assert facts["buyer_answers"]["written_approval_at"] is False

    def test_the_same_key_with_other_answers_is_another_request(self, studio: Studio) -> None:
        key = str(new_id())
        first = _post(studio, {"buyer_answers": {"secured": "no"}}, key=key)
        again = _post(studio, {"buyer_answers": {"secured": "yes"}}, key=key)

        assert first.status_code == 202
        assert again.status_code == 422 or again.json()["type"].endswith("idempotency-conflict")


def _post(studio: Studio, stated: dict[str, Any], *, key: str | None = None) -> Any:  # noqa: ANN401 - the client's
    body = {
        "prompt": SAID["prompt"],
        "use": SAID["use"],
        "purpose": SAID["purpose"],
        "output_status": "temp",
        "media": ["theatrical"],
        "territories": ["US"],
        "languages": ["en"],
        "photoreal": False,
        "sensitive": [],
        "replaces_in_person_work": False,
        "key_visual": False,
        "unscripted_dialogue": False,
        "fabricated_statement": False,
        **stated,
    }
    return an_api_client(studio.producer).post(
        f"/v1/shots/{studio.shot.id}/takes",
        body,
        format="json",
        headers={"Idempotency-Key": key or str(new_id())},
    )


def test_a_documentary_asks_whether_it_looks_like_archive(pristine_model: Path) -> None:
    studio = a_studio(pristine_model, kind=ProductionKind.DOCUMENTARY)

    assert "archive_like" in _form(studio)
    _, decision, facts = _say(studio, archive_like="yes")

    assert facts["use"]["archive_like"] is True
    assert "DOC-01" in _rules(decision)


def test_an_advert_says_what_it_advertises(pristine_model: Path) -> None:
    studio = a_studio(pristine_model, kind=ProductionKind.COMMERCIAL, agreement="sag_commercials_2025")

    assert "product_line" in _form(studio)
    _, _, facts = _say(studio, advertiser="Northwind", product_line="Boots")

    assert (facts["use"]["advertiser"], facts["use"]["product_line"]) == ("Northwind", "Boots")


def test_a_feature_for_nobody_in_particular_is_asked_none_of_it(pristine_model: Path) -> None:
    page = _form(a_studio(pristine_model))

    for name in (*FIVE, "archive_like", "advertiser"):
        assert f'name="{name}"' not in page


def test_a_claimed_exemption_waits_for_somebody_elses_sign_off(pristine_model: Path) -> None:
    studio = a_studio(pristine_model, agreement="sag_tvt_2026")

    take, decision, facts = _say(
        studio,
        performer=str(studio.other.id),
        replica_type="digital_alteration",
        use="alter_recorded",
        exempt_basis=["customary_post"],
    )

    assert facts["use"]["exempt_basis"] == ["customary_post"]
    assert facts["use"]["basis_signed_off_by"] is False
    assert "TVT-07" in _rules(decision)
    assert take.state != TakeState.QUEUED


def test_a_request_that_states_nothing_hashes_as_it_always_did(pristine_model: Path) -> None:
    order = an_order_for(a_studio(pristine_model))

    assert "stated" not in request_body(order)
