"""Takes made from takes: asked for, bound to what their parents hold, rendered, signed, with their lineage."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.values import Role
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.folder import model_digest
from generation.errors import RequestNotPossible
from generation.iterating.errors import LessThanParent, ModelCannot, ParentNotUsable
from generation.iterating.origins import parents_of
from generation.iterating.queries import descents_of, family_of
from generation.iterating.values import LineageKind, Origin, Parent
from generation.models import Take, TakeLineage
from generation.operations.takes import request_take
from generation.operations.variations import request_variations
from generation.queries import TakeCard, take_files
from generation.values import FailureCode, TakeOrder, TakeState
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.performer_cards import PerformerCard
from provenance import c2pa_gateway, keys
from tests.factories.accounts import a_member
from tests.factories.model_families import tiny_ltx_folder
from tests.factories.takes import Studio, a_model_release, an_order_for, rendered


def _asked(studio: Studio, order: TakeOrder) -> TakeCard:
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def _signed(studio: Studio, *cast: PerformerCard, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    card = rendered(_asked(studio, an_order_for(studio, *cast, **fields)), studio)
    assert card.state is TakeState.SIGNED, card.failure_message
    return card


def _from(kind: LineageKind, *cards: TakeCard, **fields: Any) -> Origin:  # noqa: ANN401 - any field
    return Origin(kind=kind, parents=tuple(Parent(take_id=one.id) for one in cards), **fields)


def _ingredients(card: TakeCard, studio: Studio) -> list[dict[str, Any]]:
    video = take_files(studio.organisation_id, card.id).video
    reading = c2pa_gateway.read(video, anchors=keys.load_trust_list(settings.KEYS_FOLDER, at=now()).anchors)
    assert not reading.broken
    found: Any = reading.manifest()["ingredients"]
    return list(found)


class TestRendered:
    def test_goes_on_from_its_parent_and_says_so_everywhere(self, studio: Studio) -> None:
        parent = _signed(studio, studio.consenting)
        origin = _from(LineageKind.EXTEND_AFTER, parent, overlap=5)

        child = _signed(studio, studio.consenting, origin=origin, seed=8)

        (step,) = descents_of(studio.organisation_id, child.id)
        assert (step.kind, step.parent_id) == ("extend_after", parent.id)
        assert (step.first_frame, step.end_frame) == (12, 17)
        assert step.source_sha256 == take_files(studio.organisation_id, parent.id).video.stem
        (ingredient,) = _ingredients(child, studio)
        assert ingredient["relationship"] == "inputTo"
        assert ingredient["title"] == f"Shot {studio.shot.code}, take {parent.number}"

    def test_a_remix_has_its_parent_as_parent(self, studio: Studio) -> None:
        parent = _signed(studio)
        origin = _from(LineageKind.REMIX, parent, strength=Decimal("0.5"))

        child = _signed(studio, origin=origin, prompt="a blue box over the meadow")

        (ingredient,) = _ingredients(child, studio)
        assert ingredient["relationship"] == "parentOf"
        assert child.num_frames == parent.num_frames

    def test_two_parents_are_two_ingredients(self, studio: Studio) -> None:
        first, second = _signed(studio), _signed(studio, seed=9)
        child = _signed(studio, origin=_from(LineageKind.BLEND, first, second))
        assert len(_ingredients(child, studio)) == 2

    def test_a_parent_that_is_used_twice_is_one_ingredient(self, studio: Studio) -> None:
        parent = _signed(studio)
        child = _signed(studio, origin=_from(LineageKind.LOOP, parent))
        assert len(_ingredients(child, studio)) == 1
        assert len(descents_of(studio.organisation_id, child.id)) == 2

    def test_ends_when_what_its_parent_rests_on_ended_meanwhile(self, studio: Studio) -> None:
        parent = _signed(studio, studio.consenting)
        origin = _from(LineageKind.EXTEND_AFTER, parent)
        card = _asked(studio, an_order_for(studio, studio.consenting, origin=origin))
        assert card.state is TakeState.QUEUED
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

        ended = rendered(card, studio)

        # The rules are asked first, and nobody's likeness is left to decide on.
        assert ended.state is TakeState.REFUSED

    def test_a_file_that_was_changed_is_not_read(self, studio: Studio) -> None:
        parent = _signed(studio)
        card = _asked(studio, an_order_for(studio, origin=_from(LineageKind.LOOP, parent)))
        video = take_files(studio.organisation_id, parent.id).video
        video.chmod(0o644)
        video.write_bytes(video.read_bytes() + b"\0")

        ended = rendered(card, studio)

        assert (ended.state, ended.failure_code) == (TakeState.FAILED, FailureCode.PARENT_UNUSABLE)
        assert "not the one that was signed" in ended.failure_message


class TestBound:
    def test_whoever_is_in_the_parent_is_in_the_child(self, studio: Studio) -> None:
        parent = _signed(studio, studio.consenting)
        order = an_order_for(studio, origin=_from(LineageKind.REMIX, parent))

        with pytest.raises(LessThanParent) as refused:
            _asked(studio, order)

        assert refused.value.missing == (("cast", f"performer {studio.consenting.id} as ebdr_scan"),)
        assert "use of their likeness" in str(refused.value)
        with tenant(studio.organisation_id):
            assert Take.objects.count() == 1

    def test_what_is_sensitive_stays_so(self, studio: Studio) -> None:
        parent = _signed(studio, sensitive=None)
        with pytest.raises(LessThanParent) as refused:
            _asked(studio, an_order_for(studio, origin=_from(LineageKind.LOOP, parent)))
        assert refused.value.missing[0][0] == "sensitive"

    def test_words_alone_bind_nobody(self, studio: Studio) -> None:
        parent = _signed(studio, studio.consenting)
        card = _asked(studio, an_order_for(studio, origin=_from(LineageKind.REVISION, parent)))
        assert card.state is TakeState.QUEUED

    def test_a_take_that_is_not_signed_gives_no_pictures(self, studio: Studio) -> None:
        parent = _asked(studio, an_order_for(studio))
        with pytest.raises(ParentNotUsable, match="queued"):
            _asked(studio, an_order_for(studio, origin=_from(LineageKind.LOOP, parent)))

    def test_nor_does_one_whose_consent_was_withdrawn(self, studio: Studio) -> None:
        parent = _signed(studio, studio.consenting)
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
        with pytest.raises(ParentNotUsable, match="has ended"):
            _asked(studio, an_order_for(studio, studio.consenting, origin=_from(LineageKind.LOOP, parent)))

    def test_nor_one_of_another_studio(self, studio: Studio) -> None:
        parent = _signed(studio)
        stranger = a_member(Role.PRODUCER)
        with pytest.raises(ParentNotUsable, match="no such take"):
            parents_of(_from(LineageKind.LOOP, parent), actor=stranger)

    def test_a_family_without_a_way_is_named(self, studio: Studio, tmp_path: Path) -> None:
        parent = _signed(studio)
        folder = tiny_ltx_folder(tmp_path / "model")
        other = a_model_release(studio.producer, folder=str(folder), lock_sha256=model_digest(folder))
        order = an_order_for(studio, origin=_from(LineageKind.LOOP, parent), model_id=other.id)
        with pytest.raises(ModelCannot, match="LTXPipeline cannot loop"):
            _asked(studio, order)

    def test_what_cannot_be_placed_is_refused_before_anything_is_decided(self, studio: Studio) -> None:
        parent = _signed(studio)
        order = an_order_for(studio, origin=_from(LineageKind.EXTEND_AFTER, parent), num_frames=9)
        with pytest.raises(RequestNotPossible):
            _asked(studio, replace(order, origin=_from(LineageKind.EXTEND_AFTER, parent, overlap=9)))

    def test_the_same_request_gives_the_same_take(self, studio: Studio) -> None:
        parent = _signed(studio)
        order = an_order_for(studio, origin=_from(LineageKind.LOOP, parent))
        first = request_take(order, actor=studio.producer, idempotency_key="one")
        assert request_take(order, actor=studio.producer, idempotency_key="one").id == first.id


class TestVariations:
    def test_each_is_decided_and_comes_from_the_first(self, studio: Studio) -> None:
        cards = request_variations(
            an_order_for(studio, studio.consenting), 3, actor=studio.producer, idempotency_key="three"
        )

        assert [one.seed for one in cards] == [7, 8, 9]
        assert len({one.decision_id for one in cards}) == 3
        family = family_of(studio.organisation_id, cards[1].id)
        assert [(one.number, one.depth) for one in family.relatives] == [(1, 0), (2, 1), (3, 1)]
        again = request_variations(
            an_order_for(studio, studio.consenting), 3, actor=studio.producer, idempotency_key="three"
        )
        assert [one.id for one in again] == [one.id for one in cards]

    def test_drawn_seeds_differ(self, studio: Studio) -> None:
        cards = request_variations(
            an_order_for(studio, seed=None), 3, actor=studio.producer, idempotency_key=str(new_id())
        )
        assert len({one.seed for one in cards}) == 3

    def test_of_a_refused_request_there_is_one(self, studio: Studio) -> None:
        (card,) = request_variations(
            an_order_for(studio, studio.other), 3, actor=studio.producer, idempotency_key=str(new_id())
        )
        assert card.state is TakeState.REFUSED

    def test_of_pictures_each_keeps_them(self, studio: Studio) -> None:
        parent = _signed(studio)
        order = an_order_for(studio, origin=_from(LineageKind.LOOP, parent))
        first, second = request_variations(order, 2, actor=studio.producer, idempotency_key="two")
        with tenant(studio.organisation_id):
            kinds = TakeLineage.objects.filter(take_id=second.id).values_list("kind", "parent_id")
            assert list(kinds) == [("loop", parent.id), ("loop", parent.id), ("variation", first.id)]

    @pytest.mark.parametrize("count", [0, 9])
    def test_so_many_are_not_to_be_had(self, studio: Studio, count: int) -> None:
        with pytest.raises(RequestNotPossible):
            request_variations(
                an_order_for(studio), count, actor=studio.producer, idempotency_key=str(new_id())
            )


class TestFamily:
    def test_shows_what_was_changed(self, studio: Studio) -> None:
        parent = _asked(studio, an_order_for(studio))
        child = _asked(
            studio,
            an_order_for(
                studio,
                prompt="a blue ball moves left over the meadow",
                seed=9,
                origin=_from(LineageKind.REVISION, parent),
            ),
        )

        _, below = family_of(studio.organisation_id, parent.id).relatives
        (step,) = below.descents
        assert below.take_id == child.id
        assert (step.removed, step.added) == (("red", "sea"), ("blue", "meadow"))
        assert step.changed == (("seed", "7", "9"),)
