"""Seconds of the main job by stage, and the share of a take that is not denoising, decoding or encoding.

Method: database, log sequencer and one worker are started as `manage.py demo` starts them, on a data folder of their
own that is made anew; then takes are asked for one after the other, with consent, and each is followed to its signed
file. The first take is *cold*: it waits for torch and the model to load. The others are *warm*. Seconds by stage are
the worker's own; `take` goes from the request to the signed file by the clock that both write; `outside` is what of
it is not denoising, decoding or encoding: deciding three times, queue, claim, signing, reading back, log, storage.
`command` is the whole of `manage.py demo` on the same folder, start and stop of all programs included.

    python bench/demo.py [WARM_TAKES]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PICTURE = ("denoise", "decode", "encode")
COMMANDS = 3
PATIENCE_S = 600.0


def takes(count: int) -> list[dict[str, float]]:
    """Seconds by stage of `count` takes made by one worker, the cold one first."""
    from embedded import services
    from embedded.session import prepare_database, server_ready
    from embedded.supervisor import supervised
    from generation.operations.demo_data import ensure_demo_data

    with server_ready() as server:
        prepare_database(server)
        with supervised([*services.log(server), services.worker()], say=lambda _line: None):
            world = ensure_demo_data()
            return [one_take(world) for _ in range(count)]


def one_take(world: object) -> dict[str, float]:
    from core import clock
    from core.ids import new_id
    from generation.operations.demo_data import DemoData
    from generation.operations.takes import request_take
    from generation.queries import take_card
    from generation.values import TakeOrder, TakeState
    from licensing.values import CastMember

    if not isinstance(world, DemoData):
        raise TypeError
    order = TakeOrder(
        shot_id=world.shot_id,
        prompt="a red ball moves left over the sea",
        cast=(CastMember(performer_id=world.consenting_performer_id, replica_type=world.replica_type),),
        requested_at=clock.now(),
        **world.declared,
    )
    card = request_take(order, actor=world.producer, idempotency_key=str(new_id()))
    deadline = time.monotonic() + PATIENCE_S
    while not card.is_settled and time.monotonic() < deadline:
        time.sleep(0.1)
        card = take_card(world.producer.organisation_id, card.id)
    if card.state is not TakeState.SIGNED or card.finished_at is None:
        sys.exit(f"The take is {card.state.value}: {card.failure_message}")
    whole = (card.finished_at - card.requested_at).total_seconds()
    picture = sum(card.seconds[stage] for stage in PICTURE)
    return card.seconds | {"take": whole, "outside": whole - picture, "outside_share": 1 - picture / whole}


def command() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "demo", "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["state"] != "trusted":
        sys.exit(f"The demo's file is {answer['state']}.")
    return {"command": answer["seconds"]["total"]}


def spread(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "median": round(statistics.median(values), 3),
            "least": round(min(values), 3),
            "most": round(max(values), 3),
        }
        for name in sorted(runs[0])
        if (values := [run[name] for run in runs])
    }


def main() -> None:
    warm_takes = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ |= {"COUNTERSIGN_DATA": f"{folder}/var", "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        print(__doc__)
        print(f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before.")
        cold, *warm = takes(1 + warm_takes)
        commands = [command() for _ in range(COMMANDS)]
    figures = {
        "warm_takes": warm_takes,
        "commands": COMMANDS,
        "cold": {name: round(value, 3) for name, value in sorted(cold.items())},
        "warm": spread(warm),
        **spread(commands),
    }
    print(f"{'seconds':16}{'cold':>8}{'warm median':>14}{'least':>8}{'most':>8}   (n = {warm_takes})")
    for name, values in spread(warm).items():
        cells = f"{values['median']:>14.3f}{values['least']:>8.3f}{values['most']:>8.3f}"
        print(f"{name:16}{cold.get(name, 0):>8.3f}{cells}")
    whole = spread(commands)["command"]
    print(f"manage.py demo: median {whole['median']} s, {whole['least']} to {whole['most']} (n = {COMMANDS})")
    print(json.dumps({"bench": "demo", "figures": figures}))


if __name__ == "__main__":
    main()
