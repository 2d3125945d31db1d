"""Published lists of roots beside our own: dated, brought up to date, and never speaking for us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.digests import sha256_hex
from provenance import certificates, keys, trust_list, verification
from provenance.examining import examine
from provenance.trust_list import BadTrustList, Removal, TrustList, empty_trust_list
from provenance.values import CredentialState, Verification
from provenance.verification import OwnRecord, RepositoryAnswer
from tests.factories.provenance import NOON, SignedVideo


def _roots(count: int) -> list[certificates.Issued]:
    return [certificates.issue_root(f"Root {number}", at=clock.now()) for number in range(count)]


def _answer(signed: SignedVideo, listed: TrustList, *, own: bool = False) -> Verification:
    return verification.judge(
        examine(signed.path, anchors=listed.anchors),
        trust_list=listed,
        record=OwnRecord(sha256_hex(signed.content), NOON) if own else None,
        repository=RepositoryAnswer.ASKED,
        at=clock.now(),
    )


def test_each_edition_is_dated_and_nothing_is_deleted() -> None:
    at = clock.now()
    one, two, three = (root.certificate for root in _roots(3))
    own = empty_trust_list(at=at).with_anchor(one, name="ours", at=at)

    first = own.with_published([one, two], source="c2pa", at=at)
    again = first.with_published([two, one], source="c2pa", at=at + timedelta(days=1))
    second = first.with_published([three], source="c2pa", at=at + timedelta(days=2))
    back = second.with_published([two, three], source="c2pa", at=at + timedelta(days=3))

    assert again is first
    assert [anchor.source for anchor in second.anchors] == ["own", "c2pa", "c2pa"]
    assert second.anchors[0].removed_at is None
    assert second.anchors[1].removed_at == at + timedelta(days=2)
    assert back.anchors[1].removed_at is None
    # It was off the list for a day, and the list goes on saying so.
    assert [(one.valid_from, one.removed_at, one.removal) for one in back.anchors[1].earlier] == [
        (at, at + timedelta(days=2), Removal.SUPERSEDED)
    ]
    stood = [back.anchors[1].stands_at(at + timedelta(days=days)) for days in (1, 2, 3)]
    assert stood == [True, False, True]
    taken = second.without_anchor(second.anchors[2].sha256_hex, removal=Removal.COMPROMISED, at=at)
    assert taken.with_published([two, three], source="c2pa", at=at).anchors[2].removal is Removal.COMPROMISED
    assert [listed.version for listed in (own, first, second, back)] == [1, 2, 3, 4]
    assert trust_list.from_json(trust_list.to_json(back)) == back


def test_a_list_written_before_there_were_published_ones_is_all_our_own() -> None:
    at = clock.now()
    own = empty_trust_list(at=at).with_anchor(_roots(1)[0].certificate, name="ours", at=at)
    before = trust_list.to_json(own).replace('      "source": "own",\n', "")

    assert "source" not in before
    assert trust_list.from_json(before) == own


@pytest.mark.parametrize("source", ["own", "", "two words"])
def test_a_published_list_has_a_name_of_its_own(source: str) -> None:
    at = clock.now()
    with pytest.raises(BadTrustList):
        empty_trust_list(at=at).with_published([_roots(1)[0].certificate], source=source, at=at)


def test_a_signer_on_a_published_list_is_trusted_and_does_not_speak_for_us(signed_video: SignedVideo) -> None:
    own = signed_video.trust_list
    published = replace(own, anchors=tuple(replace(anchor, source="c2pa") for anchor in own.anchors))

    answer, ours = _answer(signed_video, published), _answer(signed_video, published, own=True)

    assert answer.state is CredentialState.TRUSTED
    assert answer.reasons[0].endswith("its signer is on the published list c2pa.")
    assert answer.authorization is None
    assert answer.claims is not None
    assert _answer(signed_video, own).authorization is not None
    # What we recorded ourselves is ours, whoever's root certified our key.
    assert ours.authorization is not None


def test_a_root_gone_from_a_published_list_retires_its_signers(signed_video: SignedVideo) -> None:
    own = signed_video.trust_list
    published = replace(own, anchors=tuple(replace(anchor, source="c2pa") for anchor in own.anchors))
    later = published.with_published([_roots(1)[0].certificate], source="c2pa", at=clock.now())

    assert _answer(signed_video, later).state is CredentialState.RETIRED_SIGNER


def test_the_command_brings_a_list_in(keys_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "C2PA-TRUST-LIST.pem"
    roots = _roots(2)
    file.write_text(
        "Subject: words between\n\n".join(certificates.to_pem(root.certificate) for root in roots)
    )

    call_command("signers", "import-list", str(file), source="c2pa")

    listed = keys.load_trust_list(keys_folder)
    assert {anchor.sha256_hex for anchor in listed.anchors if anchor.source == "c2pa"} == {
        certificates.sha256_hex(root.certificate) for root in roots
    }
    file.write_text("no certificates")
    with pytest.raises(CommandError, match="PEM"):
        call_command("signers", "import-list", str(file), source="c2pa")
