"""What the rules are asked beside takes: one form for each kind of question. Nothing is chosen beforehand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from generation.pages.question_root import Offered, QuestionForm, choice, event, perhaps, when
from generation.pages.stated_fields import yes_or_no
from licensing.questions import QuestionKind
from licensing.stating import CaptureStatement, PayStatement, Stated, stated_of
from licensing.values import Biometric, Purpose, ReplicaType, Sensitive, Session, UnionAnswer, Use
from web.templatetags.words import capital, words


class TrainingForm(QuestionForm):
    kind = QuestionKind.TRAINING
    heading = "May this be licensed to train a system?"
    groups = {
        "The licence": ("affiliated", "for_pay", "public_commercial"),
        "What the unions were told": (
            "union_notice_at",
            "union_notice_at_when",
            "writers_notice_at",
            "writers_notice_at_when",
            "meeting_pending",
        ),
    }
    events = ("union_notice_at", "writers_notice_at")

    affiliated = yes_or_no("Is the licensee affiliated with the producer?")
    for_pay = yes_or_no("Is it licensed for pay?")
    public_commercial = yes_or_no("Does it train a public commercial system?")
    union_notice_at = event("Was the performers' union told in writing?")
    union_notice_at_when = when("When the performers' union was told")
    writers_notice_at = event("Was the Writers Guild told in writing?")
    writers_notice_at_when = when("When the Writers Guild was told")
    meeting_pending = yes_or_no("Has a union asked for a meeting that is pending?")

    def __init__(self, data: Any, offered: Offered, initial: dict[str, Any]) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, offered, initial)
        self.fields["about"].label = "What is licensed, and to whom"

    def asked_use(self) -> str:
        return Use.LICENSE_FOR_TRAINING

    def asked_purpose(self) -> str:
        return Purpose.TRAINING

    def stated(self) -> Stated | None:
        said = self.cleaned_data
        told = {
            name: said[name] for name in ("affiliated", "for_pay", "public_commercial", "meeting_pending")
        }
        return stated_of({"training": told | {name: self.event(name) for name in self.events}})


class _OfSomebody(QuestionForm):
    performer = forms.TypedChoiceField(coerce=UUID)
    replica_type = choice(
        "What is made of the performer", (one for one in ReplicaType if one is not ReplicaType.NONE)
    )
    purpose = choice("What it is for", Purpose)
    replaces_in_person_work = yes_or_no("Does it replace work in person?")
    sensitive = forms.MultipleChoiceField(
        label="Sensitive content",
        required=False,
        choices=[(one.value, capital(words(one.value))) for one in Sensitive],
        widget=forms.CheckboxSelectMultiple,
    )
    nothing_sensitive = forms.BooleanField(required=False, label="Nothing sensitive in it")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("sensitive") and said.get("nothing_sensitive"):
            self.add_error("nothing_sensitive", "Something is ticked above.")
        return said


_WHO = (
    "performer",
    "replica_type",
    "purpose",
    "replaces_in_person_work",
    "sensitive",
    "nothing_sensitive",
)


class TransferForm(_OfSomebody):
    kind = QuestionKind.TRANSFER
    heading = "May this replica go to somebody else?"
    groups = {
        "Whose replica": _WHO,
        "What the union and the new owner said": (
            "union_asked_at",
            "union_asked_at_when",
            "union_answer",
            "assumed_in_writing",
        ),
    }
    events = ("union_asked_at",)

    union_asked_at = event("Was the union asked?")
    union_asked_at_when = when("When the union was asked")
    union_answer = perhaps("What the union answered", UnionAnswer, help_text="Silence is no approval.")
    assumed_in_writing = yes_or_no("Has the new owner assumed the duties in writing?")

    def __init__(self, data: Any, offered: Offered, initial: dict[str, Any]) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, offered, initial)
        self.fields["about"].label = "Which replica, and to whom it would go"

    def asked_use(self) -> str:
        return Use.TRANSFER_REPLICA

    def stated(self) -> Stated | None:
        said = self.cleaned_data
        transfer = {
            "union_asked_at": self.event("union_asked_at"),
            "union_answer": said["union_answer"],
            "assumed_in_writing": said["assumed_in_writing"],
        }
        return stated_of({"transfer": transfer})


class CaptureForm(_OfSomebody):
    kind = QuestionKind.CAPTURE
    heading = "May this session be held?"
    groups = {
        "Whom it captures": ("scenes", *_WHO),
        "The session": ("session_at", "place", "session", "biometrics", "nothing_measured"),
        "What stands on paper": (
            "written_notice_at",
            "written_notice_at_when",
            "written_release_at",
            "written_release_at_when",
            "retention_policy_public",
            "unrelated_use",
            "set_security_only",
        ),
    }
    events = ("written_notice_at", "written_release_at")

    scenes = forms.CharField(
        required=False, max_length=400, help_text="Scenes of the script, with commas between."
    )
    session_at = when("When it is held")
    place = forms.CharField(required=False, max_length=8, help_text="A territory such as US-IL.")
    session = perhaps("Which day it is", Session, help_text="Pay for the session depends on it.")
    biometrics = forms.MultipleChoiceField(
        label="What is measured",
        required=False,
        choices=[(one.value, capital(words(one.value))) for one in Biometric],
        widget=forms.CheckboxSelectMultiple,
    )
    nothing_measured = forms.BooleanField(required=False, label="No biometric is measured")
    written_notice_at = event("Did the performer have written notice?")
    written_notice_at_when = when("When notice was given")
    written_release_at = event("Did the performer sign a release?")
    written_release_at_when = when("When the release was signed")
    retention_policy_public = yes_or_no("Is the retention policy public?")
    unrelated_use = yes_or_no("Does it serve something unrelated to the picture?")
    set_security_only = yes_or_no("Is it for the security of the set alone?")

    def __init__(self, data: Any, offered: Offered, initial: dict[str, Any]) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, offered, initial)
        self.fields["about"].label = "What is captured, and why"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("biometrics") and said.get("nothing_measured"):
            self.add_error("nothing_measured", "Something is ticked above.")
        return said

    def asked_use(self) -> str:
        return Use.CREATE_REPLICA

    def stated(self) -> Stated | None:
        said = self.cleaned_data
        measured = tuple(said["biometrics"]) if said["biometrics"] or said["nothing_measured"] else None
        capture = CaptureStatement(
            person_id=said["performer"],
            session_at=said["session_at"],
            place=said["place"].strip() or None,
            biometrics=measured,
            written_notice_at=self.event("written_notice_at"),
            written_release_at=self.event("written_release_at"),
            retention_policy_public=said["retention_policy_public"],
            unrelated_use=said["unrelated_use"],
            set_security_only=said["set_security_only"],
        )
        pay = PayStatement(person_id=said["performer"], session=said["session"])
        return Stated(captures=(capture,), pay=(pay,) if said["session"] else None)


_AT_WORK = {
    "ai_material_given_to_writer": "Is AI material handed to a writer?",
    "disclosed_to_writer": "Was the writer told so?",
    "ai_required_of_writer": "Is a writer required to use AI?",
    "crew_prompting_displaces": "Does prompting displace a covered employee?",
    "director_consulted": "Was the director consulted?",
}


class WorkplaceForm(QuestionForm):
    kind = QuestionKind.WORKPLACE
    heading = "What do the rules say of this work?"
    groups = {
        "What is made": ("use", "purpose", "model", "territories", "replaces_in_person_work"),
        "Writers, directors and crew": tuple(_AT_WORK),
    }

    use = choice("Kind of work", Use)
    purpose = choice("What it is for", Purpose)
    model = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        coerce=UUID,
        help_text="None named: what must be on file about its vendor is unknown then.",
    )
    territories = forms.CharField(
        required=False, max_length=400, help_text="Codes such as US, GB or WORLD, with commas between."
    )
    replaces_in_person_work = yes_or_no("Does it replace work in person?")
    ai_material_given_to_writer = yes_or_no(_AT_WORK["ai_material_given_to_writer"])
    disclosed_to_writer = yes_or_no(_AT_WORK["disclosed_to_writer"])
    ai_required_of_writer = yes_or_no(_AT_WORK["ai_required_of_writer"])
    crew_prompting_displaces = yes_or_no(_AT_WORK["crew_prompting_displaces"])
    director_consulted = yes_or_no(_AT_WORK["director_consulted"])

    def __init__(self, data: Any, offered: Offered, initial: dict[str, Any]) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, offered, initial)
        self.fields["about"].label = "What the work is, in words"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if all(said.get(name) is None for name in _AT_WORK):
            self.add_error(None, "State something about writers, directors or crew: nothing is asked so far.")
        return said

    def asked_use(self) -> str:
        return str(self.cleaned_data["use"])

    def stated(self) -> Stated | None:
        return stated_of({"workplace": {name: self.cleaned_data[name] for name in _AT_WORK}})


FORMS: dict[QuestionKind, type[QuestionForm]] = {
    form.kind: form for form in (TrainingForm, TransferForm, CaptureForm, WorkplaceForm)
}
