"""What is on file about a model, as the rulebook asks for it."""

from __future__ import annotations

from generation.models import ModelRelease
from licensing.values import ModelStatement


def statement_of(model: ModelRelease) -> ModelStatement:
    project = model.trained_for_project
    return ModelStatement(
        name=model.name,
        version=model.version,
        on_file=None if model.on_file is None else tuple(model.on_file),
        terms_changed=model.terms_changed,
        talent_enhancement=model.talent_enhancement,
        unowned_training_data=model.unowned_training_data,
        trained_for_project=project if project is None or project else False,
        on_market_since=model.on_market_since,
    )
