"""Whether what was spent of limits was spent by takes and deliveries, and each of these has spent its part."""

from __future__ import annotations

from audit.reconciliation import Count

# A length is rounded to whole milliseconds, so it is no further than half of one from its frames.
_SPENT = Count("""
    SELECT format(
        'reservation %s of quota %s (%s of consent %s) is spent by %s, which is no %s of that much under decision %s',
        held.id, quota.id, quota.unit, quota.consent_id, held.job_id,
        CASE quota.unit WHEN 'uses' THEN 'delivery' ELSE 'signed take' END, held.decision_id
    )
    FROM licensing_quotareservation AS held
    JOIN licensing_quota AS quota ON quota.id = held.quota_id
    JOIN licensing_decision AS decision ON decision.id = held.decision_id
    WHERE held.state = 'committed' AND NOT (
        quota.consent_id = ANY (decision.consent_ids) AND CASE quota.unit
            WHEN 'uses' THEN held.spent = 1 AND EXISTS (
                SELECT FROM generation_delivery AS delivery
                WHERE delivery.id = held.job_id AND delivery.decision_id = held.decision_id
            )
            ELSE EXISTS (
                SELECT FROM generation_take AS take
                WHERE take.id = held.job_id AND take.decision_id = held.decision_id AND take.state = 'signed'
                    AND CASE quota.unit
                        WHEN 'seconds' THEN 2 * abs(held.spent * take.fps - 1000 * take.num_frames) <= take.fps
                        ELSE held.spent = 1
                    END
            )
        END
    )
    ORDER BY held.id
""")
# Where no consent limits anything nobody reads every take.
_MADE = Count("""
    WITH made AS (
        SELECT 'signed take' AS what, id, decision_id FROM generation_take WHERE state = 'signed'
        UNION ALL
        SELECT 'delivery', id, decision_id FROM generation_delivery
    )
    SELECT format(
        '%s %s rests on consent %s and has spent nothing of its quota %s (%s)',
        made.what, made.id, quota.consent_id, quota.id, quota.unit
    )
    FROM made
    JOIN licensing_decision AS decision ON decision.id = made.decision_id
    CROSS JOIN LATERAL unnest(decision.consent_ids) AS relied_on (consent)
    JOIN licensing_quota AS quota
        ON quota.consent_id = relied_on.consent AND (quota.unit = 'uses') = (made.what = 'delivery')
    WHERE (SELECT EXISTS (SELECT FROM licensing_quota)) AND NOT EXISTS (
        SELECT FROM licensing_quotareservation AS held
        WHERE held.quota_id = quota.id AND held.job_id = made.id AND held.state = 'committed'
    )
    ORDER BY made.id, quota.id
""")

COUNTS = (_SPENT, _MADE)
