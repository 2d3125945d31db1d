"""Packs of rules that are signed, and what one of them would have changed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection

from accounts.values import Actor, Role
from audit.checkpoint import NoteKey, sign_note
from core import clock
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.evidence import decision_evidence
from licensing.house_rules.errors import (
    NoSuchPack,
    PackActiveAlready,
    PackEditionLower,
    PackFieldMissing,
    PackNotReplayed,
    PackSignatureFalse,
    PackStagedByYou,
)
from licensing.house_rules.pack_text import book_with
from licensing.house_rules.replay import replay
from licensing.house_rules.signed_pack import open_pack, pack_vkey, signed_pack
from licensing.models.house_pack import HousePackActivation, HousePackReplay
from licensing.operations.gate import decide_use
from licensing.operations.house_packs import (
    HousePackCard,
    activate_pack,
    house_packs,
    replay_pack,
    stage_pack,
)
from licensing.packs import pack_text
from tests.factories.accounts import a_member, a_membership, a_user
from tests.factories.licensing import (
    a_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
    rule_ids,
    unknown_id,
)
from tests.factories.productions import a_production
from tests.rules.test_house_rules import RULE, text


def test_only_a_known_key_opens_a_pack_and_only_as_it_was_signed(tmp_path: Path) -> None:
    note = signed_pack(text(RULE), tmp_path)
    ours = NoteKey.from_vkey(pack_vkey(tmp_path))
    stranger = Ed25519PrivateKey.generate()

    assert open_pack(note, keys=[ours]).text == text(RULE)
    assert (tmp_path / "rule-packs.key.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(PackSignatureFalse):
        open_pack(note, keys=[NoteKey.of("stranger", stranger)])
    with pytest.raises(PackSignatureFalse):
        open_pack(note.replace("Ask the board.", "Ask nobody. "), keys=[ours])
    with pytest.raises(PackSignatureFalse):
        open_pack(sign_note(text(RULE), name=ours.name, key=stranger), keys=[ours])


def test_nothing_is_signed_that_would_not_be_taken(tmp_path: Path) -> None:
    with pytest.raises(PackFieldMissing, match="Line 2"):
        signed_pack(text({**RULE, "cure": ""}), tmp_path)


@pytest.mark.usefixtures("committed_db")
def test_a_replay_tells_what_flips_and_writes_nothing(tmp_path: Path) -> None:
    actor = a_member(Role.PRODUCER)
    counsel_confirms(actor)
    film = a_production(actor, governing_law="US-WA")
    ana = a_performer(actor)
    an_engagement(actor, film, ana)
    a_consent(actor, film, ana)
    cinema = decide_use(an_order(actor, film, ana), actor=actor)
    series = decide_use(an_order(actor, film, ana, media=("svod",)), actor=actor)
    stranger = decide_use(an_order(actor, film, a_performer(actor, "Bo Lindqvist")), actor=actor)
    rule = {**RULE, "valid_from": "2020-01-01"}
    note = signed_pack(text(rule), settings.KEYS_FOLDER)
    book = book_with(open_pack(note, keys=[NoteKey.from_vkey(pack_vkey(settings.KEYS_FOLDER))]))
    now, seen = clock.now(), list[tuple[int, int]]()

    found = replay(
        actor.organisation_id,
        book=book,
        since=now - timedelta(days=31),
        until=now,
        progress=lambda done, of: seen.append((done, of)),
    )
    alone = replay(actor.organisation_id, book=book_with(None), since=now - timedelta(days=31), until=now)

    (flip,) = found.flips
    assert (flip.decision, flip.old, flip.new) == (cinema.id, "allow_with_duties", "escalate")
    assert flip.rules == ("HOUSE-1",)
    assert found.counts == {("allow_with_duties", "escalate"): 1}
    assert found.decisions == 3
    assert seen[-1] == (3, 3)
    assert {series.id, stranger.id}.isdisjoint({one.decision for one in found.flips})
    assert not alone.flips
    path, out = tmp_path / "pack.note", StringIO()
    path.write_text(note)
    call_command(
        "rulebook", "replay", path, "--organisation", actor.organisation_id, stdout=out, stderr=StringIO()
    )
    assert json.loads(out.getvalue())["replay"]["flipped"] == 1


def test_the_command_signs_a_folder_takes_it_back_and_names_the_line_of_a_bad_one(tmp_path: Path) -> None:
    good, bad, note = tmp_path / "good.txt", tmp_path / "bad.txt", tmp_path / "pack.note"
    good.write_text(text(RULE))
    bad.write_text(text(RULE, {**RULE, "id": "HOUSE-2", "valid_from": "2026-13-01"}))
    out = StringIO()

    call_command("rulebook", "sign", good, "-o", note)
    call_command("rulebook", "import", note, stdout=out)

    assert json.loads(out.getvalue())["rules"] == ["HOUSE-1"]
    with pytest.raises(CommandError, match=r"Line 3: .*2026-13-01"):
        call_command("rulebook", "sign", bad)
    note.write_text(note.read_text().replace("the board", "nobody"))
    with pytest.raises(CommandError, match="signature"):
        call_command("rulebook", "import", note)


def _handed_in(actor: Actor, edition: int, **rule: object) -> HousePackCard:
    note = signed_pack(
        text({**RULE, "valid_from": "2020-01-01", **rule}, edition=edition), settings.KEYS_FOLDER
    )
    return stage_pack(note, actor=actor)


@pytest.mark.usefixtures("committed_db")
def test_a_pack_decides_once_a_second_person_put_it_in_force_and_the_former_one_is_the_way_back() -> None:
    legal = a_member(Role.LEGAL)
    second = a_membership(a_user(), legal.organisation_id, Role.ADMIN)
    film = a_production(legal, governing_law="US-WA")
    order = an_order(legal, film)
    mild = _handed_in(
        legal,
        1,
        when=[{"function": "any_of", "fact": "use.media", "values": ["interactive"]}],
        examples=[
            {"of": "s12", "set": {"use.media": ["interactive"]}, "fires": True},
            {"of": "s12", "fires": False},
        ],
    )
    strict = _handed_in(legal, 2)

    assert decide_use(order, actor=legal).outcome == "allow"
    with pytest.raises(PackNotReplayed):
        activate_pack(strict.id, actor=second)
    seen = replay_pack(strict.id, actor=legal)
    assert seen.replay is not None
    assert seen.replay["flipped"] == 1
    with pytest.raises(PackStagedByYou):
        activate_pack(strict.id, actor=legal)
    assert decide_use(order, actor=legal).outcome == "allow"
    assert activate_pack(strict.id, actor=second).is_active
    with pytest.raises(PackActiveAlready):
        activate_pack(strict.id, actor=second)

    refused = decide_use(order, actor=legal)

    assert refused.outcome == "escalate"
    assert "HOUSE-1" in rule_ids(refused)
    evidence = decision_evidence(legal.organisation_id, refused.id or unknown_id())
    kept = pack_text(evidence.pack_sha256)
    assert kept is not None
    assert sha256_hex(kept) == evidence.pack_sha256
    stranger = a_member(Role.PRODUCER)
    assert (
        decide_use(an_order(stranger, a_production(stranger, governing_law="US-WA")), actor=stranger).outcome
        == "allow"
    )
    replay_pack(mild.id, actor=second)
    activate_pack(mild.id, actor=second)
    assert decide_use(order, actor=legal).outcome == "allow"
    assert [(card.edition, card.is_active) for card in house_packs(legal.organisation_id)] == [
        (2, False),
        (1, True),
    ]


@pytest.mark.usefixtures("committed_db")
def test_editions_only_rise_and_other_organisations_see_nothing() -> None:
    legal, stranger = a_member(Role.LEGAL), a_member(Role.LEGAL)
    card = _handed_in(legal, 3)

    with pytest.raises(PackEditionLower):
        _handed_in(legal, 3)
    with pytest.raises(PackEditionLower):
        _handed_in(legal, 2)
    with pytest.raises(NoSuchPack):
        activate_pack(card.id, actor=stranger)
    assert house_packs(stranger.organisation_id) == ()
    assert len(house_packs(legal.organisation_id)) == 1


@pytest.mark.usefixtures("committed_db")
def test_the_database_itself_wants_two_people_a_replay_and_no_change_afterwards() -> None:
    legal = a_member(Role.LEGAL)
    second = a_membership(a_user(), legal.organisation_id, Role.LEGAL)
    card = _handed_in(legal, 1)
    replay_pack(card.id, actor=legal)
    with tenant(legal.organisation_id):
        seen = HousePackReplay.objects.get()

    def put_in_force(**changed: object) -> None:
        with tenant(legal.organisation_id):
            HousePackActivation.objects.create(
                **{
                    "pack_id": card.id,
                    "replay": seen,
                    "activated_at": clock.now(),
                    "activated_by_id": second.user_id,
                    "staged_by_id": legal.user_id,
                    **changed,
                }
            )

    other = _handed_in(legal, 2)
    for wrong in (
        {"activated_by_id": legal.user_id},
        {"activated_by_id": legal.user_id, "staged_by_id": second.user_id},
        {"pack_id": other.id},
    ):
        with pytest.raises(IntegrityError):
            put_in_force(**wrong)
    put_in_force()
    for statement in (
        "UPDATE licensing_housepack SET note = ''",
        "DELETE FROM licensing_housepackactivation",
    ):
        with pytest.raises(DatabaseError), tenant(legal.organisation_id), connection.cursor() as cursor:
            cursor.execute(statement)
