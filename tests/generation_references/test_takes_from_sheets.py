"""Takes that begin with the sheet of a character: by the form and by the command."""

from __future__ import annotations

import io
import json
from uuid import UUID

import pytest
import torch
from django.core.management import CommandError, call_command

from core.ids import new_id
from core.tenancy import tenant
from generation.models import Take
from generation.operations.character_sheets import put_on_sheet
from generation.queries import take_card
from generation.reference_pictures.sheets import character_sheet
from generation.values import TakeState
from licensing.custody.access import set_access
from licensing.custody.cards import AssetCard
from licensing.custody.destruction import destroy_asset
from licensing.custody.words import AssetKind
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from productions.queries import CharacterCard
from tests.factories.adapters import an_adapter, as_file
from tests.factories.custody import an_asset
from tests.factories.productions import a_character, a_production
from tests.factories.reference_pictures import a_kept_picture
from tests.factories.requests import a_browser
from tests.factories.takes import Studio, rendered
from tests.generation_iterating.test_doors import SAID

pytestmark = pytest.mark.usefixtures("committed_db")


class TestTakesThatBeginWithOne:
    def test_the_form_begins_with_it_and_the_take_is_asked_for_and_refused_as_any(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        put_on_sheet(pilot.id, picture.id, actor=studio.producer)
        browser = a_browser(studio.producer)
        address = f"/shots/{studio.shot.id}/takes/new?character={pilot.id}"

        answer = browser.get(address)
        form = answer.context["form"]

        assert f"sheet of {pilot.name}</a>: {picture.label}." in answer.text
        said = {name: form[name].value() for name in form.fields}
        assert said["reference_pictures"] == [picture.id]
        assert (said["performer"], said["model"]) == (studio.consenting.id, studio.model.id)
        filled = {name: value for name, value in said.items() if value not in (None, False)} | SAID
        sent = browser.post(address, filled)
        assert sent.status_code == 302, sent.context["form"].errors
        unticked = {**filled, "key": str(new_id()), "reference_pictures": []}
        assert browser.post(address, unticked).status_code == 302
        with tenant(studio.organisation_id):
            with_it, without = Take.objects.order_by("number")
            assert [one.asset_id for one in with_it.reference_pictures.all()] == [picture.id]
            assert not without.reference_pictures.exists()
        assert with_it.state == TakeState.QUEUED

        withdraw_consent(picture.consent_id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

        waiting = take_card(studio.organisation_id, UUID(str(with_it.id)))
        assert rendered(waiting, studio).state is TakeState.REFUSED
        assert [one.state for one in character_sheet(pilot.id, actor=studio.producer).items] == ["destroyed"]
        after = browser.get(address)
        assert "nothing on it can be used here" in after.text
        assert f"{picture.label} (destroyed)" in after.text
        # The form has no picture to offer any more, and the rules refuse whom it would show.
        assert browser.post(address, {**filled, "key": str(new_id())}).status_code == 302
        with tenant(studio.organisation_id):
            last = Take.objects.latest("number")
            assert (last.state, last.reference_pictures.count()) == (TakeState.REFUSED, 0)

    def test_it_gives_as_many_as_the_model_takes_and_none_that_cannot_be_used(
        self, studio: Studio, pilot: CharacterCard
    ) -> None:
        producer = studio.producer
        assert producer.user_id is not None
        kept = [a_kept_picture(studio, label=f"Ana {number}") for number in range(7)]
        for one in kept:
            put_on_sheet(pilot.id, one.id, actor=producer)
        set_access(kept[0].id, person_id=producer.user_id, allowed=False, actor=producer)
        destroy_asset(kept[2].id, actor=producer)

        answer = a_browser(producer).get(f"/shots/{studio.shot.id}/takes/new?character={pilot.id}")

        begun = [kept[number].id for number in (1, 3, 4, 5)]
        assert answer.context["form"]["reference_pictures"].value() == begun
        # A browser sends them as they stand on the form, and the model is given them so.
        offered = [one for one, _ in answer.context["form"].fields["reference_pictures"].choices]
        assert offered == [*begun, kept[6].id]
        assert "made for another one: Ana 6." in answer.text
        assert "Ana 0 (not on access list); Ana 2 (destroyed)." in answer.text

    def test_it_begins_with_the_adapter_of_the_model_and_with_the_model_of_the_adapter(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        producer = studio.producer
        matrix = {"transformer.w.lora_A.weight": torch.zeros(1, 1)}
        another = an_adapter(studio, matrix, base_model_sha256="ab" * 32, label="Of another model")
        put_on_sheet(pilot.id, another.id, actor=producer)
        browser, address = a_browser(producer), f"/shots/{studio.shot.id}/takes/new?character={pilot.id}"
        assert "nothing on it can be used here" in browser.get(address).text

        adapter = an_asset(
            producer,
            another.consent_id,
            kind=AssetKind.ADAPTER,
            label="Ana, neutral",
            content=as_file(matrix),
            built_from=list(another.built_from),
            base_model_sha256=studio.model.lock_sha256,
        )
        put_on_sheet(pilot.id, adapter.id, actor=producer)
        form = browser.get(address).context["form"]
        assert (form["adapter"].value(), form["model"].value()) == (adapter.id, studio.model.id)
        assert form["reference_pictures"].value() == []
        put_on_sheet(pilot.id, picture.id, actor=producer)
        answer = browser.get(address)
        form = answer.context["form"]
        assert (form["adapter"].value(), form["reference_pictures"].value()) == (adapter.id, [picture.id])
        assert "made for another one: Of another model." in answer.text

    def test_no_sheet_of_another_production_and_none_beside_another_take(
        self, studio: Studio, picture: AssetCard
    ) -> None:
        elsewhere = a_character(studio.producer, a_production(studio.producer, title="Another film"))
        put_on_sheet(elsewhere.id, picture.id, actor=studio.producer)
        browser, address = a_browser(studio.producer), f"/shots/{studio.shot.id}/takes/new"

        refused = browser.get(f"{address}?character={elsewhere.id}")

        assert refused.status_code == 422
        assert "of another production" in refused.text
        assert browser.get(f"{address}?character={new_id()}").status_code == 404
        assert browser.get(f"{address}?character=nobody").status_code == 404
        with pytest.raises(CommandError, match="of another production"):
            _ask(studio, "--character", str(elsewhere.id))
        own = a_character(studio.producer, studio.production)
        assert browser.get(f"{address}?character={own.id}").status_code == 200
        assert (
            browser.post(f"{address}?character={own.id}", {**SAID, "key": str(new_id())}).status_code == 302
        )
        with tenant(studio.organisation_id):
            asked = Take.objects.get()
        parent = rendered(take_card(studio.organisation_id, UUID(str(asked.id))), studio)
        from_it = f"{address}?kind=revision&from={parent.id}"
        assert browser.get(from_it).status_code == 200
        assert browser.get(f"{from_it}&character={own.id}").status_code == 422

    def test_the_command_begins_with_it(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        side = a_kept_picture(studio, label="Ana, from the side")
        cast = ("--cast", f"{studio.consenting.id}:ebdr_scan")
        with pytest.raises(CommandError, match="Nothing on this sheet can be used"):
            _ask(studio, *cast, "--character", str(pilot.id))
        put_on_sheet(pilot.id, picture.id, actor=studio.producer)
        gone = a_kept_picture(studio)
        put_on_sheet(pilot.id, gone.id, actor=studio.producer)
        destroy_asset(gone.id, actor=studio.producer)

        take_id, warned = _ask(studio, *cast, "--character", str(pilot.id))
        other_id, _ = _ask(studio, *cast, "--character", str(pilot.id), "--reference-picture", str(side.id))

        with tenant(studio.organisation_id):
            shown = [
                [one.asset_id for one in Take.objects.get(id=one).reference_pictures.all()]
                for one in (take_id, other_id)
            ]
        assert shown == [[picture.id], [side.id]]
        assert "Of the sheet 1 cannot be used here" in warned
        with pytest.raises(CommandError, match="does not name the performer"):
            _ask(studio, "--character", str(pilot.id))
        with pytest.raises(CommandError, match="Nothing on this sheet can be used"):
            _ask(studio, *cast, "--character", str(pilot.id), "--model", str(new_id()))


def _ask(studio: Studio, *said: str) -> tuple[str, str]:
    """The take that the command asked for, and what it warned of."""
    out, err = io.StringIO(), io.StringIO()
    call_command(
        *("takes", "ask", str(studio.shot.id)),
        *("--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id)),
        *("--prompt", "a red ball over the sea", "--use", "generate_new_performance"),
        *("--purpose", "this_production", "--output-status", "final", "--medium", "theatrical"),
        *("--territory", "US", "--language", "en", "--photoreal", "no", "--nothing-sensitive"),
        *("--replaces-in-person-work", "no", "--json"),
        *said,
        stdout=out,
        stderr=err,
    )
    return json.loads(out.getvalue())["take"], err.getvalue()
