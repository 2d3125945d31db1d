"""Migration states that render no model anew for the sake of what PostgreSQL's schema editor never looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BaseConstraint, Index


def _add_model(state: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state.__dict__.get("_relations") is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        # Nothing refers to a new model yet, so it is the only one to render.
        state.apps.render_multiple([model])


def _append_option(
    state: ProjectState, app_label: str, model_name: str, option: str, added: BaseConstraint | Index
) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options[option], added]


def _remove_option(state: ProjectState, app_label: str, model_name: str, option: str, name: str) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [kept for kept in options[option] if kept.name != name]


_LEANER = {"add_model": _add_model, "_append_option": _append_option, "_remove_option": _remove_option}


@contextmanager
def lean_states() -> Iterator[None]:
    """Within it, a new table, constraint or index renders no other model anew.

    Django renders the model and everything related to it anew after each of them, which is four fifths of the time
    that making our tables takes. A schema editor takes constraints and indexes from the operation or from the state
    of the model; only the making of a table, and SQLite's remaking of one, read them from a rendered model.
    """
    django_own = {name: getattr(ProjectState, name) for name in _LEANER}
    try:
        for name, leaner in _LEANER.items():
            setattr(ProjectState, name, leaner)
        yield
    finally:
        for name, own in django_own.items():
            setattr(ProjectState, name, own)
