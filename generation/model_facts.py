"""What is on file about a model, as it is stated, hashed, and read back from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from core.canonical import Canonical
from generation.errors import ModelFactUnusable
from licensing.values import VendorPaper

LONGEST = {"licence": 120, "data_statement": 4000, "vendor": 200, "licence_tier": 120, "region": 120}
LONGEST_PROJECT = 60
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ANSWERS = ("terms_changed", "talent_enhancement", "unowned_training_data", "ca_covered_provider")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is on file about a model. None anywhere, or an empty text, means that nobody has said.

    Attributes:
        on_file: vendor papers, by code.
        trained_for_project: False says that it is known to have been trained for no project of anybody's.
        ca_covered_provider: whether whoever runs it is a covered provider in California.
        vendor: who made or sells it.
        licence_tier: the vendor's own, where it has tiers.
        terms_sha256: of the vendor's terms as they were kept.
        region: where it runs.
    """

    licence: str
    data_statement: str
    on_file: tuple[str, ...] | None
    terms_changed: bool | None
    talent_enhancement: bool | None
    unowned_training_data: bool | None
    trained_for_project: str | bool | None
    on_market_since: date | None
    ca_covered_provider: bool | None = None
    vendor: str = ""
    licence_tier: str = ""
    terms_sha256: str = ""
    region: str = ""

    def columns(self) -> dict[str, object]:
        """The columns of `ModelRelease` that say so."""
        stated = {name: getattr(self, name) for name in FACTS}
        return stated | {
            "on_file": None if self.on_file is None else sorted(set(self.on_file)),
            "trained_for_project": "" if self.trained_for_project is False else self.trained_for_project,
        }

    def content(self) -> dict[str, Canonical]:
        """Everything that is stated, as hashed."""
        return {
            "licence": self.licence,
            "data_statement": self.data_statement,
            "on_file": None if self.on_file is None else sorted(set(self.on_file)),
            "terms_changed": self.terms_changed,
            "talent_enhancement": self.talent_enhancement,
            "unowned_training_data": self.unowned_training_data,
            "trained_for_project": self.trained_for_project,
            "on_market_since": self.on_market_since.isoformat() if self.on_market_since else None,
            "ca_covered_provider": self.ca_covered_provider,
            "vendor": self.vendor,
            "licence_tier": self.licence_tier,
            "terms_sha256": self.terms_sha256,
            "region": self.region,
        }

    def check(self) -> None:
        """Raise unless everything is within its bounds.

        Raises:
            ModelFactUnusable: naming the field.
        """
        for name, longest in LONGEST.items():
            text = str(getattr(self, name))
            if len(text) > longest or "\x00" in text:
                raise ModelFactUnusable(name, f"up to {longest} characters")
        if self.terms_sha256 and not _SHA256.fullmatch(self.terms_sha256):
            raise ModelFactUnusable("terms_sha256", "64 lower-case hexadecimal digits")
        if not set(self.on_file or ()) <= {one.value for one in VendorPaper}:
            raise ModelFactUnusable("on_file", f"some of {', '.join(VendorPaper)}")
        project = self.trained_for_project
        if project is True or (isinstance(project, str) and not 0 < len(project) <= LONGEST_PROJECT):
            raise ModelFactUnusable("trained_for_project", "a project, false for none, or null for unknown")


FACTS = tuple(one.name for one in fields(ModelFacts))


def facts_from_json(stated: object) -> ModelFacts:
    """The facts in a JSON object that says every one of them, as the API takes it.

    Raises:
        ModelFactUnusable: a name that is missing or unknown, or a value of another kind or out of its bounds.
    """
    if not isinstance(stated, Mapping):
        raise ModelFactUnusable("facts", "an object that says every fact of the model")
    if wrong := sorted(set(FACTS) ^ set(stated)):
        raise ModelFactUnusable(wrong[0], f"the names are {', '.join(FACTS)}, all of them")
    for name in (*LONGEST, "terms_sha256"):
        if not isinstance(stated[name], str):
            raise ModelFactUnusable(name, "a text, empty for not recorded")
    for name in _ANSWERS:
        if not isinstance(stated[name], bool | None):
            raise ModelFactUnusable(name, "true, false, or null for unknown")
    if not isinstance(stated["trained_for_project"], str | bool | None):
        raise ModelFactUnusable("trained_for_project", "a project, false for none, or null for unknown")
    papers, since = stated["on_file"], stated["on_market_since"]
    if papers is not None and not (isinstance(papers, list) and all(isinstance(one, str) for one in papers)):
        raise ModelFactUnusable("on_file", "a list of papers, or null for unknown")
    try:
        day = None if since is None else date.fromisoformat(str(since))
    except ValueError as error:
        raise ModelFactUnusable("on_market_since", "a day such as 2026-11-23, or null for unknown") from error
    said = dict(stated) | {"on_file": None if papers is None else tuple(papers), "on_market_since": day}
    facts = ModelFacts(**said)
    facts.check()
    return facts
