"""The files that a take is made from, looked at before they go into its credential.

The SDK takes anything in: a picture that was changed after it was signed becomes part of a file that reads Trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.digests import sha256_hex_of_file
from provenance.errors import IngredientAltered, IngredientUnusable
from provenance.examining import examine_bounded
from provenance.readings import Examination, Outcome
from provenance.sdk.contents import IngredientFile
from provenance.statement import StatedIngredient
from provenance.time_stamping import accepted_roots_pem
from provenance.trust_list import Anchor


def checked_ingredients(
    stated: Sequence[StatedIngredient], files: Mapping[str, Path], *, anchors: Sequence[Anchor]
) -> tuple[IngredientFile, ...]:
    """The files of the ingredients that are stated, each intact and with a credential.

    Args:
        stated: what the take's statement says went in.
        files: where each lies, by label.
        anchors: whose signers are known; an intact file by a stranger goes in as well.

    Raises:
        IngredientUnusable: a file is missing, is another one, or bears no credential.
        IngredientAltered: a file was changed after it was signed.
    """
    return tuple(_checked(one, files.get(one.label), anchors) for one in stated)


def refuse_unclean(title: str, examination: Examination) -> None:
    """Nothing, where what was examined may be an ingredient as it is.

    Raises:
        IngredientUnusable: it bears no credential, or cannot be read.
        IngredientAltered: it bears one that does not hold.
    """
    if examination.outcome is Outcome.DAMAGED_CREDENTIAL:
        raise IngredientAltered(title, (examination.detail,))
    if examination.reading is None:
        raise IngredientUnusable(title, examination.detail)
    broken = examination.reading.broken
    if not any(finding.code == "claimSignature.validated" for finding in examination.reading.success):
        raise IngredientAltered(title, ("claimSignature.missing",))
    if broken:
        raise IngredientAltered(title, tuple(finding.code for finding in broken))


def _checked(stated: StatedIngredient, path: Path | None, anchors: Sequence[Anchor]) -> IngredientFile:
    if path is None or not path.is_file():
        raise IngredientUnusable(stated.title, "The file is not there.")
    if sha256_hex_of_file(path) != stated.file_sha256:
        raise IngredientUnusable(stated.title, "The file is not the one that was stated.")
    refuse_unclean(stated.title, examine_bounded(path, anchors=anchors, tsa_roots_pem=accepted_roots_pem()))
    return IngredientFile(
        label=stated.label,
        path=path,
        media_type=stated.media_type,
        title=stated.title,
        relationship=stated.relationship,
    )
