#!/usr/bin/env python3
"""Recompute a statement of pay from its export, to the minor unit. One file, no network, nothing to install.

    python recompute_statement.py STATEMENT.json [--sha256 DIGEST] [--json]

It knows the published formulas and nothing of the product. Every amount is computed anew from the inputs in the
export, every posting is added up, every rate compared with the input it gave, and the balance at the end derived from
that at the beginning. Exit 0: everything agrees. 1: it prints each difference. 2: the file is no statement.

`--sha256` is the digest under which the statement stands in the log; a file with another one is not that statement.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

DUE = ("performer", "plan")


class Unusable(Exception):
    """The file is no statement this program can read."""


def half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def whole_days(value: object) -> int:
    exact = Fraction(str(value))
    return -(-exact.numerator // exact.denominator)


def daily(inputs: dict[str, Any]) -> int:
    return max(int(inputs["contract_daily_minor"]), int(inputs["day_minimum_minor"]))


def audio(inputs: dict[str, Any]) -> int:
    each = inputs["commercial_minor"] + inputs["use_minor"]
    return int(inputs["commercials"] * each + inputs["customised"] * inputs["customising_minor"])


def floored(inputs: dict[str, Any]) -> int:
    return max(int(inputs["bargained_minor"]), whole_days(inputs["days"]) * int(inputs["day_minimum_minor"]))


def commercial(inputs: dict[str, Any]) -> int:
    session = half_up(Fraction(inputs["session_fee_factor"]) * inputs["session_fee_minor"])
    return session + int(inputs["holding_fee_minor"]) + int(inputs["use_fee_minor"])


# Amount before the plan's contribution, and where the percentage of that contribution stands.
FORMULAS = {
    "ebdr_creation": lambda i: half_up(Fraction(i["day_factor"]) * daily(i)),
    "ebdr_same_picture": lambda i: whole_days(i["days"]) * daily(i),
    "ebdr_elsewhere": floored,
    "icdr_2023": lambda i: i["bargained_minor"],
    "icdr_2026": floored,
    "background_scan": lambda i: i["scan_days"] * daily(i),
    "background_as_principal": lambda i: whole_days(i["days"]) * daily(i),
    "foreign_language": lambda _i: 0,
    "synthetic": lambda i: i["bargained_minor"],
    "commercial": commercial,
    "game_vocal": lambda i: -(-i["words"] // i["words_per_line"]) * i["line_rate_minor"],
    "game_visual": lambda i: whole_days(i["days"]) * i["scale_minor"],
    "game_realtime": lambda i: half_up(Fraction(i["real_time_percent_of_scale"]) / 100 * i["scale_minor"]),
    "audio_4_weeks": audio,
    "audio_1_year": audio,
}
TO_PLAN = {"synthetic"}
WITHOUT_PLAN = {"synthetic", "foreign_language"}


def owed(formula: str, inputs: dict[str, Any]) -> tuple[int, int]:
    """Amount and plan contribution in minor units."""
    amount = FORMULAS[formula](inputs)
    if formula in WITHOUT_PLAN:
        return amount, 0
    if "plan_contribution_percent" in inputs:
        return amount, half_up(Fraction(inputs["plan_contribution_percent"]) / 100 * amount)
    return amount, half_up(Fraction(amount * inputs["plan_basis_points"], 10_000))


class Check:
    def __init__(self) -> None:
        self.differences: list[str] = []
        self.amounts = 0

    def same(self, where: str, what: str, stated: object, computed: object) -> None:
        if stated != computed:
            self.differences.append(f"{where}: {what} is stated as {stated} and comes to {computed}")

    def lines(self, where: str, stated: dict[tuple[str, str], int], computed: dict[tuple[str, str], int]) -> None:
        self.same(where, "the sum of its lines", shown(stated), shown(computed))

    def amount(self, where: str, amount: dict[str, Any]) -> None:
        self.amounts += 1
        inputs = amount["inputs"]
        if amount["formula"] not in FORMULAS:
            self.differences.append(f"{where}: no published formula {amount['formula']}")
            return
        try:
            found = owed(amount["formula"], inputs)
        except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
            self.differences.append(f"{where}: {amount['formula']} cannot be computed: {error!r}")
            return
        self.same(where, "amount_minor", amount["amount_minor"], found[0])
        self.same(where, "plan_minor", amount["plan_minor"], found[1])
        for rate in amount["rates"]:
            self.same(where, f"input {rate['input']}", inputs.get(rate["input"]), rate["amount"])
            if rate["currency"]:
                self.same(where, f"currency of {rate['input']}", rate["currency"], amount["currency"])

    def posting(self, posting: dict[str, Any]) -> None:
        where = f"posting {posting['posting']}"
        for currency in {line["currency"] for line in posting["lines"]}:
            lines = [line for line in posting["lines"] if line["currency"] == currency]
            debits = sum(line["debit_minor"] for line in lines)
            self.same(where, f"debits in {currency}", debits, sum(line["credit_minor"] for line in lines))
        self.same(where, "content_sha256", posting["content_sha256"], digest_of(posting["lines"]))
        sums = net(posting["lines"])
        if posting["kind"] == "assessed":
            amount = posting["amount"]
            self.amount(where, amount)
            to_plan = amount["plan_minor"] + (amount["amount_minor"] if amount["formula"] in TO_PLAN else 0)
            total, currency = amount["amount_minor"] + amount["plan_minor"], amount["currency"]
            expected = {("performer", currency): total - to_plan, ("plan", currency): to_plan}
            self.lines(where, sums, expected | {("studio_cost", currency): -total})
        elif posting["kind"] == "paid":
            paid = posting["payment"]
            currency, total = paid["currency"], paid["performer_minor"] + paid["plan_minor"]
            expected = {("performer", currency): -paid["performer_minor"], ("plan", currency): -paid["plan_minor"]}
            self.lines(where, sums, expected | {("clearing", currency): total})
        elif posting["kind"] == "reversed":
            mirrored = {key: -value for key, value in net(posting["reverses"]["lines"]).items()}
            self.lines(where, sums, mirrored)
        else:
            self.differences.append(f"{where}: unknown kind {posting['kind']}")

    def balance(self, statement: dict[str, Any]) -> None:
        due: dict[tuple[str, str], int] = defaultdict(int)
        for row in statement["opening"]:
            due[row["account"], row["currency"]] += row["due_minor"]
        for posting in statement["postings"]:
            for key, value in net(posting["lines"]).items():
                if key[0] in DUE:
                    due[key] += value
        stated = {(row["account"], row["currency"]): row["due_minor"] for row in statement["closing"]}
        for key in sorted({*due, *stated}):
            self.same("closing balance", f"{key[0]} in {key[1]}", stated.get(key, 0), due.get(key, 0))


def shown(sums: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """What comes to nothing makes no difference."""
    return {key: value for key, value in sums.items() if value}


def net(lines: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Credits less debits by account and currency."""
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line["account"], line["currency"])
        sums[key] = sums.get(key, 0) + line["credit_minor"] - line["debit_minor"]
    return sums


def digest_of(lines: list[dict[str, Any]]) -> str:
    rows = [[line["account"], line["currency"], line["debit_minor"], line["credit_minor"]] for line in lines]
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def recompute(content: bytes, *, sha256: str | None = None) -> Check:
    """Raises Unusable where `content` is no statement."""
    try:
        statement = json.loads(content)
        version = statement["v"]
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"no statement: {error!r}") from error
    if version != 1:
        raise Unusable(f"a statement of version {version}, which this program does not know")
    check = Check()
    if sha256 is not None:
        check.same("the file", "its SHA-256", sha256, hashlib.sha256(content).hexdigest())
    try:
        for posting in statement["postings"]:
            check.posting(posting)
        for row in statement["assessed_to_nothing"]:
            check.amount(f"obligation {row['obligation']}", row["amount"])
        check.balance(statement)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"no whole statement: {error!r} is missing or of another type") from error
    return check


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Recompute a statement of pay to the minor unit.")
    parser.add_argument("statement", type=Path)
    parser.add_argument("--sha256", help="the digest under which it stands in the log")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    try:
        check = recompute(asked.statement.read_bytes(), sha256=asked.sha256)
    except (Unusable, OSError) as error:
        print(f"Not recomputed: {error}", file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps({"amounts": check.amounts, "differences": check.differences}))
    else:
        for difference in check.differences:
            print(difference)
        print(f"{check.amounts} amounts recomputed, {len(check.differences)} differences.")
    return 1 if check.differences else 0


if __name__ == "__main__":
    sys.exit(main())
