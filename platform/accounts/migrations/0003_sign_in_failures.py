from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address_digest", models.CharField(max_length=64)),
                ("origin_digest", models.CharField(max_length=64)),
                ("failed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-failed_at"],
                "indexes": [
                    models.Index(fields=["origin_digest", "failed_at"], name="accounts_failure_origin"),
                    models.Index(fields=["failed_at"], name="accounts_failure_time"),
                ],
            },
        ),
    ]
