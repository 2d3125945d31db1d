"""What is still out as a table, for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from core.clock import rfc3339
from generation.graph.still_out import OutLine, StillOut
from licensing.reporting.csv_table import neutralised

COLUMNS = (
    *(
        "delivery",
        "recipient",
        "recipient_kind",
        "production",
        "take",
        "take_id",
        "frames",
        "of_frames",
        "media",
    ),
    *(
        "territories",
        "valid_from",
        "valid_until",
        "delivered_at",
        "state",
        "since",
        "out",
        "rests",
        "told_at",
    ),
    *("acknowledged_at", "outlives_consent", "resting_on"),
)


def out_csv(found: StillOut) -> str:
    """One line a delivery; each says what it rests on. Frames count from 1, both ends inside."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found.lines:
        writer.writerow(neutralised(str(cell)) for cell in (*_cells(one), str(found.node)))
    return stream.getvalue()


def frames_said(one: OutLine) -> str:
    if one.frames is None:
        return "all"
    return " ".join(f"{each.first + 1}-{each.end}" for each in one.frames)


def _cells(one: OutLine) -> tuple[object, ...]:
    return (
        *(one.delivery_id, one.recipient, one.recipient_kind, one.production, one.take, one.take_id),
        *(frames_said(one), one.num_frames, " ".join(one.media), " ".join(one.territories)),
        *(one.valid_from, one.valid_until or "", rfc3339(one.delivered_at), one.standing.state.value),
        _at(one.standing.since),
        "yes" if one.is_out else "no",
        "by name" if one.is_named else "by descent",
        *(_at(one.told_at), _at(one.acknowledged_at), "yes" if one.outlives else "no"),
    )


def _at(moment: datetime | None) -> str:
    return rfc3339(moment) if moment else ""
