from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0026_previews_and_handoffs"),
        ("licensing", "0030_naming_choices"),
        ("provenance", "0021_watermarks"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="graphedge",
            name="generation_graphedge_child_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="graphedge",
            name="generation_graphedge_parent_kind_known",
        ),
        migrations.AlterField(
            model_name="graphedge",
            name="child_kind",
            field=models.CharField(
                choices=[
                    ("performer", "performer"),
                    ("consent", "consent"),
                    ("replica", "replica"),
                    ("approval", "approval"),
                    ("decision", "decision"),
                    ("model", "model"),
                    ("person", "person"),
                    ("element", "element"),
                    ("take", "take"),
                    ("credential", "credential"),
                    ("cut", "cut"),
                    ("master", "master"),
                    ("review", "review"),
                    ("reference", "reference"),
                    ("delivery", "delivery"),
                    ("recipient", "recipient"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="graphedge",
            name="parent_kind",
            field=models.CharField(
                choices=[
                    ("performer", "performer"),
                    ("consent", "consent"),
                    ("replica", "replica"),
                    ("approval", "approval"),
                    ("decision", "decision"),
                    ("model", "model"),
                    ("person", "person"),
                    ("element", "element"),
                    ("take", "take"),
                    ("credential", "credential"),
                    ("cut", "cut"),
                    ("master", "master"),
                    ("review", "review"),
                    ("reference", "reference"),
                    ("delivery", "delivery"),
                    ("recipient", "recipient"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="graphedge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "child_kind__in",
                        [
                            "performer",
                            "consent",
                            "replica",
                            "approval",
                            "decision",
                            "model",
                            "person",
                            "element",
                            "take",
                            "credential",
                            "cut",
                            "master",
                            "review",
                            "reference",
                            "delivery",
                            "recipient",
                        ],
                    )
                ),
                name="generation_graphedge_child_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="graphedge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "parent_kind__in",
                        [
                            "performer",
                            "consent",
                            "replica",
                            "approval",
                            "decision",
                            "model",
                            "person",
                            "element",
                            "take",
                            "credential",
                            "cut",
                            "master",
                            "review",
                            "reference",
                            "delivery",
                            "recipient",
                        ],
                    )
                ),
                name="generation_graphedge_parent_kind_known",
            ),
        ),
        RunSQLFile(__file__, "graph_of_files_v1"),
    ]
