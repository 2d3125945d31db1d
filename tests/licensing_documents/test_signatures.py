from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from core.clock import now
from licensing.documents import pdf_reading
from licensing.documents.pades import signed
from licensing.documents.pdf_examination import SignatureState
from licensing.documents.pdf_reading import examine, examine_bounded
from licensing.documents.rider_marks import PERFORMER_FIELD, STUDIO_FIELD
from licensing.documents.signing_keys import MARK, root_path, signer_for, trusted_roots
from tests.factories.documents import (
    a_scan,
    an_unsigned_pdf,
    signed_by_both,
    signed_by_studio,
    with_action,
    with_text_added,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def complete(keys: Path) -> bytes:
    return signed_by_both(an_unsigned_pdf(), keys)


class TestKeys:
    def test_every_role_has_its_own_certificate_and_says_what_it_is_for(self, keys: Path) -> None:
        studio, performer = (signer_for(keys, role, at=now()) for role in ("studio", "performer"))

        assert studio.certificate_sha256 != performer.certificate_sha256
        assert signer_for(keys, "studio", at=now()).certificate_sha256 == studio.certificate_sha256
        assert MARK == "Countersign DEVELOPMENT, not for production"

    def test_private_keys_are_their_owners_alone(self, keys: Path) -> None:
        signer_for(keys, "studio", at=now())

        private = list((keys / "document-signing").rglob("*.key"))
        private += list((keys / "document-signing").rglob("key.pem"))
        assert len(private) >= 3
        assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
        assert root_path(keys).exists()


class TestTwoSignatures:
    def test_both_are_valid_and_the_last_covers_the_file(self, keys: Path, complete: bytes) -> None:
        found = examine(complete, roots=trusted_roots(keys))

        assert found.state is SignatureState.VALID
        assert [one.field for one in found.signatures] == [STUDIO_FIELD, PERFORMER_FIELD]
        assert [one.covers_file for one in found.signatures] == [False, True]
        assert all(MARK in one.signer for one in found.signatures)

    def test_what_was_there_before_stays_byte_for_byte(self, keys: Path) -> None:
        unsigned = an_unsigned_pdf()
        one = signed_by_studio(unsigned, keys)

        assert one.startswith(unsigned)

    def test_an_unknown_signer_is_called_so(self, complete: bytes) -> None:
        found = examine(complete, roots=[])

        assert found.state is SignatureState.UNKNOWN_SIGNER
        assert found.readable

    @pytest.mark.parametrize("place", [0.02, 0.3, 0.6])
    def test_a_changed_byte_is_found(self, place: float, keys: Path, complete: bytes) -> None:
        at = int(len(complete) * place)
        # Inside a stream of the first revision: a change of syntax would be found by the parser already.
        changed = complete[:at] + bytes([complete[at] ^ 1]) + complete[at + 1 :]

        found = examine(changed, roots=trusted_roots(keys))

        assert found.state in (SignatureState.INVALID, SignatureState.UNREADABLE)

    def test_text_added_after_signing_is_found_though_every_signature_is_intact(
        self, keys: Path, complete: bytes
    ) -> None:
        found = examine(with_text_added(complete), roots=trusted_roots(keys))

        assert found.state is SignatureState.INVALID
        assert all("changed after" in one.detail for one in found.signatures)
        assert not any(one.covers_file for one in found.signatures)

    def test_text_added_between_the_signatures_spoils_the_first(self, keys: Path) -> None:
        between = with_text_added(signed_by_studio(an_unsigned_pdf(), keys))
        at = now()
        last = signed(
            between, field=PERFORMER_FIELD, signer=signer_for(keys, "performer", at=at), reason="test", at=at
        )

        states = {one.field: one.state for one in examine(last, roots=trusted_roots(keys)).signatures}

        assert states[STUDIO_FIELD] is SignatureState.INVALID

    def test_an_empty_update_after_the_last_signature_leaves_the_file_uncovered(
        self, keys: Path, complete: bytes
    ) -> None:
        found = examine(complete + b"\n% nothing\n", roots=trusted_roots(keys))

        assert not any(one.covers_file for one in found.signatures)

    def test_a_certificate_that_ended_is_no_proof_of_a_known_signer(self, tmp_path: Path) -> None:
        then = now() - timedelta(days=2000)
        signer = signer_for(tmp_path, "studio", at=then)
        pdf = signed(an_unsigned_pdf(), field=STUDIO_FIELD, signer=signer, reason="test", at=then)

        (found,) = examine(pdf, roots=trusted_roots(tmp_path)).signatures

        assert found.state is SignatureState.UNKNOWN_SIGNER
        assert "not valid today" in found.detail

    def test_an_unsigned_pdf_is_called_unsigned(self) -> None:
        assert examine(a_scan(), roots=[]).state is SignatureState.UNSIGNED


class TestActiveContent:
    @pytest.mark.parametrize(
        ("action", "kind"),
        [
            ({"/S": pdf_name("/JavaScript"), "/JS": pdf_string("app.alert(1)")}, "JavaScript"),
            ({"/S": pdf_name("/Launch"), "/F": pdf_string("/bin/sh")}, "Launch"),
            ({"/S": pdf_name("/SubmitForm"), "/F": pdf_string("http://127.0.0.1/")}, "SubmitForm"),
        ],
    )
    def test_it_is_named_wherever_it_stands(self, action: dict[str, generic.PdfObject], kind: str) -> None:
        pdf = with_action(
            a_scan(), generic.DictionaryObject({pdf_name(key): value for key, value in action.items()})
        )

        assert kind in examine(pdf, roots=[]).active

    def test_an_action_whose_kind_stands_in_an_object_of_its_own_is_found(self) -> None:
        writer = IncrementalPdfFileWriter(BytesIO(a_scan()))
        kind = writer.add_object(pdf_name("/Launch"))
        writer.root["/OpenAction"] = generic.DictionaryObject({pdf_name("/S"): kind})
        writer.update_root()
        output = BytesIO()
        writer.write(output)

        assert examine(output.getvalue(), roots=[]).active == ("Launch",)

    def test_a_former_revision_counts_too(self) -> None:
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("1")}
        )
        writer = IncrementalPdfFileWriter(BytesIO(with_action(a_scan(), action)))
        del writer.root["/OpenAction"]
        writer.update_root()
        output = BytesIO()
        writer.write(output)

        assert "JavaScript" in examine(output.getvalue(), roots=[]).active

    def test_what_is_packed_into_object_streams_is_found(self) -> None:
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("1")}
        )
        writer = copy_into_new_writer(PdfFileReader(BytesIO(a_scan())), writer_kwargs={"stream_xrefs": True})
        stream = writer.prepare_object_stream()
        writer.root["/OpenAction"] = writer.add_object(action, obj_stream=stream)
        output = BytesIO()
        writer.write(output)

        assert b"/JavaScript" not in output.getvalue()
        assert examine(output.getvalue(), roots=[]).active == ("JavaScript",)

    def test_an_encrypted_file_is_unreadable(self) -> None:
        writer = copy_into_new_writer(PdfFileReader(BytesIO(a_scan())))
        writer.encrypt(owner_pass="a", user_pass="b")
        output = BytesIO()
        writer.write(output)

        assert examine(output.getvalue(), roots=[]).detail == "It is encrypted."


class TestInAProcessOfItsOwn:
    def test_it_answers_the_same(self, keys: Path, complete: bytes) -> None:
        roots = trusted_roots(keys)

        assert examine_bounded(complete, roots=roots) == examine(complete, roots=roots)

    @pytest.mark.parametrize(
        ("content", "detail"),
        [
            (b"", "It is not a PDF."),
            (b"MZ\x90\x00", "It is not a PDF."),
            (b"%PDF-1.7\n", "It is not a sound PDF: "),
            (b"%PDF-1.7\n" + b"[" * 200_000, "It is not a sound PDF: "),
        ],
    )
    def test_what_is_no_pdf_is_unreadable(self, content: bytes, detail: str) -> None:
        found = examine_bounded(content, roots=[])

        assert found.state is SignatureState.UNREADABLE
        assert found.detail.startswith(detail)

    @pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
    def test_a_cut_file_is_never_valid(self, kept: float, keys: Path, complete: bytes) -> None:
        found = examine_bounded(complete[: int(len(complete) * kept)], roots=trusted_roots(keys))

        assert not (found.state is SignatureState.VALID and any(one.covers_file for one in found.signatures))

    def test_a_file_that_unpacks_to_gigabytes_is_unreadable(self) -> None:
        bomb = _bomb()

        assert len(bomb) < 2 * 2**20
        assert examine_bounded(bomb, roots=[]).state is SignatureState.UNREADABLE

    def test_a_file_that_needs_too_much_memory_is_unreadable(
        self, complete: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf_reading, "MEMORY_LIMIT_BYTES", 40 * 2**20)

        found = examine_bounded(complete, roots=[])

        assert not found.readable
        assert "more memory or time" in found.detail

    def test_a_file_that_takes_too_long_is_unreadable(
        self, complete: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf_reading, "TIME_LIMIT_S", 0.01)

        assert examine_bounded(complete, roots=[]).detail.startswith("Reading it took longer")

    def test_one_that_is_too_large_is_not_read(self) -> None:
        assert "larger than" in examine_bounded(b"%PDF-" + b"0" * 21 * 2**20, roots=[]).detail


def _bomb() -> bytes:
    """A PDF whose cross-reference stream unpacks to gigabytes."""
    import zlib

    packer = zlib.compressobj(9)
    block = bytes(2**20)
    packed = b"".join(packer.compress(block) for _ in range(1500)) + packer.flush()
    # Packed twice, or the file itself would be large.
    twice = zlib.compress(packed, 9)
    body = (
        b"1 0 obj\n<< /Type /XRef /Size 2 /W [1 2 1] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length "
        + str(len(twice)).encode()
        + b" >>\nstream\n"
        + twice
        + b"\nendstream\nendobj\n"
    )
    head = b"%PDF-1.7\n"
    return head + body + b"startxref\n" + str(len(head)).encode() + b"\n%%EOF\n"
