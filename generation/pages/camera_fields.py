"""What the form of a take asks about the camera."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms

from generation.iterating.options import ModelOptions
from web.templatetags.words import capital, words


def camera_fields(options: Sequence[ModelOptions]) -> dict[str, forms.Field]:
    """No field where no model declares a move: a choice among nothing helps nobody."""
    groups = [
        (one.name, [(f"{one.model_id} {move}", _said(move, said)) for move, said in one.camera_moves.items()])
        for one in options
        if one.camera_moves
    ]
    if not groups:
        return {}
    return {
        "camera_move": forms.ChoiceField(
            required=False,
            label="Camera",
            # Nested under the model's name also where one alone has any: of the others these are refused.
            choices=[("", "As the words say"), *(groups if len(options) > 1 else groups[0][1])],
            help_text="A move the model was trained with. Its words are put before the prompt.",
        )
    }


def camera_move_in(said: str | None, model_id: UUID | None, newest: UUID | None) -> str:
    """The move that was chosen; empty where none was.

    Raises:
        ValidationError: it is of another model than the one that was chosen.
    """
    owner, _, move = (said or "").partition(" ")
    if owner and UUID(owner) != (model_id or newest):
        raise forms.ValidationError("This camera move is another model's. Choose one of the same model.")
    return move


def _said(move: str, said: str) -> str:
    return f"{capital(words(move))}: \N{LEFT DOUBLE QUOTATION MARK}{said}\N{RIGHT DOUBLE QUOTATION MARK}"
