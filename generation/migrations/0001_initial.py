import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_sign_in_failures"),
        ("licensing", "0001_initial"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelRelease",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("version", models.CharField(max_length=60)),
                (
                    "folder",
                    models.CharField(
                        help_text="Absolute, or relative to the project's own folder.", max_length=400
                    ),
                ),
                ("lock_sha256", models.CharField(max_length=64)),
                ("licence", models.CharField(max_length=120)),
                (
                    "data_statement",
                    models.TextField(help_text="What it was trained on, and whose that is.", max_length=4000),
                ),
                (
                    "on_file",
                    models.JSONField(
                        blank=True, help_text="Vendor papers on file, by code; null: not asked.", null=True
                    ),
                ),
                ("terms_changed", models.BooleanField(blank=True, null=True)),
                ("talent_enhancement", models.BooleanField(blank=True, null=True)),
                ("unowned_training_data", models.BooleanField(blank=True, null=True)),
                ("trained_for_project", models.CharField(blank=True, max_length=60, null=True)),
                ("on_market_since", models.DateField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Take",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("requested_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(max_length=200)),
                ("request", models.JSONField(help_text="Everything that was asked, as hashed.")),
                ("request_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("refused", "refused"),
                            ("awaiting_review", "awaiting review"),
                            ("queued", "queued"),
                            ("rendering", "rendering"),
                            ("encoding", "encoding"),
                            ("signing", "signing"),
                            ("signed", "signed"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("prompt", models.TextField()),
                ("negative_prompt", models.TextField(blank=True)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("num_frames", models.PositiveIntegerField()),
                ("fps", models.PositiveSmallIntegerField()),
                ("steps", models.PositiveSmallIntegerField()),
                ("guidance_scale", models.DecimalField(decimal_places=2, max_digits=5)),
                ("seed", models.BigIntegerField()),
                ("delivered_width", models.PositiveIntegerField()),
                ("delivered_height", models.PositiveIntegerField()),
                (
                    "understood",
                    models.JSONField(help_text="Null where the model's vocabulary is open.", null=True),
                ),
                ("ignored", models.JSONField(default=list)),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.PositiveBigIntegerField(default=0)),
                ("woken_at", models.DateTimeField(help_text="When a worker was last told of it.", null=True)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("stage", models.CharField(blank=True, max_length=16)),
                ("step", models.PositiveIntegerField(default=0)),
                ("stage_steps", models.PositiveIntegerField(default=0)),
                ("failure_code", models.CharField(blank=True, max_length=32)),
                ("failure_message", models.TextField(blank=True)),
                (
                    "screening",
                    models.CharField(
                        choices=[("not_evaluated", "not evaluated")], default="not_evaluated", max_length=16
                    ),
                ),
                (
                    "seconds",
                    models.JSONField(
                        default=dict, help_text="Seconds by stage of the attempt that was signed."
                    ),
                ),
                (
                    "fingerprint",
                    models.JSONField(
                        default=dict, help_text="What, besides spec and weights, the bytes depend on."
                    ),
                ),
                ("asset_id", models.UUIDField(null=True, unique=True)),
                ("video_key", models.CharField(blank=True, max_length=120)),
                ("poster_key", models.CharField(blank=True, max_length=120)),
                ("contact_sheet_key", models.CharField(blank=True, max_length=120)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        help_text="The latest one.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.decision",
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
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.shot"
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at"],
            },
        ),
        migrations.CreateModel(
            name="TakeEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(choices=[("state", "state"), ("progress", "progress")], max_length=12),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("refused", "refused"),
                            ("awaiting_review", "awaiting review"),
                            ("queued", "queued"),
                            ("rendering", "rendering"),
                            ("encoding", "encoding"),
                            ("signing", "signing"),
                            ("signed", "signed"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("stage", models.CharField(blank=True, max_length=16)),
                ("step", models.PositiveIntegerField(default=0)),
                ("stage_steps", models.PositiveIntegerField(default=0)),
                ("code", models.CharField(blank=True, max_length=32)),
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
                    "take",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="generation.take"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="modelrelease",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name", "version"), name="generation_modelrelease_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrelease",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="generation_modelrelease_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("lock_sha256__regex", "^[0-9a-f]{64}$")),
                name="generation_modelrelease_lock_is_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="take",
            index=models.Index(fields=["organisation", "shot", "number"], name="generation_take_of_shot"),
        ),
        migrations.AddIndex(
            model_name="take",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "encoding", "rendering", "signing"])),
                fields=["requested_at"],
                name="generation_take_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.UniqueConstraint(
                fields=("organisation", "idempotency_key"), name="generation_take_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.UniqueConstraint(
                fields=("organisation", "shot", "number"), name="generation_take_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="generation_take_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "refused",
                            "awaiting_review",
                            "queued",
                            "rendering",
                            "encoding",
                            "signing",
                            "signed",
                            "failed",
                            "cancelled",
                        ],
                    )
                ),
                name="generation_take_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(("request_sha256__regex", "^[0-9a-f]{64}$")),
                name="generation_take_request_is_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asset_id__isnull", False),
                        ("state", "signed"),
                        models.Q(("video_key", ""), _negated=True),
                    ),
                    models.Q(models.Q(("state", "signed"), _negated=True), ("asset_id__isnull", True)),
                    _connector="OR",
                ),
                name="generation_take_signed_has_asset",
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), models.Q(("failure_code", ""), _negated=True)),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("failure_code", "")),
                    _connector="OR",
                ),
                name="generation_take_failed_has_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="take",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("lease_until__isnull", False), ("state__in", ["encoding", "rendering", "signing"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["encoding", "rendering", "signing"]), _negated=True),
                        ("lease_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="generation_take_worked_on_has_lease",
            ),
        ),
        migrations.AddIndex(
            model_name="takeevent",
            index=models.Index(fields=["take", "id"], name="generation_takeevent_order"),
        ),
        migrations.AddConstraint(
            model_name="takeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["state", "progress"])),
                name="generation_takeevent_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="takeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "refused",
                            "awaiting_review",
                            "queued",
                            "rendering",
                            "encoding",
                            "signing",
                            "signed",
                            "failed",
                            "cancelled",
                        ],
                    )
                ),
                name="generation_takeevent_state_known",
            ),
        ),
        *(IsolateByOrganisation(f"generation_{table}") for table in ("modelrelease", "take", "takeevent")),
    ]
