"""What is a prompt at all, and which facial features it speaks of."""

from __future__ import annotations

import re
import unicodedata

from licensing.errors import PromptEmpty, PromptTooLong, PromptUnprintable
from licensing.values import FacialFeature

LONGEST_PROMPT = 4000

_LINE_LAYOUT = frozenset("\n\r\t")
# Overrides of the writing direction: what one reads is not what a model is given. Source: Unicode UAX #9.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs"})
_INVISIBLE = frozenset({"Cf", "Zs", "Zl", "Zp", "Cc"})
_FEATURES = {
    FacialFeature.EYES: re.compile(r"\beyes?\b", re.IGNORECASE),
    FacialFeature.NOSE: re.compile(r"\bnoses?\b", re.IGNORECASE),
    FacialFeature.MOUTH: re.compile(r"\b(mouths?|lips?)\b", re.IGNORECASE),
    FacialFeature.EARS: re.compile(r"\bears?\b", re.IGNORECASE),
}


def check_prompt(prompt: str, *, may_be_empty: bool = False) -> None:
    """Refuse what cannot be read as it stands.

    Raises:
        PromptEmpty: no visible character.
        PromptTooLong: more than `LONGEST_PROMPT` characters.
        PromptUnprintable: a control character other than line breaks and tabs.
    """
    if len(prompt) > LONGEST_PROMPT:
        raise PromptTooLong(length=len(prompt), longest=LONGEST_PROMPT)
    for position, character in enumerate(prompt):
        unprintable = unicodedata.category(character) in _UNPRINTABLE and character not in _LINE_LAYOUT
        if unprintable or character in _BIDI_CONTROLS:
            raise PromptUnprintable(position=position, character=character)
    if not may_be_empty and all(unicodedata.category(character) in _INVISIBLE for character in prompt):
        raise PromptEmpty("Say what the shot shows: the prompt has no visible character.")


def features_in(prompt: str) -> tuple[FacialFeature, ...]:
    """Facial features the prompt speaks of, whoever's they are."""
    return tuple(feature for feature, word in _FEATURES.items() if word.search(prompt))
