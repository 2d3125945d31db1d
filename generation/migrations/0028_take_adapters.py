from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0024_hosted_calls"),
        ("licensing", "0030_naming_choices"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakeAdapter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(help_text="Among the adapters of the take, from 1."),
                ),
                ("scale", models.DecimalField(decimal_places=2, max_digits=3)),
                ("weights_sha256", models.CharField(max_length=64)),
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
                        related_name="adapters",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "ordering": ["take", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("take", "position"), name="generation_takeadapter_place_once"
                    ),
                    models.UniqueConstraint(fields=("take", "asset"), name="generation_takeadapter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weights_sha256__regex", "^[0-9a-f]{64}$")),
                        name="generation_takeadapter_weights_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 4)),
                        name="generation_takeadapter_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scale__gt", 0), ("scale__lte", Decimal(2))),
                        name="generation_takeadapter_scale",
                    ),
                ],
            },
        ),
        IsolateByOrganisation("generation_takeadapter"),
        RunSQLFile(__file__, "take_adapters_v1"),
    ]
