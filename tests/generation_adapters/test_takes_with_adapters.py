"""A take made with an adapter in custody: from the request to the signed file, and every way it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from core.ids import new_id
from core.tenancy import tenant
from generation.adapters.values import AdapterChoice
from generation.engines.diffusers_engine import DiffusersEngine
from generation.errors import AdapterUnusable, RequestNotPossible
from generation.models import Take
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_files
from generation.values import FailureCode, TakeState
from licensing.custody.access import set_access
from licensing.custody.cards import AssetCard
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import AssetDestroyed, NoSuchAsset
from licensing.custody.reading import asset_events
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.factories.adapters import an_adapter, as_file, matrices
from tests.factories.requests import a_browser
from tests.factories.takes import NOON, Studio, a_model_release, a_studio, an_order_for, rendered

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(committed_db: None, tiny_model: Path, tmp_path: Path) -> Iterator[Studio]:
    with override_settings(MEDIA_FOLDER=tmp_path / "media"):
        yield a_studio(tiny_model)


@pytest.fixture
def adapter(studio: Studio, engine: DiffusersEngine) -> AssetCard:
    return an_adapter(studio, matrices(engine._pipeline.transformer))


def _ask(studio: Studio, *adapters: AdapterChoice, cast: bool = True, key: str = "") -> TakeCard:
    people = (studio.consenting,) if cast else ()
    order = an_order_for(studio, *people, adapters=adapters)
    return request_take(order, actor=studio.producer, idempotency_key=key or str(new_id()))


def test_a_take_with_an_adapter_is_signed_and_says_so(
    studio: Studio, adapter: AssetCard, engine: DiffusersEngine
) -> None:
    choice = AdapterChoice(adapter.id, Decimal("0.80"))
    plain = rendered(_ask(studio), studio)

    card = rendered(_ask(studio, choice), studio)

    assert (plain.state, card.state) == (TakeState.SIGNED, TakeState.SIGNED), card.failure_message
    first, second = (take_files(studio.organisation_id, one.id) for one in (plain, card))
    assert first.poster.read_bytes() != second.poster.read_bytes()
    # The next take without it is the plain one again: nothing of it stayed.
    again = rendered(_ask(studio), studio)
    assert take_files(studio.organisation_id, again.id).poster.read_bytes() == first.poster.read_bytes()
    stated = second.video.read_bytes()
    assert adapter.plain_sha256.encode() in stated
    for private in (studio.consenting.professional_name, adapter.label, str(adapter.id)):
        assert private.encode() not in stated
    acts = [one.act for one in asset_events(adapter.id, actor=studio.producer)]
    assert acts[-2:] == ["released", "opened"]
    weights = as_file(matrices(engine._pipeline.transformer))[200:260]
    for path in settings.MEDIA_FOLDER.rglob("*"):
        assert not path.is_file() or weights not in path.read_bytes()

    client = a_browser(studio.producer)
    told = client.get(f"/v1/takes/{card.id}/adapters").json()
    assert told == [
        {"asset": str(adapter.id), "position": 1, "scale": "0.80", "weights_sha256": adapter.plain_sha256}
    ]
    assert "strength 0.80" in client.get(f"/takes/{card.id}").content.decode()
    form = client.get(f"/shots/{studio.shot.id}/takes/new").content.decode()
    assert "Ana, neutral (Ana Ruiz Calder)" in form


def test_a_variation_begins_with_the_model_the_people_and_the_adapter_of_its_parent(
    studio: Studio, adapter: AssetCard, engine: DiffusersEngine
) -> None:
    parent = _ask(studio, AdapterChoice(adapter.id, Decimal("0.80")))
    a_model_release(studio.producer, lock_sha256="ab" * 32, approved_at=NOON + timedelta(days=1))
    browser = a_browser(studio.producer)

    form = browser.get(f"/shots/{studio.shot.id}/takes/new?kind=variation&from={parent.id}").context["form"]
    said = {name: form[name].value() for name in form.fields}

    assert (said["performer"], said["replica_type"]) == (studio.consenting.id, "ebdr_scan")
    assert (said["adapter"], said["adapter_scale"]) == (adapter.id, "0.80")
    assert (said["model"], said["length"]) == (studio.model.id, f"{studio.model.id} {parent.num_frames}")
    assert said["size"] == f"{studio.model.id} {parent.width}x{parent.height}"
    # Sent as it begins, it asks for the same again, but for what people state of a take each time.
    sent = browser.post(
        f"/shots/{studio.shot.id}/takes/new?kind=variation&from={parent.id}",
        {name: value for name, value in said.items() if value is not None and value is not False},
    )
    assert sent.status_code == 302, sent.context["form"].errors
    with tenant(studio.organisation_id):
        children = [one.request for one in Take.objects.order_by("-number")[:4]]
        first = Take.objects.get(id=parent.id).request
    same = ("prompt", "cast", "adapters", "use", "purpose", "media", "territories", "photoreal", "sensitive")
    assert [[one[name] for name in same] for one in children] == [[first[name] for name in same]] * 4


def test_what_cannot_be_used_is_refused_and_leaves_no_take(
    studio: Studio, adapter: AssetCard, engine: DiffusersEngine
) -> None:
    scan = adapter.built_from[0]
    choice = AdapterChoice(adapter.id)
    another = a_model_release(studio.producer, folder=str(engine.checked.folder), lock_sha256="ab" * 32)
    with pytest.raises(AdapterUnusable, match="is a reference image"):
        _ask(studio, AdapterChoice(scan))
    with pytest.raises(AdapterUnusable, match="does not name the performer"):
        _ask(studio, choice, cast=False)
    with pytest.raises(AdapterUnusable, match=f"{studio.model} is the one that it fits: choose that model"):
        request_take(
            an_order_for(studio, studio.consenting, adapters=(choice,), model_id=another.id),
            actor=studio.producer,
            idempotency_key=str(new_id()),
        )
    with pytest.raises(RequestNotPossible, match="each once"):
        _ask(studio, choice, choice)
    with pytest.raises(RequestNotPossible, match="above 0 up to 2"):
        _ask(studio, AdapterChoice(adapter.id, Decimal(0)))
    with pytest.raises(NoSuchAsset):
        _ask(studio, AdapterChoice(new_id()))
    assert studio.producer.user_id is not None
    set_access(adapter.id, person_id=studio.producer.user_id, allowed=False, actor=studio.producer)
    with pytest.raises(AdapterUnusable, match="not on its access list"):
        _ask(studio, choice)
    destroy_asset(adapter.id, actor=studio.producer)
    with pytest.raises(AssetDestroyed):
        _ask(studio, choice)


def test_an_adapter_leads_to_the_model_it_was_made_for_where_no_model_is_named(
    studio: Studio, adapter: AssetCard, engine: DiffusersEngine
) -> None:
    newer = a_model_release(
        studio.producer,
        folder=str(engine.checked.folder),
        lock_sha256="ab" * 32,
        approved_at=NOON + timedelta(days=1),
    )

    assert _ask(studio).model_name == newer.name
    assert _ask(studio, AdapterChoice(adapter.id)).model_name == studio.model.name


def test_a_take_that_waits_gets_nothing_any_more_when_access_is_taken_or_the_consent_ends(
    studio: Studio, adapter: AssetCard, engine: DiffusersEngine
) -> None:
    choice = AdapterChoice(adapter.id)
    waiting, withdrawn = _ask(studio, choice), _ask(studio, choice)
    assert studio.producer.user_id is not None
    set_access(adapter.id, person_id=studio.producer.user_id, allowed=False, actor=studio.producer)

    card = rendered(waiting, studio)

    assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.LIKENESS_NOT_RELEASED)
    assert "access list" in card.failure_message
    assert asset_events(adapter.id, actor=studio.producer)[-1].act == "release_refused"

    withdraw_consent(adapter.consent_id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
    assert rendered(withdrawn, studio).state is TakeState.REFUSED


def test_an_adapter_that_does_not_fit_fails_its_take_with_the_reason(
    studio: Studio, engine: DiffusersEngine
) -> None:
    made = matrices(engine._pipeline.transformer)
    cut = an_adapter(studio, dict(list(made.items())[:-1]))

    card = rendered(_ask(studio, AdapterChoice(cut.id)), studio)

    assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_REFUSED)
    assert "Adapter 1 cannot be used here" in card.failure_message


def test_another_studio_has_no_adapter_of_this_one(adapter: AssetCard, tiny_model: Path) -> None:
    with pytest.raises(NoSuchAsset):
        _ask(a_studio(tiny_model), AdapterChoice(adapter.id))
