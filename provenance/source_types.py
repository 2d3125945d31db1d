"""How something came about, in IPTC's words, and which of them may be said of what. Pure.

A digital source type is a statement of whoever signs, so a type that says that a camera saw something is given to
nothing here: nobody in this product was there.

Source: cv.iptc.org/newscodes/digitalsourcetype (retired terms left out); C2PA 2.4, 18.15.4.5.
"""

from __future__ import annotations

_SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"

TRAINED_ALGORITHMIC_MEDIA = f"{_SCHEME}trainedAlgorithmicMedia"
COMPOSITE_WITH_TRAINED = f"{_SCHEME}compositeWithTrainedAlgorithmicMedia"
ALGORITHMICALLY_ENHANCED = f"{_SCHEME}algorithmicallyEnhanced"
COMPOSITE = f"{_SCHEME}composite"
DIGITAL_CREATION = f"{_SCHEME}digitalCreation"

STATED_OF_MEDIA = {
    "trainedAlgorithmicMedia": "Made by a generative model",
    "compositeWithTrainedAlgorithmicMedia": "Recorded or drawn, and changed with a generative model",
    "digitalCreation": "Drawn or made by a person with software",
    "humanEdits": "Changed by a person with software, without a generative model",
    "algorithmicMedia": "Made by software that was not trained",
    "screenCapture": "Captured from a screen",
    "virtualRecording": "Recorded in a virtual world",
    "composite": "Not known, or several of these",
}
"""What may be stated of media that somebody hands in without a credential, by IPTC's term."""


def source_type(term: str) -> str:
    """The address of IPTC's `term`.

    Raises:
        KeyError: it is none of `STATED_OF_MEDIA`.
    """
    if term not in STATED_OF_MEDIA:
        raise KeyError(term)
    return f"{_SCHEME}{term}"


def edited_with_a_model(parent: str | None) -> str:
    """The type of an edit by a generative model, after the type that the edited asset's own credential states.

    What a model made and a model changed is a model's throughout; anything else, and what is not known, is a mix.
    """
    return TRAINED_ALGORITHMIC_MEDIA if parent == TRAINED_ALGORITHMIC_MEDIA else COMPOSITE_WITH_TRAINED
