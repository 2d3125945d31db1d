import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0027_screens"),
        ("licensing", "0031_face_comparison"),
        ("productions", "0003_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LikenessTraining",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("trigger", models.CharField(max_length=40)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("this_production", "this production"),
                            ("sequel_spinoff", "sequel spinoff"),
                            ("promotion_of_work", "promotion of work"),
                            ("third_party_advertising", "third party advertising"),
                            ("pitch_concept", "pitch concept"),
                            ("research_test", "research test"),
                            ("training", "training"),
                            ("archive", "archive"),
                        ],
                        max_length=40,
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                ("steps", models.PositiveIntegerField()),
                ("learning_rate", models.DecimalField(decimal_places=6, max_digits=7)),
                ("seed", models.PositiveBigIntegerField()),
                ("frames", models.PositiveIntegerField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("fps", models.PositiveIntegerField()),
                ("idempotency_key", models.CharField(max_length=200)),
                ("request", models.JSONField()),
                ("request_sha256", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting_review", "awaiting review"),
                            ("queued", "queued"),
                            ("training", "training"),
                            ("keeping", "keeping"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=40,
                    ),
                ),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.PositiveBigIntegerField(default=0)),
                ("not_before", models.DateTimeField(null=True)),
                ("stage", models.CharField(blank=True, max_length=40)),
                ("step", models.PositiveIntegerField(default=0)),
                ("seconds_per_step", models.FloatField(help_text="Of this attempt so far.", null=True)),
                ("losses", models.JSONField(default=list)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                (
                    "failure_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("likeness_not_released", "likeness not released"),
                            ("source_unfit", "source unfit"),
                            ("model_refused", "model refused"),
                            ("model_changed", "model changed"),
                            ("out_of_memory", "out of memory"),
                            ("too_slow", "too slow"),
                            ("learned_nothing", "learned nothing"),
                            ("not_taken_in", "not taken in"),
                            ("disk_full", "disk full"),
                            ("device_lost", "device lost"),
                            ("too_many_attempts", "too many attempts"),
                            ("internal_error", "internal error"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                ("failure_message", models.TextField(blank=True)),
                ("adapter_sha256", models.CharField(blank=True, max_length=64)),
                ("loss_before", models.FloatField(null=True)),
                ("loss_after", models.FloatField(null=True)),
                ("fingerprint", models.JSONField(default=dict)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "adapter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.custodyasset",
                    ),
                ),
                (
                    "cancel_requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.decision"
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.modelrelease",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.performer",
                    ),
                ),
                (
                    "production",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.production",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LikenessSource",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(help_text="Among the sources of the training, from 1."),
                ),
                ("plain_sha256", models.CharField(max_length=64)),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.custodyasset",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="generation.likenesstraining",
                    ),
                ),
            ],
            options={
                "ordering": ["training", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="likenesstraining",
            index=models.Index(fields=["organisation", "production"], name="generation_training_of_prod"),
        ),
        migrations.AddIndex(
            model_name="likenesstraining",
            index=models.Index(
                condition=models.Q(("state__in", ["keeping", "queued", "training"])),
                fields=["requested_at"],
                name="generation_training_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="generation_likenesstraining_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "awaiting_review",
                            "queued",
                            "training",
                            "keeping",
                            "done",
                            "refused",
                            "failed",
                            "cancelled",
                        ],
                    )
                ),
                name="generation_likenesstraining_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "this_production",
                            "sequel_spinoff",
                            "promotion_of_work",
                            "third_party_advertising",
                            "pitch_concept",
                            "research_test",
                            "training",
                            "archive",
                        ],
                    )
                ),
                name="generation_likenesstraining_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(("request_sha256__regex", "^[0-9a-f]{64}$")),
                name="generation_likenesstraining_request_sha256",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frames__gte", 1),
                    ("learning_rate__gt", 0),
                    ("rank__range", (1, 128)),
                    ("steps__range", (10, 20000)),
                    ("step__lte", models.F("steps")),
                ),
                name="generation_likenesstraining_terms",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.UniqueConstraint(
                fields=("organisation", "idempotency_key"), name="generation_likenesstraining_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("adapter__isnull", False),
                        ("state", "done"),
                        models.Q(("adapter_sha256", ""), _negated=True),
                        ("loss_after__isnull", False),
                        ("loss_before__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("adapter__isnull", True),
                        ("adapter_sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="generation_likenesstraining_done_has_adapter",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failure_code__isnull", False), ("state", "failed")),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("failure_code__isnull", True)),
                    _connector="OR",
                ),
                name="generation_likenesstraining_failed_has_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    ("cancel_requested_at__isnull", False),
                    _connector="OR",
                ),
                name="generation_likenesstraining_cancelled_was_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesstraining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease_until__isnull", False), ("state__in", ["keeping", "training"])),
                    models.Q(
                        models.Q(("state__in", ["keeping", "training"]), _negated=True),
                        ("lease_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="generation_likenesstraining_worked_on_has_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesssource",
            constraint=models.UniqueConstraint(
                fields=("training", "position"), name="generation_likenesssource_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesssource",
            constraint=models.UniqueConstraint(
                fields=("training", "asset"), name="generation_likenesssource_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="likenesssource",
            constraint=models.CheckConstraint(
                condition=models.Q(("plain_sha256__regex", "^[0-9a-f]{64}$")),
                name="generation_likenesssource_plain_sha256",
            ),
        ),
        IsolateByOrganisation("generation_likenesstraining"),
        IsolateByOrganisation("generation_likenesssource"),
        RunSQLFile(__file__, "trainings_v1"),
    ]
