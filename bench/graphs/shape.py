"""The statements that fill the tables which `bench/graph.py` asks."""

from __future__ import annotations

# `node` makes the same id of the same words, so that edges meet without a table of nodes.
EDGES = """
CREATE FUNCTION pg_temp.node(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $f$ SELECT md5(kind || n)::uuid $f$;
CREATE FUNCTION pg_temp.drawn(n bigint, turn int) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $f$ SELECT floor({consents} * power(abs(hashint8(n * 7 + turn)) / 2147483648.0, 1.6))::bigint $f$;
INSERT INTO generation_graphedge (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, child_first,
    child_end, parent_first, parent_end, is_exact, carries, source_id)
SELECT '{organisation}'::uuid, kind, child_kind, pg_temp.node(child_kind, child), parent_kind,
    pg_temp.node(parent_kind, parent), child_first, child_end, parent_first, parent_end, is_exact, true, source
FROM (
    SELECT 'given_by' AS kind, 'consent' AS child_kind, n AS child, 'performer' AS parent_kind,
        n % {performers} AS parent, NULL::int AS child_first, NULL::int AS child_end, NULL::int AS parent_first,
        NULL::int AS parent_end, false AS is_exact, NULL::uuid AS source
    FROM generate_series(0, {consents} - 1) AS n
    UNION ALL
    SELECT 'relies_on', 'decision', n, 'consent', pg_temp.drawn(n, 1), NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'relies_on', 'decision', n, 'consent', pg_temp.drawn(n, 2), NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1) AS n WHERE n % 2 = 0 AND pg_temp.drawn(n, 2) <> pg_temp.drawn(n, 1)
    UNION ALL
    SELECT 'decided_by', 'take', n, 'decision', n, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'made_with', 'take', n, 'model', n % {models}, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'asked_by', 'take', n, 'person', n % {people}, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'prompt_written', 'take', n, 'person', n % {people}, NULL, NULL, NULL, NULL, false,
        pg_temp.node('prompt', n)
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'take_selected', 'take', n, 'person', (n + 1) % {people}, NULL, NULL, NULL, NULL, false,
        pg_temp.node('verdict', n)
    FROM generate_series(0, {takes} - 1) AS n WHERE n % 2 = 0
    UNION ALL
    SELECT 'remix', 'take', n, 'take', n - 1 - (n * 7919) % 50, NULL, NULL, 0, 97, false, pg_temp.node('descent', n)
    FROM generate_series(60, {takes} - 1) AS n WHERE n % 10 < 4
    UNION ALL
    SELECT 'signs', 'credential', n, 'take', n, NULL, NULL, NULL, NULL, true, NULL
    FROM generate_series(0, {takes} - 1) AS n
    UNION ALL
    SELECT 'places', 'cut', n / 100 * 2 + turn, 'take', n, (n % 100 / 2 * 48)::int, (n % 100 / 2 * 48 + 48)::int,
        turn * 8, turn * 8 + 48, true, NULL
    FROM generate_series(0, {takes} - 1) AS n, generate_series(0, 1) AS turn WHERE n % 2 = 0
    UNION ALL
    SELECT 'arranged_by', 'cut', n, 'person', n % {people}, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} / 100 * 2 - 1) AS n
    UNION ALL
    SELECT 'hands_out', 'delivery', n, 'credential', n, NULL, NULL, NULL, NULL, true, NULL
    FROM generate_series(0, {takes} - 1, 5) AS n
    UNION ALL
    SELECT 'decided_by', 'delivery', n, 'decision', {takes} + n, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1, 5) AS n
    UNION ALL
    SELECT 'relies_on', 'decision', {takes} + n, 'consent', pg_temp.drawn(n, 1), NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1, 5) AS n
    UNION ALL
    SELECT 'delivered_by', 'delivery', n, 'person', n % {people}, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1, 5) AS n
    UNION ALL
    SELECT 'received', 'recipient', n / 5 % {recipients}, 'delivery', n, NULL, NULL, NULL, NULL, false, NULL
    FROM generate_series(0, {takes} - 1, 5) AS n
) AS edge
"""


DECISIONS = """
INSERT INTO licensing_decision (id, organisation_id, production_id, stage, outcome, reasons, duties, facts,
    facts_sha256, asked, pack_id, consent_ids, approvals, papers, salt, decided_at, actor)
SELECT md5('{turn}' || n)::uuid, organisation_id, production_id, stage, outcome, reasons, duties, facts,
    facts_sha256, asked, pack_id,
    ARRAY[md5('consent' || n % 800)::uuid, md5('consent' || (n * 7) % 800)::uuid], approvals, papers, salt,
    decided_at, actor
FROM licensing_decision, generate_series(1, {facts}) AS n WHERE id = '{decision}'
"""
TAKES = """
INSERT INTO generation_take (id, organisation_id, shot_id, number, model_id, requested_by_id, requested_at,
    idempotency_key, request, request_sha256, decision_id, state, prompt, negative_prompt, camera_move,
    camera_words, width, height, num_frames, fps, steps, guidance_scale, seed, delivered_width, delivered_height,
    ignored, worker, attempt, fence, stage, step, stage_steps, failure_code, failure_message, screening, seconds,
    fingerprint, video_key, poster_key, contact_sheet_key, priority)
SELECT gen_random_uuid(), organisation_id, shot_id, {first} + n, model_id, requested_by_id, requested_at,
    gen_random_uuid()::text, request, request_sha256, md5('{turn}' || n)::uuid, state, prompt, negative_prompt,
    camera_move, camera_words, width, height, num_frames, fps, steps, guidance_scale, seed, delivered_width,
    delivered_height, ignored, worker, attempt, fence, stage, step, stage_steps, failure_code, failure_message,
    screening, seconds, fingerprint, video_key, poster_key, contact_sheet_key, priority
FROM generation_take, generate_series(1, {facts}) AS n WHERE id = '{take}'
"""
