"""Seconds by stage are told in the order in which they were spent."""

from __future__ import annotations

import ast
from pathlib import Path

from generation.stopwatch import STAGES, in_order

ROOT = Path(__file__).resolve().parents[2]


def test_stages_are_told_in_order_and_strange_ones_last() -> None:
    kept = {"log": 0.1, "sign": 0.9, "later": 1.0, "decode": 2.0, "denoise": 3.0}

    assert list(in_order(kept)) == ["log", "denoise", "decode", "sign", "later"]
    assert in_order(kept) == kept


def test_every_stage_that_is_measured_has_its_place() -> None:
    found = {
        node.args[0].value
        for path in (ROOT / "generation").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"stage", "add"}
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and (node.func.value.id if isinstance(node.func.value, ast.Name) else node.func.value.attr).endswith(
            "watch"
        )
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }

    assert found
    assert found <= set(STAGES)
