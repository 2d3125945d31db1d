"""`manage.py credentials crjson`: an asset, lists of roots and a time in; a validator's answer as crJSON out."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.environment import TimeStamping
from core import clock
from core.clock import rfc3339
from provenance.trust_list import Removal, to_json
from tests.factories import tampering
from tests.factories.issuing import an_authority
from tests.factories.provenance import SignedVideo, make_video
from tests.provenance.rubric_answers import CONFORMANCE, INTEGRITY, rubric_answers
from tests.provenance.test_time_stamping import _sealed
from tests.timestamping import local_authority


def _crjson(*arguments: object) -> dict[str, Any]:
    said = StringIO()
    call_command("credentials", "crjson", *map(str, arguments), stdout=said)
    document: dict[str, Any] = json.loads(said.getvalue())
    return document


def _refused(*arguments: object) -> tuple[object, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("credentials", "crjson", *map(str, arguments), stdout=StringIO(), stderr=said)
    return ended.value.code, said.getvalue()


def _codes(document: dict[str, Any], kind: str) -> set[str]:
    return {entry["code"] for entry in document["manifests"][0]["validationResults"][kind]}


@pytest.fixture
def roots(signed_video: SignedVideo, tmp_path: Path) -> Path:
    """As others publish theirs."""
    path = tmp_path / "roots.pem"
    path.write_text("".join(one.certificate_pem for one in signed_video.trust_list.anchors))
    return path


def test_the_answer_passes_the_programmes_rubrics_and_bears_the_time(
    signed_video: SignedVideo, roots: Path
) -> None:
    at = clock.now() + timedelta(days=30)

    document = _crjson(signed_video.path, "--trust", roots, "--at", rfc3339(at))

    assert all(rubric_answers(CONFORMANCE, document).values())
    assert all(rubric_answers(INTEGRITY, document).values())
    assert "signingCredential.trusted" in _codes(document, "success")
    assert document["manifests"][0]["validationResults"]["validationTime"] == rfc3339(at)


def test_a_list_of_ours_says_what_stands_at_that_time(signed_video: SignedVideo, tmp_path: Path) -> None:
    (anchor,), now = signed_video.trust_list.anchors, clock.now()
    ends = signed_video.trust_list.without_anchor(
        anchor.sha256_hex, removal=Removal.SUPERSEDED, at=now + timedelta(days=10)
    )
    listed = tmp_path / "trust-list.json"
    listed.write_text(to_json(ends))

    stands = _crjson(signed_video.path, "--trust", listed, "--at", rfc3339(now + timedelta(days=9)))
    gone = _crjson(signed_video.path, "--trust", listed, "--at", rfc3339(now + timedelta(days=11)))

    assert "signingCredential.trusted" in _codes(stands, "success")
    assert "signingCredential.untrusted" in _codes(gone, "failure")


def test_under_other_roots_the_signer_is_unknown(signed_video: SignedVideo, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text(an_authority(at=clock.now()).root_pem)

    document = _crjson(signed_video.path, "--trust", other)

    assert "signingCredential.untrusted" in _codes(document, "failure")


def test_an_altered_file_has_an_answer_too(signed_video: SignedVideo, roots: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered.mp4"
    altered.write_bytes(tampering.flipped_in_box(signed_video.content, b"mdat"))

    document = _crjson(altered, "--trust", roots)

    assert "assertion.bmffHash.mismatch" in _codes(document, "failure")


def test_what_the_library_cannot_say_of_another_time_is_not_said(
    signed_video: SignedVideo, roots: Path
) -> None:
    later = clock.now() + timedelta(days=4000)

    status, said = _refused(signed_video.path, "--trust", roots, "--at", rfc3339(later))

    assert status == 2
    assert "this machine's clock" in said


def test_a_trusted_time_stamp_outlives_the_certificate(
    signed_video: SignedVideo, roots: Path, tmp_path: Path, settings: Settings
) -> None:
    stamped, tsa = tmp_path / "signed.mp4", tmp_path / "tsa.pem"
    with local_authority(tmp_path / "tsa") as authority:
        settings.TIME_STAMPING = TimeStamping(
            (authority.url,), authority.folder / "roots.pem", 3600, "required"
        )
        _sealed(signed_video, stamped)
    tsa.write_text(authority.root_pem)
    later = rfc3339(clock.now() + timedelta(days=4000))

    document = _crjson(stamped, "--trust", roots, "--tsa", tsa, "--at", later)
    without, _ = _refused(stamped, "--trust", roots, "--at", later)

    assert "timeStamp.trusted" in _codes(document, "success")
    assert document["manifests"][0]["validationResults"]["validationTime"] == later
    assert without == 2


def test_a_file_without_a_credential_has_no_answer(roots: Path, tmp_path: Path) -> None:
    assert _refused(make_video(tmp_path / "plain.mp4"), "--trust", roots) == (
        3,
        "It carries no credential.\n",
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--at": "2027-01-31T12:00:00"}, "names no zone"),
        ({"--at": "tomorrow"}, "is no time"),
        ({"--trust": "missing.pem"}, "is no list of roots"),
        ({"--tsa": "missing.pem"}, "is no list of roots"),
    ],
)
def test_what_is_handed_in_wrongly_is_named(
    signed_video: SignedVideo, roots: Path, changed: dict[str, str], said: str
) -> None:
    options = {"--trust": str(roots)} | changed

    with pytest.raises(CommandError, match=said):
        _crjson(signed_video.path, *(word for option in options.items() for word in option))
