"""What consents say about data mining and machine learning, as entries of CAWG's training-mining assertion.

The assertion speaks to everybody who meets the file. A consent binds the studio and its performer, so it never makes
an entry `allowed`: at most `constrained`, with the consent as the constraint. What nobody stated is `notAllowed`.

Source: CAWG training and data mining assertion 1.1 (labels and values).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.canonical import Canonical
from licensing.values import Use

LABEL = "cawg.training-mining"
ENTRIES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")

_TRAINING = frozenset({Use.TRAIN_PROJECT_MODEL, Use.TRAIN_GENERAL_MODEL, Use.LICENSE_FOR_TRAINING})
# Acts that feed the likeness to a model which makes or changes pictures or sound of it.
_INFERENCE = frozenset(Use) - _TRAINING - {Use.TRANSFER_REPLICA}
_PERMITTING = {
    "cawg.data_mining": frozenset[Use](),
    "cawg.ai_inference": _INFERENCE,
    "cawg.ai_training": _TRAINING,
    "cawg.ai_generative_training": _TRAINING,
}


def training_mining(terms: Iterable[Mapping[str, Canonical]]) -> dict[str, Canonical]:
    """The assertion's data for a file that shows the people whose consents have `terms`.

    Whoever permits least decides: an act is named only where every consent names it. Without any consent nothing is
    permitted.
    """
    named = [_uses(one) for one in terms]
    common = frozenset.intersection(*named) if named else frozenset[str]()
    return {"entries": {label: _entry(common & _PERMITTING[label]) for label in ENTRIES}}


def _uses(terms: Mapping[str, Canonical]) -> frozenset[str]:
    intended = terms.get("intended_use")
    uses = intended.get("uses") if isinstance(intended, Mapping) else None
    return frozenset(str(one) for one in uses) if isinstance(uses, list | tuple) else frozenset()


def _entry(uses: frozenset[str]) -> dict[str, Canonical]:
    if not uses:
        return {"use": "notAllowed"}
    acts = ", ".join(sorted(uses))
    return {
        "use": "constrained",
        "constraint_info": f"Only by the studio under the signed consents of the people shown, for: {acts}.",
    }
