"""A copy for one recipient: told apart by its credential, called back by itself, named to nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.copies import copy_of
from generation.deliveries.errors import DeliveryNotStanding
from generation.graph.values import Direction, Node, NodeKind, Question
from generation.graph.walking import walk
from generation.operations.delivery_copies import make_copy
from generation.operations.delivery_links import fetch_file, issue_link
from generation.operations.recalls import recall_delivery
from generation.queries import TakeCard, take_files
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from provenance.values import PublicState
from provenance.verifying import verify_file
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_signed_take
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
