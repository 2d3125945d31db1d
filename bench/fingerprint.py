"""How well and how fast a film is known again by its fingerprints.

Films are drawn (tests/factories/films.py): textured shots with camera moves, things that move, light and grain.
Unrelated: each of N films against all others, by the rule that verifications use. Survival: films of 2 s, 320x180,
encoded at crf 17, altered, encoded again (crf 23 where nothing else is said), looked up among all unrelated ones.
Look-up: among a million stored fingerprints of ten words each, in the product's own table and function, on an
embedded server; stored ones are woven from pairs of the N films place by place, so that their words are as unevenly
spread as drawn ones. Asked are copies of films that are in it, altered little and much, and films that are not,
in turns.

    python bench/fingerprint.py [--films N] [--stored N] [--questions N] [--survival N]

| figure | goal |
|---|---|
| look-up among 1,000,000, measuring included, p99 | at most 50 ms |
| recall at crf 28 and half the size | 1.0 |
| unrelated films that match any other | 0 of at least 5,000 |
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]

import numpy as np  # noqa: E402 - after the path
import numpy.typing as npt  # noqa: E402

from provenance.fingerprints import matching  # noqa: E402
from provenance.fingerprints.making import fingerprint_of, fingerprint_of_pictures  # noqa: E402
from provenance.fingerprints.values import DHASH_ALGORITHM, Candidate, Fingerprint, Match  # noqa: E402
from tests.factories import films  # noqa: E402
from tests.factories.films import a_film, encoded  # noqa: E402

Frames: TypeAlias = list[films.Frame]
SEED = 20261129
WORDS_EACH = 10
_BATCH = 2_000
# Of the bits of a word. A transcoded film has about the first, one that was cropped by 5 % the other.
TURNED = {"1 bit in 30": 1 / 30, "1 bit in 12": 1 / 12}

ALTERED: dict[str, tuple[Callable[[Frames], Frames], int, int]] = {
    "transcoded, crf 28": (lambda film: film, 24, 28),
    "transcoded, crf 35": (lambda film: film, 24, 35),
    "scaled to 50 %": (lambda film: films.scaled(film, 0.5), 24, 23),
    "scaled to 50 %, crf 28": (lambda film: films.scaled(film, 0.5), 24, 28),
    "cropped by 5 %": (lambda film: films.cropped(film, 0.05), 24, 23),
    "cropped by 10 %": (lambda film: films.cropped(film, 0.10), 24, 23),
    "cropped by 25 %": (lambda film: films.cropped(film, 0.25), 24, 23),
    "first third cut off": (lambda film: film[16:], 24, 23),
    "letterboxed": (films.letterboxed, 24, 23),
    "15 frames a second": (lambda film: films.paced(film, fps=15), 15, 23),
    "mirrored": (films.mirrored, 24, 23),
    "brighter": (films.brightened, 24, 23),
    "with a logo": (films.with_logo, 24, 23),
}


class Index:
    """Fingerprints found by a shared key, as the table finds them, in memory."""

    def __init__(self, stored: Sequence[Fingerprint]) -> None:
        self.candidates = [Candidate(str(at), one.iscc_digest, one.words) for at, one in enumerate(stored)]
        self._holders: dict[int, list[int]] = {}
        for at, one in enumerate(stored):
            for key in matching.keys_to_store(one):
                self._holders.setdefault(key, []).append(at)

    def found(self, asked: Fingerprint, *, but: int | None = None) -> list[Match]:
        at = {one for key in matching.keys_to_ask(asked) for one in self._holders.get(key, ())} - {but}
        return matching.matches(asked, [self.candidates[one] for one in sorted(at)], most=5)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--films", type=int, default=5_000)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--survival", type=int, default=40)
    asked = parser.parse_args()
    print(__doc__)
    drawn = _drawn(asked.films)
    index = Index(drawn)
    figures: dict[str, Any] = _unrelated(drawn, index)
    if asked.survival:
        figures |= _survival(asked.survival, index)
    if asked.stored:
        with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
            # The server may run as another account, which passes through.
            Path(folder).chmod(0o711)
            os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
            os.environ.pop("DATABASE_URL", None)
            import django

            django.setup()
            from embedded.session import database_ready

            with database_ready(prepare=True):
                figures |= _look_ups(drawn, asked.stored, asked.questions)
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(json.dumps({"bench": "fingerprint", "figures": figures}))


def _told(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _drawn(number: int) -> list[Fingerprint]:
    """Fingerprints of films of two seconds that have nothing to do with each other, not encoded."""
    made = []
    for seed in range(number):
        # Ten pictures a fifth of a second apart; what moves, moves as far as in 48.
        frames = np.stack(a_film(SEED + seed, width=96, height=54, frames=WORDS_EACH, pace=4.8))
        luma = (frames @ np.array([0.2126, 0.7152, 0.0722]) * (219 / 255) + 16).round().astype(np.uint8)
        one = fingerprint_of_pictures(luma)
        if one is not None:
            made.append(one)
        if seed % 1000 == 999:
            _told(f"{seed + 1} films drawn")
    return made


def _unrelated(drawn: list[Fingerprint], index: Index) -> dict[str, Any]:
    matched = [at for at, one in enumerate(drawn) if index.found(one, but=at)]
    rng = np.random.default_rng(SEED)
    pairs = [tuple(rng.choice(len(drawn), 2, replace=False)) for _ in range(5_000)]
    words = [_words_differ(drawn[int(one)], drawn[int(other)]) for one, other in pairs]
    codes = [_code_differs(drawn[int(one)], drawn[int(other)]) for one, other in pairs]
    print(
        f"{len(drawn)} unrelated films, {len(drawn) * (len(drawn) - 1)} ordered pairs: {len(matched)} match another."
    )
    for name, values in (("words", words), ("ISCC", codes)):
        low = np.quantile(values, [0, 0.001, 0.5]).round(3).tolist()
        print(
            f"  {name}: share differing in {len(pairs)} pairs: least {low[0]}, 0.1 % {low[1]}, median {low[2]}"
        )
    return {
        "unrelated_films": len(drawn),
        "unrelated_matched": len(matched),
        "unrelated_words_least": round(min(words), 3),
        "unrelated_iscc_least": round(min(codes), 3),
    }


def _words_differ(one: Fingerprint, other: Fingerprint) -> float:
    stretch = matching.best_stretch(matching.words_array(one.words), matching.words_array(other.words))
    return stretch.differing if stretch else 1.0


def _code_differs(one: Fingerprint, other: Fingerprint) -> float:
    bits = np.frombuffer(one.iscc_digest, np.uint8) ^ np.frombuffer(other.iscc_digest, np.uint8)
    return float(np.bitwise_count(bits).sum() / 256)


def _survival(number: int, unrelated: Index) -> dict[str, Any]:
    """Of `number` films, the share found after each alteration, and by which fingerprint."""
    found: Counter[str] = Counter()
    by_code: Counter[str] = Counter()
    similar: dict[str, list[int]] = {name: [] for name in ALTERED}
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "film.mp4"
        for seed in range(number):
            film = a_film(SEED - 1 - seed)
            stored = _taken(film, path, fps=films.FPS, crf=17)
            own = Index([stored])
            for change, (alter, fps, crf) in ALTERED.items():
                asked = _taken(alter(film), path, fps=fps, crf=crf)
                match = next(iter(own.found(asked)), None)
                found[change] += match is not None
                by_code[change] += _code_differs(asked, stored) <= matching.ISCC_DIFFERS_AT_MOST
                similar[change] += [match.similarity] if match else []
                wrong += bool(unrelated.found(asked))
    print(f"\nOf {number} films, found after (wrong ones: {wrong} of {number * len(ALTERED)}):\n")
    print("| altered | found | by its ISCC alone | similarity, median (least) |\n|---|---|---|---|")
    for change in ALTERED:
        scores = similar[change]
        told = f"{statistics.median(scores):.0f} ({min(scores)})" if scores else "-"
        print(f"| {change} | {found[change] / number:.0%} | {by_code[change] / number:.0%} | {told} |")
    return {
        "survival_films": number,
        "survival_wrong": wrong,
        "recall": {change: round(found[change] / number, 3) for change in ALTERED},
    }


def _taken(film: Frames, path: Path, *, fps: int, crf: int) -> Fingerprint:
    taken = fingerprint_of(encoded(film, path, fps=fps, crf=crf), limit_s=60)
    if taken is None:
        raise RuntimeError("A drawn film has no fingerprint.")
    return taken


def _look_ups(drawn: list[Fingerprint], stored: int, questions: int) -> dict[str, Any]:
    from provenance import recovery

    began = time.perf_counter()
    copies = _filled(drawn, stored, questions)
    filled_s = time.perf_counter() - began
    for one in drawn[:20]:
        recovery.films_like(one)
    seconds, right, strangers = [], Counter[str](), 0
    for at in range(questions):
        asked = {change: copies[change][at] for change in copies} | {"": drawn[-1 - at]}
        for change, question in asked.items():
            began = time.perf_counter()
            found = recovery.films_like(question)
            seconds.append(time.perf_counter() - began)
            if change:
                right[change] += bool(found) and found[0].manifest_id == _urn(at)
            else:
                strangers += bool(found)
    p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1000
    told = ", ".join(f"{right[change]} of {questions} with {change} turned" for change in copies)
    print(
        f"\nLook-up among {stored:,}: n={len(seconds)}, median {p50:.1f} ms, p99 {p99:.1f} ms, "
        f"most {max(seconds) * 1000:.1f} ms; altered copies found first: {told}; "
        f"{strangers} of {questions} strangers taken for one of them; filled in {filled_s:.0f} s"
    )
    return {
        "stored": stored,
        "look_up_median_ms": round(float(p50), 1),
        "look_up_p99_ms": round(float(p99), 1),
        "look_up_found": {change: round(right[change] / questions, 3) for change in copies},
        "look_up_strangers": strangers,
    }


def _filled(drawn: list[Fingerprint], stored: int, questions: int) -> dict[str, list[Fingerprint]]:
    """Fill the table; give altered copies of its first `questions` rows, with the shares of `TURNED`."""
    from django.db import connection

    from core.tenancy import tenant
    from embedded.connections import acting_as_owner
    from tests.factories.accounts import an_organisation

    rng = np.random.default_rng(SEED)
    organisation = an_organisation().id
    asked: dict[str, list[Fingerprint]] = {change: [] for change in TURNED}
    with acting_as_owner():
        with tenant(organisation), connection.cursor() as cursor:
            # A million signed files stand behind a million fingerprints; these stand for themselves.
            cursor.execute(
                "SELECT conname FROM pg_constraint"
                " WHERE conrelid = 'provenance_assetfingerprint'::regclass AND contype IN ('f', 'u')"
            )
            for (constraint,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE provenance_assetfingerprint DROP CONSTRAINT "{constraint}"')
            # COPY knows no policies. They stand again when the look-ups begin.
            cursor.execute("ALTER TABLE provenance_assetfingerprint NO FORCE ROW LEVEL SECURITY")
            cursor.execute("DROP INDEX provenance_fingerprint_keys")
            with cursor.copy(
                "COPY provenance_assetfingerprint (id, organisation_id, asset_id, manifest_id, algorithm, iscc,"
                " iscc_digest, words, keys, made_at) FROM STDIN"
            ) as copy:
                for start in range(0, stored, _BATCH):
                    batch = _woven(drawn, rng, min(_BATCH, stored - start))
                    for change, share in TURNED.items():
                        asked[change] += [
                            _turned(one, rng, share) for one in batch[: max(0, questions - start)]
                        ]
                    copy.write("".join(_row(start + at, organisation, one) for at, one in enumerate(batch)))
                    if (start + _BATCH) % 200_000 == 0:
                        _told(f"{start + _BATCH} stored")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE provenance_assetfingerprint FORCE ROW LEVEL SECURITY")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(
                "CREATE INDEX provenance_fingerprint_keys ON provenance_assetfingerprint USING gin (keys)"
                " WITH (fastupdate = off)"
            )
            cursor.execute("VACUUM ANALYZE provenance_assetfingerprint")
        _told("indexed")
    return asked


def _woven(drawn: list[Fingerprint], rng: np.random.Generator, number: int) -> list[Fingerprint]:
    """Films that take each place of their pictures from one of two drawn ones, the same in all of them."""
    words = np.stack([np.frombuffer(one.words, np.uint8).reshape(-1, 32) for one in drawn])
    codes = np.stack([np.frombuffer(one.iscc_digest, np.uint8) for one in drawn])
    first = rng.integers(0, len(drawn), number)
    # Never twice the same: that would be the drawn film itself.
    second = (first + rng.integers(1, len(drawn), number)) % len(drawn)
    places = np.tile(rng.integers(0, 256, (number, 1, 16), np.uint8), (1, 1, 2))
    taken = rng.integers(0, 256, (number, 32), np.uint8)
    woven = (words[first] & places) | (words[second] & ~places)
    digests = (codes[first] & taken) | (codes[second] & ~taken)
    return [
        Fingerprint("ISCC:", digest.tobytes(), film.tobytes())
        for digest, film in zip(digests, woven, strict=True)
    ]


def _turned(one: Fingerprint, rng: np.random.Generator, share: float) -> Fingerprint:
    words = np.frombuffer(one.words, np.uint8).reshape(-1, 32).copy()
    words[:, :16] ^= np.packbits(rng.random((len(words), 128)) < share, axis=1)
    # A bit of direction where nothing changes would be no word.
    words[:, :16] &= words[:, 16:]
    return Fingerprint("ISCC:", one.iscc_digest[::-1], words.tobytes(), _mirror(words))


def _mirror(words: npt.NDArray[np.uint8]) -> bytes:
    """Something as large as the mirrored words: what a look-up asks for besides."""
    return np.roll(words, 3, axis=1).tobytes()


def _urn(at: int) -> str:
    return f"urn:c2pa:{UUID(int=at + 1)}"


def _row(at: int, organisation: UUID, one: Fingerprint) -> str:
    keys = ",".join(map(str, matching.keys_to_store(one)))
    identifier = UUID(int=at + 1)
    return (
        f"{identifier}\t{organisation}\t{identifier}\t{_urn(at)}\t{DHASH_ALGORITHM}\tISCC:A\t"
        f"\\\\x{one.iscc_digest.hex()}\t\\\\x{one.words.hex()}\t{{{keys}}}\t2026-11-29T00:00Z\n"
    )


if __name__ == "__main__":
    main()
