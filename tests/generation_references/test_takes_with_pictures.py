"""A take made with reference pictures: from the request to the signed file, and every way it is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.ids import new_id
from core.tenancy import tenant
from generation.errors import ReferencePictureUnusable, RequestNotPossible
from generation.iterating.errors import LessThanParent, ModelCannot
from generation.iterating.queries import descents_of
from generation.iterating.values import LineageKind, Origin, Parent
from generation.models import Take, TakeReferencePicture
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_files
from generation.values import FailureCode, TakeState
from licensing.custody.access import set_access
from licensing.custody.cards import AssetCard
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import AssetDestroyed, NoSuchAsset
from licensing.custody.reading import asset_events
from licensing.custody.words import AssetKind
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from productions.queries import sequence_card
from tests.factories.generation import tiny_wan_folder
from tests.factories.productions import a_shot
from tests.factories.reference_pictures import a_kept_picture, picture_file
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, a_studio, an_order_for, rendered
from tests.generation_iterating.test_doors import SAID
from tests.generation_iterating.test_picture_families import _model

pytestmark = pytest.mark.usefixtures("committed_db")


def _ask(studio: Studio, *pictures: UUID, cast: bool = True, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    people = (studio.consenting,) if cast else ()
    order = an_order_for(studio, *people, reference_pictures=pictures, **fields)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


class TestFromCustody:
    def test_a_take_is_signed_and_says_so_and_nothing_of_the_picture_stays(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        plain = rendered(_ask(studio), studio)

        card = rendered(_ask(studio, picture.id), studio)

        assert (plain.state, card.state) == (TakeState.SIGNED, TakeState.SIGNED), card.failure_message
        first, second = (take_files(studio.organisation_id, one.id) for one in (plain, card))
        assert first.poster.read_bytes() != second.poster.read_bytes()
        again = rendered(_ask(studio), studio)
        assert take_files(studio.organisation_id, again.id).poster.read_bytes() == first.poster.read_bytes()
        stated = second.video.read_bytes()
        assert picture.plain_sha256.encode() in stated
        for private in (studio.consenting.professional_name, picture.label, str(picture.id)):
            assert private.encode() not in stated
        acts = [one.act for one in asset_events(picture.id, actor=studio.producer)]
        assert acts[-2:] == ["released", "opened"]
        clear = picture_file()[200:260]
        kept = [path for path in settings.MEDIA_FOLDER.rglob("*") if path.is_file()]
        assert kept
        assert not [path for path in kept if clear in path.read_bytes()]

        browser = a_browser(studio.producer)
        told = browser.get(f"/v1/takes/{card.id}/reference-pictures").json()
        assert told == [{"asset": str(picture.id), "position": 1, "picture_sha256": picture.plain_sha256}]
        page = browser.get(f"/takes/{card.id}").text
        assert "Reference 1" in page
        assert f"/custody/{picture.id}" in page

    def test_what_cannot_be_used_is_refused_and_leaves_no_take(
        self, studio: Studio, picture: AssetCard, tmp_path: Path
    ) -> None:
        five = [a_kept_picture(studio, label=f"Ana {number}").id for number in range(4)]
        with pytest.raises(ModelCannot, match="cannot take 5 reference pictures: it is given at most 4"):
            _ask(studio, picture.id, *five)
        words_alone = _model(studio, tiny_wan_folder(tmp_path / "words"))
        with pytest.raises(ModelCannot, match="cannot take reference pictures: it has no place for any"):
            _ask(studio, picture.id, model_id=words_alone)
        with pytest.raises(RequestNotPossible, match="each once"):
            _ask(studio, picture.id, picture.id)
        with pytest.raises(ReferencePictureUnusable, match="does not name the performer whom it shows"):
            _ask(studio, picture.id, cast=False)
        scan = a_kept_picture(studio, kind=AssetKind.SCAN)
        with pytest.raises(ReferencePictureUnusable, match="it is of the kind scan"):
            _ask(studio, scan.id)
        unread = a_kept_picture(studio, content=b"\x76\x2f\x31\x01" + bytes(64))
        with pytest.raises(ReferencePictureUnusable, match="image/x-exr cannot be read"):
            _ask(studio, unread.id)
        with pytest.raises(NoSuchAsset):
            _ask(studio, new_id())
        assert studio.producer.user_id is not None
        set_access(picture.id, person_id=studio.producer.user_id, allowed=False, actor=studio.producer)
        with pytest.raises(ReferencePictureUnusable, match="not on its access list"):
            _ask(studio, picture.id)
        destroy_asset(picture.id, actor=studio.producer)
        with pytest.raises(AssetDestroyed):
            _ask(studio, picture.id)
        with tenant(studio.organisation_id):
            assert not Take.objects.exists()

    def test_a_take_that_waits_gets_nothing_when_access_is_taken_or_the_consent_ends(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        waiting, withdrawn = _ask(studio, picture.id), _ask(studio, picture.id)
        assert studio.producer.user_id is not None
        set_access(picture.id, person_id=studio.producer.user_id, allowed=False, actor=studio.producer)

        card = rendered(waiting, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.LIKENESS_NOT_RELEASED)
        assert "access list" in card.failure_message
        assert asset_events(picture.id, actor=studio.producer)[-1].act == "release_refused"

        withdraw_consent(picture.consent_id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
        assert rendered(withdrawn, studio).state is TakeState.REFUSED

    def test_a_picture_that_cannot_be_read_fails_its_take_with_the_reason(self, studio: Studio) -> None:
        broken = a_kept_picture(studio, content=picture_file()[:300])

        card = rendered(_ask(studio, broken.id), studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_REFUSED)
        assert "The reference picture Reference 1 cannot be used here" in card.failure_message

    def test_the_table_only_grows_and_no_other_studio_has_one_of_it(
        self, studio: Studio, picture: AssetCard, vace_model: Path
    ) -> None:
        _ask(studio, picture.id)
        for act in ("UPDATE {} SET position = 2", "DELETE FROM {}", "TRUNCATE {}"):
            with (
                tenant(studio.organisation_id),
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(act.format("generation_takereferencepicture"))
        stranger = a_studio(vace_model)
        with pytest.raises(NoSuchAsset):
            _ask(stranger, picture.id)
        with tenant(stranger.organisation_id):
            assert not TakeReferencePicture.objects.exists()


class TestAtTheDoors:
    def test_a_form_offers_them_where_a_model_is_given_any(self, studio: Studio, picture: AssetCard) -> None:
        browser, address = a_browser(studio.producer), f"/shots/{studio.shot.id}/takes/new"
        form = browser.get(address).text
        assert "Ana, from the left (Ana Ruiz Calder)" in form
        assert "the model is shown: at most 4." in form
        sent = browser.post(
            address,
            {
                **SAID,
                "key": str(new_id()),
                "performer": str(studio.consenting.id),
                "reference_pictures": [str(picture.id)],
            },
        )
        assert sent.status_code == 302, sent.text
        with tenant(studio.organisation_id):
            row = Take.objects.get()
            assert [one.asset_id for one in row.reference_pictures.all()] == [picture.id]
        assert row.request["reference_pictures"] == [str(picture.id)]
        changed = browser.get(f"{address}?kind=revision&from={row.id}").context["form"]
        assert changed["reference_pictures"].value() == [picture.id]
        assert changed["performer"].value() == studio.consenting.id

    def test_on_a_board_each_goes_to_the_shots_that_name_whom_it_shows(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        sequence = sequence_card(studio.organisation_id, studio.shot.sequence_id)
        empty = a_shot(studio.producer, sequence, code="S2", scene="42")
        sent = a_browser(studio.producer).post(
            f"/sequences/{sequence.id}/storyboard/new",
            {
                **SAID,
                "key": str(new_id()),
                f"words-{studio.shot.id}": SAID["prompt"],
                f"performer-{studio.shot.id}": str(studio.consenting.id),
                f"words-{empty.id}": SAID["prompt"],
                "reference_pictures": [str(picture.id)],
            },
        )
        assert sent.status_code == 302, sent.text
        with tenant(studio.organisation_id):
            rows = {row.shot_id: row.reference_pictures.count() for row in Take.objects.all()}
        assert rows == {studio.shot.id: 1, empty.id: 0}

    def test_the_api_takes_them_and_tells_how_many(self, studio: Studio, picture: AssetCard) -> None:
        browser = a_browser(studio.producer)
        options = browser.get(f"/v1/models/{studio.model.id}/options").json()
        assert options["capabilities"]["most_references"] == 4
        assert "reference_frames" in options["made_from"]
        assert "up to 4" in browser.get(f"/models/{studio.model.id}").text
        body = {
            "prompt": "a red ball over the sea",
            "cast": [{"performer": str(studio.consenting.id), "replica_type": "ebdr_scan"}],
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

        def sent(*pictures: UUID) -> Any:  # noqa: ANN401 - an answer
            return browser.post(
                f"/v1/shots/{studio.shot.id}/takes",
                json.dumps({**body, "reference_pictures": [str(one) for one in pictures]}),
                content_type="application/json",
                headers={"Idempotency-Key": str(new_id())},
            )

        taken = sent(picture.id)
        assert taken.status_code == 202, taken.text
        scan = a_kept_picture(studio, kind=AssetKind.SCAN)
        refused = sent(scan.id)
        assert refused.status_code == 422
        assert refused.json()["type"].endswith("reference-picture-unusable")

    def test_the_command_asks_for_a_take_and_says_why_it_is_refused(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        out = io.StringIO()

        def ask(*said: str) -> None:
            call_command(
                *("takes", "ask", str(studio.shot.id)),
                *("--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id)),
                *("--prompt", "a red ball over the sea", "--use", "generate_new_performance"),
                *("--purpose", "this_production", "--output-status", "final", "--medium", "theatrical"),
                *("--territory", "US", "--language", "en", "--photoreal", "no", "--nothing-sensitive"),
                *("--replaces-in-person-work", "no", "--json"),
                *said,
                stdout=out,
            )

        ask("--cast", f"{studio.consenting.id}:ebdr_scan", "--reference-picture", str(picture.id))
        told = json.loads(out.getvalue())
        assert told["state"] == "queued"
        with tenant(studio.organisation_id):
            assert [one.asset_id for one in Take.objects.get(id=told["take"]).reference_pictures.all()] == [
                picture.id
            ]
        with pytest.raises(CommandError, match="consent"):
            ask("--cast", f"{studio.other.id}:ebdr_scan")
        for wrong, why in (
            (["--camera", "pan_left"], "has no camera move 'pan left': it has none"),
            (["--reference-picture", str(picture.id)], "does not name the performer"),
            (["--cast", "Ana"], "a performer's identifier, a colon"),
            (["--adapter", "much"], "an asset's identifier"),
            (["--sensitive", "nudity"], "Say --nothing-sensitive, or what is sensitive"),
            (["--prompt", ""], "Say with --prompt"),
        ):
            with pytest.raises(CommandError, match=why):
                ask(*wrong)


class TestFromTakes:
    def _origin(self, *parents: TakeCard) -> Origin:
        return Origin(
            kind=LineageKind.REFERENCE_FRAMES,
            parents=tuple(Parent(take_id=one.id, frame=2) for one in parents),
        )

    def test_a_frame_of_a_signed_take_is_shown_to_the_model(self, studio: Studio, picture: AssetCard) -> None:
        parent = rendered(_ask(studio, width=64, height=96), studio)
        plain = rendered(_ask(studio), studio)

        child = rendered(_ask(studio, origin=self._origin(parent)), studio)
        both = rendered(_ask(studio, picture.id, origin=self._origin(parent)), studio)

        assert (child.state, both.state) == (TakeState.SIGNED, TakeState.SIGNED), child.failure_message
        # It is as large as the model makes it, whatever the reference is.
        assert (child.width, child.height) == (96, 64)
        posters = {
            take_files(studio.organisation_id, one.id).poster.read_bytes() for one in (plain, child, both)
        }
        assert len(posters) == 3
        (step,) = descents_of(studio.organisation_id, child.id)
        assert (step.kind, step.parent_id, step.first_frame, step.end_frame) == (
            "reference_frames",
            parent.id,
            2,
            3,
        )
        page = a_browser(studio.producer).get(f"/takes/{child.id}").text
        assert "Reference frames, frames 3 to 3" in page
        assert f"kind=reference_frames&amp;from={child.id}" in page

    def test_whoever_is_in_it_is_said_and_what_does_not_fit_is_refused(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        parent = rendered(_ask(studio), studio)
        with pytest.raises(LessThanParent, match=str(studio.consenting.id)):
            _ask(studio, cast=False, origin=self._origin(parent))
        with pytest.raises(ModelCannot, match="cannot take 5 reference pictures"):
            _ask(studio, origin=self._origin(*[parent] * 5))
        with pytest.raises(ModelCannot, match="cannot take 5 reference pictures"):
            _ask(studio, picture.id, origin=self._origin(*[parent] * 4))
        for wrong in (Parent(take_id=parent.id), Parent(take_id=parent.id, frame=1, at_frame=0)):
            with pytest.raises(RequestNotPossible, match="said with frame, and without at_frame"):
                _ask(studio, origin=Origin(kind=LineageKind.REFERENCE_FRAMES, parents=(wrong,)))
        outside = Origin(kind=LineageKind.REFERENCE_FRAMES, parents=(Parent(take_id=parent.id, frame=17),))
        with pytest.raises(RequestNotPossible, match="a frame from 0 to 16"):
            _ask(studio, origin=outside)

    def test_a_form_asks_for_the_frame(self, studio: Studio) -> None:
        parent = rendered(_ask(studio), studio)
        browser = a_browser(studio.producer)
        address = f"/shots/{studio.shot.id}/takes/new?kind=reference_frames&from={parent.id}"
        form = browser.get(address).text
        assert "Show what a frame shows" in form
        assert 'name="reference_frame"' in form
        assert 'name="size"' in form
        sent = browser.post(address, {**SAID, "key": str(new_id()), "reference_frame": "3"})
        assert sent.status_code == 302, sent.text
        with tenant(studio.organisation_id):
            child = Take.objects.get(number=2)
        (step,) = descents_of(studio.organisation_id, child.id)
        assert (step.first_frame, step.end_frame, step.settings) == (2, 3, {"is_reference": True})
