import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0036_take_caps"),
        ("licensing", "0031_face_comparison"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakeReferencePicture",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        help_text="Among the reference pictures of the take, from 1."
                    ),
                ),
                ("picture_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
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
                    "take",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reference_pictures",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "ordering": ["take", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("take", "position"), name="generation_takereferencepicture_place_once"
                    ),
                    models.UniqueConstraint(
                        fields=("take", "asset"), name="generation_takereferencepicture_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("picture_sha256__regex", "^[0-9a-f]{64}$")),
                        name="generation_takereferencepicture_picture_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 8)),
                        name="generation_takereferencepicture_position",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("generation_takereferencepicture"),
        RunSQLFile(__file__, "take_reference_pictures_v1"),
    ]
