"""What was done to a file and what it was made from, by its credential, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provenance.manifest import ACTIONS_LABEL
from provenance.readings import Reading
from provenance.values import Done, MadeFrom, Told

# Actions that the standard names (C2PA 2.4, 18.15.2) and those it deprecates, for somebody who never heard of it.
_DONE = {
    "c2pa.addedText": "Text was added",
    "c2pa.adjustedColor": "Colours were adjusted",
    "c2pa.changedSpeed": "The speed was changed",
    "c2pa.color_adjustments": "Colours were adjusted",
    "c2pa.converted": "It was converted to another format",
    "c2pa.created": "It was made",
    "c2pa.cropped": "It was cropped",
    "c2pa.deleted": "Part of it was deleted",
    "c2pa.drawing": "Something was drawn on it",
    "c2pa.dubbed": "The sound was replaced by another voice or language",
    "c2pa.edited": "It was edited",
    "c2pa.edited.metadata": "Something was noted about it; picture and sound stayed as they were",
    "c2pa.enhanced": "It was enhanced",
    "c2pa.filtered": "A filter was applied",
    "c2pa.opened": "An earlier file was opened",
    "c2pa.orientation": "It was turned",
    "c2pa.placed": "Something was placed in it",
    "c2pa.published": "It was published",
    "c2pa.redacted": "A statement was taken out of an earlier credential",
    "c2pa.removed": "Something was taken out",
    "c2pa.repackaged": "It was packed anew without changing the content",
    "c2pa.resized": "It was resized",
    "c2pa.resized.proportional": "It was resized, keeping its shape",
    "c2pa.transcoded": "It was encoded anew",
    "c2pa.translated": "It was translated",
    "c2pa.trimmed": "It was shortened",
    "c2pa.unknown": "Something was done that the signer does not name",
    "c2pa.watermarked": "An invisible watermark was put in",
    "c2pa.watermarked.bound": "An invisible watermark was put in that leads back to this credential",
    "c2pa.watermarked.unbound": "An invisible watermark was put in",
}
_SOURCES = {
    "trainedAlgorithmicMedia": "by a trained AI model",
    "compositeWithTrainedAlgorithmicMedia": "of parts, some of them by a trained AI model",
    "algorithmicMedia": "by a program, not a trained model",
    "algorithmicallyEnhanced": "by a program that enhances",
    "compositeSynthetic": "of parts, some of them synthetic",
    "compositeCapture": "of parts that were photographed or recorded",
    "digitalCapture": "by a camera or recorder",
    "computationalCapture": "by a camera that computes the picture of several",
    "digitalCreation": "by a person with a program",
    "humanEdits": "by a person",
    "screenCapture": "from a screen",
    "virtualRecording": "in a virtual place",
}
_RELATIONSHIPS = {
    "parentOf": "the file before it",
    "componentOf": "a part that is in it",
    "inputTo": "given to the model or program that made it",
}


def told_by(reading: Reading, *, intact: bool) -> Told:
    """What the credential tells, in the order in which it happened.

    Args:
        reading: the credential.
        intact: whether what it says may be passed on. Otherwise only the ingredients that do not hold are told.
    """
    if not intact:
        return Told((), None, tuple(one for one in _made_from(reading) if one.failures))
    statements = reading.assertions(ACTIONS_LABEL)[::-1]
    said = [one.get("allActionsIncluded") for one in statements]
    return Told(
        done=tuple(_done(statements)),
        is_whole=all(one is True for one in said) if said and None not in said else None,
        made_from=tuple(_made_from(reading)),
    )


def _done(statements: list[dict[str, object]]) -> Iterator[Done]:
    for position, content in enumerate(statements):
        actions = content.get("actions")
        for entry in actions if isinstance(actions, list) else []:
            if not isinstance(entry, dict) or not isinstance(entry.get("action"), str):
                continue
            # An update opens the file that it adds to, which is no news to anybody.
            if position and entry["action"] == "c2pa.opened":
                continue
            when = entry.get("when")
            yield Done(entry["action"], _words(entry), when if isinstance(when, str) else None)


def _words(entry: Mapping[str, object]) -> str:
    words = _DONE.get(str(entry["action"]), f"Something that its maker calls {entry['action']}")
    source = str(entry.get("digitalSourceType") or "").rpartition("/")[2]
    agent = entry.get("softwareAgent")
    name = agent.get("name") if isinstance(agent, dict) else agent
    made = f" {_SOURCES[source]}" if source in _SOURCES else ""
    return f"{words}{made}{f', with {name}' if isinstance(name, str) and name else ''}"


def _made_from(reading: Reading) -> Iterator[MadeFrom]:
    broken: dict[str, tuple[str, ...]] = {}
    for one in reading.ingredients:
        broken[one.title] = (*broken.get(one.title, ()), *(finding.code for finding in one.failures))
    told = set()
    for title, relationship, has_credential in _stated(reading):
        told.add(title)
        yield MadeFrom(
            title, _RELATIONSHIPS.get(relationship, relationship), has_credential, broken.get(title, ())
        )
    for title, codes in broken.items():
        if title not in told:
            yield MadeFrom(title, "stated by a credential before", has_credential=True, failures=codes)


def _stated(reading: Reading) -> Iterator[tuple[str, str, bool]]:
    """Title, relationship, whether it brought a credential: of the manifest that binds the content."""
    ingredients = reading.history()[-1].get("ingredients")
    for entry in ingredients if isinstance(ingredients, list) else []:
        if isinstance(entry, dict):
            title = entry.get("title")
            yield (
                title if isinstance(title, str) and title else "something without a title",
                str(entry.get("relationship") or "not stated how"),
                isinstance(entry.get("active_manifest"), str),
            )
