from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.rule_pack import RulePack
from licensing.values import Decision as Outcome
from licensing.values import Stage


class Decision(TenantModel):
    """A verdict, yes or no, with the facts it was made on. Append-only: a new look is a new row.

    `facts` are the canonical bytes that `facts_sha256` is of, so that a change of law or rate never rewrites why.
    `asked` is the order as it was asked, for deciding the same again later. `approvals` are those of legal review
    that it rests on, as they stood: limits, reasons they lift, who gave them. `papers` are the bases that counsel
    signed off and the buyer's written approvals that its facts come of.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    shot_id = models.UUIDField(null=True)
    stage = word(Stage)
    outcome = word(Outcome)
    reasons = models.JSONField()
    duties = models.JSONField()
    facts = models.BinaryField()
    facts_sha256 = digest()
    asked = models.JSONField()
    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="+")
    consent_ids = ArrayField(models.UUIDField())
    approvals = models.JSONField(default=list)
    papers = models.JSONField(default=list)
    salt = models.BinaryField(max_length=32)
    decided_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            of_one_organisation("decision"),
            known("decision", "stage", Stage),
            known("decision", "outcome", Outcome),
        ]
        indexes = [models.Index(fields=["organisation", "shot_id"], name="licensing_decision_shot")]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.decided_at}"

    @property
    def performer_ids(self) -> tuple[UUID, ...]:
        """Whose likeness was asked for: the cast, and whoever the prompt names for certain."""
        return tuple(UUID(subject["person_id"]) for subject in json.loads(bytes(self.facts))["subjects"])
