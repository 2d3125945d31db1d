"""The flipped takes as a table, for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from core.clock import rfc3339
from generation.foresight.values import Answer, FlippedTake

COLUMNS = (
    *("take", "number", "state", "production", "shot", "before", "after", "pull", "rules", "why"),
    *("event", "at", "computed_at", "log_size"),
)
# A cell that begins so is a formula to a spreadsheet.
_ACTS = ("=", "+", "-", "@", "\t", "\r")


def flip_csv(answer: Answer, takes: Iterable[FlippedTake]) -> str:
    """One line a take; each says of which answer it is, so that a line cut out can still be cited."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    about = (answer.words, rfc3339(answer.at), rfc3339(answer.computed_at), answer.log_size)
    for one in takes:
        writer.writerow(
            _safe(cell)
            for cell in (
                one.id,
                one.number,
                one.state,
                one.production,
                one.shot,
                one.before,
                one.after,
                "yes" if one.pull else "no",
                " ".join(one.rules),
                one.why,
                *about,
            )
        )
    return out.getvalue()


def _safe(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_ACTS) else text
