"""A copy for one recipient: told apart by its credential, called back by itself, named to nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.values import Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.copies import copy_of
from generation.deliveries.errors import DeliveryNotStanding
from generation.file_reviews import file_reviews_of
from generation.graph.values import Direction, Node, NodeKind, Question
from generation.graph.walking import walk
from generation.operations.delivery_copies import make_copy
from generation.operations.delivery_links import fetch_file, issue_link
from generation.operations.file_reviews import review_file
from generation.operations.recalls import recall_delivery
from generation.queries import TakeCard, take_files
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from provenance.updating.definition import ReviewOutcome
from provenance.values import PublicState
from provenance.verifying import verify_file
from tests.factories.accounts import a_membership, a_user
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_signed_take
from tests.factories.requests import an_api_client
from tests.factories.takes import Studio, a_studio

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    return a_signed_take(studio, studio.consenting)


@pytest.fixture
def delivery(studio: Studio, take: TakeCard) -> DeliveryCard:
    return a_delivery(studio, take)


def _fetched(studio: Studio, delivery: DeliveryCard) -> Path:
    link = issue_link(delivery.id, lasts=timedelta(days=1), actor=studio.producer)
    return fetch_file(link.token).path


def _state_of(path: Path) -> PublicState:
    today = verify_file(path).today
    assert today is not None
    return today.state


def test_a_copy_reads_back_as_ours_and_names_its_recipient_to_nobody(
    studio: Studio, take: TakeCard, delivery: DeliveryCard
) -> None:
    made = make_copy(delivery.id, actor=studio.producer)
    again = make_copy(delivery.id, actor=studio.producer)
    integrate_all()
    path = _fetched(studio, delivery)

    found = verify_file(path)
    with tenant(studio.organisation_id):
        behind = walk(Question(node=Node(NodeKind.DELIVERY, delivery.id), directions=(Direction.UP,)))
    assert Node(NodeKind.CREDENTIAL, made.file_id) in {one.node for one in behind.nodes}
    content = path.read_bytes()
    assert again.file_id == made.file_id
    assert (found.state.value, found.manifest_id, found.file_sha256) == (
        "trusted",
        made.manifest_id,
        made.file_sha256,
    )
    assert (
        found.status_reference
        == verify_file(take_files(studio.organisation_id, take.id).video).status_reference
    )
    assert made.recipient_commitment_hex.encode() in content
    assert delivery.recipient.name.encode() not in content
    assert str(delivery.recipient.id).encode() not in content
    assert [one.kind for one in inspect_logs(at=now(), reconcilers=registered()).problems] == []


def test_manifests_are_for_everybody_once_a_file_that_bears_them_left_the_house(
    studio: Studio, take: TakeCard, client: Client
) -> None:
    """A take that is withdrawn before anybody got it stays the studio's own."""
    urn = verify_file(take_files(studio.organisation_id, take.id).video).manifest_id
    never = a_signed_take(studio, studio.consenting)
    counsel = a_membership(a_user(), studio.organisation_id, Role.LEGAL)
    review_file(take.id, ReviewOutcome.APPROVED, actor=counsel)
    before = _served(client, urn)
    delivery = a_delivery(studio, take)
    copied = make_copy(delivery.id, actor=studio.producer)
    (judged,) = file_reviews_of(studio.organisation_id, take.id)
    later = review_file(take.id, ReviewOutcome.APPROVED_WITH_LIMITS, actor=counsel)
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
    unseen = verify_file(take_files(studio.organisation_id, never.id).video)

    assert before == 404
    # What was judged before the copy was made is in it; what was judged after is not.
    assert [_served(client, one) for one in (urn, copied.manifest_id, judged.manifest_id)] == [200, 200, 200]
    assert _served(client, later.manifest_id) == 404
    assert unseen.today is not None
    assert unseen.today.state is PublicState.WITHDRAWN
    assert _served(client, unseen.manifest_id) == 404
    own = an_api_client(studio.producer)
    assert [_served(own, one) for one in (later.manifest_id, unseen.manifest_id)] == [200, 200]
    told = own.get(f"/v1/copies/{copied.manifest_id}").json()
    assert (told["how"], told["made_for"]["id"]) == ("own_credential", str(delivery.recipient.id))
    everybodys = own.get(f"/v1/copies/{urn}").json()
    assert (everybodys["how"], everybodys["made_for"]) == ("alike", None)


def _served(client: Client, urn: str | None) -> int:
    return client.get(f"/v1/manifests/{urn}").status_code


def test_without_a_copy_the_signed_file_goes_out(
    studio: Studio, take: TakeCard, delivery: DeliveryCard
) -> None:
    assert copy_of(studio.organisation_id, delivery.id) is None
    assert _fetched(studio, delivery) == take_files(studio.organisation_id, take.id).video


def test_two_recipients_have_two_copies_and_one_is_called_back_alone(
    studio: Studio, take: TakeCard, delivery: DeliveryCard
) -> None:
    other = a_delivery(studio, take)
    one, two = (make_copy(each.id, actor=studio.producer) for each in (delivery, other))
    recall_delivery(delivery.id, reason="Sent to the wrong cut.", actor=studio.producer)

    assert one.file_sha256 != two.file_sha256
    assert one.recipient_commitment_hex != two.recipient_commitment_hex
    assert _state_of(one.path) is PublicState.WITHDRAWN
    assert _state_of(two.path) is PublicState.ACTIVE
    assert _state_of(take_files(studio.organisation_id, take.id).video) is PublicState.ACTIVE


def test_a_withdrawn_consent_takes_every_copy_down_and_none_is_made_after_it(
    studio: Studio, take: TakeCard, delivery: DeliveryCard
) -> None:
    other = a_delivery(studio, take)
    made = make_copy(delivery.id, actor=studio.producer)
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

    assert _state_of(made.path) is PublicState.WITHDRAWN
    with pytest.raises(DeliveryNotStanding):
        make_copy(other.id, actor=studio.producer)
    assert copy_of(studio.organisation_id, other.id) is None


def test_the_page_and_the_api_make_it_and_show_it(
    studio: Studio, delivery: DeliveryCard, client: Client
) -> None:
    assert studio.producer.user_id is not None
    client.force_login(User.objects.get(id=studio.producer.user_id))
    before = client.get(f"/deliveries/{delivery.id}").content.decode()
    client.post(f"/deliveries/{delivery.id}/copy")
    after = client.get(f"/deliveries/{delivery.id}").content.decode()
    told = client.get(f"/v1/deliveries/{delivery.id}").json()["copy"]

    assert "Make their own copy" in before
    assert "Make their own copy" not in after
    assert told["file_sha256"] in after
    again = client.post(f"/v1/deliveries/{delivery.id}/copy").json()
    assert again["manifest_id"] == told["manifest_id"]
