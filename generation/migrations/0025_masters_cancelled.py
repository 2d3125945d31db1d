import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_organisation_ids"),
        ("generation", "0013_masters_delivered"),
        ("licensing", "0030_naming_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="master",
            name="generation_master_state_known",
        ),
        migrations.AddField(
            model_name="master",
            name="cancel_requested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="master",
            name="cancel_requested_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="master",
            name="seconds_per_frame",
            field=models.FloatField(help_text="Of this attempt so far.", null=True),
        ),
        migrations.AlterField(
            model_name="master",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "queued"),
                    ("encoding", "encoding"),
                    ("signing", "signing"),
                    ("signed", "signed"),
                    ("refused", "refused"),
                    ("failed", "failed"),
                    ("cancelled", "cancelled"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="master",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["queued", "encoding", "signing", "signed", "refused", "failed", "cancelled"],
                    )
                ),
                name="generation_master_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="master",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    ("cancel_requested_at__isnull", False),
                    _connector="OR",
                ),
                name="generation_master_cancelled_was_asked",
            ),
        ),
    ]
