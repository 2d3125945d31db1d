"""What rests on what: one row for each fact in other tables that says so."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from generation.graph.values import NodeKind
from generation.models.columns import choices, known


class GraphEdge(TenantModel):
    """`child` rests on `parent`. Derived: triggers of the tables that hold the facts write it, and nobody else can.

    Frames count from 0 and end before `*_end`; null is every frame. `is_exact`: frame by frame, so that frame
    `child_first + n` is frame `parent_first + n` of the parent, and where both are null frame n is frame n.
    `carries`: whoever is in those frames of the parent is in those of the child. `source_id` is the row that says so,
    where one fact can be said more than once.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=24)
    child_kind = models.CharField(max_length=12, choices=choices(NodeKind))
    child_id = models.UUIDField()
    parent_kind = models.CharField(max_length=12, choices=choices(NodeKind))
    parent_id = models.UUIDField()
    child_first = models.PositiveIntegerField(null=True)
    child_end = models.PositiveIntegerField(null=True)
    parent_first = models.PositiveIntegerField(null=True)
    parent_end = models.PositiveIntegerField(null=True)
    is_exact = models.BooleanField(default=False)
    carries = models.BooleanField(default=True)
    source_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["parent_id"], name="generation_graphedge_down")]
        constraints = [
            # It is what walks towards the parents read.
            models.UniqueConstraint(
                fields=["child_id", "parent_id", "kind", "child_first", "source_id"],
                nulls_distinct=False,
                name="generation_graphedge_once",
            ),
            known("graphedge", "child_kind", NodeKind),
            known("graphedge", "parent_kind", NodeKind),
            models.CheckConstraint(
                condition=~Q(child_id=F("parent_id")), name="generation_graphedge_of_another"
            ),
            models.CheckConstraint(
                condition=Q(child_first__isnull=True, child_end__isnull=True)
                | Q(child_end__gt=F("child_first")),
                name="generation_graphedge_child_frames",
            ),
            models.CheckConstraint(
                condition=Q(parent_first__isnull=True, parent_end__isnull=True)
                | Q(parent_end__gt=F("parent_first")),
                name="generation_graphedge_parent_frames",
            ),
            models.CheckConstraint(
                condition=Q(is_exact=False)
                | Q(child_first__isnull=True, parent_first__isnull=True)
                | Q(child_end=F("child_first") + F("parent_end") - F("parent_first")),
                name="generation_graphedge_exact_is_as_long",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_kind} {self.kind} {self.parent_kind}"
