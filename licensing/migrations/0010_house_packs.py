import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.rls import IsolateByOrganisation
from core.sql import RunSQLFile

# fmt: off
# As Django wrote it: one line per column.


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("licensing", "0009_register_stamps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HousePack",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=10)),
                ("edition", models.PositiveIntegerField()),
                ("note", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("staged_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("staged_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-edition"],
            },
        ),
        migrations.CreateModel(
            name="HousePackReplay",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("book_sha256", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("decisions", models.PositiveIntegerField()),
                ("flipped", models.PositiveIntegerField()),
                ("result", models.JSONField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("pack", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="replays", to="licensing.housepack")),
                ("replayed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-until"],
            },
        ),
        migrations.CreateModel(
            name="HousePackActivation",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("activated_at", models.DateTimeField()),
                ("activated_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("pack", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="activations", to="licensing.housepack")),
                ("staged_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("replay", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.housepackreplay")),
            ],
            options={
                "ordering": ["-activated_at", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="housepack",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_housepack_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="housepack",
            constraint=models.UniqueConstraint(fields=("organisation", "edition"), name="licensing_housepack_edition_once"),
        ),
        migrations.AddConstraint(
            model_name="housepack",
            constraint=models.UniqueConstraint(fields=("id", "staged_by"), name="licensing_housepack_by"),
        ),
        migrations.AddConstraint(
            model_name="housepackreplay",
            constraint=models.UniqueConstraint(fields=("id", "pack"), name="licensing_housepackreplay_of"),
        ),
        migrations.AddIndex(
            model_name="housepackactivation",
            index=models.Index(fields=["organisation", "activated_at"], name="licensing_housepack_active"),
        ),
        migrations.AddConstraint(
            model_name="housepackactivation",
            constraint=models.CheckConstraint(condition=models.Q(("activated_by", models.F("staged_by")), _negated=True), name="licensing_housepackactivation_two_people"),
        ),
        IsolateByOrganisation("licensing_housepack"),
        IsolateByOrganisation("licensing_housepackreplay"),
        IsolateByOrganisation("licensing_housepackactivation"),
        RunSQLFile(__file__, "house_packs_v1"),
    ]
