"""A cut as lists that editing systems read. Every clip keeps its take and its credential.

Source: the CMX 3600 edit decision list as systems exchange it (SMPTE 258M is its later form); OpenTimelineIO's
`Timeline.1` of docs: opentimelineio.readthedocs.io. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from generation.authorship.cards import CutCard, CutEntryCard
from generation.authorship.timecode import timecode

# By convention the reel of sources that are files and have a name of their own.
_REEL = "AX"


@dataclass(frozen=True, slots=True)
class SignedClip:
    """What holds a clip of a cut to its take: the credential's manifest and the signed file."""

    manifest_id: str
    file_sha256: str


def edit_decision_list(title: str, cut: CutCard, clips: Mapping[UUID, SignedClip]) -> str:
    """The cut as CMX 3600, one event a stretch, frames counted at the rate of the cut.

    Args:
        title: of the sequence.
        cut: its order.
        clips: by take.
    """
    fps = cut.fps or 1
    lines = [f"TITLE: {title}", "FCM: NON-DROP FRAME", f"* FRAME RATE: {fps}", ""]
    for one in cut.entries:
        times = (one.first_frame, one.end_frame, one.record_in, one.record_out)
        places = " ".join(timecode(frame, fps=fps) for frame in times)
        lines.append(f"{one.position:03}  {_REEL:<8} V     C        {places}")
        lines.append(f"* FROM CLIP NAME: {one.title}")
        lines += [f"* {name}: {value}" for name, value in _held(one, clips).items()]
    return "\r\n".join([*lines, ""])


def timeline_json(title: str, cut: CutCard, clips: Mapping[UUID, SignedClip]) -> str:
    """The cut as an OpenTimelineIO timeline of one video track; arguments as for `edit_decision_list`."""
    rate = cut.fps or 1
    track = {
        "OTIO_SCHEMA": "Track.1",
        "name": "V1",
        "kind": "Video",
        "children": [_clip(one, clips, rate) for one in cut.entries],
    }
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": title,
        "global_start_time": _time(cut.start_frame, rate),
        "metadata": {
            "countersign": {"sequence": str(cut.sequence_id), "order": cut.number, "reel": cut.reel}
        },
        "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [track]},
    }
    return json.dumps(timeline, ensure_ascii=False, indent=2)


def _clip(one: CutEntryCard, clips: Mapping[UUID, SignedClip], rate: int) -> dict[str, object]:
    available = _range(0, one.source_frames, rate)
    reference: dict[str, object] = {"OTIO_SCHEMA": "MissingReference.1", "available_range": available}
    if one.take_id is not None:
        reference = {
            "OTIO_SCHEMA": "ExternalReference.1",
            "target_url": f"/v1/takes/{one.take_id}/video",
            "available_range": available,
        }
    return {
        "OTIO_SCHEMA": "Clip.1",
        "name": one.title,
        "source_range": _range(one.first_frame, one.frames, rate),
        "media_reference": reference,
        "metadata": {
            "countersign": {
                name.lower().replace(" ", "_"): value for name, value in _held(one, clips).items()
            }
        },
    }


def _held(one: CutEntryCard, clips: Mapping[UUID, SignedClip]) -> dict[str, str]:
    if one.take_id is None:
        return {"ELEMENT": str(one.element_id)}
    held = {"TAKE": str(one.take_id)}
    clip = clips.get(one.take_id)
    return held if clip is None else held | {"MANIFEST": clip.manifest_id, "FILE SHA256": clip.file_sha256}


def _range(first: int, count: int, rate: int) -> dict[str, object]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": _time(first, rate),
        "duration": _time(count, rate),
    }


def _time(frame: int, rate: int) -> dict[str, object]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(frame), "rate": float(rate)}
