"""What may be supposed, and the answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.foresight.supposing import KINDS, supposed
from generation.foresight.values import WhatIf
from licensing.owed.values import Currency
from licensing.values import Agreement


class WhatIfOrder(serializers.Serializer[Any]):
    """One event, and when it is supposed to happen. Each kind needs its own fields; the others are left out."""

    event = serializers.ChoiceField(choices=sorted(KINDS))
    at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="From now on; null: now."
    )
    production = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Look at this production alone."
    )
    consent = serializers.UUIDField(required=False, help_text="For consent_ends.")
    agreement = serializers.ChoiceField(
        choices=[one.value for one in Agreement], required=False, help_text="For strikes and rates."
    )
    pack = serializers.UUIDField(required=False, help_text="For house_pack_in_force: a pack handed in here.")
    kind = serializers.CharField(
        max_length=40, required=False, help_text="What the figure is of, as for /v1/rates."
    )
    category = serializers.CharField(
        max_length=40,
        required=False,
        help_text="Of performers, or `any`: for a figure that holds for every one.",
    )
    currency = serializers.ChoiceField(
        choices=["", *(one.value for one in Currency)], required=False, help_text="Empty for a percentage."
    )
    amount = serializers.IntegerField(
        min_value=0, max_value=10**10, required=False, help_text="Minor units; of a percentage basis points."
    )
    valid_from = serializers.DateField(required=False)
    performer = serializers.UUIDField(required=False, help_text="The performer whose deal the rate is of.")
    deal_production = serializers.UUIDField(
        required=False, help_text="The production whose deal the rate is of."
    )
    listed = serializers.IntegerField(
        min_value=0,
        max_value=1_000,
        default=200,
        help_text="How many flipped takes to list, the latest first.",
    )

    def what_if(self) -> WhatIf:
        """Raises WhatIfUnfit: a field that this kind of event needs is not there."""
        asked = dict(self.validated_data)
        del asked["listed"]
        return supposed({"rate_kind": asked.pop("kind", None), **asked, "kind": asked.pop("event")})


class TallyResource(serializers.Serializer[Any]):
    awaiting_review = serializers.IntegerField()
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    signed = serializers.IntegerField()
    total = serializers.IntegerField()


class ShotLineResource(serializers.Serializer[Any]):
    shot_id = serializers.UUIDField()
    code = serializers.CharField()
    production_id = serializers.UUIDField()
    production = serializers.CharField()
    stops = TallyResource()
    opens = TallyResource()
    stays = serializers.IntegerField()


class FlippedTakeResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    shot_id = serializers.UUIDField()
    shot = serializers.CharField()
    production = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField()
    pull = serializers.BooleanField(help_text="It is signed and would no longer stand.")


class RuleLineResource(serializers.Serializer[Any]):
    rule_id = serializers.CharField()
    cure = serializers.CharField()
    takes = serializers.IntegerField()


class DeliveryLineResource(serializers.Serializer[Any]):
    """A delivery that would be worth something else than without the event."""

    id = serializers.UUIDField()
    take_id = serializers.UUIDField()
    take_number = serializers.IntegerField()
    shot = serializers.CharField()
    production = serializers.CharField()
    recipient = serializers.CharField()
    recipient_kind = serializers.CharField()
    media = serializers.ListField(child=serializers.CharField())
    territories = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="The last day; null: without end.")
    delivered_at = serializers.DateTimeField()
    before = serializers.CharField(
        help_text="As `standing` of a delivery: active, ended, suspended, recalled."
    )
    after = serializers.CharField()
    reason = serializers.CharField()


class PulledResource(serializers.Serializer[Any]):
    takes = serializers.IntegerField()
    media = serializers.ListField(child=serializers.CharField())
    territories = serializers.ListField(child=serializers.CharField())
    deliveries = DeliveryLineResource(many=True)


class DescendedTakeResource(serializers.Serializer[Any]):
    """A take that comes of the consent through an asset in custody or through pictures of another take."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    shot_id = serializers.UUIDField()
    shot = serializers.CharField()
    production = serializers.CharField()
    comes_of = serializers.ListField(
        child=serializers.CharField(), help_text="The assets and takes it was made with, or asks for."
    )
    stops = serializers.BooleanField(help_text="The rules would stop it as well: it is in `listed` too.")
    cannot_be_made = serializers.BooleanField(
        help_text="It asks for an asset that is destroyed with the consent, whatever the rules say."
    )
    deliveries = serializers.IntegerField(help_text="Files of it that would stay out, recalled by nothing.")


class WhatIfDescentResource(serializers.Serializer[Any]):
    """What comes of the consent that is supposed to end; empty for every other event."""

    assets = serializers.IntegerField(help_text="Held in custody, and destroyed with the consent.")
    adapters = serializers.IntegerField(help_text="Of these.")
    trainings = serializers.IntegerField(help_text="Not finished, and resting on it.")
    signed = serializers.IntegerField()
    signed_and_stand = serializers.IntegerField(help_text="The rules would let them pass all the same.")
    cannot_be_made = serializers.IntegerField()
    takes = DescendedTakeResource(many=True)
    deliveries = DeliveryLineResource(
        many=True, help_text="Active by their own decision, of files that come of it: nothing recalls them."
    )


class ActLineResource(serializers.Serializer[Any]):
    words = serializers.CharField()
    terms = serializers.JSONField(
        allow_null=True, help_text="What the consent would say, in the rulebook's words."
    )
    takes = serializers.IntegerField(help_text="Takes that need it, alone or with others.")
    is_tried = serializers.BooleanField(
        help_text="The rules were asked again as if it were done, and let pass."
    )


class RepairStepResource(serializers.Serializer[Any]):
    acts = serializers.ListField(child=serializers.IntegerField(), help_text="Places in `acts`, from 0.")
    takes = serializers.IntegerField()
    is_exact = serializers.BooleanField(help_text="No other acts, as few, do more.")


class LeastRepairResource(serializers.Serializer[Any]):
    of = serializers.IntegerField()
    acts = ActLineResource(many=True)
    steps = RepairStepResource(many=True)


class OwedAlreadyResource(serializers.Serializer[Any]):
    obligation_id = serializers.UUIDField()
    performer_id = serializers.UUIDField(allow_null=True)
    rule_id = serializers.CharField()
    currency = serializers.CharField(allow_null=True)
    owed_minor = serializers.IntegerField(allow_null=True, help_text="Null: not known, see `missing`.")
    paid_minor = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class NotArisingResource(serializers.Serializer[Any]):
    production_id = serializers.UUIDField()
    to = serializers.CharField()
    rule_id = serializers.CharField()
    formula = serializers.CharField(allow_null=True)


class RecomputedResource(serializers.Serializer[Any]):
    obligation_id = serializers.UUIDField()
    performer_id = serializers.UUIDField(allow_null=True)
    rule_id = serializers.CharField()
    formula = serializers.CharField()
    is_governed = serializers.BooleanField(help_text="It fell due when the changed figure held already.")
    currency = serializers.CharField(allow_null=True)
    now_minor = serializers.IntegerField(allow_null=True)
    then_minor = serializers.IntegerField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())


class CostsResource(serializers.Serializer[Any]):
    render_seconds = serializers.FloatField()
    standing = OwedAlreadyResource(many=True)
    not_arising = NotArisingResource(many=True)
    recomputed = RecomputedResource(many=True)


class WhatIfResource(serializers.Serializer[Any]):
    """The answer. It holds for what was on record at `computed_at`, when the log had `log_size` entries."""

    says = serializers.CharField()
    event = serializers.CharField(source="words")
    at = serializers.DateTimeField()
    computed_at = serializers.DateTimeField()
    log_origin = serializers.CharField(allow_null=True)
    log_size = serializers.IntegerField()
    takes = serializers.IntegerField()
    questions = serializers.IntegerField()
    weighed = serializers.IntegerField()
    unreadable = serializers.IntegerField()
    stood_not = serializers.IntegerField(help_text="Takes that would not pass at that moment anyway.")
    stops = TallyResource()
    opens = TallyResource()
    shots = ShotLineResource(many=True)
    rules = RuleLineResource(many=True)
    pulled = PulledResource()
    descent = WhatIfDescentResource()
    repair = LeastRepairResource()
    costs = CostsResource()
    listed = FlippedTakeResource(many=True)
