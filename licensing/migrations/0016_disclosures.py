import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0015_quotas"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("wording_id", models.CharField(max_length=60)),
                ("rule_id", models.CharField(max_length=24)),
                ("territory", models.CharField(max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("c2pa", "c2pa"),
                            ("watermark", "watermark"),
                            ("iptc", "iptc"),
                            ("end_credit", "end credit"),
                            ("on_screen", "on screen"),
                            ("ad_conspicuous", "ad conspicuous"),
                            ("platform_toggle", "platform toggle"),
                            ("cue_sheet", "cue sheet"),
                            ("eu_icon_full", "eu icon full"),
                            ("eu_icon_partial", "eu icon partial"),
                            ("eu_icon_deepfake", "eu icon deepfake"),
                            ("cn_explicit", "cn explicit"),
                            ("cn_implicit", "cn implicit"),
                        ],
                        max_length=40,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=12)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("placement", models.CharField(max_length=500)),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("withdrawn", models.BooleanField(default=False)),
                ("approved_at", models.DateTimeField()),
                (
                    "approved_by",
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
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="licensing.disclosureapproval",
                    ),
                ),
            ],
            options={
                "ordering": ["approved_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="DisclosurePlacing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=300)),
                ("document_sha256", models.CharField(max_length=64)),
                ("placed_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placings",
                        to="licensing.disclosureapproval",
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="licensing_disclosureapproval_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "c2pa",
                            "watermark",
                            "iptc",
                            "end_credit",
                            "on_screen",
                            "ad_conspicuous",
                            "platform_toggle",
                            "cue_sheet",
                            "eu_icon_full",
                            "eu_icon_partial",
                            "eu_icon_deepfake",
                            "cn_explicit",
                            "cn_implicit",
                        ],
                    )
                ),
                name="licensing_disclosureapproval_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.UniqueConstraint(
                fields=("organisation", "production", "wording_id", "language", "id"),
                name="licensing_disclosureapproval_of_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)),
                fields=("organisation", "production", "wording_id", "language"),
                name="licensing_disclosureapproval_first_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn", False), ("supersedes__isnull", False), _connector="OR"),
                name="licensing_disclosureapproval_withdraws_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("supersedes__isnull", True),
                    models.Q(("supersedes", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="licensing_disclosureapproval_not_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureplacing",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="licensing_disclosureplacing_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureplacing",
            constraint=models.UniqueConstraint(
                fields=("approval", "document_sha256", "place"), name="licensing_disclosureplacing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosureplacing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("document_sha256__regex", "^[0-9a-f]{64}$"), models.Q(("place", ""), _negated=True)
                ),
                name="licensing_disclosureplacing_proved",
            ),
        ),
        IsolateByOrganisation("licensing_disclosureapproval"),
        IsolateByOrganisation("licensing_disclosureplacing"),
        RunSQLFile(__file__, "disclosures_v1"),
    ]
