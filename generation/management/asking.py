"""A take as somebody asks for it on the command line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from accounts.values import Actor
from core.clock import now
from generation.adapters.values import AdapterChoice
from generation.iterating.options import options_of_models
from generation.model_queries import approved_models
from generation.reference_pictures.errors import NothingOnSheet
from generation.reference_pictures.sheets import Beginning, beginning, sheet_for_shot
from generation.values import TakeOrder
from licensing.values import (
    CastMember,
    Medium,
    OutputStatus,
    Purpose,
    ReplicaType,
    Sensitive,
    SyntheticRole,
    Use,
)

_YES_OR_NO = {"yes": True, "no": False, None: None}


def add_order_arguments(parser: CommandParser) -> None:
    """What can be said of a take; what is left out is unknown to the rules, never cleared."""
    asked = parser.add_argument_group("ask")
    asked.add_argument("--prompt", default="", help="what the shot shows")
    asked.add_argument("--negative-prompt", default="")
    asked.add_argument(
        "--cast",
        action="append",
        default=[],
        metavar="PERFORMER:REPLICA_TYPE",
        help=f"who is in it, and as what ({', '.join(ReplicaType)}); may be repeated",
    )
    asked.add_argument("--use", choices=[one.value for one in Use])
    asked.add_argument("--purpose", choices=[one.value for one in Purpose])
    asked.add_argument("--output-status", choices=[one.value for one in OutputStatus])
    asked.add_argument("--medium", action="append", default=[], choices=[one.value for one in Medium])
    asked.add_argument("--territory", action="append", default=[], help="such as US or WORLD")
    asked.add_argument("--language", action="append", default=[], help="such as en")
    asked.add_argument(
        "--synthetic-role", choices=[one.value for one in SyntheticRole], default=SyntheticRole.NONE.value
    )
    asked.add_argument("--photoreal", choices=["yes", "no"])
    asked.add_argument("--sensitive", action="append", default=[], choices=[one.value for one in Sensitive])
    asked.add_argument("--nothing-sensitive", action="store_true")
    asked.add_argument("--replaces-in-person-work", choices=["yes", "no"])
    asked.add_argument("--model", type=UUID, help="by default the one that was approved last")
    asked.add_argument(
        "--camera", default="", metavar="MOVE", help="one that the model declares: see models check"
    )
    asked.add_argument(
        "--reference-picture",
        type=UUID,
        action="append",
        default=[],
        metavar="ASSET",
        help="a picture in custody that the model is given; may be repeated",
    )
    asked.add_argument(
        "--character",
        type=UUID,
        help="begin with the pictures and the adapter of this character's sheet; those named beside it replace them",
    )
    asked.add_argument(
        "--adapter",
        action="append",
        default=[],
        metavar="ASSET[:SCALE]",
        help="an adapter in custody; may be repeated",
    )
    asked.add_argument("--seed", type=int)


def order_of(options: dict[str, Any], shot_id: UUID) -> TakeOrder:
    """The order that was typed.

    Raises:
        CommandError: something that a take needs was left out, or cannot be read.
    """
    missing = [name for name in ("prompt", "use", "purpose", "output_status") if not options[name]]
    if missing:
        raise CommandError(f"Say with {' and '.join('--' + one.replace('_', '-') for one in missing)}.")
    if options["nothing_sensitive"] and options["sensitive"]:
        raise CommandError("Say --nothing-sensitive, or what is sensitive.")
    sensitive = tuple(options["sensitive"])
    return TakeOrder(
        shot_id=shot_id,
        prompt=options["prompt"],
        negative_prompt=options["negative_prompt"],
        cast=tuple(_member(one) for one in options["cast"]),
        use=options["use"],
        purpose=options["purpose"],
        output_status=options["output_status"],
        media=tuple(options["medium"]),
        territories=tuple(options["territory"]),
        languages=tuple(options["language"]),
        synthetic_role=options["synthetic_role"],
        photoreal=_YES_OR_NO[options["photoreal"]],
        sensitive=sensitive if sensitive or options["nothing_sensitive"] else None,
        replaces_in_person_work=_YES_OR_NO[options["replaces_in_person_work"]],
        model_id=options["model"],
        camera_move=options["camera"],
        reference_pictures=tuple(options["reference_picture"]),
        adapters=tuple(_adapter(one) for one in options["adapter"]),
        seed=options["seed"],
        requested_at=now(),
    )


def begun_with_sheet(order: TakeOrder, character_id: UUID, *, actor: Actor) -> tuple[TakeOrder, Beginning]:
    """The order with what the sheet of a character gives to its model; what it names itself stays as it is.

    Raises:
        productions.errors.NoSuchCharacter, productions.errors.NoSuchShot: there is none of this id here.
        SheetNotUsable: the character is of another production than the shot.
        NothingOnSheet: nothing of it can be used with the model.
    """
    sheet = sheet_for_shot(character_id, shot_id=order.shot_id, actor=actor)
    models = approved_models(actor.organisation_id, production_id=sheet.character.production_id)
    options = options_of_models(actor.organisation_id, [one.id for one in models])
    begun = beginning(sheet, models=models, options=options, model_id=order.model_id)
    if not begun.chosen:
        raise NothingOnSheet(
            "Nothing on this sheet can be used: you are on no access list of it, or no such model takes it. Its page "
            "says which."
        )
    named = AdapterChoice(begun.adapter.id, Decimal(1)) if begun.adapter else None
    with_it = replace(
        order,
        model_id=begun.model_id,
        reference_pictures=order.reference_pictures or tuple(one.id for one in begun.pictures),
        adapters=order.adapters or ((named,) if named else ()),
    )
    return with_it, begun


def _member(said: str) -> CastMember:
    performer, _, replica = said.partition(":")
    try:
        return CastMember(performer_id=UUID(performer), replica_type=ReplicaType(replica))
    except ValueError as error:
        raise CommandError(
            f"--cast {said}: a performer's identifier, a colon and what is made of them."
        ) from error


def _adapter(said: str) -> AdapterChoice:
    asset, _, scale = said.partition(":")
    try:
        return AdapterChoice(UUID(asset), Decimal(scale or "1"))
    except (ValueError, InvalidOperation) as error:
        raise CommandError(f"--adapter {said}: an asset's identifier, and a scale after a colon.") from error
