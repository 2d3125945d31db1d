"""How it stands with those who sign: certificates, their days, the records, time stamps, and the keys themselves."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.conf import settings

from audit.health_values import Line, State
from audit.timestamping import Authorities, NotTimestamped, stamp
from provenance import keys
from provenance.ceremony_records import BadCeremonyRecord, ceremony_records
from provenance.certificate_lint import findings_of_chain
from provenance.claim_signers import anchors_for, in_use, load_roster, profile_for, usable_key
from provenance.errors import KeyUnavailable
from provenance.lint_values import LintFinding, Severity
from provenance.providers.addresses import KeyPurpose
from provenance.providers.signing_key import holds
from provenance.roster import BadRoster, InstalledSigner, Roster
from provenance.time_stamping import StampPolicy, configured_authorities, stamp_policy
from provenance.trust_list import BadTrustList, TrustList

_SIGNER, _IDENTITY = "Signer of credentials", "Identity of the organisation"
_RENEW = (
    "Hold a ceremony for a new key, have it certified, and install it (manage.py signers ceremony, install)."
)


def signer_lines(organisation_id: UUID | None, *, at: datetime) -> list[Line]:
    """What the files on this machine tell; no key is touched and no network used."""
    folder = settings.KEYS_FOLDER
    try:
        entries, listed = load_roster(folder), keys.load_trust_list(folder, at=at)
        ceremony_records(folder)
    except (BadRoster, BadTrustList, BadCeremonyRecord) as error:
        said = f"A file that says who signs does not hold: {error}."
        return [
            Line("credentials", _SIGNER, State.FAILING, said, "Put it back from a backup, and find out why.")
        ]
    lines = [_claim_line(entries, listed, at), _time_line()]
    if organisation_id is not None and entries.signers_for(KeyPurpose.IDENTITY, organisation_id):
        lines.append(_installed_line(entries, listed, KeyPurpose.IDENTITY, organisation_id, at))
    return lines


def key_lines(*, at: datetime) -> list[Line]:
    """Every installed signer's key opened in its store and tried on bytes that mean nothing."""
    folder = settings.KEYS_FOLDER
    entries, listed = load_roster(folder), keys.load_trust_list(folder, at=at)
    return [
        _key_line(signer, entries)
        for signer in entries.signers
        if not listed.is_retired(signer.serial, at=at)
    ]


def authority_lines() -> list[Line]:
    """Every time-stamping authority, asked once each: a spare that is dead is found before it is needed."""
    if stamp_policy() is StampPolicy.OFF:
        return []
    try:
        every = configured_authorities()
    except (OSError, ValueError) as error:
        said = f"Their roots cannot be read: {error}."
        return [
            Line("authority", "Time-stamping authorities", State.FAILING, said, "See COUNTERSIGN_TSA_ROOTS.")
        ]
    return [_authority_line(replace(every, urls=(url,), rounds=1)) for url in every.urls]


def _authority_line(one: Authorities) -> Line:
    title = f"Time-stamping authority {one.urls[0]}"
    try:
        given = stamp(secrets.token_bytes(32), one)
    except NotTimestamped as failure:
        to_do = "Ask whoever runs it, or name another one in COUNTERSIGN_TSA_URLS."
        return Line(
            "authority", title, State.FAILING, f"It gives no time stamp that counts: {failure}.", to_do
        )
    return Line(
        "authority",
        title,
        State.WELL,
        f"It stamps, under an accepted root: {given.stated_at:%Y-%m-%d %H:%M:%S} UTC.",
    )


def _claim_line(entries: Roster, listed: TrustList, at: datetime) -> Line:
    if in_use(entries, listed, KeyPurpose.CLAIM, at=at) is not None:
        return _installed_line(entries, listed, KeyPurpose.CLAIM, None, at)
    coming = [one for one in entries.signers_for(KeyPurpose.CLAIM) if one.active_from > at]
    later = f" The installed one begins on {coming[0].active_from:%Y-%m-%d}." if coming else ""
    if settings.KEY_STORES.policy == "production":
        said = f"None is in use, so nothing is signed.{later}"
        return Line("credentials", _SIGNER, State.FAILING, said, _RENEW)
    said = f"The development authority signs: a root that nobody outside trusts, with keys in files.{later}"
    return Line("credentials", _SIGNER, State.NOT_CONFIGURED, said, _RENEW)


def _installed_line(
    entries: Roster, listed: TrustList, purpose: KeyPurpose, organisation_id: UUID | None, at: datetime
) -> Line:
    title = _IDENTITY if purpose is KeyPurpose.IDENTITY else _SIGNER
    part = "identity" if purpose is KeyPurpose.IDENTITY else "credentials"
    signer = in_use(entries, listed, purpose, organisation_id, at=at)
    if signer is None:
        return Line(part, title, State.FAILING, "None of those that were installed is in use.", _RENEW)
    chain = x509.load_pem_x509_certificates(signer.chain_pem.encode("ascii"))
    found = findings_of_chain(
        chain, anchors=anchors_for(purpose, listed, at=at), at=at, profile=profile_for(purpose)
    )
    follows = _follows(entries, signer, purpose, organisation_id)
    left = (chain[0].not_valid_after_utc - at).days
    said = f"Certificate {signer.serial} is in use since {signer.active_from:%Y-%m-%d}, {max(left, 0)} days left."
    told = "".join(f" {_told(one)}" for one in found)
    return Line(part, title, _state(found, followed=bool(follows)), f"{said}{follows}{told}", _to_do(found))


def _follows(
    entries: Roster, signer: InstalledSigner, purpose: KeyPurpose, organisation_id: UUID | None
) -> str:
    later = [
        one for one in entries.signers_for(purpose, organisation_id) if one.active_from > signer.active_from
    ]
    return f" Certificate {later[0].serial} follows on {later[0].active_from:%Y-%m-%d}." if later else ""


def _state(found: tuple[LintFinding, ...], *, followed: bool) -> State:
    if any(one.severity is Severity.PROBLEM for one in found):
        return State.FAILING
    if found:
        return State.ON_RECORD if followed else State.LATE
    return State.WELL


def _told(finding: LintFinding) -> str:
    return f"{finding.said[0].upper()}{finding.said[1:]}."


def _to_do(found: tuple[LintFinding, ...]) -> str:
    return _RENEW if found else ""


def _time_line() -> Line:
    title = "Time stamps in credentials"
    match stamp_policy():
        case StampPolicy.REQUIRED:
            return Line("credential-time", title, State.WELL, "Required: nothing is signed without one.")
        case StampPolicy.PREFERRED:
            said = (
                "Asked for with every signature; where no authority answers, the file is signed without one."
            )
            return Line("credential-time", title, State.WELL, said)
        case StampPolicy.OFF:
            said = "None: for others a credential ends with the certificate that signed it."
            to_do = "Name authorities in COUNTERSIGN_TSA_URLS and their roots in COUNTERSIGN_TSA_ROOTS."
            return Line("credential-time", title, State.NOT_CONFIGURED, said, to_do)


def _key_line(signer: InstalledSigner, entries: Roster) -> Line:
    title = f"Key of {signer.serial}"
    registered = entries.key(signer.public_key_sha256)
    if registered is None:
        return Line("key", title, State.FAILING, "It is not registered.", "Put the file back from a backup.")
    payload = secrets.token_bytes(32)
    try:
        key = usable_key(registered.address)
        signed = key.public_key_sha256 == signer.public_key_sha256 and holds(
            key.public_key, key.sign(payload), payload
        )
    except KeyUnavailable as error:
        return Line(
            "key",
            title,
            State.FAILING,
            f"{type(error).__name__}: {error}",
            "See docs/credentials.md, Stores of keys.",
        )
    if not signed:
        said = f"Another key than the certificate's lies at {registered.address}."
        return Line("key", title, State.FAILING, said, "Find out who changed it.")
    leaves = " It can leave its store." if key.extractable else ""
    return Line(
        "key", title, State.WELL, f"The key at {registered.address} signs for {registered.purpose}.{leaves}"
    )
