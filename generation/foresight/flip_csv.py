"""The flipped takes, the changed deliveries and what comes of a consent as tables, for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from core.clock import rfc3339
from generation.foresight.values import Answer, FlippedTake

_ABOUT = ("event", "at", "computed_at", "log_size")
COLUMNS = (
    *("take", "number", "state", "production", "shot", "before", "after", "pull", "rules", "why"),
    *_ABOUT,
)
DELIVERY_COLUMNS = (
    *(
        "delivery",
        "recipient",
        "recipient_kind",
        "production",
        "shot",
        "take",
        "number",
        "media",
        "territories",
    ),
    *("valid_from", "valid_until", "delivered_at", "before", "after", "why"),
    *_ABOUT,
)
DESCENT_COLUMNS = (
    *("take", "number", "state", "production", "shot", "comes_of", "stops", "cannot_be_made", "stays_out"),
    *_ABOUT,
)
# A cell that begins so is a formula to a spreadsheet.
_ACTS = ("=", "+", "-", "@", "\t", "\r")


def flip_csv(answer: Answer, takes: Iterable[FlippedTake]) -> str:
    """One line a take; each says of which answer it is, so that a line cut out can still be cited."""
    lines = (
        (
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
        )
        for one in takes
    )
    return _written(COLUMNS, lines, answer)


def delivery_csv(answer: Answer) -> str:
    """One line a delivery that would be worth something else, in the same manner."""
    lines = (
        (
            one.id,
            one.recipient,
            one.recipient_kind,
            one.production,
            one.shot,
            one.take_id,
            one.take_number,
            " ".join(one.media),
            " ".join(one.territories),
            one.valid_from,
            one.valid_until or "",
            rfc3339(one.delivered_at),
            one.before,
            one.after,
            one.reason,
        )
        for one in answer.pulled.deliveries
    )
    return _written(DELIVERY_COLUMNS, lines, answer)


def descent_csv(answer: Answer) -> str:
    """One line a take that comes of the consent, whatever the rules make of it, in the same manner."""
    lines = (
        (
            one.id,
            one.number,
            one.state,
            one.production,
            one.shot,
            "; ".join(one.comes_of),
            "yes" if one.stops else "no",
            "yes" if one.cannot_be_made else "no",
            one.deliveries,
        )
        for one in answer.descent.takes
    )
    return _written(DESCENT_COLUMNS, lines, answer)


def _written(columns: Iterable[str], lines: Iterable[tuple[object, ...]], answer: Answer) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    about = (answer.words, rfc3339(answer.at), rfc3339(answer.computed_at), answer.log_size)
    for line in lines:
        writer.writerow(_safe(cell) for cell in (*line, *about))
    return out.getvalue()


def _safe(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_ACTS) else text
