"""What stands around a caption's own words: openings, closings, unknown words and typing errors.

So the model learns to follow the words it knows and to pass over the rest.
"""

from collections.abc import Sequence

import numpy as np

TYPO_SHARE = 0.08
FILLER_SHARE = 0.3
UNKNOWN_SHARE = 0.12
# None of the fillers may name a concept: "night shoot" would teach a contradiction. The camera is one.
OPENINGS: tuple[str, ...] = (
    "wide shot:", "close shot:", "cinematic,", "animatic:", "slowly,", "scene four:", "take two,",
    "a shot of", "previs,", "establishing shot,",
)  # fmt: skip
CLOSINGS: tuple[str, ...] = (
    "cinematic", "in soft light", "35mm", "slowly", "high quality", "in one take",
    "smoothly", "for the opening scene", "filmed in one shot", "wide angle",
)  # fmt: skip
SYLLABLES: tuple[str, ...] = (
    "ma", "ri", "lo", "ke", "ta", "no", "vi", "sa", "bel", "dor", "an", "el", "is", "os", "um", "che", "tro",
)  # fmt: skip
TYPO_MIN_LETTERS = 4


def decorated(text: str, *, rng: np.random.Generator) -> str:
    """Now and then add an opening, a closing, an unknown word and a typing error."""
    if rng.random() < FILLER_SHARE:
        text = f"{one_of(OPENINGS, rng=rng)} {text}"
    if rng.random() < FILLER_SHARE:
        text = f"{text}, {one_of(CLOSINGS, rng=rng)}"
    if rng.random() < UNKNOWN_SHARE:
        words = text.split()
        words.insert(int(rng.integers(len(words) + 1)), _unknown_word(rng))
        text = " ".join(words)
    if rng.random() < TYPO_SHARE:
        text = _with_typo(text, rng=rng)
    return text


def _unknown_word(rng: np.random.Generator) -> str:
    count = int(rng.integers(2, 4))
    return "".join(one_of(SYLLABLES, rng=rng) for _ in range(count))


def _with_typo(text: str, *, rng: np.random.Generator) -> str:
    """Swap, drop or double one inner letter of one longer word."""
    words = text.split()
    long_enough = [place for place, word in enumerate(words) if len(word) >= TYPO_MIN_LETTERS]
    if not long_enough:
        return text
    place = long_enough[int(rng.integers(len(long_enough)))]
    word = words[place]
    at = int(rng.integers(1, len(word) - 1))
    match int(rng.integers(3)):
        case 0:
            words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            words[place] = word[:at] + word[at + 1 :]
        case _:
            words[place] = word[:at] + word[at] + word[at:]
    return " ".join(words)


def one_of(choices: Sequence[str], *, rng: np.random.Generator) -> str:
    """Choose one, all equally often."""
    return choices[int(rng.integers(len(choices)))]


def unmarked(phrase: str) -> str:
    """Take the brackets away."""
    return phrase.replace("[", "").replace("]", "")
