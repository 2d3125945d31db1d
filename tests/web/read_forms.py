"""The forms of a page, read as a browser and a screen reader meet them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSEEN = {"hidden", "submit", "button", "image", "reset"}


@dataclass(slots=True)
class Control:
    """One control. `chosen`: the value that would be sent if nobody touched it, of a choice; empty for none."""

    kind: str
    name: str
    id: str
    label: str
    value: str = ""
    is_disabled: bool = False
    chosen: list[str] = field(default_factory=list)
    options: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        return self.kind in {"radio", "checkbox", "select", "select-multiple"}


@dataclass(slots=True)
class FoundForm:
    method: str
    action: str
    controls: list[Control] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self.labels: dict[str, str] = {}
        self._form: FoundForm | None = None
        self._select: Control | None = None
        self._label: tuple[str | None, list[Control], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        named = dict(attrs)
        match tag:
            case "form":
                self._form = FoundForm(said.get("method", "get").lower(), said.get("action", ""))
                self.forms.append(self._form)
            case "label":
                self._label = (said.get("for"), [], [])
            case "select":
                kind = "select-multiple" if "multiple" in named else "select"
                self._select = self._add(kind, said, named)
            case "option" if self._select is not None:
                self._select.options.append((said.get("value", "?"), "selected" in named))
            case "input" if said.get("type", "text") not in _UNSEEN:
                control = self._add(said.get("type", "text"), said, named)
                if "checked" in named and control is not None:
                    control.chosen = [control.value or "on"]
            case "textarea":
                self._add("textarea", said, named)
            case _:
                pass

    def handle_data(self, data: str) -> None:
        if self._label is not None:
            self._label[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            self._select.chosen = _chosen(self._select)
            self._select = None
        elif tag == "label" and self._label is not None:
            whose, inside, words = self._label
            text = " ".join("".join(words).split())
            if whose:
                self.labels[whose] = text
            for control in inside:
                control.label = control.label or text
            self._label = None

    def _add(self, kind: str, said: dict[str, str], named: dict[str, str | None]) -> Control | None:
        control = Control(
            kind=kind,
            name=said.get("name", ""),
            id=said.get("id", ""),
            label=said.get("aria-label", ""),
            value=said.get("value", ""),
            is_disabled="disabled" in named,
        )
        if self._form is not None:
            self._form.controls.append(control)
        if self._label is not None:
            self._label[1].append(control)
        return control


def _chosen(select: Control) -> list[str]:
    marked = [value for value, is_marked in select.options if is_marked]
    if select.kind == "select" and not marked:
        # A browser chooses the first one where none is marked.
        marked = [value for value, _ in select.options[:1]]
    return [value for value in marked if value]


def forms_of(page: str) -> list[FoundForm]:
    """Every form of the page, each control with its label; empty where it has none."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        for control in form.controls:
            control.label = control.label or reader.labels.get(control.id, "")
    return reader.forms
