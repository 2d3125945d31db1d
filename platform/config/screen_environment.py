"""Which screens look at films, as the environment names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KINDS = ("faces", "persons", "content", "marks")
_SHA256 = re.compile(r"[0-9a-f]{64}")
SCREEN_VARIABLES = frozenset(f"COUNTERSIGN_SCREEN_{kind.upper()}" for kind in _KINDS)


class BadScreenVariable(ValueError):
    """A screen that cannot be meant. The message names the variable."""


@dataclass(frozen=True, slots=True)
class ScreenSetting:
    """One screen: what makes it, and for learned weights their folder with the digest that its lock gives."""

    kind: str
    named: str
    folder: str = ""
    weights_sha256: str = ""


def read_screens(env: Mapping[str, str]) -> tuple[ScreenSetting, ...]:
    """The screens named: `builtin` (marks alone, and so by default), or `dotted.name [folder digest]`.

    Whether folder and library are there is asked when a screen looks: one that cannot be used is told as
    *not evaluated*, and keeps nothing else from running.

    Raises:
        BadScreenVariable: naming the variable and what it may hold.
    """
    found = []
    for kind in _KINDS:
        variable = f"COUNTERSIGN_SCREEN_{kind.upper()}"
        value = env.get(variable) or ("builtin" if kind == "marks" else "off")
        if value == "off":
            continue
        named, *rest = value.split()
        is_dotted = "." in named and all(part.isidentifier() for part in named.split("."))
        if not (is_dotted or (named == "builtin" and kind == "marks" and not rest)):
            allowed = "off, builtin or a dotted name" if kind == "marks" else "off or a dotted name"
            raise BadScreenVariable(f"{variable} is {allowed}, not {value!r}.")
        if rest and (len(rest) != 2 or not _SHA256.fullmatch(rest[1])):  # noqa: PLR2004 - folder and digest
            raise BadScreenVariable(
                f"{variable}: after the name come a folder and the digest that `manage.py screens lock` gave for it."
            )
        folder, digest = (str(Path(rest[0]).resolve()), rest[1]) if rest else ("", "")
        found.append(ScreenSetting(kind, named, folder, digest))
    return tuple(found)
