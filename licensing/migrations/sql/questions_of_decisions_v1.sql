-- What was asked in a decision, as one digest: the order without the time of asking, who asked, and, where it rests on
-- approvals of legal review, the decision itself, of which they took. Two decisions with the same one are answered
-- alike at any moment, so that "what if" weighs each once, however many takes hang on it. The table is append-only:
-- the digest is always true.
ALTER TABLE licensing_decision ADD COLUMN question text COLLATE "C" GENERATED ALWAYS AS (
    md5(
        (asked - 'requested_at')::text
        || '|' || stage
        || '|' || coalesce(requested_by_id::text, '')
        || '|' || CASE WHEN approvals = '[]'::jsonb THEN '' ELSE id::text END
    )
) STORED;
-- All that grouping reads, so that it never touches the wide rows.
CREATE INDEX licensing_decision_question
    ON licensing_decision (organisation_id, question) INCLUDE (id, production_id);
