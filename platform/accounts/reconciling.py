"""What of accounts stands in the log, for the check of the log."""

from __future__ import annotations

from audit.entry_types import EntryType
from audit.reconciliation import Acts, Order, Reconciler

# Tokens that ended are removed, so an entry may stand without its row.
_TOKENS = Acts(
    EntryType.TOKEN_ISSUED,
    key=("token_key",),
    rows="""
        SELECT ARRAY[token_key::text] AS key, '{}'::jsonb AS fields, created AS nth
        FROM accounts_apitoken WHERE organisation_id = nullif(current_setting('app.organisation'), '')::uuid
    """,
    acts_needed=False,
)

RECONCILER = Reconciler(
    acts=(_TOKENS,),
    order=(Order(EntryType.TOKEN_REVOKED, EntryType.TOKEN_ISSUED, same=("token_key",)),),
    organisations="SELECT id FROM accounts_organisation_ids_v1() AS id",
)
