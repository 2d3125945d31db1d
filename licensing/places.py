"""Territories: which codes exist, which contain which, and what a release reaches.

Source: ISO 3166-1 alpha-2 and ISO 3166-2 (state codes), plus the groups WORLD, EU and EEA.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORLD = "WORLD"
EU = "EU"
EEA = "EEA"
UNITED_STATES = "US"

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_MEMBERS.split())
EEA_MEMBERS = EU_MEMBERS | {"IS", "LI", "NO"}

_ISO_3166 = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW "
    "BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI "
    "FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN "
    "IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME "
    "MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF "
    "PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE "
    "YT ZA ZM ZW"
)
_COUNTRIES = frozenset(_ISO_3166.split())
_GROUPS: dict[str, frozenset[str]] = {EU: EU_MEMBERS, EEA: EEA_MEMBERS}
_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


def is_territory(code: str) -> bool:
    """Whether `code` is a country, a subdivision of one, or a group. A misspelt code must never read as no law."""
    subdivision = _SUBDIVISION.fullmatch(code)
    country = subdivision.group(1) if subdivision else code
    return country in _COUNTRIES or code in (WORLD, EU, EEA)


def contains(outer: str, inner: str) -> bool:
    """Whether all of `inner` lies in `outer`."""
    if outer in (WORLD, inner):
        return True
    parts = _GROUPS.get(inner)
    if parts is not None:
        return parts <= _GROUPS.get(outer, frozenset())
    country = inner.partition("-")[0]
    return country in _GROUPS.get(outer, {outer})


def reaches(territories: Iterable[str], place: str) -> bool:
    """Whether something released in `territories` is seen in `place`, wholly or in part."""
    return any(contains(territory, place) or contains(place, territory) for territory in territories)


def uncovered(asked: Iterable[str], held: Iterable[str]) -> tuple[str, ...]:
    """Those of `asked` that no territory of `held` contains; a group may be covered member by member."""
    granted = tuple(held)

    def covered(code: str) -> bool:
        members = _GROUPS.get(code, frozenset((code,)))
        return any(contains(one, code) for one in granted) or all(
            any(contains(one, member) for one in granted) for member in members
        )

    return tuple(code for code in asked if not covered(code))
