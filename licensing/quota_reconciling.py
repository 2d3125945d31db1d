"""Whether the limits of consents are those of their terms, and their figures what was held and spent of them."""

from __future__ import annotations

from audit.reconciliation import Count

# Whoever lets a quota allow more, or takes it away, changed what a performer signed.
_LIMITS = Count("""
    WITH agreed AS (
        SELECT consent.id AS consent, named.unit, consent.terms -> named.term AS most
        FROM licensing_consent AS consent, LATERAL (VALUES
            (CASE consent.uses_are WHEN 'signed_takes' THEN 'takes_as_uses' ELSE 'uses' END, 'most_uses'),
            ('takes', 'most_takes'), ('seconds', 'most_seconds')
        ) AS named (unit, term)
        WHERE consent.terms ->> named.term IS NOT NULL
    ), kept AS (
        SELECT id, consent_id AS consent, unit,
            to_jsonb(CASE unit WHEN 'seconds' THEN most::numeric / 1000 ELSE most END) AS most
        FROM licensing_quota
    )
    SELECT format(
        'the terms of consent %s allow %s %s, and its quota %s allows %s',
        consent, coalesce(agreed.most #>> '{}', 'any number of'), unit,
        coalesce(kept.id::text, '(none)'), coalesce(kept.most #>> '{}', 'any number')
    )
    FROM agreed FULL JOIN kept USING (consent, unit)
    WHERE agreed.most IS DISTINCT FROM kept.most
    ORDER BY consent, unit
""")
_FIGURES = Count("""
    SELECT format(
        'quota %s (%s of consent %s) says %s used and %s held, and its reservations come to %s and %s',
        quota.id, quota.unit, quota.consent_id, quota.used, quota.reserved, held.spent, held.amount
    )
    FROM licensing_quota AS quota, LATERAL (
        SELECT coalesce(sum(spent) FILTER (WHERE state = 'committed'), 0) AS spent,
            coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS amount
        FROM licensing_quotareservation WHERE quota_id = quota.id
    ) AS held
    WHERE (quota.used, quota.reserved) IS DISTINCT FROM (held.spent, held.amount)
    ORDER BY quota.id
""")

COUNTS = (_LIMITS, _FIGURES)
