"""The list of a cut: what an editing system reads, and what holds each clip to its take."""

from __future__ import annotations

import json

from accounts.values import Role
from generation.models import Take
from provenance.queries import source_statements
from tests.factories.accounts import a_member
from tests.factories.authorship import Film, a_cut, an_element, of_element, of_take
from tests.factories.requests import a_browser, an_api_client


def _manifest(film: Film, take: Take) -> tuple[str, str]:
    found = source_statements(film.organisation_id, [take.id])[take.id]
    return found.manifest_id, found.file_sha256


def test_an_edit_decision_list_names_takes_and_credentials(film: Film) -> None:
    a_cut(film.producer, film.sequence, of_take(film.other, 2, 10), of_take(film.take), start_frame=28_800)

    answer = a_browser(film.producer).get(f"/sequences/{film.sequence.id}/cut.edl")

    lines = answer.content.decode().split("\r\n")
    manifest, digest = _manifest(film, film.other)
    assert answer["Content-Disposition"].endswith('.edl"')
    assert lines[1:3] == ["FCM: NON-DROP FRAME", "* FRAME RATE: 8"]
    assert lines[4:9] == [
        "001  AX       V     C        00:00:00:02 00:00:01:02 01:00:00:00 01:00:01:00",
        "* FROM CLIP NAME: Shot A020, take 1",
        f"* TAKE: {film.other.id}",
        f"* MANIFEST: {manifest}",
        f"* FILE SHA256: {digest}",
    ]
    assert lines[9].startswith("002  AX       V     C        00:00:00:00 00:00:02:01 01:00:01:00 01:00:03:01")


def test_a_timeline_holds_the_same(film: Film) -> None:
    element = an_element(film.producer, film.first)
    a_cut(film.producer, film.sequence, of_take(film.take, 1, 9), of_element(element, 0, 16))

    found = an_api_client(film.producer).get(f"/v1/sequences/{film.sequence.id}/cut.otio")

    timeline = json.loads(found.content)
    (track,) = timeline["tracks"]["children"]
    clip, painted = track["children"]
    manifest, digest = _manifest(film, film.take)
    assert timeline["OTIO_SCHEMA"] == "Timeline.1"
    assert clip["source_range"]["start_time"] == {"OTIO_SCHEMA": "RationalTime.1", "value": 1.0, "rate": 8.0}
    assert clip["source_range"]["duration"]["value"] == 8.0
    assert clip["metadata"]["countersign"] == {
        "take": str(film.take.id),
        "manifest": manifest,
        "file_sha256": digest,
    }
    assert painted["media_reference"]["OTIO_SCHEMA"] == "MissingReference.1"
    assert painted["metadata"]["countersign"] == {"element": str(element.id)}


def test_an_uncut_sequence_has_an_empty_list(film: Film) -> None:
    answer = a_browser(film.producer).get(f"/sequences/{film.sequence.id}/cut.edl")
    assert answer.status_code == 200
    assert "001" not in answer.content.decode()


def test_nobody_else_reads_it(film: Film) -> None:
    stranger = a_member(Role.PRODUCER)
    assert a_browser(stranger).get(f"/sequences/{film.sequence.id}/cut.edl").status_code == 404
