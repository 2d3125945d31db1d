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
        ("accounts", "0003_sign_in_failures"),
        ("licensing", "0003_consents_in_the_log"),
        ("productions", "0002_same_organisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceivedDocument",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("state", models.CharField(choices=[("valid", "valid"), ("unknown_signer", "unknown signer"), ("invalid", "invalid"), ("unsigned", "unsigned"), ("unreadable", "unreadable")], max_length=40)),
                ("examination", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("received_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-received_at"],
            },
        ),
        migrations.CreateModel(
            name="Rider",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("replica_type", models.CharField(choices=[("ebdr_scan", "ebdr scan"), ("ebdr_no_scan", "ebdr no scan"), ("icdr", "icdr"), ("background_replica", "background replica"), ("voice_replica", "voice replica"), ("vocal_replica_ima", "vocal replica ima"), ("visual_replica_ima", "visual replica ima"), ("realtime_replica", "realtime replica"), ("digital_alteration", "digital alteration"), ("synthetic", "synthetic"), ("none", "none")], max_length=40)),
                ("terms", models.JSONField()),
                ("terms_sha256", models.CharField(max_length=64)),
                ("unsigned_sha256", models.CharField(max_length=64)),
                ("unsigned_bytes", models.PositiveIntegerField()),
                ("pack_sha256", models.CharField(max_length=64)),
                ("prepared_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("prepared_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("production", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="productions.production")),
                ("supersedes", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.consent")),
            ],
            options={
                "ordering": ["-prepared_at"],
            },
        ),
        migrations.CreateModel(
            name="SigningAuthority",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("signer_role", models.CharField(choices=[("performer", "performer"), ("guardian", "guardian"), ("authorised_representative", "authorised representative"), ("union", "union"), ("agent_with_power", "agent with power"), ("estate", "estate")], max_length=40)),
                ("document_sha256", models.CharField(max_length=64)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("verified_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("performer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.performer")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("revoked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("verified_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["verified_at"],
            },
        ),
        migrations.CreateModel(
            name="RiderSignature",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("side", models.CharField(choices=[("studio", "studio"), ("performer", "performer")], max_length=40)),
                ("signer_role", models.CharField(blank=True, choices=[("performer", "performer"), ("guardian", "guardian"), ("authorised_representative", "authorised representative"), ("union", "union"), ("agent_with_power", "agent with power"), ("estate", "estate")], max_length=40, null=True)),
                ("certificate_sha256", models.CharField(max_length=64)),
                ("document_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("rider", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="licensing.rider")),
                ("signed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("authority", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licensing.signingauthority")),
            ],
            options={
                "ordering": ["signed_at"],
            },
        ),
        migrations.CreateModel(
            name="Transcription",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("replica_type", models.CharField(choices=[("ebdr_scan", "ebdr scan"), ("ebdr_no_scan", "ebdr no scan"), ("icdr", "icdr"), ("background_replica", "background replica"), ("voice_replica", "voice replica"), ("vocal_replica_ima", "vocal replica ima"), ("visual_replica_ima", "visual replica ima"), ("realtime_replica", "realtime replica"), ("digital_alteration", "digital alteration"), ("synthetic", "synthetic"), ("none", "none")], max_length=40)),
                ("terms", models.JSONField()),
                ("terms_sha256", models.CharField(max_length=64)),
                ("transcribed_at", models.DateTimeField()),
                ("document", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="transcriptions", to="licensing.receiveddocument")),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("transcribed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-transcribed_at"],
            },
        ),
        migrations.CreateModel(
            name="TranscriptionCheck",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("agrees", models.BooleanField()),
                ("checked_at", models.DateTimeField()),
                ("checked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organisation", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("transcribed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("transcription", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="check_made", to="licensing.transcription")),
            ],
            options={
                "ordering": ["-checked_at"],
            },
        ),
        migrations.AddIndex(
            model_name="receiveddocument",
            index=models.Index(fields=["organisation", "sha256"], name="licensing_received_sha256"),
        ),
        migrations.AddConstraint(
            model_name="receiveddocument",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_receiveddocument_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="receiveddocument",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["valid", "unknown_signer", "invalid", "unsigned", "unreadable"])), name="licensing_receiveddocument_state_known"),
        ),
        migrations.AddConstraint(
            model_name="receiveddocument",
            constraint=models.UniqueConstraint(fields=("organisation", "production", "performer", "sha256"), name="licensing_receiveddocument_once"),
        ),
        migrations.AddConstraint(
            model_name="rider",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_rider_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="rider",
            constraint=models.CheckConstraint(condition=models.Q(("replica_type__in", ["ebdr_scan", "ebdr_no_scan", "icdr", "background_replica", "voice_replica", "vocal_replica_ima", "visual_replica_ima", "realtime_replica", "digital_alteration", "synthetic", "none"])), name="licensing_rider_replica_type_known"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_signingauthority_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.UniqueConstraint(fields=("id", "person"), name="licensing_signingauthority_of"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.CheckConstraint(condition=models.Q(("signer_role__in", ["performer", "guardian", "authorised_representative", "union", "agent_with_power", "estate"])), name="licensing_signingauthority_signer_role_known"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.CheckConstraint(condition=models.Q(("verified_by", models.F("person")), _negated=True), name="licensing_signingauthority_two_people"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)), models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)), _connector="OR"), name="licensing_signingauthority_revoked_by"),
        ),
        migrations.AddConstraint(
            model_name="signingauthority",
            constraint=models.UniqueConstraint(condition=models.Q(("revoked_at__isnull", True)), fields=("organisation", "performer", "person", "signer_role"), name="licensing_signingauthority_once"),
        ),
        migrations.AddConstraint(
            model_name="ridersignature",
            constraint=models.CheckConstraint(condition=models.Q(("side__in", ["studio", "performer"])), name="licensing_ridersignature_side_known"),
        ),
        migrations.AddConstraint(
            model_name="ridersignature",
            constraint=models.UniqueConstraint(fields=("rider", "side"), name="licensing_ridersignature_once"),
        ),
        migrations.AddConstraint(
            model_name="ridersignature",
            constraint=models.UniqueConstraint(fields=("rider", "signed_by"), name="licensing_ridersignature_two_people"),
        ),
        migrations.AddConstraint(
            model_name="ridersignature",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("authority__isnull", True), ("side", "studio"), ("signer_role__isnull", True)), models.Q(("authority__isnull", False), ("side", "performer"), ("signer_role__isnull", False)), _connector="OR"), name="licensing_ridersignature_authority"),
        ),
        migrations.AddConstraint(
            model_name="transcription",
            constraint=models.UniqueConstraint(fields=("organisation", "id"), name="licensing_transcription_in_organisation"),
        ),
        migrations.AddConstraint(
            model_name="transcription",
            constraint=models.CheckConstraint(condition=models.Q(("replica_type__in", ["ebdr_scan", "ebdr_no_scan", "icdr", "background_replica", "voice_replica", "vocal_replica_ima", "visual_replica_ima", "realtime_replica", "digital_alteration", "synthetic", "none"])), name="licensing_transcription_replica_type_known"),
        ),
        migrations.AddConstraint(
            model_name="transcription",
            constraint=models.UniqueConstraint(fields=("id", "transcribed_by"), name="licensing_transcription_by"),
        ),
        migrations.AddConstraint(
            model_name="transcriptioncheck",
            constraint=models.CheckConstraint(condition=models.Q(("checked_by", models.F("transcribed_by")), _negated=True), name="licensing_transcriptioncheck_two_people"),
        ),
        IsolateByOrganisation("licensing_signingauthority"),
        IsolateByOrganisation("licensing_rider"),
        IsolateByOrganisation("licensing_ridersignature"),
        IsolateByOrganisation("licensing_receiveddocument"),
        IsolateByOrganisation("licensing_transcription"),
        IsolateByOrganisation("licensing_transcriptioncheck"),
        RunSQLFile(__file__, "consent_documents_v1"),
    ]
