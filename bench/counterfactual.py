"""How long "what if" takes over 100,000 signed assets, event by event.

Everything runs in a process and on an embedded server of its own, durable as in production, in a folder that is
thrown away. The studio is invented: 20 productions under one agreement, ten performers each, 50 shots each with one
or two of them, every shot with a scene and a prompt of its own and 100 takes, all signed. So there are 1,000
different questions; how many an event has weighed is told, for it is questions that cost. Every scene asked is one
that the consents hold, so that questions of one production and cast share an answer. With `--apart` each shot goes
to territories of its own besides, and nothing is shared. Each event is asked several times; the first time is told
apart, for it reads what the others find in memory.

    python bench/counterfactual.py [--takes N] [--runs N] [--apart]

Goal for every event: at most 2 s, over 100,000 assets of which many questions share an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PRODUCTIONS, PERFORMERS, SHOTS = 20, 10, 50
GOAL_S = 2.0

# One take after the other, as copies of a shot's first decision: what a studio with that many has on disk.
_DECISIONS = """
INSERT INTO licensing_decision (id, organisation_id, production_id, shot_id, stage, outcome, reasons, duties, facts,
    facts_sha256, asked, pack_id, consent_ids, approvals, papers, salt, decided_at, actor, requested_by_id)
SELECT md5(d.id::text || n)::uuid, d.organisation_id, d.production_id, d.shot_id, d.stage, d.outcome, d.reasons,
    d.duties, d.facts, d.facts_sha256, jsonb_set(d.asked, '{requested_at}', to_jsonb(now() + n * interval '1 s')),
    d.pack_id, d.consent_ids, d.approvals, d.papers, d.salt, d.decided_at, d.actor, d.requested_by_id
FROM licensing_decision d, generate_series(2, %(takes)s) AS n
"""
# What a take of the measurement has beside the defaults of its columns.
_OF_A_TAKE = {
    "id": "gen_random_uuid()",
    "organisation_id": "d.organisation_id",
    "shot_id": "d.shot_id",
    "number": "row_number() OVER (PARTITION BY d.shot_id)",
    "model_id": "%(model)s",
    "requested_by_id": "d.requested_by_id",
    "requested_at": "now()",
    "idempotency_key": "gen_random_uuid()::text",
    "request": "d.asked",
    "request_sha256": "repeat('0', 64)",
    "decision_id": "d.id",
    "state": "'signed'",
    "prompt": "d.asked ->> 'prompt'",
    "width": "768",
    "height": "512",
    "num_frames": "97",
    "fps": "24",
    "steps": "30",
    "guidance_scale": "5",
    "seed": "7",
    "delivered_width": "768",
    "delivered_height": "512",
    "attempt": "1",
    "fence": "1",
    "seconds": """'{"denoise": 40.5, "decode": 3.25}'""",
    "asset_id": "gen_random_uuid()",
    "video_key": "'a.mp4'",
    "poster_key": "'a.jpg'",
    "contact_sheet_key": "'b.jpg'",
    "finished_at": "now()",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--takes", type=int, default=100, help="of each of the 1,000 shots")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--apart", action="store_true", help="no two shots are asked alike")
    asked = parser.parse_args()
    print(__doc__)
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from embedded.session import database_ready

        with database_ready(prepare=True):
            figures = _measured(asked.takes, asked.runs, apart=asked.apart)
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(_table(figures))
    print(json.dumps({"bench": "counterfactual", "figures": figures}))
    return 0


def _told(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


_COLUMNS = ("event", "assets", "distinct questions", "first s", "median s", "of", "CPU s", "goal s", "met")


def _table(figures: dict[str, Any]) -> str:
    """What was measured of each event, as a table to read; `CPU` is of this process, without the database's."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS)]
    for name, found in figures.items():
        if isinstance(found, dict):
            met = "yes" if found["median_s"] <= GOAL_S else "no"
            first, median, cpu = (f"{found[part]:.2f}" for part in ("first_s", "median_s", "cpu_median_s"))
            counts = (name, str(figures["assets"]), str(found["questions_weighed"]))
            rows.append((*counts, first, median, str(figures["runs"]), cpu, f"{GOAL_S:g}", met))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _measured(takes: int, runs: int, *, apart: bool) -> dict[str, Any]:
    from bench.log.writing import the_log_at_work

    with the_log_at_work():
        studio = _studio()
        _told("studio")
        _fill(studio, takes, apart=apart)
        _told("loaded")
    figures: dict[str, Any] = {
        "assets": PRODUCTIONS * SHOTS * takes,
        "shots": PRODUCTIONS * SHOTS,
        "consents": PRODUCTIONS * PERFORMERS,
        "apart": apart,
        "runs": runs,
    }
    worst = 0.0
    for name, event, at in _events(studio):
        figures[name] = _timed(studio, event, at, runs)
        worst = max(worst, figures[name]["median_s"])
        _told(name)
    figures["goal_each_at_most_2_s_met"] = worst <= GOAL_S
    return figures


def _studio() -> dict[str, Any]:
    from accounts.values import Role
    from tests.factories.accounts import a_member
    from tests.factories.licensing import a_consent, a_performer, an_engagement, counsel_confirms
    from tests.factories.productions import a_production

    actor = a_member(Role.PRODUCER, Role.LEGAL, Role.ADMIN)
    counsel_confirms(actor)
    films: list[tuple[Any, list[Any], list[Any]]] = []
    for _ in range(PRODUCTIONS):
        film = a_production(actor, governing_law="US-WA")
        people = [a_performer(actor, f"{_name(len(films), one)}") for one in range(PERFORMERS)]
        consents = []
        for person in people:
            an_engagement(actor, film, person)
            scenes = [str(one) for one in range(SHOTS)]
            consents.append(a_consent(actor, film, person, scenes=scenes))
        films.append((film, people, consents))
    return {"actor": actor, "films": films}


def _name(film: int, person: int) -> str:
    first = ("Ada", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Greta", "Henrik", "Ilse", "Jonas")[person]
    return f"{first} {chr(65 + film)}{'aeiou'[film % 5]}nderstrom{'aeiou'[film // 5]}"


def _fill(studio: dict[str, Any], takes: int, *, apart: bool = False) -> None:
    from dataclasses import replace

    from django.db import connection

    from core.canonical import canonical_bytes
    from core.clock import now
    from core.digests import new_salt, sha256_hex
    from core.tenancy import tenant
    from embedded.connections import acting_as_owner
    from generation.models import Take
    from licensing.models.decision import Decision
    from licensing.operations.gate import facts_now
    from licensing.order_json import order_to_json
    from licensing.packs import pack_row
    from licensing.rules import decide
    from licensing.values import CastMember
    from tests.factories.licensing import an_order
    from tests.factories.productions import a_sequence, a_shot
    from tests.factories.takes import a_model_release

    actor = studio["actor"]
    model = a_model_release(actor)
    for film, people, _ in studio["films"]:
        sequence = a_sequence(actor, film)
        for number in range(SHOTS):
            shot = a_shot(actor, sequence, code=f"S{number:03}", scene=str(number))
            cast = [people[number % PERFORMERS], people[(number * 3 + 1) % PERFORMERS]][: 1 + number % 2]
            cast = list(dict.fromkeys(cast))
            order = replace(
                an_order(actor, film, *cast, shot_id=shot.id),
                scenes=(str(number),),
                prompt=f"Take after take, a figure slips on wet roof {number} and falls into the rain below.",
                cast=tuple(CastMember(performer_id=one.id, replica_type="ebdr_scan") for one in cast),
            )
            if apart:
                order = replace(order, territories=_territories(number))
            with tenant(actor.organisation_id):
                facts = facts_now(order)
                verdict = decide(facts)
                content = canonical_bytes(facts)
                Decision.objects.create(
                    production_id=film.id,
                    shot_id=shot.id,
                    stage=order.stage,
                    outcome=verdict.decision.value,
                    reasons=[],
                    duties=[],
                    facts=content,
                    facts_sha256=sha256_hex(content),
                    asked=order_to_json(order),
                    pack=pack_row(now()),
                    consent_ids=[],
                    salt=new_salt(),
                    decided_at=now(),
                    actor=actor.label,
                    requested_by_id=actor.user_id,
                )
    with tenant(actor.organisation_id), connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"takes": takes})
        columns, defaults = _columns_of(Take)
        cursor.execute(
            f"INSERT INTO generation_take ({', '.join(columns)}) "  # noqa: S608 - names of the model's own columns
            f"SELECT {', '.join(columns.values())} FROM licensing_decision d",
            {"model": model.id, **defaults},
        )
    with acting_as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _columns_of(takes: Any) -> tuple[dict[str, str], dict[str, Any]]:  # noqa: ANN401 - imported once Django is there
    """The columns of a take with what stands in each, and the defaults of those the measurement does not name."""
    from django.db import connection

    columns = takes._meta.concrete_fields  # noqa: SLF001 - Django's own name for what is public
    others = [one for one in columns if one.column not in _OF_A_TAKE and not one.null]
    return (
        {**_OF_A_TAKE, **{one.column: f"%({one.column})s" for one in others}},
        {one.column: one.get_db_prep_save(one.get_default(), connection) for one in others},
    )


def _territories(number: int) -> tuple[str, ...]:
    """Some of six countries, others for every shot of a production."""
    countries = ("US", "DE", "FR", "IT", "ES", "JP")
    return tuple(code for place, code in enumerate(countries) if (number + 1) >> place & 1)


def _events(studio: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    from datetime import UTC, date, datetime

    from django.conf import settings

    from licensing.foresight.events import (
        ConsentEnds,
        HousePackInForce,
        RateChanges,
        StrikeStarts,
        TimePasses,
    )
    from licensing.house_rules.signed_pack import signed_pack
    from licensing.operations.house_packs import stage_pack
    from licensing.owed.values import RateKind
    from licensing.values import Agreement
    from tests.rules.test_house_rules import RULE, text

    note = signed_pack(text({**RULE, "valid_from": "2020-01-01"}), settings.KEYS_FOLDER)
    pack = stage_pack(note, actor=studio["actor"])
    agreement = Agreement(studio["films"][0][0].agreement)
    rate = RateChanges(
        agreement=agreement,
        category="any",
        kind=RateKind.DAY_MINIMUM,
        currency="USD",
        amount=100_000,
        valid_from=date(2026, 12, 1),
    )
    return [
        ("consent_ends", ConsentEnds(studio["films"][0][2][0].id), None),
        ("strike_starts", StrikeStarts(agreement), None),
        ("own_rules_in_force", HousePackInForce(pack.id), None),
        ("rate_changes", rate, None),
        ("day_after_all_consents", TimePasses(), datetime(2029, 6, 1, tzinfo=UTC)),
    ]


def _timed(studio: dict[str, Any], event: Any, at: Any, runs: int) -> dict[str, Any]:  # noqa: ANN401 - events differ
    from generation.foresight.answering import what_if
    from generation.foresight.values import WhatIf

    asked = WhatIf(event=event, at=at)
    first, _, answer = _once(lambda: what_if(asked, actor=studio["actor"]))
    found = [_once(lambda: what_if(asked, actor=studio["actor"])) for _ in range(runs)]
    times = [wall for wall, _, _ in found]
    return {
        "first_s": round(first, 3),
        "median_s": round(statistics.median(times), 3),
        "min_s": round(min(times), 3),
        "max_s": round(max(times), 3),
        "cpu_median_s": round(statistics.median(cpu for _, cpu, _ in found), 3),
        "assets_flipped": answer.stops.total,
        "questions_weighed": answer.weighed,
    }


def _once(ask: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of this process, and the answer."""
    began, worked = time.perf_counter(), time.process_time()
    answer = ask()
    return time.perf_counter() - began, time.process_time() - worked, answer


if __name__ == "__main__":
    raise SystemExit(main())
