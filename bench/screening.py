"""How long a prompt takes to be screened for names, by the size of the register.

Method: registers of invented names (1,000 to 300,000 aliases, fixed seed), prompts of 12 and of 300 words with one
registered name in every second one, each screened on its own in one process. Figures are milliseconds per prompt over
all runs: median, 95th and 99th percentile and the extremes; building the register is not counted. Goal: with 300,000
aliases and 300 words, a 99th percentile of at most 20 ms. Beside time, recall over spelling tricks applied to
registered names, and false findings over prompts that name nobody.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

from licensing.names import AliasKind  # noqa: E402 - the path comes first
from licensing.registers import settled  # noqa: E402 - as above
from licensing.screening import AliasEntry, Certainty, Registry, letters, screen  # noqa: E402

SIZES = (1_000, 30_000, 300_000)
PROMPTS = 400
SHORT, LONG = 12, 300
SEED = 20261123
GOAL_MS = 20

_ONSETS = "b br c ch d f g gr h j k kl l m n p qu r s sh st t tr v w z".split()  # noqa: SIM905 - a list of letters
_VOWELS = "a e i o u ae ia ou".split()  # noqa: SIM905 - as above
_PLAIN = (
    "a red ball rolls over the wet meadow while rain falls on a quiet harbour and lanterns sway in cold wind beside "
    "boats that drift past grey houses under slow clouds near old bridges where nobody waits for anything at night"
)
_WORDS = _PLAIN.split()


def main() -> None:
    random_names = random.Random(SEED)  # noqa: S311 - a repeatable measurement
    figures: dict[str, object] = {"prompts": PROMPTS, "seed": SEED}
    for size in SIZES:
        names = [invented_name(random_names) for _ in range(size)]
        entries = [_entry(number, name) for number, name in enumerate(names)]
        registry = settled(Registry(entries), added=size)
        for words in (SHORT, LONG):
            figures[f"{size}_aliases_{words}_words_ms"] = _timed(registry, names, words, random_names)
        if size == SIZES[1]:
            figures |= _found(registry, names, random_names)
    largest = figures[f"{SIZES[-1]}_aliases_{LONG}_words_ms"]
    figures["goal_p99_at_most_20_ms_met"] = isinstance(largest, dict) and largest["p99"] <= GOAL_MS
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(__doc__)
    print(json.dumps({"bench": "screening", "figures": figures}))


def invented_name(source: random.Random) -> str:
    def word(syllables: int) -> str:
        return "".join(source.choice(_ONSETS) + source.choice(_VOWELS) for _ in range(syllables)).capitalize()

    return f"{word(source.randint(2, 3))} {word(source.randint(2, 4))}"


def _entry(number: int, name: str) -> AliasEntry:
    return AliasEntry(UUID(int=number + 1), AliasKind.ALIAS, name, letters(name))


def plain_prompt(source: random.Random) -> str:
    """Twelve words that name nobody."""
    return _prompt(source, SHORT, None)


def _prompt(source: random.Random, words: int, name: str | None) -> str:
    chosen = [source.choice(_WORDS) for _ in range(words)]
    if name:
        chosen.insert(words // 2, name)
    return " ".join(chosen)


def _timed(registry: Registry, names: list[str], words: int, source: random.Random) -> dict[str, float]:
    spent = []
    for turn in range(PROMPTS):
        prompt = _prompt(source, words, source.choice(names) if turn % 2 else None)
        began = time.perf_counter()
        screen(prompt, registry)
        spent.append((time.perf_counter() - began) * 1000)
    spent.sort()
    return {
        "n": len(spent),
        "median": round(statistics.median(spent), 3),
        "p95": round(spent[int(len(spent) * 0.95)], 3),
        "p99": round(spent[int(len(spent) * 0.99)], 3),
        "min": round(spent[0], 3),
        "max": round(spent[-1], 3),
    }


def _found(registry: Registry, names: list[str], source: random.Random) -> dict[str, object]:
    """Of each trick, the share of names that were found at all; and exact findings where nobody is named."""
    tricks: dict[str, Callable[[str], str]] = {
        "as_registered": lambda name: name,
        "lower_case": str.lower,
        "spaced_out": lambda name: " ".join(name.replace(" ", "")),
        "digits_for_letters": lambda name: name.replace("o", "0").replace("e", "3").replace("a", "4"),
        "zero_width": "\u200b".join,
        "one_letter_off": lambda name: name[:-1] + ("x" if name[-1] != "x" else "y"),
    }
    chosen = source.sample(range(len(names)), 200)

    def finds(one: int, spelt: str) -> bool:
        hits = screen(f"in the rain {spelt} waits", registry)
        return any(hit.performer_id == UUID(int=one + 1) for hit in hits)

    recall = {
        trick: sum(finds(one, spell(names[one])) for one in chosen) / len(chosen)
        for trick, spell in tricks.items()
    }
    strangers = [_prompt(source, SHORT, None) for _ in range(500)]
    false_findings = sum(
        any(hit.certainty == Certainty.EXACT for hit in screen(prompt, registry)) for prompt in strangers
    )
    questions = sum(bool(screen(prompt, registry)) for prompt in strangers)
    return {
        "recall_30000_aliases": recall,
        "false_findings_of_500": false_findings,
        "questions_of_500": questions,
    }


if __name__ == "__main__":
    main()
