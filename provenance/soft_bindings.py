"""What a credential declares of how its film is found again, and the entries of the index behind it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from provenance.fingerprints.values import ISCC_ALGORITHM, Fingerprint
from provenance.models import AssetMark, SignedAsset
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
            mark = bytes.fromhex(binding.value)
            AssetMark.objects.create(
                organisation_id=asset.organisation_id,
                asset=asset,
                manifest_id=asset.manifest_id,
                algorithm=binding.alg,
                mark=mark,
                keys=reading.keys_of(mark),
                made_at=at,
            )


def _holds(binding: SoftBinding, fingerprint: Fingerprint | None) -> bool:
    provider = _provider_of(binding)
    if provider is None:
        return True
    mark = bytes.fromhex(binding.value)
    if fingerprint and any(reading.is_borne(one, mark) for one in readings_of(fingerprint, provider)):
        return True
    logger.warning("A film does not hold the watermark that was put into it; it is not declared.")
    return False


def _provider_of(binding: SoftBinding) -> WatermarkProvider | None:
    return next((one for one in reading_providers() if one.alg == binding.alg), None)
