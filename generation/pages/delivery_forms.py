from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms

from core.ids import new_id
from generation.deliveries.cards import RecipientCard
from generation.deliveries.values import (
    MARKS_IN_FILES,
    DeliveryOrder,
    Disclosure,
    NoticeChannel,
    RecipientKind,
)
from generation.mastering.cards import MasterCard
from generation.operations.recalls import NewNotice
from generation.pages.forms import choices_of, codes, offer, renew_key, to_choose_of
from licensing.values import DisclosureKind, Medium, OutputStatus, Purpose
from web.templatetags.words import capital, words

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
_MOST_DISCLOSURES = 3
_TYPED = [
    ("", "Nothing"),
    *((kind.value, capital(words(kind.value))) for kind in DisclosureKind if kind not in MARKS_IN_FILES),
]


class DeliveryForm(forms.Form):
    """What somebody says of a delivery: to whom, for what, where, how long, and what the audience is told."""

    # Made when the form is shown: sending it twice delivers once.
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    recipient = forms.TypedChoiceField(coerce=UUID)
    master = forms.TypedChoiceField(coerce=UUID, required=False, empty_value=None, label="Which file")
    purpose = forms.ChoiceField(choices=to_choose_of(Purpose))
    output_status = forms.ChoiceField(choices=to_choose_of(OutputStatus))
    # Not "media": that name is the form's own.
    shown_in = forms.MultipleChoiceField(
        choices=choices_of(Medium), label="Media", widget=forms.CheckboxSelectMultiple
    )
    territories = forms.CharField(
        max_length=400, help_text="Codes such as US, GB or WORLD, with commas between."
    )
    languages = forms.CharField(max_length=400, help_text="Codes such as en or fr, with commas between.")
    valid_from = forms.DateField(label="First day", widget=_DAY)
    valid_until = forms.DateField(
        label="Last day", required=False, widget=_DAY, help_text="Empty: without end."
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        recipients: Sequence[RecipientCard],
        masters: Sequence[MasterCard] = (),
        **options: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **options)
        offered: list[tuple[object, str]] = [
            (one.id, f"{one.name} ({words(one.kind)})") for one in recipients
        ]
        offer(self.fields["recipient"], [("", "Choose"), *offered])
        files: list[tuple[object, str]] = [
            (
                one.id,
                f"{one.title}, {one.fps} a second"
                + (f", marked for {one.recipient_name}" if one.is_marked else ""),
            )
            for one in masters
        ]
        offer(self.fields["master"], [("", "The take's own file"), *files])
        for number in range(1, _MOST_DISCLOSURES + 1):
            self.fields[f"disclosure_{number}"] = forms.ChoiceField(
                choices=_TYPED, required=False, label="Kind"
            )
            self.fields[f"placement_{number}"] = forms.CharField(
                required=False, max_length=2000, label="Where it stands"
            )
            self.fields[f"wording_{number}"] = forms.CharField(
                required=False, max_length=2000, label="Wording", widget=forms.Textarea(attrs={"rows": 2})
            )

    def renew_key(self) -> None:
        """Show the form under a new key, so that sending it asks anew."""
        self.data = renew_key(self.data, new_id())

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        told = {
            f"What the audience is told, {number} of {_MOST_DISCLOSURES}": [
                f"{what}_{number}" for what in ("disclosure", "placement", "wording")
            ]
            for number in range(1, _MOST_DISCLOSURES + 1)
        }
        groups = {
            "To whom and for what": ["recipient", "master", "purpose", "output_status"],
            "Where": ["territories", "languages", "shown_in"],
            "How long": ["valid_from", "valid_until"],
            **told,
        }
        return [(legend, [self[name] for name in names]) for legend, names in groups.items()]

    def order(self, take_id: UUID, *, at: datetime) -> DeliveryOrder:
        """The order behind a valid form."""
        said = self.cleaned_data
        return DeliveryOrder(
            take_id=take_id,
            recipient_id=said["recipient"],
            master_id=said["master"],
            purpose=said["purpose"],
            output_status=said["output_status"],
            media=tuple(said["shown_in"]),
            territories=codes(said["territories"]),
            languages=codes(said["languages"]),
            valid_from=said["valid_from"],
            valid_until=said["valid_until"],
            disclosures=tuple(
                Disclosure(
                    kind=said[f"disclosure_{number}"],
                    wording=said[f"wording_{number}"],
                    placement=said[f"placement_{number}"],
                )
                for number in range(1, _MOST_DISCLOSURES + 1)
                if said[f"disclosure_{number}"]
            ),
            requested_at=at,
        )


class _SmallForm(forms.Form):
    """Several stand on one page, so each names its fields' elements after itself."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        options.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **options)


class RecipientForm(_SmallForm):
    name = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=to_choose_of(RecipientKind))
    contact = forms.CharField(
        required=False, max_length=400, help_text="Where notices go. It enters no log and no file."
    )


class ContactForm(_SmallForm):
    contact = forms.CharField(required=False, max_length=400, label="Contact")


class LinkForm(_SmallForm):
    days = forms.IntegerField(min_value=1, max_value=90, initial=14, label="Lasts for days")

    def lasts(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class RecallForm(_SmallForm):
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class NoticeForm(_SmallForm):
    channel = forms.ChoiceField(choices=to_choose_of(NoticeChannel), label="Sent by")
    sent_at = forms.DateTimeField(label="When", help_text="In UTC.", widget=_MOMENT)
    proof_sha256 = forms.RegexField(
        "^[0-9a-f]{64}$",
        required=False,
        label="SHA-256 of the proof of sending",
        help_text="Empty: there is no paper.",
    )
    note = forms.CharField(required=False, max_length=500)

    def notice(self) -> NewNotice:
        said = self.cleaned_data
        return NewNotice(
            channel=NoticeChannel(said["channel"]),
            sent_at=said["sent_at"].replace(tzinfo=UTC),
            proof_sha256=said["proof_sha256"],
            note=said["note"],
        )


class AcknowledgementForm(_SmallForm):
    said_by = forms.CharField(max_length=200, label="Who takes note", help_text="Name and office.")
    words = forms.CharField(
        required=False, max_length=1000, label="In their words", widget=forms.Textarea(attrs={"rows": 2})
    )


class RecordedAcknowledgementForm(AcknowledgementForm):
    acknowledged_at = forms.DateTimeField(label="When", help_text="In UTC.", widget=_MOMENT)


class RetentionForm(_SmallForm):
    words = forms.CharField(
        max_length=4000, label="What may lawfully stay", widget=forms.Textarea(attrs={"rows": 3})
    )
