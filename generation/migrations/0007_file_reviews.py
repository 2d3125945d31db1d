import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0012_masters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FileReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approved", "approved"),
                            ("approved_with_limits", "approved with limits"),
                            ("refused", "refused"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "updated_file_id",
                    models.UUIDField(help_text="The copy whose credential says so.", unique=True),
                ),
                ("manifest_id", models.CharField(max_length=60)),
                ("file_sha256", models.CharField(help_text="Of that copy.", max_length=64)),
                ("media_key", models.CharField(max_length=120)),
                ("salt", models.BinaryField()),
                ("reviewed_at", models.DateTimeField()),
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
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "ordering": ["-reviewed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["approved", "approved_with_limits", "refused"])),
                        name="generation_filereview_outcome_known",
                    )
                ],
            },
        ),
        IsolateByOrganisation("generation_filereview"),
        RunSQLFile(__file__, "file_reviews_v1"),
    ]
