"""Rules of an organisation's own, handed in, replayed and put in force."""

from __future__ import annotations

from django.conf import settings

from accounts.values import Actor, Role
from core.canonical import Canonical, canonical_bytes
from licensing.house_rules.signed_pack import signed_pack
from licensing.operations.house_packs import HousePackCard, activate_pack, replay_pack, stage_pack
from tests.factories.accounts import a_membership, a_user


def a_house_pack(actor: Actor, name: str) -> HousePackCard:
    """One rule that speaks of deliveries to airlines alone, in force by a second person's hand."""
    lines: list[dict[str, Canonical]] = [
        {
            "v": 1,
            "name": "house",
            "edition": 1,
            "state_of": "2026-11-20",
            "sources": {"H1": f"Board of {name}"},
        },
        {
            "id": "HOUSE-1",
            "layer": "house",
            "edition": "any",
            "valid_from": None,
            "valid_until": None,
            "title": "Airlines",
            "clause": "Board resolution 1",
            "protects": "the studio",
            "requires": "The board has seen what goes on board.",
            "message": f"{name} goes on board.",
            "cure": "Ask the board.",
            "source": ["H1"],
            "grade": "A",
            "outcome": "warn",
            "when": [{"function": "any_of", "fact": "use.media", "values": ["airline"]}],
            "duties": [],
            "examples": [
                {"of": "s12", "set": {"use.media": ["airline"]}, "fires": True},
                {"of": "s12", "fires": False},
            ],
        },
    ]
    text = "".join(canonical_bytes(line).decode() + "\n" for line in lines)
    pack = stage_pack(signed_pack(text, settings.KEYS_FOLDER), actor=actor)
    replay_pack(pack.id, actor=actor)
    return activate_pack(pack.id, actor=a_membership(a_user(), actor.organisation_id, Role.LEGAL))
