"""Which of a few stored fingerprints the asked one looks like, and where. Pure numpy.

The database finds candidates by keys, which are exact; what is measured here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from provenance.fingerprints.values import (
    DHASH_ALGORITHM,
    ISCC_ALGORITHM,
    SAMPLES_PER_S,
    WORD_BYTES,
    Candidate,
    Fingerprint,
    Match,
)
from provenance.fingerprints.words import differing

_ISCC_BITS = 256
# Shares of differing bits. Unrelated videos have about half; see docs/recovery.md for what was measured.
WORDS_DIFFER_AT_MOST = 0.12
ISCC_DIFFERS_AT_MOST = 0.12
# A stretch is judged as a whole, in pictures a fifth of a second apart.
_STRETCH = 8
_LEAST_STRETCH = 3

# Keys: runs of bits of a word or a code that two alike are likely to share exactly. 21 bits make a key that few
# unrelated words share; taking every sixth bit keeps keys of one plain corner of the picture apart.
_WORD_BANDS = 6
_WORD_BAND_BITS = 21
_ISCC_BANDS = 16
_ISCC_BAND_BITS = 16
_MOST_KEYS = 6000


def keys_to_store(fingerprint: Fingerprint) -> list[int]:
    """Keys under which a fingerprint is found, ascending; each fits a 32-bit integer."""
    return sorted({*iscc_keys(fingerprint.iscc_digest), *_word_keys(words_array(fingerprint.words))})


def keys_to_ask(fingerprint: Fingerprint) -> list[int]:
    """Keys to look up: also those of the mirrored picture; a long film's are thinned out evenly."""
    words = np.concatenate((words_array(fingerprint.words), words_array(fingerprint.mirrored_words)))
    keys = [*iscc_keys(fingerprint.iscc_digest), *sorted(_word_keys(words))]
    return keys[:: max(1, -(-len(keys) // _MOST_KEYS))]


def iscc_keys(digest: bytes) -> list[int]:
    bands = np.frombuffer(digest, ">u2").astype(np.int64)
    return [(_WORD_BANDS + band) << _WORD_BAND_BITS | int(value) for band, value in enumerate(bands)]


def _word_keys(words: npt.NDArray[np.uint64]) -> set[int]:
    held = np.unique(words[words.any(axis=1)], axis=0)
    bits = np.unpackbits(held[:, :2].astype(">u8").view(np.uint8), axis=1)
    keys: set[int] = set()
    for band in range(_WORD_BANDS):
        taken = bits[:, band::_WORD_BANDS][:, :_WORD_BAND_BITS].astype(np.int64)
        values = taken @ (1 << np.arange(_WORD_BAND_BITS))
        keys.update((band << _WORD_BAND_BITS) + int(value) for value in values)
    return keys


def words_array(words: bytes) -> npt.NDArray[np.uint64]:
    """Words as uint64 (n, 4)."""
    return np.frombuffer(words, ">u8").astype(np.uint64).reshape(-1, 4)


def matches(asked: Fingerprint, candidates: Sequence[Candidate], *, most: int) -> list[Match]:
    """Those of `candidates` that `asked` looks like, the most alike first; at most `most`."""
    found: dict[str, list[_Measured]] = {}
    for one in (*_by_iscc(asked.iscc_digest, candidates), *_by_words(asked, candidates)):
        found.setdefault(one.match.manifest_id, []).append(one)
    ordered = sorted(found.values(), key=_how_alike)
    return [min(measures, key=lambda one: -one.match.similarity).match for measures in ordered[:most]]


@dataclass(frozen=True, slots=True)
class _Measured:
    """`differing` is the share of bits that differ, finer than the similarity that is told of it."""

    match: Match
    differing: float


def _how_alike(measures: Sequence[_Measured]) -> tuple[float, float, str]:
    """In which order one candidate comes, the most alike first.

    A take and a master of it differ by next to nothing, so what is alike in every way comes before what is so in one.
    """
    shares = [one.differing for one in measures]
    return (
        -max(one.match.similarity for one in measures),
        min(shares) + max(shares),
        measures[0].match.manifest_id,
    )


def matches_of_iscc(digest: bytes, candidates: Sequence[Candidate], *, most: int) -> list[Match]:
    """As `matches`, when only an ISCC is known."""
    found = sorted(_by_iscc(digest, candidates), key=lambda one: _how_alike([one]))
    return [one.match for one in found[:most]]


def _by_iscc(digest: bytes, candidates: Sequence[Candidate]) -> Iterator[_Measured]:
    if not candidates:
        return
    asked = np.frombuffer(digest, np.uint8)
    stored = np.frombuffer(b"".join(one.iscc_digest for one in candidates), np.uint8).reshape(-1, len(asked))
    shares = np.bitwise_count(stored ^ asked).sum(axis=1, dtype=np.int64) / _ISCC_BITS
    for at in np.flatnonzero(shares <= ISCC_DIFFERS_AT_MOST):
        match = Match(
            manifest_id=candidates[int(at)].manifest_id,
            similarity=similarity_of(float(shares[at])),
            algorithm=ISCC_ALGORITHM,
        )
        yield _Measured(match, float(shares[at]))


def similarity_of(share: float) -> int:
    """0 to 100 from the share of differing bits: half of them, as between strangers, is nothing alike."""
    return max(0, round(100 * (1 - 2 * share)))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Pictures from `start` on, `count` of them, of the asked video, that fit; `differing` is their mean."""

    differing: float
    start: int
    count: int


def _by_words(asked: Fingerprint, candidates: Sequence[Candidate]) -> Iterator[_Measured]:
    straight = words_array(asked.words)
    for mirrored, words in ((False, straight), (True, words_array(asked.mirrored_words))):
        for candidate in _near(words, candidates):
            stretch = best_stretch(words, words_array(candidate.words))
            if stretch is not None and stretch.differing <= WORDS_DIFFER_AT_MOST:
                match = Match(
                    manifest_id=candidate.manifest_id,
                    similarity=similarity_of(stretch.differing),
                    algorithm=DHASH_ALGORITHM,
                    mirrored=mirrored,
                    start_s=stretch.start / SAMPLES_PER_S,
                    end_s=(stretch.start + stretch.count) / SAMPLES_PER_S,
                )
                yield _Measured(match, stretch.differing)


def _near(words: npt.NDArray[np.uint64], candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Candidates with any picture near any of `words`: most share a key by accident and end here."""
    held = words[words.any(axis=1)]
    remaining = iter(candidates)
    while batch := list(islice(remaining, 256)):
        stored = words_array(b"".join(one.words for one in batch))
        owners = np.repeat(np.arange(len(batch)), [len(one.words) // WORD_BYTES for one in batch])
        nearest = np.ones(len(stored))
        for word in held:
            np.minimum(nearest, differing(stored, word), out=nearest)
        for owner in np.unique(owners[nearest <= WORDS_DIFFER_AT_MOST]):
            yield batch[int(owner)]


def best_stretch(asked: npt.NDArray[np.uint64], stored: npt.NDArray[np.uint64]) -> _Stretch | None:
    """The stretch in which `asked`, moved in time against `stored`, differs least; None where both are too plain.

    A stretch is `_STRETCH` pictures, or as many as both have, at least three. Pictures without a word count for
    nothing and must be less than half of it.
    """
    length = min(_STRETCH, len(asked), len(stored))
    if length < _LEAST_STRETCH:
        return None
    best: _Stretch | None = None
    asked_held, stored_held = (asked != 0).any(axis=1), (stored != 0).any(axis=1)
    for shift in range(length - len(stored), len(asked) - length + 1):
        start, end = max(0, shift), min(len(asked), shift + len(stored))
        mine, theirs = slice(start, end), slice(start - shift, end - shift)
        held = asked_held[mine] & stored_held[theirs]
        counts = _sums(held.astype(np.float64), length)
        sums = _sums(differing(asked[mine], stored[theirs]) * held, length)
        means = np.where(2 * counts > length, sums / np.maximum(1, counts), 1.0)
        at = int(means.argmin())
        if means[at] < 1 and (best is None or means[at] < best.differing):
            best = _Stretch(float(means[at]), start + at, length)
    return best


def _sums(values: npt.NDArray[np.float64], length: int) -> npt.NDArray[np.float64]:
    """Sums of each run of `length`."""
    running = np.concatenate(([0.0], values.cumsum()))
    return running[length:] - running[:-length]
