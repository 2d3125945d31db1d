"""Events, cures and answers in plain words, for members. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from accounts.values import Actor
from audit.checkpoint import text_of
from licensing.doors import SEES_EVERYBODY
from licensing.errors import ConsentEnded, NoSuchStrike, StrikeOnRecord
from licensing.foresight.events import (
    ConsentEnds,
    ConsentSigned,
    Event,
    HousePackInForce,
    RateChanges,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.foresight.foreseeing import Foreseen
from licensing.foresight.repair import Act, Paper
from licensing.gathering import strikes_at
from licensing.house_rules.errors import NoSuchPack, PackActiveAlready
from licensing.house_rules.in_force import active_pack_id
from licensing.house_rules.pack_text import read_pack
from licensing.models.house_pack import HousePack
from licensing.names import ConsentStatus
from licensing.owed.values import Currency
from licensing.plain_words import said_with
from licensing.queries import consent_card, names_of_people
from productions.queries import titles_of
from web.templatetags.words import words


class Wording:
    """Puts names in place of identifiers, as far as the actor may know them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._everybody = actor.is_one_of(*SEES_EVERYBODY)
        self._people = names_of_people(actor.organisation_id, everybody=self._everybody)
        self._titles = {str(one): f"“{title}”" for one, title in titles_of().items()}
        self._names = self._people | self._titles
        self._said: dict[str, str] = {}

    def of_event(self, event: Event, at: datetime) -> str:
        """The event as a sentence.

        Raises:
            NoSuchConsent, ConsentEnded, StrikeOnRecord, NoSuchStrike, NoSuchPack, PackActiveAlready: it cannot
                happen, because there is nothing here for it to happen to.
        """
        when = f"on {at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
        match event:
            case TimePasses():
                return f"Nothing happens until then; {when}"
            case ConsentEnds(consent_id):
                return f"{self._ending(consent_id)} ends {when}"
            case ConsentSigned():
                paper = Paper(event.production_id, event.performer_id, event.replica_type)
                return f"{self._paper(paper)} is signed {when}"
            case StrikeStarts(agreement):
                if agreement.value in strikes_at(at):
                    raise StrikeOnRecord(f"{agreement} is under strike on record already.")
                return f"A strike of {words(agreement)} starts {when}"
            case StrikeEnds(agreement):
                if agreement.value not in strikes_at(at):
                    raise NoSuchStrike(f"No strike of {agreement} is on record.")
                return f"The strike of {words(agreement)} ends {when}"
            case HousePackInForce(pack_id):
                return f"{_pack(pack_id)} comes into force {when}"
            case RateChanges():
                return self._rate(event)

    def of_act(self, act: Act, papers: Mapping[Paper, ConsentSigned]) -> str:
        """What is to be done, as a sentence."""
        if not isinstance(act, Paper):
            return self.readable(f"{act.rule_id}: {act.cure or 'no cure is on file; a person decides.'}")
        intended = papers[act].terms.get("intended_use")
        asked = intended if isinstance(intended, Mapping) else {}
        parts = [
            f"{noun} {', '.join(words(one) for one in held)}"
            for name, noun in (
                ("uses", "for"),
                ("scenes", "in scenes"),
                ("media", "shown in"),
                ("territories", "in"),
                ("sensitive", "with"),
            )
            if isinstance(held := asked.get(name), list | tuple) and held
        ]
        return f"{self._paper(act)}: {'; '.join(parts)}. Signed as the former one was, after it ended."

    def why(self, one: Foreseen) -> str:
        """What speaks against it with the event, or spoke against it without."""
        new = set(one.new_reasons)
        reasons = (
            [reason for reason in one.after.against if reason.rule_id in new]
            if one.stops
            else one.before.against
        )
        return self.readable(" ".join(reason.message for reason in reasons))

    def readable(self, text: str) -> str:
        """`text` with names for identifiers; many takes have the same to say."""
        if text not in self._said:
            self._said[text] = said_with(text, self._names)
        return self._said[text]

    def person(self, performer_id: object) -> str:
        return self._people.get(str(performer_id), str(performer_id))

    def _paper(self, act: Paper) -> str:
        title = self._titles.get(str(act.production_id), str(act.production_id))
        return f"A consent of {self.person(act.performer_id)} to {words(act.replica_type)} in {title}"

    def _ending(self, consent_id: UUID) -> str:
        card = consent_card(self._actor.organisation_id, consent_id, everybody=self._everybody)
        if card.status != ConsentStatus.ACTIVE:
            raise ConsentEnded(status=card.status)
        title = self._titles.get(str(card.production_id), str(card.production_id))
        return f"The consent of {self.person(card.performer_id)} to {words(card.replica_type)} in {title}"

    def _rate(self, event: RateChanges) -> str:
        if event.kind.is_percent:
            amount = f"{event.amount / 100:.2f} %"
        else:
            digits = Currency(event.currency).digits
            amount = f"{event.amount / 10**digits:,.{digits}f} {event.currency}"
        whose = f" of {self.person(event.performer_id)}" if event.performer_id else ""
        return (
            f"The {words(event.kind)}{whose} under {words(event.agreement)} ({words(event.category)}) is {amount} "
            f"from {event.valid_from:%-d %B %Y}"
        )


def _pack(pack_id: UUID) -> str:
    row: HousePack | None = HousePack.objects.filter(id=pack_id).first()
    if row is None:
        raise NoSuchPack("There is no such pack of rules here.")
    if active_pack_id() == pack_id:
        raise PackActiveAlready("This pack is in force already.")
    rules = ", ".join(rule.entry.id for rule in read_pack(text_of(row.note)).rules)
    return f"The pack {row.name}, edition {row.edition} ({rules})"
