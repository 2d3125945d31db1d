import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0003_deliveries"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prompt_written", "prompt written"),
                            ("parameters_changed", "parameters changed"),
                            ("reference_chosen", "reference chosen"),
                            ("take_selected", "take selected"),
                            ("take_rejected", "take rejected"),
                            ("edit_made", "edit made"),
                            ("cut_arranged", "cut arranged"),
                            ("review_note", "review note"),
                            ("element_made", "element made"),
                            ("taken_back", "taken back"),
                        ],
                        max_length=24,
                    ),
                ),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "by",
                    models.ForeignKey(
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
                (
                    "production",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.production",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.sequence",
                    ),
                ),
                (
                    "shot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.shot",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="generation.contribution",
                    ),
                ),
                (
                    "take",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CutEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("reel", models.CharField(blank=True, max_length=32)),
                ("start_frame", models.PositiveIntegerField(default=0)),
                ("fps", models.PositiveSmallIntegerField(null=True)),
                (
                    "contribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cut_edition",
                        to="generation.contribution",
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
                    "sequence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="productions.sequence",
                    ),
                ),
            ],
            options={
                "ordering": ["sequence", "-number"],
            },
        ),
        migrations.CreateModel(
            name="CutEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("first_frame", models.PositiveIntegerField()),
                ("end_frame", models.PositiveIntegerField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="generation.cutedition",
                    ),
                ),
                (
                    "element",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.contribution",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.take",
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                fields=["organisation", "production", "at"], name="generation_contribution_order"
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(fields=["organisation", "take"], name="generation_contribution_take"),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="generation_contribution_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                fields=("organisation", "production", "id"), name="generation_contribution_in_production"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "prompt_written",
                            "parameters_changed",
                            "reference_chosen",
                            "take_selected",
                            "take_rejected",
                            "edit_made",
                            "cut_arranged",
                            "review_note",
                            "element_made",
                            "taken_back",
                        ],
                    )
                ),
                name="generation_contribution_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                name="generation_contribution_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "taken_back"), _negated=True),
                    ("supersedes__isnull", False),
                    _connector="OR",
                ),
                name="generation_contribution_takes_something_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ["take_selected", "take_rejected", "prompt_written", "parameters_changed"],
                        ),
                        _negated=True,
                    ),
                    ("take__isnull", False),
                    _connector="OR",
                ),
                name="generation_contribution_of_a_take",
            ),
        ),
        migrations.AddConstraint(
            model_name="cutedition",
            constraint=models.UniqueConstraint(
                fields=("organisation", "sequence", "number"), name="generation_cutedition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cutedition",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="generation_cutedition_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="cutedition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__gte", 1),
                    ("start_frame__lte", 10000000),
                    models.Q(
                        ("fps__isnull", True), models.Q(("fps__gte", 1), ("fps__lte", 240)), _connector="OR"
                    ),
                ),
                name="generation_cutedition_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="cutentry",
            constraint=models.UniqueConstraint(
                fields=("edition", "position"), name="generation_cutentry_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cutentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("element__isnull", True), ("take__isnull", False)),
                    models.Q(("element__isnull", False), ("take__isnull", True)),
                    _connector="OR",
                ),
                name="generation_cutentry_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="cutentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_frame__gt", models.F("first_frame")), ("position__gte", 1)),
                name="generation_cutentry_in_order",
            ),
        ),
        *(
            IsolateByOrganisation(f"generation_{table}")
            for table in ("contribution", "cutedition", "cutentry")
        ),
        RunSQLFile(__file__, "authorship_v1"),
    ]
