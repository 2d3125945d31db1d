from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0031_camera_moves"),
        ("licensing", "0031_face_comparison"),
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
                    ("training", "training"),
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
                    ("training", "training"),
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
                            "training",
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
                            "training",
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
        RunSQLFile(__file__, "graph_of_trainings_v1"),
    ]
