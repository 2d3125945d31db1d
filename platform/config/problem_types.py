"""Every expected refusal with its stable slug, status and title. Proven total by tests/architecture."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import errors as accounts
from core import canonical, errors, tenancy
from productions import errors as productions
from provenance import errors as provenance


@dataclass(frozen=True, slots=True)
class Problem:
    slug: str
    status: int
    title: str


PROBLEMS: dict[type[errors.StudioError], Problem] = {
    errors.DatabaseUnavailable: Problem("database-unavailable", 503, "The database does not answer"),
    errors.DiskFull: Problem("disk-full", 507, "No room on the media volume"),
    canonical.NotCanonical: Problem("not-canonical", 400, "A value has no single spelling"),
    tenancy.NoOrganisation: Problem("no-organisation", 403, "Choose an organisation first"),
    accounts.NotAMember: Problem("not-a-member", 403, "You are not a member of this organisation"),
    accounts.RoleMissing: Problem("role-missing", 403, "Your role does not allow this"),
    accounts.SignInRefused: Problem("sign-in-refused", 401, "Sign-in refused"),
    accounts.TooManyAttempts: Problem("too-many-attempts", 429, "Too many failed sign-ins"),
    accounts.NoSuchToken: Problem("token-unknown", 404, "No such token"),
    productions.NoSuchProduction: Problem("production-unknown", 404, "No such production"),
    productions.NoSuchSequence: Problem("sequence-unknown", 404, "No such sequence"),
    productions.NoSuchShot: Problem("shot-unknown", 404, "No such shot"),
    productions.CodeTaken: Problem("code-taken", 409, "Another one carries this code"),
    provenance.SourceUnusable: Problem("source-unusable", 422, "The video cannot be signed as it is"),
    provenance.SignerUnfit: Problem("signer-unfit", 503, "No certificate may sign now"),
    provenance.SigningFailed: Problem("signing-failed", 502, "The signature was not made"),
    provenance.AssetMissing: Problem("asset-unknown", 404, "No such signed file"),
    provenance.UploadTooLarge: Problem("upload-too-large", 413, "The file is too large to verify here"),
    provenance.UploadMissing: Problem("upload-missing", 400, "The request carries no file"),
    provenance.VerifierBusy: Problem("verifier-busy", 503, "Every place for a verification is taken"),
}
