from __future__ import annotations

from rest_framework import serializers

from audit.entry_types import EntryType
from audit.queries import LARGEST_PAGE, PAGE_SIZE


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
    index = serializers.IntegerField()
    type = serializers.CharField()
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


class EntrySearch(serializers.Serializer[object]):
    subject = serializers.CharField(required=False, max_length=120)
    type = serializers.ChoiceField([one.value for one in EntryType], required=False)
    before = serializers.UUIDField(required=False, help_text="Identifier of an entry: only older ones.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE, default=PAGE_SIZE)
