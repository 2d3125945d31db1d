"""How values are put into words on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django import template

register = template.Library()

# Every state, outcome and verdict that has a chip; a word not named here is shown without a judgement.
_TONES = {
    "good": "signed trusted allow allow_with_duties permitted pass confirmed valid active succeeded published "
    "approved take_selected done",
    "warn": "awaiting_review waiting_for_second_key warn escalate retired_signer recovered unknown_signer expiring "
    "countered suspended disputed notice_given draft unconfirmed",
    "bad": "refused failed deny deny_until altered unreadable withdrawn recalled revoked expired invalid missing "
    "take_rejected",
    "busy": "agreed offered open queued rendering encoding signing training keeping pending running duty "
    "not_yet_in_force",
    "quiet": "cancelled absent none unknown",
}
_TONE_OF = {word: tone for tone, words in _TONES.items() for word in words.split()}

# Abbreviations that a capital letter alone would misspell.
_SPELLINGS = {
    "sag_tvt_2023": "SAG-AFTRA TV/Theatrical 2023",
    "sag_tvt_2026": "SAG-AFTRA TV/Theatrical 2026",
    "sag_netcode": "SAG-AFTRA Network Code",
    "sag_commercials_2025": "SAG-AFTRA Commercials 2025",
    "sag_audio_commercials_2025": "SAG-AFTRA Audio Commercials 2025",
    "sag_ima_2025": "SAG-AFTRA Interactive Media 2025",
    "sag_sound_2024": "SAG-AFTRA Sound Recordings 2024",
    "sag_tv_animation_2024": "SAG-AFTRA TV Animation 2024",
    "sag_interim": "SAG-AFTRA Interim Agreement",
    "sag_dyn_ai_audio": "SAG-AFTRA Dynamic AI Audio",
    "narrativ": "SAG-AFTRA and Narrativ",
    "actra_ipa_2025": "ACTRA IPA 2025",
    "equity_pact": "Equity and PACT",
    "wga_mba_2026": "WGA MBA 2026",
    "dga_ba_2026": "DGA BA 2026",
    "iatse_ba_2024": "IATSE BA 2024",
    "tag_2024": "TAG 2024",
    "ebdr_scan": "employment-based replica (scan)",
    "ebdr_no_scan": "employment-based replica (no scan)",
    "icdr": "independently created replica",
    "vocal_replica_ima": "vocal replica (interactive media)",
    "visual_replica_ima": "visual replica (interactive media)",
    "sag_aftra": "SAG-AFTRA",
    "wga": "WGA",
    "actra": "ACTRA",
    "c2pa": "C2PA",
    "iptc": "IPTC",
    "svod": "SVOD",
    "avod": "AVOD",
    "ad_conspicuous": "conspicuous notice in the advert",
    "eu_icon_full": "EU icon (full)",
    "eu_icon_partial": "EU icon (partial)",
    "eu_icon_deepfake": "EU icon (deepfake)",
    "cn_explicit": "Chinese label (explicit)",
    "cn_implicit": "Chinese label (implicit)",
    "take_selected": "selected",
    "take_rejected": "rejected",
    "made_without_ai": "made without AI",
    "union_rep": "union representative",
    "netflix": "Netflix",
}


@register.filter
def tone(word: object) -> str:
    """The colour family of a state's word: good, warn, bad, busy or quiet."""
    return _TONE_OF.get(str(word), "quiet")


@register.filter
def words(value: object) -> str:
    """A machine word as people write it: `awaiting_review` becomes "awaiting review"."""
    return _SPELLINGS.get(str(value), str(value).replace("_", " "))


@register.filter
def stated(value: object) -> str:
    """A fact in words. None is "not stated", which is not "no"."""
    match value:
        case None | "":
            return "not stated"
        case True:
            return "yes"
        case False:
            return "no"
        case datetime():
            return f"{value:%-d %B %Y, %H:%M} UTC"
        case date():
            return f"{value:%-d %B %Y}"
        case list() | tuple() | frozenset() | set():
            return ", ".join(words(item) for item in value) or "none"
        case _:
            return words(value)


@register.filter
def capital(value: object) -> str:
    """The first letter in upper case, the others as they are."""
    text = str(value)
    return text[:1].upper() + text[1:]


@register.filter
def by_key(mapping: Mapping[object, object], key: object) -> object:
    """The mapping's value for `key`, or None; templates can look up only keys that are names."""
    return mapping.get(key)
