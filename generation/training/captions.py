"""Captions for scenes, and the closed vocabulary that decides which words are understood.

Every concept has several surface forms; captions mix them with different word orders,
filler words, unknown words, missing parts and a few typing errors, so that the model
learns to follow the words it knows and to pass over the rest.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from generation.training.scenes import Background, Colour, Concepts, Motion, Shape

TYPO_SHARE = 0.08
FILLER_SHARE = 0.3
UNKNOWN_SHARE = 0.12
# Prompts often leave something out; then any value of the left-out concept is right.
OMISSION_SHARE = 0.12

SHAPE_WORDS: Mapping[Shape, tuple[str, ...]] = {
    Shape.BALL: ("ball", "sphere", "circle"),
    Shape.BOX: ("box", "square", "cube"),
    Shape.TRIANGLE: ("triangle", "pyramid"),
    Shape.STAR: ("star",),
    Shape.HEART: ("heart",),
    Shape.RING: ("ring", "hoop", "donut"),
}
COLOUR_WORDS: Mapping[Colour, tuple[str, ...]] = {
    Colour.RED: ("red", "scarlet", "crimson"),
    Colour.ORANGE: ("orange", "amber"),
    Colour.YELLOW: ("yellow", "golden"),
    Colour.GREEN: ("green", "emerald"),
    Colour.BLUE: ("blue", "azure"),
    Colour.PURPLE: ("purple", "violet"),
    Colour.WHITE: ("white", "ivory"),
}
# The word that carries the meaning stands in brackets; the rest is only grammar.
BACKGROUND_PHRASES: Mapping[Background, tuple[str, ...]] = {
    Background.SEA: (
        "over the [sea]",
        "by the [ocean]",
        "above the [waves]",
        "at the [sea]",
        "on the [water]",
    ),
    Background.MEADOW: ("in a [meadow]", "over the [grass]", "on a [field]", "above the [meadow]"),
    Background.DESERT: ("in the [desert]", "over the [dunes]", "above the [sand]", "across the [desert]"),
    Background.SNOW: ("in the [snow]", "over the [ice]", "in [winter]", "on a [snowy] plain"),
    Background.NIGHT: ("at [night]", "in the [night] sky", "at [midnight]", "under the [moonlight]"),
    Background.SUNSET: ("at [sunset]", "in the [evening]", "at [dusk]", "against a [sunset] sky"),
}
MOTION_PHRASES: Mapping[Motion, tuple[str, ...]] = {
    Motion.LEFT: (
        "moves [left]",
        "moving [left]",
        "slides to the [left]",
        "drifting to the [left]",
        "rolls [left]",
        "goes [leftwards]",
    ),
    Motion.RIGHT: (
        "moves [right]",
        "moving [right]",
        "slides to the [right]",
        "drifting to the [right]",
        "rolls [right]",
        "goes [rightwards]",
    ),
    Motion.UP: (
        "moves [up]",
        "moving [up]",
        "[rises]",
        "[rising]",
        "floats [upwards]",
        "[climbs]",
        "[climbing]",
    ),
    Motion.DOWN: (
        "moves [down]",
        "moving [down]",
        "[falls]",
        "[falling]",
        "drifts [downwards]",
        "[drops]",
        "[sinks]",
        "[sinking]",
    ),
    Motion.CLOSER: (
        "comes [closer]",
        "coming [closer]",
        "[approaches]",
        "[approaching]",
        "[grows]",
        "gets [bigger]",
        "moves [towards] us",
    ),
}
TEMPLATES: tuple[str, ...] = (
    "a {colour} {shape} {motion} {background}",
    "a {colour} {shape} {motion} {background}",
    "the {colour} {shape} {motion} {background}",
    "{colour} {shape} {motion} {background}",
    "{background} a {colour} {shape} {motion}",
    "{background}, a {colour} {shape} {motion}",
    "a {colour} {shape} {background} {motion}",
    "{colour} {shape}, {background}, {motion}",
    "a {shape}, {colour}, {motion} {background}",
    "a {shape} that is {colour} {motion} {background}",
    "a video of a {colour} {shape} {background}, {motion}",
    "we see a {colour} {shape}; it {motion} {background}",
)
# None of the fillers may name a concept: "night shoot" would teach a contradiction.
OPENINGS: tuple[str, ...] = (
    "wide shot:", "close shot:", "cinematic,", "animatic:", "slowly,", "scene four:", "take two,",
    "a shot of", "previs,", "establishing shot,", "handheld camera,",
)  # fmt: skip
CLOSINGS: tuple[str, ...] = (
    "cinematic", "in soft light", "35mm", "slowly", "with a steady camera", "high quality", "in one take",
    "smoothly", "for the opening scene", "filmed in one shot", "wide angle",
)  # fmt: skip
SYLLABLES: tuple[str, ...] = (
    "ma", "ri", "lo", "ke", "ta", "no", "vi", "sa", "bel", "dor", "an", "el", "is", "os", "um", "che", "tro",
)  # fmt: skip
TYPO_MIN_LETTERS = 4


def vocabulary() -> dict[str, dict[str, str]]:
    """Map every understood word to its kind and concept: `{"red": {"kind": "colour", ...}}`."""
    words: dict[str, dict[str, str]] = {}
    for kind, table in (
        ("background", BACKGROUND_PHRASES),
        ("shape", SHAPE_WORDS),
        ("colour", COLOUR_WORDS),
        ("motion", MOTION_PHRASES),
    ):
        for concept, forms in table.items():
            for form in forms:
                words[_meaning(form)] = {"kind": kind, "concept": str(concept)}
    return words


def caption(concepts: Concepts, *, rng: np.random.Generator, plain: bool = False) -> str:
    """Write one caption; `plain` ones name all four concepts and have no typos or fillers."""
    parts = {
        "colour": one_of(COLOUR_WORDS[concepts.colour], rng=rng),
        "shape": one_of(SHAPE_WORDS[concepts.shape], rng=rng),
        "background": unmarked(one_of(BACKGROUND_PHRASES[concepts.background], rng=rng)),
        "motion": unmarked(one_of(MOTION_PHRASES[concepts.motion], rng=rng)),
    }
    if not plain and rng.random() < OMISSION_SHARE:
        left_out = one_of(tuple(parts), rng=rng)
        parts[left_out] = "thing" if left_out == "shape" else ""
    text = one_of(TEMPLATES, rng=rng).format(**parts)
    if not plain:
        text = decorated(text, openings=OPENINGS, closings=CLOSINGS, rng=rng)
    return " ".join(text.replace(" ,", ",").replace(" ;", ";").split()).strip(" ,;")


def decorated(
    text: str, *, openings: Sequence[str], closings: Sequence[str], rng: np.random.Generator
) -> str:
    """Now and then add an opening, a closing, an unknown word and a typing error."""
    if rng.random() < FILLER_SHARE:
        text = f"{one_of(openings, rng=rng)} {text}"
    if rng.random() < FILLER_SHARE:
        text = f"{text}, {one_of(closings, rng=rng)}"
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


def _meaning(phrase: str) -> str:
    return phrase.partition("[")[2].partition("]")[0] or phrase


def unmarked(phrase: str) -> str:
    """Take the brackets away."""
    return phrase.replace("[", "").replace("]", "")
