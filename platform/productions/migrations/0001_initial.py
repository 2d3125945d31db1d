import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Production",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("slug", models.SlugField(max_length=60)),
                (
                    "project_code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                "Letters, digits, dots, hyphens and underscores only.",
                            )
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("feature", "feature"),
                            ("series", "series"),
                            ("animation_series", "animation series"),
                            ("documentary", "documentary"),
                            ("commercial", "commercial"),
                            ("audio_ad", "audio ad"),
                            ("game", "game"),
                            ("music_release", "music release"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "agreement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sag_tvt_2023", "sag tvt 2023"),
                            ("sag_tvt_2026", "sag tvt 2026"),
                            ("sag_netcode", "sag netcode"),
                            ("sag_commercials_2025", "sag commercials 2025"),
                            ("sag_audio_commercials_2025", "sag audio commercials 2025"),
                            ("sag_ima_2025", "sag ima 2025"),
                            ("sag_sound_2024", "sag sound 2024"),
                            ("sag_tv_animation_2024", "sag tv animation 2024"),
                            ("sag_interim", "sag interim"),
                            ("sag_dyn_ai_audio", "sag dyn ai audio"),
                            ("narrativ", "narrativ"),
                            ("actra_ipa_2025", "actra ipa 2025"),
                            ("equity_pact", "equity pact"),
                            ("wga_mba_2026", "wga mba 2026"),
                            ("dga_ba_2026", "dga ba 2026"),
                            ("iatse_ba_2024", "iatse ba 2024"),
                            ("tag_2024", "tag 2024"),
                            ("none", "none"),
                        ],
                        max_length=32,
                        null=True,
                    ),
                ),
                ("principal_photography_start", models.DateField(blank=True, null=True)),
                ("production_start", models.DateField(blank=True, null=True)),
                (
                    "governing_law",
                    models.CharField(
                        blank=True,
                        max_length=8,
                        null=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(WORLD|EU|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$",
                                "A territory such as US, US-CA, DE, EU or WORLD.",
                            )
                        ],
                    ),
                ),
                (
                    "buyer",
                    models.CharField(
                        blank=True,
                        choices=[("netflix", "netflix"), ("other", "other"), ("none", "none")],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("award_campaign", models.BooleanField(blank=True, null=True)),
                ("writers_guild_covered", models.BooleanField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="Character",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
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
                        related_name="characters",
                        to="productions.production",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                "Letters, digits, dots, hyphens and underscores only.",
                            )
                        ],
                    ),
                ),
                ("order", models.PositiveIntegerField(default=0)),
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
                        related_name="sequences",
                        to="productions.production",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code"],
            },
        ),
        migrations.CreateModel(
            name="Shot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                "Letters, digits, dots, hyphens and underscores only.",
                            )
                        ],
                    ),
                ),
                ("scene", models.CharField(blank=True, max_length=80, null=True)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("order", models.PositiveIntegerField(default=0)),
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
                        related_name="shots",
                        to="productions.sequence",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code"],
            },
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.UniqueConstraint(
                fields=("organisation", "slug"), name="productions_production_slug_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.UniqueConstraint(
                fields=("organisation", "project_code"), name="productions_production_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="productions_production_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "feature",
                            "series",
                            "animation_series",
                            "documentary",
                            "commercial",
                            "audio_ad",
                            "game",
                            "music_release",
                        ],
                    )
                ),
                name="productions_production_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "agreement__in",
                        [
                            "sag_tvt_2023",
                            "sag_tvt_2026",
                            "sag_netcode",
                            "sag_commercials_2025",
                            "sag_audio_commercials_2025",
                            "sag_ima_2025",
                            "sag_sound_2024",
                            "sag_tv_animation_2024",
                            "sag_interim",
                            "sag_dyn_ai_audio",
                            "narrativ",
                            "actra_ipa_2025",
                            "equity_pact",
                            "wga_mba_2026",
                            "dga_ba_2026",
                            "iatse_ba_2024",
                            "tag_2024",
                            "none",
                        ],
                    )
                ),
                name="productions_production_agreement_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyer__in", ["netflix", "other", "none"])),
                name="productions_production_buyer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="production",
            constraint=models.CheckConstraint(
                condition=models.Q(("governing_law__regex", "^(WORLD|EU|EEA|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")),
                name="productions_production_governing_law_territory",
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.UniqueConstraint(
                fields=("organisation", "production", "name"), name="productions_character_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="productions_character_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.UniqueConstraint(
                fields=("organisation", "production", "code"), name="productions_sequence_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="productions_sequence_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.UniqueConstraint(
                fields=("organisation", "sequence", "code"), name="productions_shot_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="productions_shot_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scene__isnull", True), models.Q(("scene", ""), _negated=True), _connector="OR"
                ),
                name="productions_shot_scene_not_empty",
            ),
        ),
        *(
            IsolateByOrganisation(f"productions_{table}")
            for table in ("production", "sequence", "shot", "character")
        ),
    ]
