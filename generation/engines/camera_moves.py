"""Camera moves that a model understands, as its folder declares them: each with the words that say it. Without torch.

No class in the allow-list takes a move of the camera as an argument; models learn moves from captions. So a move is
words of the prompt, but not any words: those that the weights were trained with, which whoever brings the folder in
knows. They stand in `camera.json`

{"camera_moves": {"pan_left": "the camera pans to the left", "zoom_in": "the camera zooms in"}}

or, where the folder has a `defaults.json` of its own, there under the same name; never in both. Either file is one of
the folder's, so it is locked and approved with the weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generation.errors import UnexpectedModelFile

FILE_NAME = "camera.json"
_DEFAULTS = "defaults.json"
_FIELD = "camera_moves"
LONGEST_NAME = 40
LONGEST_WORDS = 200
_MOST_MOVES = 40
_MOST_CHARACTERS = 64 * 2**10
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

CameraMoves = Mapping[str, str]


def no_moves() -> CameraMoves:
    """What a model declares that declares none."""
    return MappingProxyType({})


def camera_moves(folder: Path) -> CameraMoves:
    """The moves that the model in `folder` understands, with their words, in the order in which they are declared.

    Raises:
        UnexpectedModelFile: what is declared cannot be used, or is declared twice.
    """
    own, defaults = _declared(folder / FILE_NAME), _declared(folder / _DEFAULTS)
    if own is None:
        return _checked(_DEFAULTS, defaults.get(_FIELD)) if defaults else no_moves()
    if own.keys() != {_FIELD}:
        raise UnexpectedModelFile(FILE_NAME, f"it says {_FIELD}, and no other")
    if defaults and _FIELD in defaults:
        raise UnexpectedModelFile(FILE_NAME, f"{_DEFAULTS} declares {_FIELD} too")
    return _checked(FILE_NAME, own[_FIELD])


def with_camera_move(prompt: str, words: str) -> str:
    """The prompt that an engine gets: the words of the move first, because what is too long is cut at its end."""
    return f"{words}: {prompt}" if words else prompt


def _declared(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as error:
        raise UnexpectedModelFile(path.name, "cannot be read as JSON") from error
    if not isinstance(content, dict):
        raise UnexpectedModelFile(path.name, "not a JSON object")
    if path.name == FILE_NAME and len(text) > _MOST_CHARACTERS:
        raise UnexpectedModelFile(path.name, f"it has more than {_MOST_CHARACTERS} characters")
    return content


def _checked(name: str, said: object) -> CameraMoves:
    if said is None:
        return no_moves()
    if not isinstance(said, dict) or not 1 <= len(said) <= _MOST_MOVES:
        raise UnexpectedModelFile(name, f"{_FIELD} names from 1 to {_MOST_MOVES} moves, each with its words")
    for move, words in said.items():
        if len(move) > LONGEST_NAME or not _NAME.fullmatch(move):
            raise UnexpectedModelFile(
                name,
                f"{_FIELD}: {move[:LONGEST_NAME]!r} is no name such as pan_left of at most {LONGEST_NAME} letters",
            )
        if (
            not isinstance(words, str)
            or words != words.strip()
            or not 0 < len(words) <= LONGEST_WORDS
            or not words.isprintable()
        ):
            raise UnexpectedModelFile(
                name, f"{_FIELD}: {move} needs one line of words, at most {LONGEST_WORDS} characters"
            )
    return MappingProxyType(dict(said))
