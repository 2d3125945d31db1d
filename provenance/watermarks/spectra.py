"""From what a bounded process took of a film to what a provider reads in it. The key stays in this process."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from provenance.fingerprints.values import Fingerprint
from provenance.watermarks.carrier import WAVES
from provenance.watermarks.provider import WatermarkProvider


def readings_of(fingerprint: Fingerprint, provider: WatermarkProvider) -> tuple[npt.NDArray[np.float64], ...]:
    """What `provider` reads in the film; nothing where its waves were not taken."""
    if not fingerprint.spectrum:
        return ()
    spectrum = np.frombuffer(fingerprint.spectrum, "<f4").astype(np.float64).reshape(WAVES, WAVES)
    return provider.strengths(spectrum)
