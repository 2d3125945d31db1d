"""Who is named in a prompt: known performers under any spelling. Pure; the registry is handed in.

A name spelt with care is found exactly, a near miss is a question for a person. Names that are ordinary words
("a man will pilot the iron ship") are questions too, unless they are written like a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from anyascii import anyascii

from licensing.names import AliasKind
from licensing.near_names import NearIndex

VERSION = "names-1"
"""Goes on record with every hit: another version may see other names."""

BLOCK_LETTERS = 2

# Below this a near miss says little: half the registry is one letter away from any four letters.
_SHORTEST_FUZZY = 6
# "Li" and "Bo" are syllables before they are names.
_SHORTEST_NAME = 4
# Wordings that a register remembers it was asked for: a prompt is asked about at every door, and words recur.
_MOST_MET = 8192
_MOST_SCREENED = 2048
_LEET = str.maketrans("013457@$!|", "oleastasil")
_SOUND = str.maketrans("cqyjzwdb", "kkiisvtp")
_WORD = re.compile(r"[^\W_]+(?:[@$!|][^\W_]+)*", re.UNICODE)
_DOUBLED = re.compile(r"(.)\1+")

# Given and family names that are also words of the language; source: our own list, meant to grow.
_ORDINARY = frozenset(
    """
    amber april art autumn baker bell bill black blue brook brooks brown carpenter chance chase chris christian
    church cliff cook cooper daisy dawn dean dick drew faith farmer field fields fisher ford forest frank gene glen
    gold grace grant gray green grey guy hall heath hill holly hope hunt hunter iris ivy jack jade joy june king
    lake lane lee lily love major mark mason may miles mill miller moon moss north olive page park pat paul penny
    pierce pilot poet price pride prince queen rain ray red reed rich river rob robin rock rose rosemary ruby rusty
    sage sandy scarlet shepherd short sky smith snow sparrow star stone storm strong sue summer sun taylor turner
    violet wade walker ward water waters weaver west white will winter wolf wood woods wren young
    """.split()  # noqa: SIM905 - two hundred literals would be two hundred lines
)


class Certainty(StrEnum):
    EXACT = "exact"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class AliasEntry:
    performer_id: UUID
    kind: AliasKind
    text: str
    normalised: str


@dataclass(frozen=True, slots=True)
class NameHit:
    """`wording` is what stands in the prompt, `alias` the spelling on file that it meets."""

    performer_id: UUID
    alias: str
    kind: AliasKind
    wording: str
    certainty: Certainty


def letters(text: str) -> str:
    """The letters a name is compared by: Latin, lower case, none doubled, digits for letters read as letters."""
    return _single("".join(word.bare for word in _words(text)))


def sound(normalised: str) -> str:
    """Letters that scripts and ears confuse, folded into one: for near misses, never for certainty."""
    return _single(normalised.replace("ph", "f").replace("ch", "k").translate(_SOUND))


def block_of(normalised: str) -> str:
    """The shelf a name stands on: the first letters of its sound."""
    return sound(normalised)[:BLOCK_LETTERS]


def blocks_of(prompt: str) -> frozenset[str]:
    """The blocks a registry must be asked for before `screen` can say anything about `prompt`."""
    return frozenset(block_of(window.bare) for window in _windows(_words(prompt), 1, 1))


@dataclass(frozen=True, slots=True)
class _Word:
    bare: str
    written: str


@dataclass(frozen=True, slots=True)
class _Window:
    """Words side by side. `whole` False: what stands between the first and the last is left out of `bare`."""

    bare: str
    words: Sequence[_Word]
    whole: bool = True

    @property
    def written(self) -> str:
        return " ".join(word.written for word in self.words)


class Registry:
    """Aliases, found by their letters and by what sounds like them. Grows; nothing is ever taken out."""

    def __init__(self, entries: Iterable[AliasEntry] = ()) -> None:
        self._by_letters: dict[str, list[AliasEntry]] = {}
        self._near = NearIndex()
        self._sounding: list[AliasEntry] = []
        self._met: dict[str, tuple[int, list[AliasEntry]]] = {}
        self._screened: dict[str, tuple[tuple[int, int], tuple[NameHit, ...]]] = {}
        self._count = 0
        self.longest = 1
        for entry in entries:
            self.add(entry)
        self.settle()

    def add(self, entry: AliasEntry) -> None:
        words = _WORD.findall(entry.text) if entry.text.isascii() else _words(entry.text)
        self.longest = max(self.longest, len(words))
        if len(entry.normalised) >= _SHORTEST_FUZZY:
            self._sounding.append(entry)
            self._near.add(sound(entry.normalised))
        self._by_letters.setdefault(entry.normalised, []).append(entry)
        # Last, so that what was screened by this many had them all.
        self._count += 1

    def settle(self) -> None:
        """Make ready for questions, after many were added: the next one would wait for it."""
        self._near.settle()

    def spelt(self, bare: str) -> Sequence[AliasEntry]:
        return self._by_letters.get(bare, ())

    def sounding_like(self, bare: str) -> list[AliasEntry]:
        # Drawn before it is searched, so that what is added meanwhile is never taken for searched.
        count = self._near.count
        known = self._met.get(bare)
        if known is None or known[0] != count:
            found = [self._sounding[place] for place in self._near.like(sound(bare))]
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            known = self._met[bare] = (count, found)
        return known[1]

    def named_in(self, prompt: str) -> tuple[NameHit, ...]:
        """As `screen`. The same prompt is asked about at every door its take goes through."""
        state = self._count, self.longest
        known = self._screened.get(prompt)
        if known is None or known[0] != state:
            if len(self._screened) >= _MOST_SCREENED:
                self._screened.clear()
            known = self._screened[prompt] = (state, screen(prompt, self))
        return known[1]


def screen(prompt: str, registry: Registry) -> tuple[NameHit, ...]:
    """The known performers that `prompt` names, each once, the surest wording first.

    Guarantees: an alias written as it is on file is found, also with other case, accents, script, zero-width or
    doubled letters, digits for letters and letters spaced out. A fuzzy hit is a question, never a finding.
    """
    windows = list(_windows(_words(prompt), 1, registry.longest + 1))
    # Each wording once: language repeats itself.
    near = {
        bare: registry.sounding_like(bare)
        for bare in {one.bare for one in windows}
        if len(bare) >= _SHORTEST_FUZZY
    }
    hits: dict[UUID, NameHit] = {}
    for window in windows:
        for hit in _meets(window, registry, near):
            known = hits.get(hit.performer_id)
            if known is None or (known.certainty, hit.certainty) == (Certainty.FUZZY, Certainty.EXACT):
                hits[hit.performer_id] = hit
    return tuple(sorted(hits.values(), key=lambda hit: (hit.certainty, str(hit.performer_id))))


def _meets(
    window: _Window, registry: Registry, near: Mapping[str, Sequence[AliasEntry]]
) -> Iterator[NameHit]:
    for entry in registry.spelt(window.bare):
        sure = window.whole and entry.kind != AliasKind.ROLE and not _reads_as_words(window.written, entry)
        yield _hit(entry, window, Certainty.EXACT if sure else Certainty.FUZZY)
    for entry in near.get(window.bare, ()):
        yield _hit(entry, window, Certainty.FUZZY)


def _hit(entry: AliasEntry, window: _Window, certainty: Certainty) -> NameHit:
    return NameHit(entry.performer_id, entry.text, entry.kind, window.written, certainty)


def _reads_as_words(written: str, entry: AliasEntry) -> bool:
    """Whether the wording may be plain language: short or ordinary words, not all with a capital letter."""
    if not entry.text.isascii():
        return False  # other scripts have no capitals to tell a name by
    ordinary = len(entry.normalised) < _SHORTEST_NAME or all(
        len(word) < _SHORTEST_NAME - 1 or word.casefold() in _ORDINARY for word in entry.text.split()
    )
    return ordinary and not all(word[:1].isupper() for word in written.split())


def _words(text: str) -> list[_Word]:
    """The words of `text`; letters spaced out stand as one word each run."""
    visible = text
    if not text.isascii():
        visible = "".join(
            character
            for character in unicodedata.normalize("NFKC", text)
            if unicodedata.category(character) != "Cf"
        )
    found = [_Word(_bare(match.group()), match.group()) for match in _WORD.finditer(visible)]
    return list(_joined(word for word in found if word.bare))


def _bare(word: str) -> str:
    latin = (word if word.isascii() else anyascii(word)).casefold()
    if any(character.isalpha() for character in latin):
        latin = latin.translate(_LEET)
    return latin if latin.isalnum() else "".join(character for character in latin if character.isalnum())


def _joined(words: Iterable[_Word]) -> Iterator[_Word]:
    run: list[_Word] = []
    for word in words:
        if len(word.bare) == 1:
            run.append(word)
            continue
        yield from _run(run)
        run = []
        yield word
    yield from _run(run)


def _run(run: list[_Word]) -> Iterator[_Word]:
    """A run of at least three single letters is a word spaced out; shorter ones are words of their own."""
    if len(run) > BLOCK_LETTERS:
        yield _Word("".join(word.bare for word in run), " ".join(word.written for word in run))
    else:
        yield from run


def _windows(words: list[_Word], shortest: int, longest: int) -> Iterator[_Window]:
    single = [_single(word.bare) for word in words]
    for start in range(len(words)):
        bare = ""
        for length in range(1, min(longest, len(words) - start) + 1):
            bare = _beside(bare, single[start + length - 1])
            if length < shortest:
                continue
            part = words[start : start + length]
            yield _Window(bare, part)
            if length > BLOCK_LETTERS:
                yield _Window(_beside(single[start], single[start + length - 1]), part, whole=False)


def _single(text: str) -> str:
    """`text` with no letter doubled."""
    return _DOUBLED.sub(r"\1", text) if _DOUBLED.search(text) else text


def _beside(before: str, after: str) -> str:
    """Two texts without doubled letters as one without."""
    return before + (after[1:] if before[-1:] == after[:1] else after)
