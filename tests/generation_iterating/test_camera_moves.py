"""Camera moves that a model's folder declares: chosen, put before the prompt, decided, kept and stated."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from core.ids import new_id
from core.tenancy import tenant
from generation.engines.camera_moves import camera_moves, with_camera_move
from generation.engines.folder import check_folder, write_lock
from generation.errors import CameraMoveUnknown, UnexpectedModelFile, WeightsAltered
from generation.iterating.comparing import compared
from generation.iterating.values import LineageKind, Origin, Parent
from generation.models import Take
from generation.operations.takes import request_take, try_take
from generation.queries import TakeCard, take_files
from generation.training.captions import camera_moves as of_the_sketchbook
from generation.training.captions import vocabulary
from generation.values import TakeOrder, TakeState
from licensing.models.decision import Decision
from tests.factories.hosted import a_hosted_folder
from tests.factories.productions import a_shot
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, a_model_release, a_studio, a_take, an_order_for, rendered
from tests.generation_iterating.test_doors import SAID

# In words that the tiny model has: what they do to its picture can be seen.
MOVES = {"pan_left": "moves left", "pan_right": "moves right"}
PROMPT = "a red ball over the sea"


def _declared(folder: Path, said: object, *, file: str = "camera.json") -> Path:
    path = folder / file
    path.write_text(said if isinstance(said, str) else json.dumps(said))
    return folder


@pytest.fixture
def moving(model: Path) -> Path:
    write_lock(_declared(model, {"camera_moves": MOVES}))
    return model


@pytest.fixture
def filming(committed_db: None, moving: Path) -> Studio:
    return a_studio(moving)


def _asked(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    order: TakeOrder = an_order_for(studio, studio.consenting, **{"prompt": PROMPT, **fields})
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


class TestDeclared:
    def test_in_a_file_beside_the_weights_or_with_the_defaults_and_never_in_both(self, model: Path) -> None:
        assert camera_moves(model) == {}
        _declared(model, {"camera_moves": MOVES})
        assert camera_moves(model) == MOVES
        defaults = json.loads((model / "defaults.json").read_text())
        _declared(model, {**defaults, "camera_moves": MOVES}, file="defaults.json")
        with pytest.raises(UnexpectedModelFile, match=r"defaults\.json declares camera_moves too"):
            camera_moves(model)
        (model / "camera.json").unlink()
        assert camera_moves(model) == MOVES

    def test_is_locked_and_told_with_what_the_model_can(self, model: Path) -> None:
        _declared(model, {"camera_moves": MOVES})
        with pytest.raises(WeightsAltered, match=r"camera\.json"):
            check_folder(model)
        write_lock(model)
        out = io.StringIO()
        call_command("models", "check", str(model), stdout=out)
        assert "camera moves: pan_left, pan_right" in out.getvalue()

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ("{", "cannot be read as JSON"),
            ([], "not a JSON object"),
            ({"moves": {}}, "it says camera_moves, and no other"),
            ({"camera_moves": {}}, "from 1 to 40 moves"),
            ({"camera_moves": {f"m{n}": "so" for n in range(41)}}, "from 1 to 40 moves"),
            ({"camera_moves": ["pan_left"]}, "from 1 to 40 moves"),
            ({"camera_moves": {"Pan left": "so"}}, "is no name such as pan_left"),
            ({"camera_moves": {"p" * 41: "so"}}, "is no name such as pan_left"),
            ({"camera_moves": {"pan": ""}}, "needs one line of words"),
            ({"camera_moves": {"pan": " so"}}, "needs one line of words"),
            ({"camera_moves": {"pan": "so\nand so"}}, "needs one line of words"),
            ({"camera_moves": {"pan": "so" * 101}}, "needs one line of words"),
            ({"camera_moves": {"pan": 1}}, "needs one line of words"),
            ({"camera_moves": {"pan": "so"}, "more": 1}, "it says camera_moves, and no other"),
            ('{"camera_moves": {"pan": "so"}' + " " * 2**16 + "}", "more than 65536 characters"),
        ],
    )
    def test_what_cannot_be_used_is_refused_before_it_is_locked(
        self, model: Path, said: object, why: str
    ) -> None:
        with pytest.raises(UnexpectedModelFile, match=why):
            write_lock(_declared(model, said))

    def test_the_sketchbook_declares_the_moves_it_was_trained_with(self) -> None:
        folder = Path("generation/builtin_model")
        assert dict(camera_moves(folder)) == of_the_sketchbook()
        assert of_the_sketchbook()["zoom_in"] == "the camera zooms in"
        kinds = vocabulary()
        for words in of_the_sketchbook().values():
            assert {kinds[word]["kind"] for word in words.split() if word in kinds} >= {"camera"}

    def test_the_words_come_first_because_the_end_may_be_cut_off(self) -> None:
        assert with_camera_move(PROMPT, "zoom in") == f"zoom in: {PROMPT}"
        assert with_camera_move(PROMPT, "") == PROMPT


class TestInATake:
    def test_the_engine_gets_the_words_and_the_take_keeps_the_move(self, filming: Studio) -> None:
        card = rendered(_asked(filming, camera_move="pan_left"), filming)
        in_words = rendered(_asked(filming, prompt=f"moves left: {PROMPT}"), filming)
        without = rendered(_asked(filming), filming)

        assert card.state is TakeState.SIGNED, card.failure_message
        assert (card.prompt, card.camera_move, card.camera_words) == (PROMPT, "pan_left", "moves left")
        files = [take_files(filming.organisation_id, one.id) for one in (card, in_words, without)]
        posters = [one.poster.read_bytes() for one in files]
        assert posters[0] == posters[1] != posters[2]
        # The credential says what the model was told, as it says seed and steps.
        told = [b"org.countersign.camera_move" in one.video.read_bytes() for one in files]
        assert told == [True, False, False]
        with tenant(filming.organisation_id):
            row = Take.objects.get(id=card.id)
            asked = Decision.objects.get(id=row.decision_id).asked
        assert row.request["camera_move"] == "pan_left"
        # What was decided is what was rendered.
        assert asked["prompt"] == f"moves left: {PROMPT}"
        found = compared(filming.organisation_id, without.id, card.id)
        assert found.changed == (("camera_move", "", "pan_left"),)
        assert not found.are_alike
        browser = a_browser(filming.producer)
        assert "Pan left, put before the prompt as “moves left”" in browser.get(f"/takes/{card.id}").text
        side_by_side = browser.get(f"/takes/{without.id}/compare/{card.id}").text
        assert "Camera move" in side_by_side
        assert browser.get(f"/v1/takes/{card.id}").json()["camera_move"] == "pan_left"

    def test_words_of_the_move_count_among_those_understood(self, committed_db: None, model: Path) -> None:
        defaults = json.loads((model / "defaults.json").read_text())
        defaults["vocabulary"]["left"] = {"kind": "camera", "concept": "pan left"}
        write_lock(_declared(model, {**defaults, "camera_moves": MOVES}, file="defaults.json"))
        studio = a_studio(model)
        trial = try_take(
            an_order_for(studio, studio.consenting, prompt=PROMPT, camera_move="pan_left"),
            actor=studio.producer,
        )
        assert trial.coverage is not None
        assert "left" in [one.word for one in trial.coverage.understood]

    def test_a_move_is_one_of_the_models_or_refused_and_leaves_no_take(
        self, filming: Studio, pristine_model: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(
            CameraMoveUnknown, match=r"no camera move 'dolly': it has pan left, pan right"
        ) as no:
            _asked(filming, camera_move="dolly")
        assert no.value.extensions() == {"camera_move": "dolly", "known": ["pan_left", "pan_right"]}
        for folder in (pristine_model, a_hosted_folder(tmp_path / "reel", 8000)):
            without = a_model_release(filming.producer, folder=str(folder), lock_sha256="ab" * 32)
            with pytest.raises(CameraMoveUnknown, match="it has none; say in the prompt"):
                _asked(filming, camera_move="pan_left", model_id=without.id)
        with tenant(filming.organisation_id):
            assert not Take.objects.exists()

    def test_a_retake_of_a_folder_that_changed_keeps_its_words(self, filming: Studio) -> None:
        card = _asked(filming, camera_move="pan_left")
        with tenant(filming.organisation_id):
            row = Take.objects.get(id=card.id)
        assert row.camera_words == "moves left"
        with pytest.raises(DatabaseError), transaction.atomic(), tenant(filming.organisation_id):
            Take.objects.filter(id=card.id).update(camera_words="")

    def test_it_goes_with_pictures_as_other_words_do(self, filming: Studio) -> None:
        parent = rendered(_asked(filming), filming)
        after = Origin(kind=LineageKind.EXTEND_AFTER, parents=(Parent(take_id=parent.id),))
        card = rendered(_asked(filming, origin=after, camera_move="pan_right"), filming)
        assert (card.state, card.camera_move) == (TakeState.SIGNED, "pan_right")


class TestAtTheDoors:
    def _posted(self, studio: Studio, **fields: str) -> dict[str, Any]:
        return {**SAID, "key": str(new_id()), **fields}

    def test_a_form_asks_only_where_a_model_has_one(self, filming: Studio, pristine_model: Path) -> None:
        browser, address = a_browser(filming.producer), f"/shots/{filming.shot.id}/takes/new"
        shown = browser.get(address).text
        assert 'name="camera_move"' in shown
        assert "As the words say" in shown
        assert "Pan left: “moves left”" in shown
        move = f"{filming.model.id} pan_left"
        sent = browser.post(address, self._posted(filming, camera_move=move))
        assert sent.status_code == 302, sent.text
        with tenant(filming.organisation_id):
            row = Take.objects.get()
        assert (row.prompt, row.camera_move) == (SAID["prompt"], "pan_left")
        # Made again with other words, the form begins with the same move.
        again = browser.get(f"{address}?kind=revision&from={row.id}").text
        assert f'value="{move}" selected' in again
        # The newest model has none, so a move of the other one is refused unless that one is chosen.
        without = a_model_release(filming.producer, folder=str(pristine_model), lock_sha256="ab" * 32)
        assert without.approved_at is not None
        chosen = self._posted(filming, camera_move=move, model=str(without.id))
        assert "This camera move is another model" in browser.post(address, chosen).text
        made_up = self._posted(filming, camera_move=f"{filming.model.id} dolly")
        assert browser.post(address, made_up).status_code == 400

    def test_no_form_asks_where_no_model_has_one(self, studio: Studio) -> None:
        form = a_browser(studio.producer).get(f"/shots/{studio.shot.id}/takes/new").text
        assert "camera_move" not in form

    def test_each_shot_of_a_board_has_its_own(self, filming: Studio) -> None:
        with tenant(filming.organisation_id):
            assert a_take(filming.producer).camera_move == ""
        second = a_shot(filming.producer, filming_sequence(filming), code="S2", scene="42")
        browser, address = (
            a_browser(filming.producer),
            f"/sequences/{filming.shot.sequence_id}/storyboard/new",
        )
        shown = browser.get(address).text
        assert f'name="camera-{second.id}"' in shown
        assert 'name="camera_move"' not in shown
        said = self._posted(
            filming,
            **{
                f"words-{filming.shot.id}": PROMPT,
                f"words-{second.id}": PROMPT,
                f"camera-{second.id}": f"{filming.model.id} pan_right",
                "model": str(filming.model.id),
            },
        )
        assert browser.post(address, said).status_code == 302
        with tenant(filming.organisation_id):
            moves = dict(Take.objects.filter(model=filming.model).values_list("shot_id", "camera_move"))
        assert moves == {filming.shot.id: "", second.id: "pan_right"}

    def test_the_api_tells_and_takes_them(self, filming: Studio) -> None:
        browser = a_browser(filming.producer)
        options = browser.get(f"/v1/models/{filming.model.id}/options").json()
        assert options["camera_moves"] == MOVES
        assert options["capabilities"]["camera_moves"] == list(MOVES)
        assert "pan left, pan right" in browser.get(f"/models/{filming.model.id}").text
        body = {
            "prompt": PROMPT,
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

        def sent(move: str) -> Any:  # noqa: ANN401 - an answer
            return browser.post(
                f"/v1/shots/{filming.shot.id}/takes",
                json.dumps({**body, "camera_move": move}),
                content_type="application/json",
                headers={"Idempotency-Key": str(new_id())},
            )

        assert sent("pan_left").json()["camera_words"] == "moves left"
        refused = sent("dolly")
        assert refused.status_code == 422
        assert refused.json()["type"].endswith("camera-move-unknown")
        assert refused.json()["known"] == list(MOVES)


def filming_sequence(studio: Studio) -> Any:  # noqa: ANN401 - a card
    from productions.queries import sequence_card

    return sequence_card(studio.organisation_id, studio.shot.sequence_id)
