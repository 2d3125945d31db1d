"""What a credential states, as typed values read out of a signed file: actions, ingredients, disclosure, training.

Whatever is there is the signer's word. A form that is not the standard's is left out rather than guessed at. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from provenance import manifest
from provenance.readings import Reading

# Besides these, what the parameters of an action hold is somebody's own, under a name of theirs.
_OF_THE_STANDARD = frozenset({"ingredients", "ingredientIds", "ingredient"})


@dataclass(frozen=True, slots=True)
class StatedAction:
    """Something that was done, newest manifest first and in order within each.

    Attributes:
        action: such as `c2pa.created`.
        when: RFC 3339, the signer's own word.
        agent: name and version of the software; empty where none is named.
        digital_source_type: IPTC's term without its address, such as `trainedAlgorithmicMedia`.
        parameters: the signer's own ones, as text, by name.
        ingredients: titles of the ingredients it concerns.
    """

    action: str
    when: str | None
    agent: str
    digital_source_type: str | None
    parameters: tuple[tuple[str, str], ...]
    ingredients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadIngredient:
    """A file that another one was made from.

    Attributes:
        relationship: `parentOf`, `inputTo` or `componentOf`.
        manifest_id: of the credential in it; None where it bore none.
        signed_by: organisation or name in the certificate of that credential.
        failures: codes of what did not hold about it when it was taken in; empty where all did.
    """

    title: str
    relationship: str
    media_type: str | None
    manifest_id: str | None
    signed_by: str | None
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`c2pa.ai-disclosure`; the latest one, where one was stated again."""

    model_name: str | None
    model_identifier: str | None
    human_oversight: str | None


@dataclass(frozen=True, slots=True)
class StatedTraining:
    """One entry of `cawg.training-mining`. `use` is `allowed`, `notAllowed` or `constrained`."""

    entry: str
    use: str
    constraint_info: str | None


@dataclass(frozen=True, slots=True)
class StatedReview:
    """How a legal review came out. `case_commitment_hex` is opened by its parties alone."""

    outcome: str
    reviewed_at: str | None
    case_commitment_hex: str


@dataclass(frozen=True, slots=True)
class StatedBinding:
    alg: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """All that a credential states which a page can show.

    Attributes:
        manifests: ids of the active manifest and of those it updates, newest first.
        all_actions_included: whether the signer says that nothing else was done.
    """

    manifests: tuple[str, ...]
    actions: tuple[StatedAction, ...]
    all_actions_included: bool
    ingredients: tuple[ReadIngredient, ...]
    disclosure: Disclosure | None
    training: tuple[StatedTraining, ...]
    soft_bindings: tuple[StatedBinding, ...]
    reviews: tuple[StatedReview, ...]


def stated_in(reading: Reading) -> Stated:
    """What the credential that was read states. Nothing in it is checked against the world."""
    manifests: Mapping[str, Mapping[str, object]] = json.loads(reading.store_json)["manifests"]
    contents = reading.assertions(manifest.ACTIONS_LABEL)
    disclosure = reading.assertion(manifest.AI_DISCLOSURE_LABEL)
    return Stated(
        manifests=tuple(str(one.get("label")) for one in reading.history()),
        actions=tuple(
            action for one in reading.history() for action in _actions(one, _titles(one.get("ingredients")))
        ),
        all_actions_included=bool(contents)
        and all(one.get("allActionsIncluded") is True for one in contents),
        ingredients=tuple(
            _ingredient(entry, manifests)
            for one in reading.history()
            for entry in _entries(one.get("ingredients"))
        ),
        disclosure=None if disclosure is None else _disclosure(disclosure),
        training=tuple(_training(reading.assertion(manifest.TRAINING_MINING_LABEL))),
        soft_bindings=tuple(_soft_bindings(reading)),
        reviews=tuple(
            StatedReview(
                outcome=_text(one.get("outcome")) or "",
                reviewed_at=_text(one.get("reviewed_at")),
                case_commitment_hex=_text(one.get("case")) or "",
            )
            for one in reading.assertions(manifest.LEGAL_REVIEW_LABEL)
        ),
    )


def made_action(actions: object) -> dict[str, object]:
    """The action by which the asset came about: its creation or, where it goes on from another one, its edit.

    Of a file that only codes another one's pictures anew it is that: it says whose pictures they are.
    """
    for wanted in ("c2pa.created", "c2pa.transcoded", "c2pa.edited"):
        for action in _entries(actions):
            if action.get("action") == wanted:
                return action
    return {}


def _actions(one: Mapping[str, object], titles: Mapping[str, str]) -> Iterator[StatedAction]:
    for assertion in _entries(one.get("assertions")):
        content = assertion.get("data")
        if assertion.get("label") != manifest.ACTIONS_LABEL or not isinstance(content, dict):
            continue
        for action in _entries(content.get("actions")):
            yield _action(action, titles)


def _action(action: Mapping[str, object], titles: Mapping[str, str]) -> StatedAction:
    agent, parameters = action.get("softwareAgent"), action.get("parameters")
    named = [agent.get("name"), agent.get("version")] if isinstance(agent, dict) else [agent]
    parameters = parameters if isinstance(parameters, dict) else {}
    source_type = _text(action.get("digitalSourceType"))
    return StatedAction(
        action=_text(action.get("action")) or "",
        when=_text(action.get("when")),
        agent=" ".join(str(one) for one in named if one),
        digital_source_type=source_type.rpartition("/")[2] if source_type else None,
        parameters=tuple(
            (name, value if isinstance(value, str) else json.dumps(value))
            for name, value in sorted(parameters.items())
            if name not in _OF_THE_STANDARD
        ),
        ingredients=tuple(
            titles.get(str(entry.get("url")).rpartition("/")[2], "untitled")
            for entry in _entries(parameters.get("ingredients"))
        ),
    )


def _titles(ingredients: object) -> dict[str, str]:
    """Of the ingredients of one manifest, by the label of their assertion."""
    return {
        str(entry.get("label")): _text(entry.get("title")) or "untitled" for entry in _entries(ingredients)
    }


def _ingredient(entry: Mapping[str, object], manifests: Mapping[str, Mapping[str, object]]) -> ReadIngredient:
    named = _text(entry.get("active_manifest"))
    own = manifests.get(named) if named else None
    signature = (own or {}).get("signature_info")
    signature = signature if isinstance(signature, dict) else {}
    results = entry.get("validation_results")
    active = results.get("activeManifest") if isinstance(results, dict) else None
    failures = _entries(active.get("failure")) if isinstance(active, dict) else []
    return ReadIngredient(
        title=_text(entry.get("title")) or "untitled",
        relationship=_text(entry.get("relationship")) or "",
        media_type=_text(entry.get("format")),
        manifest_id=named,
        signed_by=_text(signature.get("issuer")) or _text(signature.get("common_name")),
        failures=tuple(str(one.get("code")) for one in failures),
    )


def _disclosure(content: Mapping[str, object]) -> Disclosure:
    profile = content.get("contentProfile")
    return Disclosure(
        model_name=_text(content.get("modelName")),
        model_identifier=_text(content.get("modelIdentifier")),
        human_oversight=_text(profile.get("humanOversightLevel")) if isinstance(profile, dict) else None,
    )


def _training(content: Mapping[str, object] | None) -> Iterator[StatedTraining]:
    entries = (content or {}).get("entries")
    for name, entry in sorted(entries.items()) if isinstance(entries, dict) else ():
        use = _text(entry.get("use")) if isinstance(entry, dict) else None
        if use:
            yield StatedTraining(name, use, _text(entry.get("constraint_info")))


def _soft_bindings(reading: Reading) -> Iterator[StatedBinding]:
    for one in reading.history():
        for assertion in _entries(one.get("assertions")):
            label, content = str(assertion.get("label")), assertion.get("data")
            if label.partition("__")[0] != manifest.SOFT_BINDING_LABEL or not isinstance(content, dict):
                continue
            alg = _text(content.get("alg"))
            for block in _entries(content.get("blocks")):
                value = _text(block.get("value"))
                if alg and value:
                    yield StatedBinding(alg, value)


def _entries(value: object) -> Sequence[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
