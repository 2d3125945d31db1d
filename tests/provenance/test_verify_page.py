"""The public page and the API of verification, asked by somebody without an account."""

from __future__ import annotations

import base64
import html
import json
import tempfile
import threading
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from provenance import receiving
from provenance.errors import UploadTooLarge
from provenance.pages.words import answer_in_words
from provenance.values import CredentialState, Verification
from tests.factories import tampering
from tests.factories.provenance import SignedVideo, sign_video, take_statement

API, PAGE = "/v1/verifications", "/verify"


@pytest.fixture
def trusting(signed_video: SignedVideo, settings: Settings) -> SignedVideo:
    """The signed file, whose root the product trusts."""
    settings.KEYS_FOLDER = signed_video.keys_folder
    return signed_video


def _upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("../../etc/passwd", content, "video/mp4")}


def _every_row() -> dict[str, int]:
    """By table, how often this transaction has written so far, of whatever organisation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


@pytest.mark.usefixtures("db", "media_folder")
class TestApi:
    def test_a_stranger_gets_the_whole_answer(self, client: Client, trusting: SignedVideo) -> None:
        response = client.post(API, _upload(trusting.content))

        answer = response.json()
        assert response.status_code == 200
        assert answer["state"] == "trusted"
        assert answer["claims"]["model_name"] == "countersign/builtin-small"
        assert answer["claims"]["ai_generated"] is True
        assert answer["authorization"]["decision"] == "d" * 64

    def test_an_altered_file_keeps_its_claims_to_itself(self, client: Client, trusting: SignedVideo) -> None:
        content = tampering.flipped_in_box(trusting.content, b"mdat")

        answer = client.post(API, _upload(content)).json()

        assert (answer["state"], answer["claims"], answer["authorization"]) == ("altered", None, None)

    def test_a_request_without_a_file_is_told_so(self, client: Client) -> None:
        response = client.post(API, {"other": "field"})

        assert response.status_code == 400
        assert response.json()["type"].endswith("/problems/upload-missing")

    def test_a_body_that_is_too_long_is_refused_before_it_is_read(self) -> None:
        class Unread(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise AssertionError("the body was read")

        request = RequestFactory().generic("POST", API, b"", content_type="multipart/form-data; boundary=b")
        request.META["CONTENT_LENGTH"] = str(receiving.LARGEST_UPLOAD_BYTES * 2)
        request.META["wsgi.input"] = request._stream = Unread()

        with pytest.raises(UploadTooLarge):
            receiving.verify_received(request)

    def test_a_file_that_is_too_large_is_told_the_limit(
        self, client: Client, trusting: SignedVideo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "LARGEST_UPLOAD_BYTES", 1000)

        response = client.post(API, _upload(trusting.content))

        assert response.status_code == 413
        assert response.json()["limit_bytes"] == 1000

    def test_when_every_place_is_taken_one_is_told_to_come_again(
        self, client: Client, trusting: SignedVideo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receiving, "_places", threading.BoundedSemaphore(1))
        monkeypatch.setattr(receiving, "_LONGEST_WAIT_S", 0.01)
        receiving._places.acquire()

        response = client.post(API, _upload(trusting.content))

        assert response.status_code == 503
        assert response.json()["type"].endswith("/problems/verifier-busy")

    def test_nothing_that_was_handed_in_is_kept(
        self, client: Client, trusting: SignedVideo, media_folder: Path
    ) -> None:
        client.post(API, _upload(trusting.content))

        assert [path for path in media_folder.rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("db", "media_folder")
class TestPage:
    def test_it_asks_for_a_file(self, client: Client) -> None:
        response = client.get(PAGE)

        assert response.status_code == 200
        assert b'type="file"' in response.content
        assert reverse("provenance:verify") == PAGE

    def test_it_answers_in_plain_words(self, client: Client, trusting: SignedVideo) -> None:
        response = client.post(PAGE, _upload(trusting.content))

        page = response.content.decode()
        assert response.status_code == 200
        assert "This file is what it says it is" in page
        assert "Development claim signer" in page
        assert trusting.manifest_id in page
        assert "countersign/builtin-small 1.0.0" in page
        assert "d" * 64 in page

    def test_it_holds_no_script_or_style_of_its_own(self, client: Client, trusting: SignedVideo) -> None:
        page = client.post(PAGE, _upload(trusting.content)).content.decode()

        assert "<script>" not in page
        assert " style=" not in page
        assert " onclick=" not in page

    def test_what_a_file_says_about_itself_is_shown_as_text(
        self, client: Client, trusting: SignedVideo, tmp_path: Path
    ) -> None:
        sly = take_statement(title="<script>alert(1)</script>")
        signed = sign_video(tmp_path, keys_folder=trusting.keys_folder, statement=sly)

        page = client.post(PAGE, _upload(signed.content)).content.decode()

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize("state", CredentialState)
    def test_every_state_has_words(self, state: CredentialState) -> None:
        answer = answer_in_words(Verification(state, None, ("why",), None, None, None, None, None))

        assert answer.title
        assert answer.meaning

    def test_the_report_lies_in_the_page_itself(self, client: Client, trusting: SignedVideo) -> None:
        page = client.post(PAGE, _upload(trusting.content)).content.decode()

        encoded = page.partition("data:application/json;base64,")[2].partition('"')[0]
        said = json.loads(base64.b64decode(html.unescape(encoded)))
        assert said == client.post(API, _upload(trusting.content)).json()
        assert said["told"]["done"][0]["action"] == "c2pa.created"

    def test_then_and_now_are_told_apart(self, client: Client, trusting: SignedVideo) -> None:
        page = client.post(PAGE, _upload(trusting.content)).content.decode()

        assert "Authorised when it was made" in page
        assert "It rested on 2 consents of performers." in page
        assert "What stands now" in page
        assert "We keep no record of this file" in page

    def test_an_altered_file_tells_nothing_of_what_was_authorised(
        self, client: Client, trusting: SignedVideo
    ) -> None:
        content = tampering.flipped_in_box(trusting.content, b"mdat")

        page = client.post(PAGE, _upload(content)).content.decode()

        assert "Authorised when it was made" not in page
        assert "What was done to it" not in page

    def test_nothing_is_kept_not_even_that_somebody_asked(
        self,
        client: Client,
        trusting: SignedVideo,
        media_folder: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        uploads = tmp_path / "uploads"
        uploads.mkdir()
        monkeypatch.setenv("TMPDIR", str(uploads))
        monkeypatch.setattr(tempfile, "tempdir", None)
        # The second one is large enough to be laid down by the server while it comes in.
        large = trusting.content + b"\0" * (3 * 2**20)
        before = _every_row()

        with caplog.at_level("DEBUG"):
            answers = [client.post(PAGE, _upload(content)) for content in (trusting.content, large)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert _every_row() == before
        assert [path for path in (*uploads.rglob("*"), *media_folder.rglob("*")) if path.is_file()] == []
        assert all(not answer.cookies for answer in answers)
        assert "passwd" not in caplog.text

    def test_without_a_file_it_says_what_is_missing(self, client: Client) -> None:
        response = client.post(PAGE, {"file": ""})

        assert response.status_code == 400
