"""The papers of productions, as the gate's question and others read them. Policies bind it like any statement."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from audit.coverage import covered_sql
from licensing.signing_off.papers import Papers, SignOff, WrittenApproval

# Those that stand and whose record the log covers. What was taken back, or replaced, counts for nothing at once.
_SIGN_OFFS = """(
    SELECT json_agg(json_build_array(
        paper.id, paper.performer_id, paper.basis, paper.use, paper.scenes, paper.shots, paper.valid_until,
        paper.capacity, paper.signed_at, paper.signed_by_id, paper.content_sha256
    ) ORDER BY paper.signed_at, paper.id)::text
    FROM licensing_basissignoff AS paper
    WHERE paper.production_id = {production} AND NOT paper.revoked {known} AND {covered} AND NOT EXISTS (
        SELECT FROM licensing_basissignoff AS later WHERE later.supersedes_id = paper.id {ended}
    )
)"""
_APPROVALS = """(
    SELECT json_agg(json_build_array(
        paper.id, paper.use, paper.shots, paper.approved_at, paper.valid_until, paper.document_sha256,
        paper.content_sha256
    ) ORDER BY paper.approved_at, paper.id)::text
    FROM licensing_buyerapproval AS paper
    WHERE paper.production_id = {production} AND NOT paper.withdrawn {known} AND {covered} AND NOT EXISTS (
        SELECT FROM licensing_buyerapproval AS later WHERE later.supersedes_id = paper.id {ended}
    )
)"""
_ASKED_BY = "(SELECT nullif(current_setting('app.user', true), ''))"


def papers_sql(production: str) -> str:
    """Three columns that `papers_in` reads: sign-offs, written approvals, and whoever the transaction acts for.

    `production` is a placeholder, met twice.
    """
    covered = covered_sql("paper.entry_uid")
    words = {"production": production, "covered": covered, "known": "", "ended": ""}
    return f"{_SIGN_OFFS.format(**words)}, {_APPROVALS.format(**words)}, {_ASKED_BY}"


def papers_then_sql(production: str, *, settled: str, known_at: str) -> str:
    """As `papers_sql` at another moment; all are placeholders.

    A sign-off holds from when it is recorded; a written approval from when the buyer gave it, once it is known.
    """
    covered = covered_sql("paper.entry_uid", by=known_at)
    words = {"production": production, "covered": covered}
    signed = _SIGN_OFFS.format(
        **words, known=f"AND paper.signed_at <= {settled}", ended=f"AND later.signed_at <= {settled}"
    )
    approved = _APPROVALS.format(
        **words, known=f"AND paper.recorded_at <= {known_at}", ended=f"AND later.recorded_at <= {settled}"
    )
    return f"{signed}, {approved}, {_ASKED_BY}"


def papers_in(signed: str | None, approved: str | None, asked_by: str | None) -> Papers:
    """The papers in the three columns of `papers_sql`. Django leaves JSON as the text that came."""
    return Papers(
        sign_offs=tuple(SignOff.of_row(one) for one in json.loads(signed or "[]")),
        approvals=tuple(WrittenApproval.of_row(one) for one in json.loads(approved or "[]")),
        asked_by=UUID(asked_by) if asked_by else None,
    )


def papers_of(production_ids: Collection[UUID]) -> dict[UUID, Papers]:
    """The papers of these productions that stand now. Call inside `core.tenancy.tenant`."""
    found = {}
    with connection.cursor() as cursor:
        for production_id in production_ids:
            cursor.execute(f"SELECT {papers_sql('%s')}", [production_id, production_id])
            found[production_id] = papers_in(*cursor.fetchone())
    return found
