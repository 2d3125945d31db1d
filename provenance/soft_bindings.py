"""What a credential declares of how its film is found again, and the entries of the index behind it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from provenance.deriving.definition import DerivativeStatement
from provenance.errors import MarkUnread
from provenance.fingerprints.values import ISCC_ALGORITHM, Fingerprint
from provenance.models import AssetMark, DerivedAsset, SignedAsset
from provenance.recovery import record_fingerprint
from provenance.statement import SoftBinding, TakeStatement
from provenance.watermarks import reading
from provenance.watermarks.provider import WatermarkProvider, reading_providers
from provenance.watermarks.spectra import readings_of

logger = logging.getLogger(__name__)


def with_bindings(statement: TakeStatement, fingerprint: Fingerprint | None) -> TakeStatement:
    """`statement` with the film's ISCC, and with its watermark only if that can be read in the film."""
    kept = tuple(one for one in statement.soft_bindings if _holds(one, fingerprint))
    if fingerprint is not None:
        kept = (*kept, SoftBinding(ISCC_ALGORITHM, fingerprint.iscc))
    return replace(statement, soft_bindings=kept)


def record_bindings(
    asset: SignedAsset, bindings: tuple[SoftBinding, ...], fingerprint: Fingerprint | None, *, at: datetime
) -> None:
    """Enter a signed file into the index, inside the transaction of its organisation."""
    if fingerprint is None:
        return
    record_fingerprint(asset, fingerprint, at=at)
    for binding in bindings:
        if _provider_of(binding) is not None:
            _mark_of(binding, asset.manifest_id, at=at, organisation_id=asset.organisation_id, asset=asset)


def with_own_bindings(statement: DerivativeStatement, fingerprint: Fingerprint | None) -> DerivativeStatement:
    """`statement` with the ISCC of the film that was made, which is known by its own pictures.

    Raises:
        MarkUnread: a watermark that is to be declared of it cannot be read in it.
    """
    for binding in statement.soft_bindings:
        provider = _provider_of(binding)
        if provider is None or not _is_borne(binding, fingerprint, provider):
            raise MarkUnread(
                "The watermark cannot be read in the finished film: it is too small, too plain or too strongly "
                "compressed. Nothing was signed."
            )
    if fingerprint is None:
        return statement
    own = SoftBinding(ISCC_ALGORITHM, fingerprint.iscc)
    return replace(statement, soft_bindings=(*statement.soft_bindings, own))


def record_own_bindings(
    derived: DerivedAsset, bindings: tuple[SoftBinding, ...], fingerprint: Fingerprint | None, *, at: datetime
) -> None:
    """Enter a film that was made from a take's into the index, inside the transaction of its organisation."""
    if fingerprint is None:
        return
    record_fingerprint(derived, fingerprint, at=at)
    for binding in bindings:
        if binding.alg != ISCC_ALGORITHM:
            _mark_of(
                binding, derived.manifest_id, at=at, organisation_id=derived.organisation_id, derived=derived
            )


def _mark_of(
    binding: SoftBinding,
    manifest_id: str,
    *,
    at: datetime,
    organisation_id: UUID,
    asset: SignedAsset | None = None,
    derived: DerivedAsset | None = None,
) -> None:
    mark = bytes.fromhex(binding.value)
    AssetMark.objects.create(
        organisation_id=organisation_id,
        asset=asset,
        derived=derived,
        manifest_id=manifest_id,
        algorithm=binding.alg,
        mark=mark,
        keys=reading.keys_of(mark),
        made_at=at,
    )


def _holds(binding: SoftBinding, fingerprint: Fingerprint | None) -> bool:
    provider = _provider_of(binding)
    if provider is None or _is_borne(binding, fingerprint, provider):
        return True
    logger.warning("A film does not hold the watermark that was put into it; it is not declared.")
    return False


def _is_borne(binding: SoftBinding, fingerprint: Fingerprint | None, provider: WatermarkProvider) -> bool:
    if fingerprint is None:
        return False
    mark = bytes.fromhex(binding.value)
    return any(reading.is_borne(one, mark) for one in readings_of(fingerprint, provider))


def _provider_of(binding: SoftBinding) -> WatermarkProvider | None:
    return next((one for one in reading_providers() if one.alg == binding.alg), None)
