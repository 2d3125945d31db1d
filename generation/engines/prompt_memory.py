"""What a text encoder made of words is made once: takes of a shot share them, and encoders are the largest parts.

The same words on the same weights give the same numbers, so nothing of a picture changes. Words are known here by
their digest, and what is remembered is gone with the engine.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any, TypeAlias

import torch

# diffusers says no types.
Untyped: TypeAlias = Any

_REMEMBERED = 32


def remember_prompts(pipeline: Untyped) -> None:
    """Let `pipeline` encode the same words with the same arguments once."""
    pipeline.encode_prompt = _Remembering(pipeline.encode_prompt)


class _Remembering:
    def __init__(self, encode: Untyped) -> None:
        self._encode = encode
        self._made: OrderedDict[bytes, Untyped] = OrderedDict()

    def __call__(self, *given: Untyped, **named: Untyped) -> Untyped:
        key = _key(given, named)
        if key is None:
            return self._encode(*given, **named)
        if key not in self._made:
            self._made[key] = _copied(self._encode(*given, **named))
            while len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        # A pipeline may write into what it is given.
        return _copied(self._made[key])


def _key(given: tuple[Untyped, ...], named: dict[str, Untyped]) -> bytes | None:
    """Of arguments that are words, numbers and devices; None where something else is among them."""
    parts = [*given, *(part for pair in sorted(named.items()) for part in pair)]
    if not all(_is_plain(part) for part in parts):
        return None
    return hashlib.sha256(repr((given, sorted(named.items()))).encode()).digest()


def _is_plain(part: Untyped) -> bool:
    if isinstance(part, list | tuple):
        return all(_is_plain(one) for one in part)
    return part is None or isinstance(part, str | int | float | torch.device | torch.dtype)


def _copied(made: Untyped) -> Untyped:
    if isinstance(made, torch.Tensor):
        return made.clone()
    return tuple(_copied(one) for one in made) if isinstance(made, tuple | list) else made
