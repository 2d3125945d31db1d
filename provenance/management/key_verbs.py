"""`manage.py signers ceremony | install | check`: what people do with signing keys."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, _SubParsersAction
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from audit.health_values import Line, State
from core import clock
from core.errors import StudioError
from provenance.ceremony import Plan, fingerprint, hold_ceremony
from provenance.ceremony_records import BadCeremonyRecord
from provenance.installing import Issued, install_signer
from provenance.key_entries import installed_in_log, registered_in_log, require_organisation
from provenance.providers.addresses import BadKeyAddress, KeyPurpose
from provenance.signer_health import authority_lines, key_lines, signer_lines

VERBS = ("ceremony", "install", "check")


def add_key_verbs(acts: _SubParsersAction[CommandParser]) -> None:
    ceremony = acts.add_parser(
        "ceremony", help="make a key in its store before two people, register it, and ask for a certificate"
    )
    ceremony.add_argument("key", help="where: pkcs11:token=LABEL;object=LABEL, kms:alias/NAME, pem:PATH")
    ceremony.add_argument(
        "--purpose",
        type=KeyPurpose,
        required=True,
        choices=list(KeyPurpose),
        help="one, for the key's whole life",
    )
    ceremony.add_argument("--organisation", type=UUID, help="whose identity, with --purpose identity")
    ceremony.add_argument("--people", nargs=2, required=True, metavar="NAME", help="the two who are there")
    ceremony.add_argument("--country", required=True, help="two letters, for the certificate")
    ceremony.add_argument("--company", required=True, help="organisation in the certificate")
    ceremony.add_argument("--common-name", required=True)
    ceremony.add_argument("--existing", action="store_true", help="the key lies there already")
    ceremony.add_argument("--request", type=Path, help="file for the request; otherwise it is printed")
    install = acts.add_parser(
        "install", help="let a registered key sign under the chain that was issued for it"
    )
    install.add_argument(
        "chain", type=Path, help="PEM: the certificate, then those above it, without the root"
    )
    install.add_argument("--root", type=Path, help="PEM of the root, where it is not trusted yet")
    install.add_argument("--active-from", type=_instant, help="when it begins, RFC 3339; now by default")
    install.add_argument(
        "--overlap-days", type=int, default=7, help="how long the one before it may still sign (7)"
    )
    install.add_argument("--people", nargs="*", default=[], metavar="NAME", help="for the record")
    check = acts.add_parser(
        "check", help="say how it stands with certificates, records and keys; 1 when failing"
    )
    check.add_argument("--no-keys", action="store_true", help="open no key and ask no authority")
    check.add_argument("--organisation", type=UUID, help="with this organisation's identity")
    check.add_argument("--json", action="store_true")


def follow_key_verb(
    options: Mapping[str, Any], *, say: Callable[[str], object], ask: Callable[[str], str]
) -> bool:
    """Carry out one of `VERBS`; give whether all is well.

    Raises:
        CommandError: with the refusal's own words.
    """
    try:
        match options["act"]:
            case "ceremony":
                return _hold(options, say=say, ask=ask)
            case "install":
                return _install(options, say=say)
            case _:
                return _check(options, say=say)
    except (StudioError, BadKeyAddress, BadCeremonyRecord, OSError) as refusal:
        raise CommandError(f"{type(refusal).__name__}: {refusal}") from refusal


def _hold(options: Mapping[str, Any], *, say: Callable[[str], object], ask: Callable[[str], str]) -> bool:
    def compared(person: str, groups: str) -> str:
        say(f"Fingerprint of the public key, SHA-256. Read it aloud, group by group:\n\n  {groups}\n")
        return ask(f"{person}, type the first and the last group that you heard: ")

    require_organisation(options["organisation"])
    made = hold_ceremony(
        Plan(
            address=options["key"],
            purpose=options["purpose"],
            organisation_id=options["organisation"],
            people=(options["people"][0], options["people"][1]),
            country=options["country"],
            organisation=options["company"],
            common_name=options["common_name"],
            existing=options["existing"],
        ),
        compared=compared,
        at=clock.now(),
        recorded=registered_in_log,
    )
    say(f"The key at {made.key.address} is registered for {options['purpose']}.")
    say(f"  it can leave its store: {'yes' if made.key.extractable else 'no'}")
    say(f"  record {made.record.number}, SHA-256, to be written down by both:")
    say(f"  {fingerprint(made.record.sha256_hex)}")
    if options["request"] is None:
        say(made.request_pem)
    else:
        options["request"].write_text(made.request_pem, encoding="ascii")
        say(f"  the request for its certificate is in {options['request']}")
    return True


def _install(options: Mapping[str, Any], *, say: Callable[[str], object]) -> bool:
    if options["overlap_days"] < 0:
        raise CommandError("The overlap is a number of days, 0 or more.")
    at = clock.now()
    installed = install_signer(
        Issued(
            chain_pem=options["chain"].read_text(encoding="ascii", errors="replace"),
            root_pem=options["root"].read_text(encoding="ascii", errors="replace")
            if options["root"]
            else None,
            active_from=options["active_from"] or at,
            overlap=timedelta(days=options["overlap_days"]),
            people=tuple(options["people"]),
        ),
        at=at,
        recorded=installed_in_log,
    )
    signer, registered = installed.signer, installed.registered
    say(
        f"Certificate {signer.serial} signs for {registered.purpose} from {signer.active_from:%Y-%m-%d %H:%M} UTC."
    )
    if installed.replaced_until is not None:
        say(
            f"{installed.replaced_serial} before it is retired on {installed.replaced_until:%Y-%m-%d %H:%M} UTC."
        )
    return True


def _check(options: Mapping[str, Any], *, say: Callable[[str], object]) -> bool:
    at = clock.now()
    lines = signer_lines(options["organisation"], at=at)
    if not options["no_keys"] and not any(
        line.part == "credentials" and "does not hold" in line.said for line in lines
    ):
        lines += key_lines(at=at) + authority_lines()
    if options["json"]:
        say(json.dumps([_as_json(line) for line in lines], indent=2))
    else:
        for line in lines:
            say(f"{line.state.upper():15} {line.title}: {line.said}")
            if line.to_do:
                say(f"{'':15} {line.to_do}")
    return not any(line.state is State.FAILING for line in lines)


def _as_json(line: Line) -> dict[str, str]:
    return {
        "part": line.part,
        "title": line.title,
        "state": line.state.value,
        "said": line.said,
        "to_do": line.to_do,
    }


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time like 2027-01-31T08:00:00Z") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
