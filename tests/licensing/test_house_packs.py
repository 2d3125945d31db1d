"""Packs of rules that are signed, and what one of them would have changed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from accounts.values import Role
from audit.checkpoint import NoteKey, sign_note
from core import clock
from licensing.house_rules.errors import PackFieldMissing, PackSignatureFalse
from licensing.house_rules.pack_text import book_with
from licensing.house_rules.replay import replay
from licensing.house_rules.signed_pack import open_pack, pack_vkey, signed_pack
from licensing.operations.gate import decide_use
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order, counsel_confirms
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
def test_a_replay_tells_what_flips_and_writes_nothing(tmp_path: Path, settings: Any) -> None:  # noqa: ANN401 - pytest-django's
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
