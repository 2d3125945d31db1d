"""Who signs now: the installed signer, opened in its store and held against policy and profile.

With the policy `development` and nothing installed, the development authority of `provenance.keys` signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography import x509
from django.conf import settings

from provenance import certificates, keys, manifest, roster
from provenance.certificate_lint import require_fit
from provenance.errors import KeyExtractable, SignerUnfit
from provenance.identity_roots import identity_roots, identity_roots_pem
from provenance.lint_values import Profile
from provenance.providers.addresses import KeyPurpose, parse_key_address
from provenance.providers.signing_key import SigningKey
from provenance.providers.stores import opened_key
from provenance.roster import InstalledSigner, Roster
from provenance.trust_list import TrustList
from provenance.values import ClaimSigner, Identity


def roster_path(keys_folder: Path) -> Path:
    return keys_folder / "signers.json"


def load_roster(keys_folder: Path) -> Roster:
    """The roster; an empty one where none was ever written.

    Raises:
        BadRoster: the file is not one.
    """
    path = roster_path(keys_folder)
    return roster.from_json(path.read_text(encoding="utf-8")) if path.exists() else Roster()


def claim_signer(*, at: datetime) -> ClaimSigner:
    """The signer of credentials at `at`.

    Raises:
        SignerUnfit: none is installed, or it must not or cannot sign; each kind of it says why.
    """
    folder: Path = settings.KEYS_FOLDER
    listed = keys.load_trust_list(folder, at=at)
    installed = in_use(load_roster(folder), listed, KeyPurpose.CLAIM, at=at)
    if installed is not None:
        return opened_signer(installed, KeyPurpose.CLAIM, listed, at=at)
    if settings.KEY_STORES.policy == "production":
        raise SignerUnfit(
            ("no claim signer is installed and in use, and the policy `production` makes none by itself",)
        )
    keys.ensure_development_authority(folder, at=at)
    return keys.load_signer(folder, at=at)


def identity_of(organisation_id: UUID, *, at: datetime) -> Identity | None:
    """The identity that an organisation asserts; None where none was ever installed for it, or all are retired.

    To install one is to ask for it: whoever has no list of such identities then reads the organisation's files as
    valid, where without it they read as trusted.

    Raises:
        SignerUnfit: one is in use and must not or cannot sign. The file is then not signed without it.
    """
    folder: Path = settings.KEYS_FOLDER
    listed = keys.load_trust_list(folder, at=at)
    installed = in_use(load_roster(folder), listed, KeyPurpose.IDENTITY, organisation_id, at=at)
    if installed is None:
        return None
    return Identity(
        signer=opened_signer(installed, KeyPurpose.IDENTITY, listed, at=at, organisation_id=organisation_id),
        referenced=manifest.IDENTITY_REFERENCES,
        roles=manifest.IDENTITY_ROLES,
        roots_pem=identity_roots_pem(folder),
    )


def profile_for(purpose: KeyPurpose) -> Profile:
    """What certificates of that purpose are held against here."""
    return Profile.IDENTITY if purpose is KeyPurpose.IDENTITY else Profile(settings.KEY_STORES.profile)


def anchors_for(purpose: KeyPurpose, listed: TrustList, *, at: datetime) -> tuple[x509.Certificate, ...]:
    """The roots that vouch at `at` for signers of that purpose."""
    if purpose is KeyPurpose.IDENTITY:
        return identity_roots(settings.KEYS_FOLDER)
    return tuple(
        x509.load_pem_x509_certificate(anchor.certificate_pem.encode("ascii"))
        for anchor in listed.standing_anchors(at=at)
    )


def in_use(
    entries: Roster,
    listed: TrustList,
    purpose: KeyPurpose,
    organisation_id: UUID | None = None,
    *,
    at: datetime,
) -> InstalledSigner | None:
    """The signer of `purpose` that signs at `at`, as roster and trust list say; None where there is none."""
    return entries.signer_in_use(
        purpose, organisation_id, is_retired=lambda serial: listed.is_retired(serial, at=at), at=at
    )


def opened_signer(
    installed: InstalledSigner,
    purpose: KeyPurpose,
    listed: TrustList,
    *,
    at: datetime,
    organisation_id: UUID | None = None,
) -> ClaimSigner:
    """`installed` with its key, ready to sign.

    Raises:
        SignerUnfit: it must not or cannot sign; each kind of it says why.
    """
    registered = load_roster(settings.KEYS_FOLDER).key_for(
        installed.public_key_sha256, purpose, organisation_id
    )
    chain = x509.load_pem_x509_certificates(installed.chain_pem.encode("ascii"))
    key = usable_key(registered.address)
    anchors = anchors_for(purpose, listed, at=at)
    return checked_signer(chain, key, anchors=anchors, at=at, profile=profile_for(purpose))


def usable_key(address: str) -> SigningKey:
    """The key at `address`, once the policy lets it sign.

    Raises:
        KeyExtractable: the policy is `production`, and the key can leave its store.
        KeyUnavailable: it cannot be opened.
    """
    key = opened_key(parse_key_address(address))
    if key.extractable and settings.KEY_STORES.policy == "production":
        raise KeyExtractable(
            f"The key at {address} can leave its store, or came from elsewhere; the policy `production` signs only "
            "with keys that were made in their store and stay there."
        )
    return key


def checked_signer(
    chain: Sequence[x509.Certificate],
    key: SigningKey,
    *,
    anchors: Sequence[x509.Certificate],
    at: datetime,
    profile: Profile = Profile.OWN,
) -> ClaimSigner:
    """`key` under `chain`, linted.

    Raises:
        SignerUnfit: they must not sign at `at`.
    """
    require_fit(chain, anchors=anchors, public_key=key.public_key, at=at, profile=profile)
    return ClaimSigner(
        chain_pem=certificates.to_pem(*chain),
        certificate_sha256=certificates.sha256_hex(chain[0]),
        serial=str(chain[0].serial_number),
        not_after=chain[0].not_valid_after_utc,
        sign=key.sign,
    )
