"""Handing in media of a production by API and page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.values import Actor, Role
from productions.queries import ProductionCard
from provenance.references.queries import references_of
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.foreign_signers import a_foreign_signer, a_photograph, make_picture, sign_as
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db", "keys_folder", "media_folder")


@pytest.fixture
def producer(committed_db: None) -> Actor:
    return a_member(Role.PRODUCER)


@pytest.fixture
def production(producer: Actor) -> ProductionCard:
    return a_production(producer)


def _upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def _photograph(folder: Path) -> Path:
    return sign_as(
        a_foreign_signer("es256", "Example Camera Works"),
        make_picture(folder / "photo.jpg"),
        folder / "signed.jpg",
        media_type="image/jpeg",
        definition=a_photograph(),
    )


def test_the_api_takes_a_file_in_and_shows_it(
    producer: Actor, production: ProductionCard, tmp_path: Path
) -> None:
    client, address = an_api_client(producer), f"/v1/productions/{production.id}/references"

    sent = client.post(
        address,
        {
            "file": _upload(make_picture(tmp_path / "bare.png", kind="PNG")),
            "title": "Storyboard",
            "digital_source_type": "digitalCreation",
        },
        format="multipart",
    )

    assert sent.status_code == 201, sent.content
    told = sent.json()
    assert (told["state"], told["signed_here"], told["media_type"]) == ("trusted", True, "image/png")
    assert client.get(sent.headers["Location"]).json() == told
    assert client.get(address).json() == [told]


def test_the_api_keeps_what_somebody_else_signed(
    producer: Actor, production: ProductionCard, tmp_path: Path
) -> None:
    sent = an_api_client(producer).post(
        f"/v1/productions/{production.id}/references",
        {"file": _upload(_photograph(tmp_path)), "title": "Harbour"},
        format="multipart",
    )

    assert sent.status_code == 201, sent.content
    told = sent.json()
    assert (told["state"], told["signed_here"]) == ("unknown_signer", False)
    assert told["signed_by"] == "Example Camera Works, Example Camera Works camera 7"
    assert told["stated_source_type"].endswith("/digitalCapture")


def test_the_api_refuses_a_changed_file_with_a_problem_that_says_what_was_found(
    producer: Actor, production: ProductionCard, tmp_path: Path
) -> None:
    photograph = _photograph(tmp_path)
    content = bytearray(photograph.read_bytes())
    content[-20] ^= 1
    photograph.write_bytes(bytes(content))

    refused = an_api_client(producer).post(
        f"/v1/productions/{production.id}/references",
        {"file": _upload(photograph), "title": "Harbour"},
        format="multipart",
    )

    problem = refused.json()
    assert refused.status_code == 422
    assert problem["type"].endswith("ingredient-altered")
    assert problem["findings"] == ["assertion.dataHash.mismatch"]
    assert references_of(producer.organisation_id, production.id) == ()


@pytest.mark.parametrize(
    ("fields", "status"), [({"title": "Storyboard"}, 400), ({"digital_source_type": "digitalCapture"}, 400)]
)
def test_the_api_says_what_is_missing_or_cannot_be_stated(
    producer: Actor, production: ProductionCard, tmp_path: Path, fields: dict[str, str], status: int
) -> None:
    files = {"file": _upload(make_picture(tmp_path / "bare.jpg"))} if "title" not in fields else {}

    sent = an_api_client(producer).post(
        f"/v1/productions/{production.id}/references",
        {"title": "Storyboard", **fields, **files},
        format="multipart",
    )

    assert sent.status_code == status, sent.content


def test_whoever_looks_from_outside_neither_brings_nor_sees(
    producer: Actor, production: ProductionCard, tmp_path: Path
) -> None:
    outside = a_membership(a_user(), producer.organisation_id, Role.UNION_REP)
    legal = a_membership(a_user(), producer.organisation_id, Role.LEGAL)
    address = f"/v1/productions/{production.id}/references"
    body = {"file": _upload(make_picture(tmp_path / "bare.jpg")), "title": "Storyboard"}

    assert an_api_client(outside).get(address).status_code == 403
    assert an_api_client(legal).get(address).status_code == 200
    assert an_api_client(legal).post(address, body, format="multipart").status_code == 403
    assert a_browser(outside).get(f"/productions/{production.id}/references").status_code == 403
    assert "Hand in a file" not in a_browser(legal).get(f"/productions/{production.id}/references").text


def test_the_page_takes_files_in_and_says_whose_credential_they_bear(
    producer: Actor, production: ProductionCard, tmp_path: Path
) -> None:
    browser, address = a_browser(producer), f"/productions/{production.id}/references"
    assert "Nothing yet." in browser.get(address).text

    for title, path in (
        ("Storyboard", make_picture(tmp_path / "bare.jpg")),
        ("Harbour", _photograph(tmp_path)),
    ):
        sent = browser.post(
            address, {"file": _upload(path), "title": title, "digital_source_type": "digitalCreation"}
        )
        assert sent.status_code == 302, sent.text

    page = browser.get(address).text
    assert "It came without one; signed here" in page
    assert "Drawn or made by a person with software" in page
    assert "Example Camera Works" in page
    assert "digitalCapture" in page


def test_the_page_says_why_it_refuses(producer: Actor, production: ProductionCard, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a picture", encoding="utf-8")

    refused = a_browser(producer).post(
        f"/productions/{production.id}/references",
        {"file": _upload(text), "title": "Notes", "digital_source_type": "composite"},
    )

    assert refused.status_code == 400
    assert "Notes cannot be used" in refused.text
