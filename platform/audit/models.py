"""The tables of the log. Nobody writes them through the ORM: see `audit.trail` and `audit.sequencer`."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex, HashIndex
from django.db import models
from django.db.models import Func, Q

from audit.entry_body import MOST_STATED_BYTES
from audit.merkle import HASH_BYTES
from audit.tiles import TILE_HEIGHT, TILE_WIDTH
from core.ids import new_id

# The organisation that the platform's own log belongs to: nobody's. Its log holds the checkpoints of all others.
PLATFORM = UUID(int=0)

SUBJECT_KEY_BYTES = 32


class WallClock(Func):
    """The instant of the row. `now()` would be the start of its transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class TransactionId(models.Field):  # type: ignore[type-arg]  # generic only for the type checker
    """Number of a transaction with its epoch, as PostgreSQL keeps it. For the sequencer's SQL, not for Python."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002 - Django's signature
        return "xid8"


class CurrentTransaction(Func):
    """The transaction that writes the row, whichever savepoint it is in."""

    function = "pg_current_xact_id"
    output_field = TransactionId()


class Octets(models.Transform):
    """Length of a bytea in bytes."""

    lookup_name = "octets"
    function = "octet_length"
    output_field = models.IntegerField()


models.BinaryField.register_lookup(Octets)


class Outbox(models.Model):
    """An entry that is committed and waits for its place in the log.

    The sequencer takes what it can see and deletes it, in the order of `id`, that of writing. It never asks for ids
    above the last one: numbers are drawn before a transaction commits, so that would lose every row whose transaction
    was slower. `xid` lets it wait a moment for those; see `audit.sequencer`.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True)
    organisation_id = models.UUIDField()
    production_id = models.UUIDField(null=True)
    # Of the body. Those of version 1 that still wait become leaves as they are.
    version = models.SmallIntegerField(db_default=1)
    xid = TransactionId(db_default=CurrentTransaction())
    type = models.CharField(max_length=64)
    actor = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=WallClock())
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(body__octets__lte=MOST_STATED_BYTES), name="audit_outbox_body_length"
            ),
            # The platform's log holds checkpoints alone; nobody records into it.
            models.CheckConstraint(condition=~Q(organisation_id=PLATFORM), name="audit_outbox_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"waiting: {self.type}"


class SubjectKey(models.Model):
    """What subjects are committed to with, see `audit.subjects`; the one table of this app from which things go.

    Of a person who was erased the row stays without its key, beside one with a new key when they are recorded about
    again. Not of a person: the organisation's own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    key = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_default=WallClock())
    erased_at = models.DateTimeField(null=True)
    erasure = models.UUIDField(null=True, unique=True, help_text="The entry that tells of it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "person_id"],
                condition=Q(erased_at__isnull=True),
                name="audit_subjectkey_one",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    erased_at__isnull=True,
                    erasure__isnull=True,
                    key__octets=SUBJECT_KEY_BYTES,
                    salt__octets=SUBJECT_KEY_BYTES,
                    key__isnull=False,
                    salt__isnull=False,
                )
                | Q(
                    erased_at__isnull=False,
                    erasure__isnull=False,
                    person_id__isnull=False,
                    key__isnull=True,
                    salt__isnull=True,
                ),
                name="audit_subjectkey_held_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return "a person's key" if self.person_id else "the organisation's key"


class LogOrigin(models.Model):
    """One log: its name to the world, and whose it is.

    An organisation has one; a second is opened only when the first cannot be continued honestly. The name is
    random, so that a checkpoint shown around tells nobody whose log it is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    origin = models.CharField(max_length=120, unique=True)
    opened_at = models.DateTimeField(db_default=WallClock())

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["organisation_id", "opened_at"], name="audit_logorigin_newest")]

    def __str__(self) -> str:
        return self.origin


class Entry(models.Model):
    """A leaf of the log. `body` is what was hashed; the other columns repeat parts of it to search by."""

    uid = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField()
    # No constraint: looking the same log up again for every row was a fifth of a batch. The sequencer alone writes
    # here and has just read the log it writes to; rows of a log that is gone are found by the check.
    origin = models.ForeignKey(
        LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    index = models.BigIntegerField()
    production_id = models.UUIDField(null=True)
    counter = models.BigIntegerField(
        help_text="1 for the first entry of its type and production in this log, then 2, and so on."
    )
    leaf_hash = models.BinaryField()
    type = models.CharField(max_length=64)
    actor = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField(help_text="When it happened, by the clock of whoever recorded it.")
    recorded_at = models.DateTimeField(help_text="When the database took it, by the database's clock.")
    body = models.BinaryField()

    class Meta:
        ordering = ["-index"]
        verbose_name_plural = "entries"
        indexes = [
            # Chosen for what they cost the sequencer as much as for what they find: see docs/audit-log.md. A type is
            # found by the constraint on counters below.
            HashIndex(fields=["subject"], name="audit_entry_subject"),
            models.Index(fields=["actor", "index"], name="audit_entry_actor"),
            models.Index(
                fields=["production_id", "index"],
                condition=Q(production_id__isnull=False),
                name="audit_entry_production",
            ),
            # Entries lie in the order of time: a few pages of this say where a day is.
            BrinIndex(fields=["at"], pages_per_range=16, name="audit_entry_at"),
        ]
        constraints = [
            # The fence: of two sequencers that both took a batch, one fails here and writes nothing.
            models.UniqueConstraint(fields=["origin", "index"], name="audit_entry_place"),
            # As the place is: a counter given twice would hide an entry. The last one is also looked up by this.
            models.UniqueConstraint(
                fields=["origin", "type", "production_id", "counter"],
                name="audit_entry_counter",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(counter__gte=1), name="audit_entry_counts_from_one"),
            models.CheckConstraint(condition=Q(index__gte=0), name="audit_entry_index"),
            models.CheckConstraint(condition=Q(leaf_hash__octets=HASH_BYTES), name="audit_entry_leaf_length"),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.type}"


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree; see `audit.tiles`."""

    pk = models.CompositePrimaryKey("origin_id", "level", "number")
    organisation_id = models.UUIDField()
    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=0) & Q(level__lt=64 // TILE_HEIGHT) & Q(number__gte=0),
                name="audit_tile_place",
            ),
            models.CheckConstraint(
                condition=Q(hashes__octets__gte=HASH_BYTES) & Q(hashes__octets__lte=HASH_BYTES * TILE_WIDTH),
                name="audit_tile_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Checkpoint(models.Model):
    """What a log has committed to, written with the entries it covers and signed soon after.

    `note` is the signed note; size and root repeat its content. It stays NULL where the signer was busy and a later
    checkpoint was signed instead, which covers the same entries.
    """

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.UUIDField()
    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField(null=True)  # noqa: DJ001 - no note is not a note without text
    created_at = models.DateTimeField(db_default=WallClock())
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-size"]
        indexes = [
            # What waits for its signature, and the few that a later one was signed for instead.
            models.Index(
                fields=["origin", "size"], condition=Q(note__isnull=True), name="audit_checkpoint_unsigned"
            )
        ]
        constraints = [
            # A log has one root for each size: two would be a fork.
            models.UniqueConstraint(fields=["origin", "size"], name="audit_checkpoint_size"),
            models.CheckConstraint(condition=Q(size__gt=0), name="audit_checkpoint_not_empty"),
            models.CheckConstraint(condition=Q(root__octets=HASH_BYTES), name="audit_checkpoint_root_length"),
        ]

    def __str__(self) -> str:
        return f"{self.size} entries"


class Cosignature(models.Model):
    """A witness's line under a signed checkpoint: it saw this log grow to this size, and never otherwise."""

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.UUIDField()
    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    size = models.BigIntegerField()
    witness = models.CharField(max_length=120, help_text="The name of its key.")
    line = models.TextField(help_text="The signature line of the note, newline included.")
    at = models.DateTimeField(help_text="When the witness says that it signed.")
    created_at = models.DateTimeField(db_default=WallClock())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size", "witness"], name="audit_cosignature_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="audit_cosignature_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.witness}: {self.size} entries"


class Timestamp(models.Model):
    """A time-stamp token (RFC 3161) over a signed checkpoint: somebody else's clock says that it existed."""

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.UUIDField()
    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    size = models.BigIntegerField()
    tsa = models.CharField(max_length=200, help_text="Address of the time-stamping authority.")
    token = models.BinaryField()
    stated_at = models.DateTimeField(help_text="The time in the token.")
    created_at = models.DateTimeField(db_default=WallClock())

    class Meta:
        indexes = [models.Index(fields=["origin", "size"], name="audit_timestamp_place")]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="audit_timestamp_not_empty")]

    def __str__(self) -> str:
        return f"{self.stated_at:%Y-%m-%d %H:%M:%S}: {self.size} entries"


class AnchorTrouble(models.Model):
    """That no authority of time gives time stamps now. At most one row, gone as soon as one does.

    Not evidence, but news for whoever runs the product; it is the same for all logs and names none.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField(help_text="The first attempt that failed.")
    tried_at = models.DateTimeField(help_text="The last one.")
    told = models.TextField(help_text="What each authority said the last time.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_anchortrouble_once")]

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d %H:%M:%S}"


class PlatformEntry(models.Model):
    """A leaf of the platform's log: a checkpoint of an organisation's log that was signed.

    Names no organisation and is public, so that whoever holds a checkpoint can see whether its log still stands
    there. `body` is what was hashed; `log` and `size` repeat parts of it to search by.
    """

    id = models.BigAutoField(primary_key=True)
    origin = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    index = models.BigIntegerField()
    log = models.ForeignKey(LogOrigin, on_delete=models.PROTECT, related_name="+", db_index=False)
    size = models.BigIntegerField()
    leaf_hash = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        verbose_name_plural = "platform entries"
        constraints = [
            models.UniqueConstraint(fields=["origin", "index"], name="audit_platformentry_place"),
            models.UniqueConstraint(fields=["origin", "log", "size"], name="audit_platformentry_once"),
            models.CheckConstraint(condition=Q(index__gte=0), name="audit_platformentry_index"),
            models.CheckConstraint(
                condition=Q(leaf_hash__octets=HASH_BYTES), name="audit_platformentry_leaf_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.size} entries"
