"""The certificates that an authority issued, put to a registered key; and the signer before it retired, later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from core.clock import rfc3339
from core.key_files import alone_among_writers, replace_file
from provenance import certificates, keys
from provenance.ceremony_records import keep_record
from provenance.claim_signers import (
    anchors_for,
    checked_signer,
    in_use,
    load_roster,
    profile_for,
    roster_path,
    usable_key,
)
from provenance.errors import KeyOfAnotherPurpose, SignerUnfit
from provenance.identity_roots import add_identity_root, identity_roots
from provenance.providers.addresses import KeyPurpose
from provenance.providers.signing_key import SigningKey, public_key_sha256
from provenance.roster import InstalledSigner, RegisteredKey, Roster, to_json
from provenance.trust_list import Removal, TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What came back from the authority.

    Attributes:
        chain_pem: leaf first, then intermediates, without the root.
        root_pem: the root to trust from now on; None where it is trusted already.
        active_from: when the new signer begins; the past means now.
        overlap: how long after that the signer before it may still sign.
    """

    chain_pem: str
    root_pem: str | None
    active_from: datetime
    overlap: timedelta
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Installed:
    """The new signer, and until when the one before it may sign; None where there was none."""

    signer: InstalledSigner
    registered: RegisteredKey
    replaced_serial: str | None
    replaced_until: datetime | None


def _unrecorded(_added: InstalledSigner, _registered: RegisteredKey) -> AbstractContextManager[None]:
    return nullcontext()


def install_signer(
    issued: Issued,
    *,
    at: datetime,
    recorded: Callable[[InstalledSigner, RegisteredKey], AbstractContextManager[None]] = _unrecorded,
) -> Installed:
    """Let a registered key sign under the chain that was issued for it.

    The chain is held against the profile on the day the signer begins. The signer in use until then is retired as
    superseded once the overlap is over: what it signed reads `retired_signer`, and never altered. `recorded` is
    entered around the writing of the files, and where it raises nothing is written.

    Raises:
        KeyOfAnotherPurpose: no ceremony registered the key of this certificate.
        KeyTaken: the certificate is installed.
        SignerUnfit: it must not sign so; each kind of it says why.
        KeyUnavailable: its key cannot be opened.
    """
    folder = settings.KEYS_FOLDER
    begins = max(issued.active_from, at)
    chain, root = _certificates(issued)
    with alone_among_writers(keys.claim_folder(folder)):
        entries, listed = load_roster(folder), keys.load_trust_list(folder, at=at)
        registered = _registered(entries, chain[0])
        key = usable_key(registered.address)
        _refuse_shared_root(root, registered.purpose, listed)
        anchors = [*anchors_for(registered.purpose, listed, at=begins), *([root] if root else [])]
        signer = checked_signer(
            chain, key, anchors=anchors, at=begins, profile=profile_for(registered.purpose)
        )
        added = InstalledSigner(
            public_key_sha256=registered.public_key_sha256,
            serial=signer.serial,
            certificate_sha256=signer.certificate_sha256,
            chain_pem=signer.chain_pem,
            active_from=begins,
            installed_at=at,
        )
        changed = entries.with_signer(added)
        before = in_use(entries, listed, registered.purpose, registered.organisation_id, at=begins)
        until = begins + issued.overlap if before else None
        with recorded(added, registered):
            _keep_record(issued, added, registered, key, at=at)
            # In this order: at no moment is a signer in use that nobody trusts, and at none is there no signer.
            _trust(listed, registered.purpose, root, at=at)
            replace_file(roster_path(folder), to_json(changed))
            if before is not None and until is not None:
                _retire(before.serial, at=at, until=until)
    return Installed(added, registered, before.serial if before else None, until)


def _certificates(issued: Issued) -> tuple[list[x509.Certificate], x509.Certificate | None]:
    try:
        chain = x509.load_pem_x509_certificates(issued.chain_pem.encode())
        root = x509.load_pem_x509_certificate(issued.root_pem.encode()) if issued.root_pem else None
    except ValueError as error:
        raise SignerUnfit((f"the file holds no certificates in PEM: {error}",)) from error
    if root is not None and root.subject != root.issuer:
        raise SignerUnfit(("what is given as the root is none: somebody else issued it",))
    return chain, root


def _registered(entries: Roster, leaf: x509.Certificate) -> RegisteredKey:
    public_key = leaf.public_key()
    if not isinstance(public_key, ec.EllipticCurvePublicKey):
        raise SignerUnfit(("the key is not P-256, which ES256 needs",))
    found = entries.key(public_key_sha256(public_key))
    if found is None:
        raise KeyOfAnotherPurpose(
            "The key of this certificate is not registered: no ceremony was held for it here, or the certificate "
            "was issued for another key."
        )
    if found.purpose is KeyPurpose.STATUS:
        raise KeyOfAnotherPurpose("A key for lists signs once it is registered; it needs no certificate.")
    return found


def _keep_record(
    issued: Issued, added: InstalledSigner, registered: RegisteredKey, key: SigningKey, *, at: datetime
) -> None:
    keep_record(
        settings.KEYS_FOLDER,
        {
            "act": "certificate installed",
            "at": rfc3339(at),
            "purpose": registered.purpose.value,
            "organisation": str(registered.organisation_id) if registered.organisation_id else None,
            "people": list(issued.people),
            "certificate_serial": added.serial,
            "certificate_sha256": added.certificate_sha256,
            "active_from": rfc3339(added.active_from),
        },
        key,
    )


def _refuse_shared_root(root: x509.Certificate | None, purpose: KeyPurpose, listed: TrustList) -> None:
    """Refuse one root for claims and identities: the SDK does not keep the lists apart (measured on 0.38.1).

    It would name the list of identities as what vouches for a claim, and no file of ours would be trusted.
    """
    if root is None:
        return
    if purpose is KeyPurpose.IDENTITY:
        digest = certificates.sha256_hex(root)
        shared = any(anchor.sha256_hex == digest for anchor in listed.anchors)
    else:
        shared = root in identity_roots(settings.KEYS_FOLDER)
    if shared:
        said = "its root vouches for the other kind of signer already; claims and identities have roots of their own"
        raise SignerUnfit((said,))


def _trust(listed: TrustList, purpose: KeyPurpose, root: x509.Certificate | None, *, at: datetime) -> None:
    if root is None:
        return
    if purpose is KeyPurpose.IDENTITY:
        add_identity_root(settings.KEYS_FOLDER, root)
        return
    names = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificates.sha256_hex(root)[:16]
    changed = listed.with_anchor(root, name=name, at=at)
    if changed != listed:
        keys.write_trust_list(settings.KEYS_FOLDER, changed)


def _retire(serial: str, *, at: datetime, until: datetime) -> None:
    folder = settings.KEYS_FOLDER
    listed = keys.load_trust_list(folder, at=at)
    keys.write_trust_list(
        folder, listed.without_signer(serial, removal=Removal.SUPERSEDED, at=at, from_then=until)
    )
