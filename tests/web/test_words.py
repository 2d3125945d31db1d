from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import engines

from generation.values import TakeState
from licensing.values import Outcome
from provenance.values import CredentialState
from web.templatetags.words import capital, stated, tone, words


def test_unknown_is_said_and_is_not_no() -> None:
    assert stated(None) == "not stated"
    assert stated(False) == "no"
    assert stated([]) == "none"


def test_values_are_put_as_people_write_them() -> None:
    assert words("awaiting_review") == "awaiting review"
    assert words("sag_tvt_2026") == "SAG-AFTRA TV/Theatrical 2026"
    assert words("sag_aftra") == "SAG-AFTRA"
    assert stated(date(2026, 9, 1)) == "1 September 2026"
    assert stated(datetime(2026, 9, 1, 8, 5, tzinfo=UTC)) == "1 September 2026, 08:05 UTC"
    assert capital("TV series") == "TV series"


@pytest.mark.parametrize("word", [*TakeState, *CredentialState, *Outcome])
def test_every_state_and_outcome_has_a_colour_by_decision_and_not_by_accident(word: str) -> None:
    undecided = {TakeState.CANCELLED, CredentialState.ABSENT}

    assert (tone(word) == "quiet") == (word in undecided)


def test_only_what_holds_is_shown_as_good() -> None:
    good = {word for word in (*TakeState, *CredentialState, *Outcome) if tone(word) == "good"}

    assert good == {"signed", "trusted", "pass"}


def test_what_people_typed_stays_text() -> None:
    page = engines["django"].from_string('{% include "web/components/reasons.html" with reasons=reasons %}')

    shown = page.render(
        {"reasons": [{"rule_id": "TVT-01", "outcome": "deny", "message": "<script>x</script>", "cure": ""}]}
    )

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
