from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory

from generation.media_response import media_response

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(CONTENT)
    return path


def _ask(path: Path, **headers: str) -> HttpResponseBase:
    request = RequestFactory().get("/film", headers=headers)
    return media_response(request, path, content_type="video/mp4", etag="abc")


def _body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


def test_gives_the_whole_file_and_says_that_parts_may_be_asked_for(path: Path) -> None:
    response = _ask(path)

    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(len(CONTENT))
    assert _body(response) == CONTENT


@pytest.mark.parametrize(
    ("asked", "told", "part"),
    [
        ("bytes=0-9", "bytes 0-9/1024", CONTENT[:10]),
        ("bytes=1000-", "bytes 1000-1023/1024", CONTENT[1000:]),
        ("bytes=-4", "bytes 1020-1023/1024", CONTENT[-4:]),
        ("bytes=1020-5000", "bytes 1020-1023/1024", CONTENT[1020:]),
        ("bytes=-5000", "bytes 0-1023/1024", CONTENT),
    ],
)
def test_gives_the_part_that_was_asked_for(path: Path, asked: str, told: str, part: bytes) -> None:
    response = _ask(path, range=asked)

    assert response.status_code == 206
    assert response["Content-Range"] == told
    assert _body(response) == part


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=9-3", "bytes=-0"])
def test_refuses_a_part_that_is_not_there(path: Path, asked: str) -> None:
    response = _ask(path, range=asked)

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked",
    [
        *("bytes=0-1,4-5", "lines=1-2", "bytes=-", "nonsense"),
        *(f"bytes={'9' * 5000}-", f"bytes=0-{'9' * 5000}", "bytes=\N{SUPERSCRIPT TWO}-"),
    ],
)
def test_gives_the_whole_file_for_what_it_does_not_understand(path: Path, asked: str) -> None:
    assert _ask(path, range=asked).status_code == 200


def test_gives_the_whole_file_when_the_part_belongs_to_another_one(path: Path) -> None:
    assert _ask(path, range="bytes=0-9", **{"if-range": '"other"'}).status_code == 200
    assert _ask(path, range="bytes=0-9", **{"if-range": '"abc"'}).status_code == 206


def test_tells_a_browser_that_has_it_already(path: Path) -> None:
    assert _ask(path, **{"if-none-match": '"abc"'}).status_code == 304
