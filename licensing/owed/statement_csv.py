"""A statement's JSON as a table. Pure; the JSON is what the digest in the log is of, the table is for reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

# Report 3 of the union: each use with its inputs, rate, gross, residuals, contribution and payment.
COLUMNS = (
    *("posting", "kind", "at", "performer", "production", "use_id", "scene_or_shot", "replica", "consent_id"),
    *("formula", "rule_ids", "edition", "grade", "estimated_days", "inputs", "rates", "currency"),
    *("gross_minor", "residual_class", "plan_contribution_minor"),
    *("paid_at", "paid_minor", "plan_paid_minor", "payroll_ref", "reverses", "still_open"),
)
# A cell that begins so is a formula to a spreadsheet.
_ACTS = ("=", "+", "-", "@", "\t", "\r")


def statement_csv(content: Mapping[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(content):
        writer.writerow({name: _safe(value) for name, value in row.items()})
    return out.getvalue()


def _rows(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for posting in content["postings"]:
        about = {name: posting[name] or "" for name in ("posting", "kind", "at", "performer", "production")}
        match posting["kind"]:
            case "assessed":
                yield about | _amount(posting["amount"]) | _uses(posting["uses"])
            case "paid":
                paid = posting["payment"]
                yield about | {
                    "currency": paid["currency"],
                    "paid_at": paid["paid_on"],
                    "paid_minor": paid["performer_minor"],
                    "plan_paid_minor": paid["plan_minor"],
                    "payroll_ref": paid["payroll_reference"],
                }
            case _:
                yield about | {"reverses": posting["reverses"]["posting"]}
    for row in content["assessed_to_nothing"]:
        yield {"kind": "assessed"} | _amount(row["amount"])
    for row in content["not_posted"]:
        units = row["units"]
        yield {
            "kind": "not posted",
            "performer": row["performer"] or "",
            "production": row["production"] or "",
            "rule_ids": row["rule"],
            "estimated_days": units.get("days", ""),
            "inputs": _pairs(units),
            "still_open": "; ".join(row["missing"]),
        }


def _amount(amount: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "formula": amount["formula"],
        "rule_ids": " ".join(amount["rule_ids"]),
        "edition": amount["edition"],
        "grade": amount["grade"],
        "estimated_days": amount["inputs"].get("days", ""),
        "inputs": _pairs(amount["inputs"]),
        "rates": "; ".join(
            f"{one['kind']} {one['amount']} from {one['valid_from']}" for one in amount["rates"]
        ),
        "currency": amount["currency"],
        "gross_minor": amount["amount_minor"],
        "residual_class": amount["residuals"],
        "plan_contribution_minor": amount["plan_minor"],
    }


def _uses(uses: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "use_id": " ".join(one["use"] for one in uses),
        "scene_or_shot": " ".join(
            dict.fromkeys(" ".join(one["scenes"]) or (one["shot"] or "") for one in uses)
        ),
        "replica": " ".join(dict.fromkeys(one["replica"] or "" for one in uses)),
        "consent_id": " ".join(dict.fromkeys(consent for one in uses for consent in one["consents"])),
    }


def _pairs(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_ACTS) else value
