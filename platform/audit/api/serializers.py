from __future__ import annotations

from rest_framework import serializers

from audit.entry_types import EntryType
from audit.health_values import State
from audit.queries import LARGEST_PAGE, PAGE_SIZE
from audit.searching import Search


class LogResource(serializers.Serializer[object]):
    origin = serializers.CharField(allow_null=True, help_text="Name of the log; null while it is empty.")
    size = serializers.IntegerField()
    root_hex = serializers.CharField()
    checkpoint = serializers.CharField(allow_null=True, help_text="C2SP signed note with size and root.")
    checkpoint_at = serializers.DateTimeField(allow_null=True)
    vkey = serializers.CharField(allow_null=True, help_text="The key that signs the checkpoints.")


class EntryResource(serializers.Serializer[object]):
    uid = serializers.UUIDField()
    origin = serializers.CharField()
    index = serializers.IntegerField(help_text="Its place, from 0.")
    counter = serializers.IntegerField(help_text="Its number among the entries of its type and production.")
    type = serializers.CharField()
    production = serializers.UUIDField(source="production_id", allow_null=True)
    at = serializers.DateTimeField(help_text="When it happened, by the clock of whoever recorded it.")
    recorded_at = serializers.DateTimeField(help_text="When the database took it.")
    actor = serializers.CharField()
    subject = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]  # the entry's word; the serializer's own is a property
    leaf_hash_hex = serializers.CharField()
    checkpoint_size = serializers.IntegerField(
        allow_null=True,
        help_text="Size of the first signed checkpoint that covers the entry; null until it is there.",
    )


class EntryPageResource(serializers.Serializer[object]):
    results = EntryResource(many=True)
    next = serializers.CharField(allow_null=True, help_text="Where older entries are; null at the end.")


class ProvedEntryResource(serializers.Serializer[object]):
    entry = EntryResource(source="line")
    body = serializers.CharField(help_text="The hashed text, byte for byte, in UTF-8.")
    proof_hex = serializers.ListField(child=serializers.CharField(), help_text="Siblings from the leaf up.")
    size = serializers.IntegerField()
    root_hex = serializers.CharField()
    checkpoint = serializers.CharField()
    vkey = serializers.CharField()


class EntryQuery(serializers.Serializer[object]):
    """What entries are asked for; whatever is given must all hold."""

    subject = serializers.CharField(
        required=False,
        max_length=200,
        help_text="What they are about: <kind>:<identifier>, an identifier alone, or a commitment of the log.",
    )
    actor = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Who did it: user:<identifier>, worker:<name> or system; an identifier alone is a person's.",
    )
    type = serializers.ChoiceField([one.value for one in EntryType], required=False)
    production = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(
        required=False, help_text="Earliest time, by the clock of the recorder."
    )
    until = serializers.DateTimeField(required=False, help_text="Only before this time.")

    def search(self) -> Search:
        asked = self.validated_data
        return Search(
            subject=asked.get("subject"),
            actor=asked.get("actor"),
            entry_type=EntryType(asked["type"]) if "type" in asked else None,
            production_id=asked.get("production"),
            since=asked.get("since"),
            until=asked.get("until"),
        )


class EntrySearch(EntryQuery):
    before = serializers.UUIDField(required=False, help_text="Identifier of an entry: only older ones.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE, default=PAGE_SIZE)


class HealthLineResource(serializers.Serializer[object]):
    part = serializers.CharField(
        help_text="waiting, checkpoint, signer, witness, time, gaps, transactions, credentials, credential-time "
        "or identity."
    )
    title = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State])
    said = serializers.CharField(help_text="What is the case, in words.")
    to_do = serializers.CharField(help_text="What to do about it; empty when nothing is.")
    size = serializers.IntegerField(allow_null=True, help_text="How many entries it speaks of.")
    at = serializers.DateTimeField(allow_null=True, help_text="When it happened last, where that is known.")


class HealthResource(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(
        [state.value for state in State], help_text="The most urgent of all lines."
    )
    lines = HealthLineResource(many=True)
